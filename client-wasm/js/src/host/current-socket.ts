/** The one socket that counts: what a socket says after it was replaced or given up is nobody's business. */
import type { EngineEvent } from "../engine.js";
import type { Connect, Socket } from "./socket.js";

const NORMAL = 1000;

/** Executes the engine's wishes about its connection. */
export class CurrentSocket {
  readonly #connect: Connect;
  readonly #feed: (event: EngineEvent) => void;
  #socket: Socket | undefined;

  constructor(connect: Connect, feed: (event: EngineEvent) => void) {
    this.#connect = connect;
    this.#feed = feed;
  }

  open(): void {
    this.close(NORMAL);
    const socket: Socket = this.#connect({
      opened: () => this.#hear(socket, { type: "socketOpened" }),
      message: (bytes) => this.#hear(socket, { type: "socketMessage", bytes }),
      closed: (code, reason) => {
        if (this.#socket === socket) {
          this.#socket = undefined;
          this.#feed({ type: "socketClosed", code, reason });
        }
      },
    });
    this.#socket = socket;
  }

  send(bytes: Uint8Array): void {
    this.#socket?.send(bytes);
  }

  close(code: number): void {
    this.#socket?.close(code);
    this.#socket = undefined;
  }

  #hear(socket: Socket, event: EngineEvent): void {
    if (this.#socket === socket) {
      this.#feed(event);
    }
  }
}
