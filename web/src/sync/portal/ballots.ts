/**
 * Ballots on this device: those that wait for the server, what became of them, and the secrets of votes without names.
 *
 * A ballot that is given without network is kept and sent as soon as the server answers. The server decides by its own
 * clock whether it came in time; one that did not is kept here until its voter has been told. The secret of a vote
 * without names is drawn here and never shown to anybody but the server, which keeps its hash only: whoever has it can
 * change the ballot while the vote is open, and find it in the result.
 *
 * Kept for each account, across tabs; signing out does not delete it, as with everything else that is unsent.
 */
import { recallJson, remember } from "../browser-store.ts";
import { ApiError, isRecord, isUnreachable } from "../rest.ts";
import { Settable } from "../settable.ts";
import type { AccountId } from "./ids.ts";
import type { Ballot, RoundId, RoundsApi } from "./rounds-api.ts";

/** How often the server is tried again, in milliseconds. */
const RETRY_MS = 5_000;

/** A ballot as this device knows it. */
export interface KeptBallot {
  readonly round: RoundId;
  /** What is voted on, for whoever is told later. */
  readonly question: string;
  readonly choice: string;
  readonly said: string;
  readonly text: string;
  /** Of a vote without names: 64 hexadecimal digits. */
  readonly secret: string | null;
  /** Where it lies in the box, once the server has it. */
  readonly slot: string | null;
  /** `waiting` for the server; `sent`; or `refused`, with the server's code. */
  readonly state: "waiting" | "sent" | "refused";
  readonly code: string | null;
  /** Whether the server ever took one from this device: only then is its secret the voter's. */
  readonly hasCounted: boolean;
}

export class Ballots {
  readonly #key: string;
  readonly #api: RoundsApi;
  readonly #kept: Settable<ReadonlyMap<RoundId, KeptBallot>>;
  readonly #stop = new AbortController();
  #busy = false;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(account: AccountId, api: RoundsApi) {
    this.#key = `consilium.${account}.ballots`;
    this.#api = api;
    this.#kept = new Settable(read(this.#key));
    const { signal } = this.#stop;
    addEventListener("online", () => void this.#send(), { signal });
    addEventListener(
      "storage",
      (event) => {
        if (event.key === this.#key) {
          this.#kept.set(read(this.#key));
        }
      },
      { signal },
    );
    this.#timer = setInterval(() => void this.#send(), RETRY_MS);
    void this.#send();
  }

  get kept(): Settable<ReadonlyMap<RoundId, KeptBallot>> {
    return this.#kept;
  }

  dispose(): void {
    this.#stop.abort();
    clearInterval(this.#timer);
  }

  /**
   * Keeps a ballot and sends it. Resolves when the server has answered, or cannot be reached; what became of it is in
   * `kept` then.
   */
  async cast(round: RoundId, question: string, ballot: Omit<Ballot, "secret">, isSecret: boolean): Promise<void> {
    const before = read(this.#key).get(round);
    // The secret of a first ballot is the voter's for as long as the vote is open.
    const secret = isSecret ? (before?.secret ?? drawSecret()) : null;
    this.#keep({
      round,
      question,
      ...ballot,
      secret,
      slot: before?.slot ?? null,
      state: "waiting",
      code: null,
      hasCounted: before?.hasCounted ?? false,
    });
    await this.#send();
  }

  /** The voter knows what became of it. */
  acknowledge(round: RoundId): void {
    const ballot = this.#kept.value.get(round);
    if (ballot?.state === "refused") {
      if (ballot.hasCounted) {
        // An earlier one of theirs counts, and this device has its secret.
        this.#keep({ ...ballot, state: "sent", code: null });
      } else {
        const others = new Map(read(this.#key));
        others.delete(round);
        this.#write(others);
      }
    }
  }

  async #send(): Promise<void> {
    if (this.#busy) {
      return;
    }
    this.#busy = true;
    try {
      for (const ballot of read(this.#key).values()) {
        if (ballot.state === "waiting" && !(await this.#sendOne(ballot))) {
          break;
        }
      }
    } finally {
      this.#busy = false;
    }
  }

  /** Whether the server answered. */
  async #sendOne(ballot: KeptBallot): Promise<boolean> {
    try {
      const { slot } = await this.#api.vote(ballot.round, ballot);
      const found = ballot.secret === null ? null : ((await slotOf(ballot.round, ballot.secret)) ?? slot);
      this.#settle(ballot, { state: "sent", code: null, slot: found, hasCounted: true });
      return true;
    } catch (error) {
      if (isUnreachable(error) || !(error instanceof ApiError) || error.failure.kind === "unauthorised") {
        return false;
      }
      const code = error.problem?.code ?? error.failure.kind;
      // The answer to an earlier attempt may have been lost, and that one counted.
      const hasCounted = code === "round-over" && (await this.#isIn(ballot));
      this.#settle(ballot, hasCounted ? { state: "sent", code: null, hasCounted } : { state: "refused", code });
      return true;
    }
  }

  /** Whether this very ballot is in a round that has ended. */
  async #isIn({ round, secret, choice }: KeptBallot): Promise<boolean> {
    try {
      const { mine, result } = await this.#api.one(round);
      if (secret === null) {
        return mine?.choice === choice;
      }
      const slot = await slotOf(round, secret);
      return result?.ballots.some((counted) => counted.slot === slot && counted.choice === choice) ?? false;
    } catch {
      return false;
    }
  }

  /** Notes what became of a ballot, unless the voter has chosen otherwise meanwhile. */
  #settle(sent: KeptBallot, what: Partial<KeptBallot>): void {
    const now = read(this.#key).get(sent.round);
    if (now === undefined || (now.choice === sent.choice && now.said === sent.said)) {
      this.#keep({ ...sent, ...what });
    } else if (what.hasCounted === true) {
      this.#keep({ ...now, slot: what.slot ?? null, hasCounted: true });
    }
  }

  #keep(ballot: KeptBallot): void {
    this.#write(new Map(read(this.#key)).set(ballot.round, ballot));
  }

  #write(ballots: ReadonlyMap<RoundId, KeptBallot>): void {
    remember("device", this.#key, JSON.stringify([...ballots.values()]));
    this.#kept.set(ballots);
  }
}

function read(key: string): ReadonlyMap<RoundId, KeptBallot> {
  const value = recallJson("device", key);
  const entries: readonly unknown[] = Array.isArray(value) ? value : [];
  const ballots = entries.flatMap((entry) => (isKept(entry) ? [entry] : []));
  return new Map(ballots.map((ballot) => [ballot.round, ballot]));
}

function isKept(value: unknown): value is KeptBallot {
  return (
    isRecord(value) &&
    typeof value["round"] === "string" &&
    typeof value["question"] === "string" &&
    typeof value["choice"] === "string" &&
    typeof value["said"] === "string" &&
    typeof value["text"] === "string" &&
    (value["secret"] === null || typeof value["secret"] === "string") &&
    (value["state"] === "waiting" || value["state"] === "sent" || value["state"] === "refused")
  );
}

function drawSecret(): string {
  return hex(crypto.getRandomValues(new Uint8Array(32)));
}

/**
 * Where the ballot of a secret lies: the same hash as the server's, so that nobody has to believe it. `null` where this
 * browser computes none, because the page did not come over a safe connection.
 */
export async function slotOf(round: RoundId, secret: string): Promise<string | null> {
  const subtle: SubtleCrypto | undefined = crypto.subtle;
  if (subtle === undefined) {
    return null;
  }
  const text = new TextEncoder().encode(`consilium-round:${round}:${secret}`);
  return hex(new Uint8Array(await subtle.digest("SHA-256", text)));
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
