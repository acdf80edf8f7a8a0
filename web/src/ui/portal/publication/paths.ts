/** Where publications are. */
import type { DocumentName, PublicationId } from "../../../sync/index.ts";
import { documentPath } from "../branches/paths.ts";

/** Where the publication of a document stands. */
export function publicationPath(document: DocumentName): string {
  return `${documentPath(document)}/publication`;
}

/** The permanent address of a version. */
export function versionPath(id: PublicationId): string {
  return `/p/${id}`;
}
