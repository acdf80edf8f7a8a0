/** Signing in and out, and the tokens for the replica. */
import { Answer } from "../answer.ts";
import { type Rest, restAt } from "../rest.ts";
import type { AccountId, SessionId } from "./ids.ts";

export interface Account {
  readonly id: AccountId;
  readonly name: string;
  readonly email: string;
}

/** Somebody who is signed in, and the session they are signed in by. */
export interface SignedIn {
  readonly account: Account;
  readonly sessionId: SessionId;
}

export interface SocketToken {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface SessionApi {
  signIn(email: string, password: string): Promise<SignedIn>;
  /** Who is signed in; `null` where nobody is. */
  ask(): Promise<SignedIn | null>;
  signOut(): Promise<void>;
  token(): Promise<SocketToken>;
}

const PATH = "/api/v1/session";

export function sessionApi(rest: Rest = restAt(location.origin)): SessionApi {
  return {
    signIn: async (email, password) => readSignedIn(await rest.send("POST", PATH, { email, password })),
    async ask() {
      // That nobody is signed in is no failure, and nothing for a browser to complain about.
      const answer = await rest.get(`${PATH}?ifAny=true`);
      return answer === null ? null : readSignedIn(answer);
    },
    async signOut() {
      await rest.send("DELETE", PATH);
    },
    async token() {
      const answer = new Answer(await rest.send("POST", `${PATH}/token`));
      return { token: answer.text("token"), expiresAt: answer.number("expiresAt") };
    },
  };
}

export function readSignedIn(value: unknown): SignedIn {
  const answer = new Answer(value);
  return { account: readAccount(answer.part("account")), sessionId: answer.text("sessionId") };
}

export function readAccount(answer: Answer): Account {
  return { id: answer.text("id"), name: answer.text("name"), email: answer.text("email") };
}
