import type { Observable } from "./types.js";

/** The writable side of an {@link Observable}. Listeners are called in order of subscription, after the value is set. */
export class Value<T> implements Observable<T> {
  #value: T;
  readonly #listeners = new Set<(value: T) => void>();

  constructor(initial: T) {
    this.#value = initial;
  }

  get value(): T {
    return this.#value;
  }

  /** Sets the value and tells the listeners, unless it is the very same value. */
  set(value: T): void {
    if (Object.is(value, this.#value)) {
      return;
    }
    this.#value = value;
    // A copy: a listener may unsubscribe itself or others.
    for (const listener of [...this.#listeners]) {
      listener(value);
    }
  }

  subscribe(listener: (value: T) => void): () => void {
    // A wrapper, so that subscribing one function twice gives two subscriptions.
    const entry = (value: T): void => listener(value);
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }
}
