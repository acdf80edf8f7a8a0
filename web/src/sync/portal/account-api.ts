/** One's own account: name, password, and the places where one is signed in. */
import { Answer } from "../answer.ts";
import type { Rest } from "../rest.ts";
import type { SessionId } from "./ids.ts";
import { type Account, readAccount } from "./session-api.ts";

/** A browser in which the account is signed in. Times are milliseconds since the epoch. */
export interface Place {
  readonly id: SessionId;
  readonly createdAt: number;
  readonly lastSeenAt: number;
  /** What the browser calls itself. */
  readonly userAgent: string;
  /** Of the network, as the server saw it. */
  readonly address: string;
  readonly isThis: boolean;
}

/** By what somebody shows that it is them: a password, the address, or nothing more than a fresh sign-in that the server knows of. */
export interface FarewellProof {
  readonly current?: string;
  readonly email?: string;
}

export interface AccountApi {
  rename(name: string): Promise<Account>;
  changePassword(current: string, next: string): Promise<void>;
  /** Asks for a mail with a link for a new password. Settles the same whether there is such an account. */
  forgotten(email: string): Promise<void>;
  places(signal?: AbortSignal): Promise<readonly Place[]>;
  signOutThere(id: SessionId): Promise<void>;
  /** Everything that is one’s own, as one file; its page speaks that language. Rejects with `busy`. */
  takeData(language: string): Promise<Blob>;
  /** Gives the account up. Rejects with `last-leader`, `wrong-credentials`, or `sign-in-again`. */
  giveUp(proof: FarewellProof, keepName: boolean, language: string): Promise<void>;
}

const PATH = "/api/v1/account";

export function accountApi(rest: Rest): AccountApi {
  return {
    rename: async (name) => readAccount(new Answer(await rest.send("PATCH", PATH, { name }))),
    async changePassword(current, next) {
      await rest.send("POST", `${PATH}/password`, { current, new: next });
    },
    async forgotten(email) {
      await rest.send("POST", "/api/v1/forgotten-passwords", { email });
    },
    places: async (signal) => new Answer(await rest.get(`${PATH}/sessions`, signal)).list("sessions", readPlace),
    async signOutThere(id) {
      await rest.send("DELETE", `${PATH}/sessions/${encodeURIComponent(id)}`);
    },
    takeData: (language) => rest.download(`${PATH}/archive?language=${encodeURIComponent(language)}`),
    async giveUp(proof, keepName, language) {
      await rest.send("POST", `${PATH}/farewell`, { ...proof, keepName, language });
    },
  };
}

function readPlace(entry: Answer): Place {
  return {
    id: entry.text("id"),
    createdAt: entry.number("createdAt"),
    lastSeenAt: entry.number("lastSeenAt"),
    userAgent: entry.maybeText("userAgent") ?? "",
    address: entry.maybeText("address") ?? "",
    isThis: entry.flag("isThis"),
  };
}
