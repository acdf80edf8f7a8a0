/**
 * The secrets under which this device's ballots of anonymous rounds lie, one for each round.
 *
 * The server is shown the secret with the ballot and keeps no link to whose it is; only whoever shows it again may
 * change the ballot. So it is drawn here, by chance, kept while the round is open, and forgotten afterwards. What was
 * chosen is not kept.
 */
import { recall, remember, unremember } from "../browser-store.ts";
import type { AccountId } from "../portal/ids.ts";
import type { MeetingId } from "./ids.ts";

const SECRET_BYTES = 32;
const SECRET = /^[0-9a-f]{64}$/;

export class BallotSecrets {
  readonly #prefix: string;
  /** Also where the browser keeps nothing. */
  readonly #drawn = new Map<number, string>();

  constructor(account: AccountId, meeting: MeetingId) {
    this.#prefix = `consilium.ballot.${account}.${meeting}`;
  }

  /** The secret for this round, the same until it is forgotten: 64 hexadecimal digits. */
  of(round: number): string {
    const kept = this.#drawn.get(round) ?? recall("device", this.#key(round));
    if (kept !== null && SECRET.test(kept)) {
      return kept;
    }
    const secret = hex(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));
    this.#drawn.set(round, secret);
    remember("device", this.#key(round), secret);
    return secret;
  }

  /** The round is over. */
  forget(round: number): void {
    this.#drawn.delete(round);
    unremember("device", this.#key(round));
  }

  #key(round: number): string {
    return `${this.#prefix}.${round}`;
  }
}

/** Bytes as hexadecimal digits in lower case. */
export function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
