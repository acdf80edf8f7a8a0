/**
 * Tokens for the replica: fetched when it asks, given again while they are good.
 *
 * The server asks for another one before the last runs out, and the replica then asks here. Without network the answer
 * waits: a token that cannot be fetched now can be fetched later, and nothing is refused meanwhile. So it does while the
 * session has ended and its person may come back. Times come from outside.
 */
import { ApiError } from "../rest.ts";
import type { SocketToken } from "./session-api.ts";

/** A token that ends sooner is not given again, in milliseconds. */
export const GOOD_FOR_MS = 60_000;

/** Requests are at least so far apart, in milliseconds: a server that refuses every token is not to be flooded. */
export const APART_MS = 1_000;

/** The longest wait between attempts, in milliseconds. */
export const RETRY_MAX_MS = 15_000;

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  wait(ms: number): Promise<void>;
}

export const clock: Clock = {
  now: () => Date.now(),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

export class TokenKeeper {
  readonly #fetch: () => Promise<SocketToken>;
  readonly #onRefused: () => Promise<void>;
  readonly #clock: Clock;
  #held: SocketToken | null = null;
  #pending: Promise<string | null> | null = null;
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #ended = false;
  /** Those who wait until somebody is signed in again; `null` while somebody is. */
  #waiting: (() => void)[] | null = null;

  /**
   * @param fetch - asks the server for a token
   * @param onRefused - called when the server gives none because nobody is signed in; settles when it is known what
   *   follows from that, which is {@link pause} or {@link end} unless somebody is
   */
  constructor(fetch: () => Promise<SocketToken>, onRefused: () => Promise<void>, time: Clock = clock) {
    this.#fetch = fetch;
    this.#onRefused = onRefused;
    this.#clock = time;
  }

  /**
   * A token; `null` when there is none any more.
   *
   * @param isRefused - whether the one that was given last was not taken, as far as is known
   */
  ask(isRefused: boolean): Promise<string | null> {
    if (this.#ended) {
      return Promise.resolve(null);
    }
    if (this.#held !== null && !isRefused && this.#held.expiresAt - this.#clock.now() > GOOD_FOR_MS) {
      return Promise.resolve(this.#held.token);
    }
    this.#pending ??= this.#renew().finally(() => {
      this.#pending = null;
    });
    return this.#pending;
  }

  /** Nobody is signed in, and the same person may be again: answers wait until then. */
  pause(): void {
    this.#held = null;
    this.#waiting ??= [];
  }

  /** The same person is signed in. */
  resume(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    for (const go of waiting) {
      go();
    }
  }

  /** Nobody is signed in any more: no further tokens. */
  end(): void {
    this.#ended = true;
    this.#held = null;
    this.resume();
  }

  async #renew(): Promise<string | null> {
    await this.#pause(this.#fetchedAt + APART_MS - this.#clock.now());
    for (let wait = APART_MS; !this.#ended; wait = Math.min(wait * 2, RETRY_MAX_MS)) {
      if (this.#waiting !== null) {
        await this.#resumed(this.#waiting);
        continue;
      }
      this.#fetchedAt = this.#clock.now();
      try {
        this.#held = await this.#fetch();
        return this.#ended ? null : this.#held.token;
      } catch (error) {
        if (error instanceof ApiError && error.failure.kind === "unauthorised") {
          await this.#onRefused();
          if (this.#waiting !== null) {
            continue;
          }
        }
      }
      await this.#pause(wait);
    }
    return null;
  }

  #resumed(waiting: (() => void)[]): Promise<void> {
    return new Promise((resolve) => waiting.push(resolve));
  }

  async #pause(ms: number): Promise<void> {
    if (ms > 0) {
      await this.#clock.wait(ms);
    }
  }
}
