/**
 * A port: one end of an ordered, reliable pipe of messages. All that tab and host know of what lies between them.
 */

/** One end of a pipe that sends `Out` and receives `In`. */
export interface Port<Out, In> {
  post(message: Out): void;
  /** Sets who receives; messages that came earlier are delivered then. At most one receiver. */
  receive(listener: (message: In) => void): void;
  close(): void;
}

/** The part of MessagePort, Worker and DedicatedWorkerGlobalScope that a port needs. */
interface MessageTarget {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
  removeEventListener(type: "message", listener: (event: MessageEvent) => void): void;
  start?(): void;
}

/**
 * A port over anything that posts messages. The other end is this package's own code, so the shape of what arrives
 * is not checked again.
 *
 * @param close - ends the pipe for good, for example by terminating the worker at its end
 */
export function messagePort<Out, In>(target: MessageTarget, close: () => void): Port<Out, In> {
  let listener: ((message: In) => void) | undefined;
  const early: In[] = [];
  const onMessage = (event: MessageEvent): void => {
    const message = event.data as In;
    if (listener === undefined) {
      early.push(message);
    } else {
      listener(message);
    }
  };
  target.addEventListener("message", onMessage);
  target.start?.();
  return {
    post: (message) => target.postMessage(message),
    receive: (next) => {
      listener = next;
      for (const message of early.splice(0)) {
        next(message);
      }
    },
    close: () => {
      target.removeEventListener("message", onMessage);
      close();
    },
  };
}

/** A port over one BroadcastChannel that exactly two ends use. */
export function channelPort<Out, In>(channelName: string): Port<Out, In> {
  const channel = new BroadcastChannel(channelName);
  return messagePort<Out, In>(channel, () => channel.close());
}

/** Two connected ends within one process. Delivery is asynchronous, as it is between threads. */
export function portPair<A, B>(): [Port<A, B>, Port<B, A>] {
  const first = new LocalEnd<A, B>();
  const second = new LocalEnd<B, A>();
  first.peer = second;
  second.peer = first;
  return [first, second];
}

class LocalEnd<Out, In> implements Port<Out, In> {
  peer: LocalEnd<In, Out> | undefined;
  #listener: ((message: In) => void) | undefined;
  readonly #inbox: In[] = [];
  #scheduled = false;
  #open = true;

  post(message: Out): void {
    if (this.#open) {
      this.peer?.deliver(message);
    }
  }

  receive(listener: (message: In) => void): void {
    this.#listener = listener;
    this.#schedule();
  }

  close(): void {
    this.#open = false;
    this.#inbox.length = 0;
  }

  deliver(message: In): void {
    if (this.#open) {
      this.#inbox.push(message);
      this.#schedule();
    }
  }

  #schedule(): void {
    if (this.#scheduled || this.#listener === undefined || this.#inbox.length === 0) {
      return;
    }
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      for (const message of this.#inbox.splice(0)) {
        this.#listener?.(message);
      }
      this.#schedule();
    });
  }
}
