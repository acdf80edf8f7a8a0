/** How much is shown of a value that nobody here knows, in characters. */
const SHOWN_MAX = 120;

/** A value that nobody here knows, as it stands in the document; of a long one the beginning. */
export function sayRaw(value: unknown): string {
  return (typeof value === "string" ? value : (JSON.stringify(value) ?? String(value))).slice(0, SHOWN_MAX);
}
