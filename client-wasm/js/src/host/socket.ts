/** The one connection of a host, as the engine's effects need it. */

/** Who hears what happens to a socket. */
export interface SocketEvents {
  opened(): void;
  message(bytes: Uint8Array): void;
  /** Comes exactly once, also when the connection could not be made. No event follows. */
  closed(code: number, reason: string): void;
}

/** An open or opening socket. */
export interface Socket {
  send(bytes: Uint8Array): void;
  /** Ends the connection. `closed` is not called for a close that we asked for. */
  close(code: number): void;
}

/** Opens a socket to the server. */
export type Connect = (events: SocketEvents) => Socket;

/** The part of the WebSocket interface that browsers and the `ws` package share. */
export interface WebSocketLike {
  binaryType: string;
  readonly readyState: number;
  send(bytes: Uint8Array<ArrayBuffer>): void;
  close(code?: number): void;
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null;
  onerror: (() => void) | null;
}

const OPEN = 1;
const NORMAL = 1000;
const APPLICATION_CODES_FROM = 3000;

/** The code reported when no connection could be made: the one that browsers use. */
const ABNORMAL = 1006;

/**
 * Sockets through a WebSocket constructor.
 *
 * @param make - makes the platform's WebSocket to the server; may throw on a bad address
 */
export function webSockets(make: () => WebSocketLike): Connect {
  return (events) => {
    let socket: WebSocketLike;
    let live = true;
    const closed = (code: number, reason: string): void => {
      if (live) {
        live = false;
        events.closed(code, reason);
      }
    };
    try {
      socket = make();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      queueMicrotask(() => closed(ABNORMAL, reason));
      return { send: () => undefined, close: () => (live = false) };
    }
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      if (live) {
        events.opened();
      }
    };
    socket.onmessage = ({ data }) => {
      // Text frames are not of this protocol; the engine treats an empty message as malformed.
      if (live) {
        events.message(data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array());
      }
    };
    socket.onclose = ({ code, reason }) => closed(code, reason);
    // `close` follows every error; without a listener the Node implementation would throw.
    socket.onerror = () => undefined;
    return {
      send: (bytes) => {
        if (live && socket.readyState === OPEN) {
          socket.send(bytes as Uint8Array<ArrayBuffer>);
        }
      },
      close: (code) => {
        live = false;
        // Browsers allow a page only these codes.
        socket.close(code === NORMAL || code >= APPLICATION_CODES_FROM ? code : NORMAL);
      },
    };
  };
}
