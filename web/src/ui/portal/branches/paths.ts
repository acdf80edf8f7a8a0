/** Where suggestions are: under the document that they are for. */
import type { Branch, DocumentName } from "../../../sync/index.ts";

export function documentPath(document: DocumentName): string {
  return `/d/${encodeURIComponent(document)}`;
}

/** All suggestions for a document. */
export function suggestionsPath(document: DocumentName): string {
  return `${documentPath(document)}/suggestions`;
}

/** The text of one. */
export function branchPath({ name, document }: Branch): string {
  return `${suggestionsPath(document.name)}/${encodeURIComponent(name)}`;
}

/** What it changes. */
export function changesPath(branch: Branch): string {
  return `${branchPath(branch)}/changes`;
}
