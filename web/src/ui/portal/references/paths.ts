/** Where the references of a document are. */
import type { DocumentName } from "../../../sync/index.ts";
import { documentPath } from "../branches/paths.ts";

export function referencesPath(document: DocumentName): string {
  return `${documentPath(document)}/references`;
}
