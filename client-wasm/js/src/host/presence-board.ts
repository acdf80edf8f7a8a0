/**
 * Who is in one document, as far as the host has heard: so that a tab that opens it sees the others at once,
 * offline too, instead of after their next renewal.
 *
 * Speaks the awareness payload of y-protocols: `n, then n times client, clock, JSON text`.
 */
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";

/** Presence that is not renewed for this long is nobody any more; the same limit as in every awareness client. */
const EXPIRES_AFTER_MS = 30_000;

const REMOVED = "null";

interface Entry {
  readonly clock: number;
  readonly state: string;
  readonly heardAt: number;
}

/** The presence of all clients of one document. */
export class PresenceBoard {
  readonly #entries = new Map<number, Entry>();

  /** Takes a presence payload in, as far as it is well-formed. */
  apply(payload: Uint8Array, now: number): void {
    const decoder = decoding.createDecoder(payload);
    try {
      for (let count = decoding.readVarUint(decoder); count > 0; count -= 1) {
        const client = decoding.readVarUint(decoder);
        const clock = decoding.readVarUint(decoder);
        this.#set(client, { clock, state: decoding.readVarString(decoder), heardAt: now });
      }
    } catch {
      // Presence is a courtesy: a broken entry is not worth more than being left out.
    }
  }

  #set(client: number, entry: Entry): void {
    const known = this.#entries.get(client);
    if (known !== undefined && entry.clock < known.clock) {
      return;
    }
    if (entry.state === REMOVED) {
      this.#entries.delete(client);
    } else {
      this.#entries.set(client, entry);
    }
  }

  /** Forgets clients. */
  remove(clients: Iterable<number>): void {
    for (const client of clients) {
      this.#entries.delete(client);
    }
  }

  /** Everyone on the board except `local`, and forgets them. */
  removeOthers(local: ReadonlySet<number>): number[] {
    const others = [...this.#entries.keys()].filter((client) => !local.has(client));
    this.remove(others);
    return others;
  }

  /** All live entries as one payload, or null when there is nobody. */
  snapshot(now: number): Uint8Array | null {
    const live = [...this.#entries].filter(([, entry]) => now - entry.heardAt < EXPIRES_AFTER_MS);
    if (live.length === 0) {
      return null;
    }
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, live.length);
    for (const [client, entry] of live) {
      encoding.writeVarUint(encoder, client);
      encoding.writeVarUint(encoder, entry.clock);
      encoding.writeVarString(encoder, entry.state);
    }
    return encoding.toUint8Array(encoder);
  }
}
