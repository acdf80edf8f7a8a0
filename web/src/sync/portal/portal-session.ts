/**
 * The visit of somebody who is signed in, as the pages of documents know a visit: their name, their replica.
 *
 * What this member may do with a document is the server's word, document by document; nothing is refused beforehand.
 */
import { connectReplica, type Replica } from "@consilium/client";
import { documentsOver } from "../api.ts";
import { allGrants, type Grants } from "../grants.ts";
import { type Member, memberCalled } from "../member.ts";
import { isTokenRefused, type Session } from "../session.ts";
import type { Portal } from "./portal.ts";
import type { Account } from "./session-api.ts";
import { TokenKeeper } from "./token-keeper.ts";

/** Documents are started by their community, which names them. */
const grants: Grants = { ...allGrants, newNamesBegin: null };

/** The visit of `account`, which lasts until another one, or nobody, is signed in. */
export function portalSession(portal: Portal, account: Account): Session {
  const keeper = new TokenKeeper(
    () => portal.sessions.token(),
    () => portal.recheck(),
  );
  let member: Member = memberOf(account);
  let replica: Replica | null = null;

  const connected = (): Replica => {
    if (replica === null) {
      replica = connectReplica({
        member: { ...member, id: account.id },
        token: () => keeper.ask(replica !== null && isTokenRefused(replica, true)),
      });
      portal.uses(replica);
    }
    return replica;
  };

  return {
    config: portal.config,
    naming: "given",
    api: documentsOver(portal.rest),
    token: () => "valid",
    grants: () => grants,
    endsAt: () => null,
    member: () => member,
    introduce: connected,
    replica: connected,
    watchLink(listener) {
      return portal.standing.subscribe((standing) => {
        if (standing.kind !== "in" || standing.account.id !== account.id) {
          if (portal.staying?.id === account.id) {
            keeper.pause();
          } else {
            keeper.end();
          }
          return;
        }
        keeper.resume();
        if (standing.account.name !== member.name) {
          member = memberOf(standing.account);
          listener();
        }
      });
    },
  };
}

function memberOf({ id, name }: Account): Member {
  return memberCalled(name, id);
}
