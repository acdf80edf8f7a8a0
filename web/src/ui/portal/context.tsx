/** What every page of the portal may ask for: the visit, who is signed in, and what this device remembers of them. */
import { createContext, useContext } from "react";
import type { Account, Memory, Portal } from "../../sync/index.ts";

export const PortalContext = createContext<Portal | null>(null);

export interface SignedInHere {
  readonly account: Account;
  readonly memory: Memory;
}

export const SignedInContext = createContext<SignedInHere | null>(null);

export function usePortal(): Portal {
  const portal = useContext(PortalContext);
  if (portal === null) {
    throw new Error("used outside the portal");
  }
  return portal;
}

/** For pages that are shown only to somebody who is signed in. */
export function useSignedIn(): SignedInHere {
  const here = useContext(SignedInContext);
  if (here === null) {
    throw new Error("used while nobody is signed in");
  }
  return here;
}
