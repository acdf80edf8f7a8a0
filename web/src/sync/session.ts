/**
 * A visit in one tab: the server's word about itself, the member, the token and the replica.
 *
 * The replica is connected once the member is known and lives as long as the page, or until another personal link is
 * opened in it. This is the only module that knows how the replica is made.
 */
import { connectReplica, type Replica } from "@consilium/client";
import { type DocumentsApi, documentsApi } from "./api.ts";
import { hasAccounts, type ServerConfig } from "./config.ts";
import { allGrants, type Grants, readGrants } from "./grants.ts";
import { heldMember, holdMember, type Member, memberCalled } from "./member.ts";
import {
  heldToken,
  readClaims,
  type TokenClaims,
  type TokenStanding,
  tokenStanding,
  watchAddress,
  watchOtherTabs,
} from "./token.ts";
import { TokenSource } from "./token-source.ts";

export interface Session {
  readonly config: ServerConfig;
  readonly api: DocumentsApi;
  /** Whether each tab picks its own name, or the token carries it. */
  readonly naming: "picked" | "given";
  /** `valid` as well where no token is needed. */
  token(): TokenStanding;
  /** What the token lets its bearer do; everything where none is needed. */
  grants(): Grants;
  /** When the token ends, in milliseconds since the epoch; `null` where it does not, or none is needed. */
  endsAt(): number | null;
  member(): Member | null;
  /** Sets the name of this tab; connects the replica the first time. */
  introduce(member: Member): Replica;
  /** The replica, connected when the member is known already. */
  replica(): Replica | null;
  /**
   * Calls `listener` after another personal link was opened in this tab: the member and the grants are others then,
   * and for another person the replica is. Returns the function that stops it. Whoever used a former replica retires it.
   */
  watchLink(listener: () => void): () => void;
}

/** Starts the visit to a server where nobody signs in. */
export function sessionWith(config: ServerConfig): Session {
  const naming = config.mode === "token" ? "given" : "picked";
  let member = naming === "given" ? memberOfToken() : heldMember();
  let replica: Replica | null = null;
  let subject = claims()?.subject ?? null;

  const source = new TokenSource(heldToken);

  const connect = (as: Member): Replica => {
    if (naming === "picked") {
      return connectReplica({ member: as });
    }
    const connected: Replica = connectReplica({
      member: withSubject(as),
      token: () => source.ask(isTokenRefused(connected, tokenStanding(heldToken(), Date.now()) === "valid")),
    });
    return connected;
  };

  return {
    config,
    naming,
    api: documentsApi(location.origin, heldToken),
    token: () => (naming === "picked" ? "valid" : tokenStanding(heldToken(), Date.now())),
    grants: () => (naming === "picked" ? allGrants : (claims()?.grants ?? readGrants(null))),
    endsAt: () => (naming === "picked" ? null : (claims()?.expiresAt ?? null)),
    member: () => member,
    introduce(newcomer) {
      member = newcomer;
      holdMember(newcomer);
      replica ??= connect(newcomer);
      return replica;
    },
    replica() {
      if (replica === null && member !== null) {
        replica = connect(member);
      }
      return replica;
    },
    watchLink(listener) {
      const renew = (): void => {
        if (naming === "picked") {
          return;
        }
        const before = subject;
        subject = claims()?.subject ?? null;
        member = memberOfToken();
        if (subject === before) {
          source.renewed();
        } else {
          // Another person's copies are no business of this one.
          replica = null;
        }
        listener();
      };
      const stops = [watchAddress(renew), watchOtherTabs(renew)];
      return () => {
        for (const stop of stops) {
          stop();
        }
      };
    },
  };
}

/**
 * Whether the token that was given last was not taken: the server asked for another, or it is none that could be taken.
 * Without a connection the replica asks because its worker is new, and is to have the same one again.
 *
 * @param isValid - whether the token that was given last could be taken, as far as it says itself
 */
export function isTokenRefused({ status }: Replica, isValid: boolean): boolean {
  const { kind } = status.value;
  return kind === "online" || kind === "refused" || !isValid;
}

/** Whether a copy can become a document of its own: not where documents are started by their community. */
export function canKeepCopies({ config }: Session): boolean {
  return !hasAccounts(config.mode);
}

/** Disposes of `replica` as soon as everything that was written through it is kept. */
export function retire(replica: Replica): void {
  onceKept(replica, () => replica.dispose());
}

/** Calls `then` as soon as everything that was written through `replica` is kept: at once, if it is. */
export function onceKept(replica: Replica, then: () => void): void {
  if (!replica.unsaved.value) {
    then();
    return;
  }
  const stop = replica.unsaved.subscribe((unsaved) => {
    if (!unsaved) {
      stop();
      then();
    }
  });
}

/** What this tab's token says of itself. */
function claims(): TokenClaims | null {
  const token = heldToken();
  return token === null ? null : readClaims(token);
}

/** The member that the token names; without one, somebody without a name. */
function memberOfToken(): Member {
  const said = claims();
  return memberCalled(said?.name ?? "", said?.subject ?? null);
}

/** Members of one browser profile have separate copies: what one may read here, another may not. */
function withSubject(member: Member): Member & { readonly id?: string } {
  const subject = claims()?.subject ?? null;
  return subject === null ? member : { ...member, id: subject };
}
