/** How a visit begins: with what the server says of itself, from memory where it has been said before. */
import { fetchConfig, hasAccounts, rememberedConfig, type ServerConfig } from "./config.ts";
import { Portal } from "./portal/portal.ts";
import { type Session, sessionWith } from "./session.ts";
import { takeTokenFromAddress } from "./token.ts";

export type Visit =
  /** Nobody signs in: the tab has a name or a personal link. */
  | { readonly kind: "tab"; readonly session: Session }
  /** People have accounts. */
  | { readonly kind: "portal"; readonly portal: Portal };

/** Starts the visit: at once from memory, otherwise by asking the server. Rejects when neither can tell. */
export async function openVisit(): Promise<Visit> {
  takeTokenFromAddress();
  const remembered = rememberedConfig();
  if (remembered === null) {
    return visitTo(await fetchConfig(location.origin));
  }
  // Without network there is nothing newer than the memory.
  fetchConfig(location.origin).catch(() => undefined);
  return visitTo(remembered);
}

function visitTo(config: ServerConfig): Visit {
  if (hasAccounts(config.mode)) {
    const portal = new Portal(config);
    portal.start();
    return { kind: "portal", portal };
  }
  return { kind: "tab", session: sessionWith(config) };
}
