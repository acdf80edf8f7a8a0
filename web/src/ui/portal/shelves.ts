/** Which documents of this device a list of the portal shows. Every document there has a community, on the server. */
import {
  type CommunityId,
  type ListOptions,
  type LocalDocument,
  type Memory,
  type Portal,
  partOf,
} from "../../sync/index.ts";
import type { Shelf } from "../documents/use-library.ts";

/**
 * Whether a copy on this device is worth showing: the server lists the document, or cannot be asked, or the copy holds
 * something that is nowhere else. Any other is of a document that this member may not see any more.
 */
export function isOfUse(
  { unconfirmed, setAside, forkOf }: Pick<LocalDocument, "unconfirmed" | "setAside" | "forkOf">,
  isListed: boolean | null,
): boolean {
  return isListed !== false || unconfirmed > 0 || setAside > 0 || forkOf !== null;
}

/** The documents of one community. What the server lists is remembered, for a visit without network. */
export function communityShelf(portal: Portal, memory: Memory, community: CommunityId): Shelf {
  return {
    async list(options: ListOptions) {
      const listed = await portal.api.documents.list(community, options);
      memory.rememberDocuments(
        community,
        listed.map(({ name }) => name),
      );
      return listed;
    },
    holds: (document, isListed) =>
      memory.documents(community).has(partOf(document.name) ?? document.forkOf ?? document.name) &&
      isOfUse(document, isListed),
  };
}
