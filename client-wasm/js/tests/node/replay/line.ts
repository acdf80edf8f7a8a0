/** A line between one replica and the server that can be cut: a TCP relay. Knows nothing of what it carries. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

export class Line {
  /** How many cuts ended a connection that was carrying something. */
  disconnections = 0;
  readonly #target: number;
  readonly #listener: Server;
  readonly #sockets = new Set<Socket>();
  #whole = true;

  private constructor(target: number) {
    this.#target = target;
    this.#listener = createServer((near) => this.#relay(near));
  }

  /** @param server - its address, on this machine */
  static async to(server: string): Promise<Line> {
    const line = new Line(Number(new URL(server).port));
    line.#listener.listen(0, "127.0.0.1");
    await once(line.#listener, "listening");
    return line;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#listener.address() as AddressInfo).port}`;
  }

  get isWhole(): boolean {
    return this.#whole;
  }

  /** Ends every connection without a word, whatever was on its way; refuses new ones until {@link mend}. */
  cut(): void {
    this.#whole = false;
    if (this.#sockets.size > 0) {
      this.disconnections += 1;
    }
    for (const socket of this.#sockets) {
      socket.destroy();
    }
  }

  mend(): void {
    this.#whole = true;
  }

  async dispose(): Promise<void> {
    this.cut();
    const closed = once(this.#listener, "close");
    this.#listener.close();
    await closed;
  }

  #relay(near: Socket): void {
    if (!this.#whole) {
      near.destroy();
      return;
    }
    const far = connect(this.#target, "127.0.0.1");
    for (const [socket, peer] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.pipe(peer);
      // The end of either side is the end of both; `close` follows every error.
      socket.on("error", () => undefined);
      socket.on("close", () => {
        this.#sockets.delete(socket);
        peer.destroy();
      });
    }
  }
}
