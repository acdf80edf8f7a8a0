/** Files in words: what can be chosen, and why one was not read. Knows nothing of how they are read. */
import type { Catalogue } from "../../messages/index.ts";

/** What a file chooser offers. */
export const FILE_ACCEPT = ".md,.markdown,.html,.htm,text/markdown,text/html";

/** What to tell a person about `error`, met while `file` was read. */
export function describeFileFailure(error: unknown, file: string, text: Catalogue["documents"]): string {
  const failure: unknown = error instanceof Error && "failure" in error ? error.failure : null;
  if (typeof failure === "object" && failure !== null && "megabytes" in failure) {
    return text.importTooLarge(file, Number(failure.megabytes));
  }
  if (typeof failure === "object" && failure !== null && "encoding" in failure) {
    return text.importUndecodable(file, String(failure.encoding));
  }
  return text.importFailed(file);
}
