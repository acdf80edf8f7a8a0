/**
 * The pieces of the app that are loaded when they are first wanted.
 *
 * All of them are named here, so that a page that stays open while a newer version is taken into use can fetch the
 * rest of its own version before that is gone.
 */

export const pieces = {
  editorPage: () => import("./editor/editor-page.tsx"),
  shortcutSheet: () => import("./shell/shortcut-sheet.tsx"),
  files: () => import("../editor/formats/files.ts"),
  markdownWriter: () => import("../editor/formats/markdown-write.ts"),
} as const;

/** Fetches every piece. Settles when all are there or cannot be had. */
export async function fetchAllPieces(): Promise<void> {
  await Promise.allSettled(Object.values(pieces).map((load) => load()));
}
