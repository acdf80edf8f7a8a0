/** What the interface may use of frozen texts; loaded when wanted. */
export { createFrozenReader } from "./reader.ts";
export { type SectionChanges, sectionsOf } from "./sections.ts";
export { documentOf, type Frozen, type FrozenQuestion, type Json, parseFrozen } from "./text.ts";
