/**
 * What speaks against opening a document to others, or to fewer: what the server would refuse is not offered.
 *
 * Leaders decide about everything but drafts that nobody else sees; whoever started a document may take it back, or lay
 * such a draft, or what a sub-group made of it, before the community. Nobody keeps to themselves what somebody else has
 * started, nor opens a document to a sub-group that they are not in.
 */
import type { Catalogue } from "../../../messages/index.ts";
import { isWider, leads, type Policy, type Privacy, type Role } from "../../../sync/index.ts";

/** Whoever looks at the document. */
export interface Viewer {
  /** In the document's community; `null` when it is not known. */
  readonly role: Role | null;
  /** Whether they started it. */
  readonly isCreator: boolean;
  /** Whether they are in any sub-group there. */
  readonly isInSubGroup: boolean;
}

export function obstacleTo(
  next: Privacy,
  policy: Pick<Policy, "privacy" | "mayNarrow" | "mayWiden">,
  { role, isCreator, isInSubGroup }: Viewer,
  text: Pick<Catalogue, "portal" | "joining">,
): string | null {
  const { sharing } = text.portal;
  if (next === policy.privacy) {
    return null;
  }
  if (next === "private" && !isCreator) {
    return sharing.mayNotHide;
  }
  if (!isWider(next, policy.privacy)) {
    return !policy.mayNarrow ? sharing.mayNotNarrow : subGroupObstacle(next, isInSubGroup, text);
  }
  const isLayingBefore =
    (policy.privacy === "private" || policy.privacy === "sub-group") && (next === "sub-group" || next === "community");
  if (!policy.mayWiden || isLayingBefore) {
    return policy.mayWiden ? subGroupObstacle(next, isInSubGroup, text) : sharing.mayNotWiden;
  }
  return role === null ? sharing.roleUnknown : leads(role) ? null : sharing.mayNotWiden;
}

function subGroupObstacle(
  next: Privacy,
  isInSubGroup: boolean,
  { joining }: Pick<Catalogue, "joining">,
): string | null {
  return next === "sub-group" && !isInSubGroup ? joining.groups.noneOfYours : null;
}
