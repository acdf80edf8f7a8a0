/** A formatter that cannot be had, for unit tests: what it writes, its own tests and those in a browser show. */
import type { FormattedCitations } from "../../../client-wasm/js/src/cite.ts";

export function formatCitations(): Promise<FormattedCitations> {
  return Promise.reject(new Error("there is no formatter in unit tests"));
}
