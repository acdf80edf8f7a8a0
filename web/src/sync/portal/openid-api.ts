/** Signing in with an OpenID Connect provider, and by what somebody can sign in at all. */
import { Answer } from "../answer.ts";
import type { Rest } from "../rest.ts";

/** What somebody goes to the provider for. */
export type ProviderWish =
  | { readonly purpose: "sign-in"; readonly next: string }
  /** Takes an invitation; makes an account where there is none. */
  | { readonly purpose: "join"; readonly secret: string }
  /** For whoever is signed in. */
  | { readonly purpose: "connect" }
  /** Signs in there once more, before what cannot be taken back; for whoever is signed in. */
  | { readonly purpose: "prove" };

/** Who somebody is at a provider. */
export interface ConnectedIdentity {
  readonly id: string;
  /** The provider’s address. */
  readonly issuer: string;
  /** The e-mail address or name there; may be empty. */
  readonly shownAs: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** Whether it is the provider that lets people in today. */
  readonly isUsable: boolean;
}

export interface WaysIn {
  readonly hasPassword: boolean;
  readonly identities: readonly ConnectedIdentity[];
}

export interface OpenIdApi {
  /** Where to go. Rejects with `provider-away`, `no-such-link` or `not-signed-in`. */
  begin(wish: ProviderWish): Promise<string>;
  waysIn(signal?: AbortSignal): Promise<WaysIn>;
  /** Rejects with `last-way-in`. */
  disconnect(id: string): Promise<void>;
}

export function openIdApi(rest: Rest): OpenIdApi {
  return {
    begin: async (wish) => new Answer(await rest.send("POST", "/api/v1/openid", wish)).text("location"),
    async waysIn(signal) {
      const answer = new Answer(await rest.get("/api/v1/account/ways-in", signal));
      return { hasPassword: answer.flag("hasPassword"), identities: answer.list("identities", readIdentity) };
    },
    async disconnect(id) {
      await rest.send("DELETE", `/api/v1/account/identities/${encodeURIComponent(id)}`);
    },
  };
}

function readIdentity(entry: Answer): ConnectedIdentity {
  return {
    id: entry.text("id"),
    issuer: entry.text("issuer"),
    shownAs: entry.maybeText("shownAs") ?? "",
    since: entry.number("since"),
    isUsable: entry.flag("isUsable"),
  };
}
