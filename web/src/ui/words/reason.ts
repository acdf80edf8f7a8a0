/** Stable codes of the server and the replica in words. */
import type { Catalogue } from "../../messages/index.ts";

/** Words for `code`; the code itself where there are none, because a strange word is better than silence. */
export function sayReason(code: string, text: Catalogue): string {
  return text.reasons[code] ?? code;
}
