/** What the interface may use of a document's past; loaded when wanted. */
export type { Block } from "./blocks.ts";
export { bringBack } from "./bring-back.ts";
export { type Compared, compare, isAlike, type Words } from "./compare.ts";
export { type PastText, readPast } from "./read.ts";
