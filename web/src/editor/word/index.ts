/** What the interface may use of writing Word files; loaded when wanted. */
export type { WordThread } from "./remarks.ts";
export { wordThreads } from "./threads.ts";
export { WORD_MEDIA_TYPE, writeWord } from "./write.ts";
