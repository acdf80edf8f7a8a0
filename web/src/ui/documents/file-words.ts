/** Files in words: what can be chosen, and why one was not read. Knows nothing of how they are read. */
import type { LeftOut } from "../../editor/formats/files.ts";
import type { Catalogue } from "../../messages/index.ts";

/** What a file chooser offers. */
export const FILE_ACCEPT =
  ".docx,.md,.markdown,.html,.htm,application/vnd.openxmlformats-officedocument.wordprocessingml.document,text/markdown,text/html";

type Words = Pick<Catalogue, "documents" | "formats">;

/** What to tell a person about `error`, met while `file` was read. */
export function describeFileFailure(error: unknown, file: string, { documents, formats }: Words): string {
  const failure: unknown = error instanceof Error && "failure" in error ? error.failure : null;
  if (typeof failure !== "object" || failure === null) {
    return documents.importFailed(file);
  }
  if ("megabytes" in failure) {
    return documents.importTooLarge(file, Number(failure.megabytes));
  }
  if ("encoding" in failure) {
    return documents.importUndecodable(file, String(failure.encoding));
  }
  switch ("why" in failure ? failure.why : "kind" in failure ? failure.kind : null) {
    case "locked":
      return formats.locked(file);
    case "swollen":
      return formats.swollen(file);
    case "too-deep":
      return formats.tooDeep(file);
    default:
      return "why" in failure ? formats.damaged(file) : documents.importFailed(file);
  }
}

/** What came in, in words, with what of it did not. */
export function describeImported(said: string, leftOut: LeftOut, { formats }: Pick<Catalogue, "formats">): string {
  const { comments, deletions, formulas } = leftOut;
  const further = [
    ...(comments > 0 ? [formats.commentsLeftOut(comments)] : []),
    ...(deletions > 0 ? [formats.deletionsLeftOut] : []),
    ...(formulas > 0 ? [formats.formulasFlattened(formulas)] : []),
  ];
  return further.length === 0 ? said : [`${said}.`, ...further].join(" ");
}
