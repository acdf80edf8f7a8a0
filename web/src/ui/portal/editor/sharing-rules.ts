/**
 * What speaks against opening a document to others, or to fewer: what the server would refuse is not offered.
 *
 * Leaders decide about everything but drafts that nobody else sees; whoever started a document may take it back, or lay
 * such a draft before the community.
 */
import type { Catalogue } from "../../../messages/index.ts";
import { isWider, leads, type Policy, type Privacy, type Role } from "../../../sync/index.ts";

/** @param role - of this member in the document's community; `null` when it is not known */
export function obstacleTo(
  next: Privacy,
  policy: Pick<Policy, "privacy" | "mayNarrow" | "mayWiden">,
  role: Role | null,
  text: Catalogue["portal"]["sharing"],
): string | null {
  if (next === policy.privacy) {
    return null;
  }
  if (!isWider(next, policy.privacy)) {
    return policy.mayNarrow ? null : next === "private" ? text.mayNotHide : text.mayNotNarrow;
  }
  const isLayingBefore = policy.privacy === "private" && next === "community";
  if (!policy.mayWiden || isLayingBefore) {
    return policy.mayWiden ? null : text.mayNotWiden;
  }
  return role === null ? text.roleUnknown : leads(role) ? null : text.mayNotWiden;
}
