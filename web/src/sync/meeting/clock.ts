/**
 * The server's clock, as far as this device can tell it: the device's own, and how far that is off.
 *
 * Each message says when the server made it. It is older by the time it took to come, so of the last few the one that
 * took the shortest is believed. Timers end at moments of the server, so that no screen drifts from another.
 */

/** How many messages are compared. After a clock of the device was set, so many pass until the old ones are forgotten. */
const SAMPLES = 8;

export class ServerClock {
  readonly #device: () => number;
  #offsets: readonly number[] = [];

  /** @param device - the device's own clock, in milliseconds since the epoch */
  constructor(device: () => number = () => Date.now()) {
    this.#device = device;
  }

  /** A message has come that the server made at `at`. */
  heard(at: number): void {
    this.#offsets = [...this.#offsets, at - this.#device()].slice(-SAMPLES);
  }

  /** A new connection: what an old one said of the clock may be hours old. */
  forget(): void {
    this.#offsets = [];
  }

  /** Milliseconds since the epoch by the server's clock. */
  now(): number {
    return this.#device() + (this.#offsets.length === 0 ? 0 : Math.max(...this.#offsets));
  }
}
