/** What is different between two texts, section by section. Pure. */
import type { Compared } from "../past/index.ts";

export interface SectionChanges {
  /** The place of the first of them in the comparison. */
  readonly at: number;
  /** The heading under which they stand; `null` above the first. */
  readonly heading: string | null;
  readonly changes: readonly Compared[];
}

/** The changes of a comparison under their headings, in the order of the text. A heading that changed stands under itself. */
export function sectionsOf(compared: readonly Compared[]): readonly SectionChanges[] {
  const sections: { at: number; heading: string | null; changes: Compared[] }[] = [];
  let heading: string | null = null;
  for (const [at, each] of compared.entries()) {
    const block = each.kind === "removed" ? each.before : each.after;
    const isHeading = block.look.startsWith("heading");
    if (isHeading) {
      heading = block.text;
    }
    if (each.kind !== "kept") {
      const last = sections.at(-1);
      if (last !== undefined && last.heading === heading) {
        last.changes.push(each);
      } else {
        sections.push({ at, heading, changes: [each] });
      }
    }
  }
  return sections;
}
