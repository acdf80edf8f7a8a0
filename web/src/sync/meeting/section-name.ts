/**
 * How a meeting names a section of a text: by the block of its heading, and by what that said when it was named.
 *
 * `#12345.67 Dose` stays the same section whatever is written before it; a name of words alone is one too.
 */

export interface SectionName {
  /** The block of the heading, by the CRDT client that made it and that client's count; `null` for words alone. */
  readonly block: { readonly client: number; readonly clock: number } | null;
  readonly words: string;
}

/** The longest name that a meeting takes, in bytes of UTF-8. */
const BYTES_MAX = 300;

export function readSectionName(section: string): SectionName {
  const found = /^#(\d{1,16})\.(\d{1,10})(?: (.*))?$/s.exec(section);
  return found === null
    ? { block: null, words: section }
    : { block: { client: Number(found[1]), clock: Number(found[2]) }, words: found[3] ?? "" };
}

/** The name of a section; long words are cut. */
export function writeSectionName(block: { readonly client: number; readonly clock: number }, words: string): string {
  const encoder = new TextEncoder();
  let kept = [...words];
  const written = (): string => `#${block.client}.${block.clock} ${kept.join("")}`.trimEnd();
  while (encoder.encode(written()).length > BYTES_MAX) {
    kept = kept.slice(0, -1);
  }
  return written();
}
