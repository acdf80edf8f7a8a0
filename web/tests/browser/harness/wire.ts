/**
 * The network between one browser and the server, as a cable that can be pulled.
 *
 * A browser’s own switch for being offline does not reach sockets of shared workers, so connections are cut here.
 */

import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

export class Wire {
  readonly #target: () => number;
  readonly #sockets = new Set<Socket>();
  #listener: Server | null = null;
  #port = 0;

  private constructor(target: () => number) {
    this.#target = target;
  }

  /** A cable to the port that `target` names at each connection. */
  static async lay(target: () => number): Promise<Wire> {
    const wire = new Wire(target);
    await wire.plug();
    return wire;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async plug(): Promise<void> {
    const listener = createServer((near) => {
      const far = connect(this.#target(), "127.0.0.1");
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(socket);
        socket.setNoDelay(true);
        socket.on("error", () => undefined);
        socket.on("close", () => {
          this.#sockets.delete(socket);
          other.destroy();
        });
        socket.pipe(other);
      }
    });
    listener.listen(this.#port, "127.0.0.1");
    await once(listener, "listening");
    const address = listener.address();
    this.#port = typeof address === "object" && address !== null ? address.port : 0;
    this.#listener = listener;
  }

  async pull(): Promise<void> {
    const listener = this.#listener;
    this.#listener = null;
    if (listener !== null) {
      const closed = once(listener, "close");
      listener.close();
      for (const socket of this.#sockets) {
        socket.destroy();
      }
      await closed;
    }
  }
}
