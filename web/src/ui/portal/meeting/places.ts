/**
 * Places in the text that is on the screen: the part under a heading, by the words of the heading.
 *
 * They are read from the page and not from the document, because who brings everyone somewhere means what is seen there.
 */

import { readSectionName } from "../../../sync/index.ts";

/** The longest name of a section that a meeting takes, in bytes of UTF-8. */
const SECTION_BYTES_MAX = 300;

/** How long a text that is just being opened may take to show a heading, in milliseconds. */
const PATIENCE_MS = 10_000;

const HEADINGS = ":is(h1, h2, h3, h4)";

/** The headings of the text that is shown, in their order, each once. */
export function headingsShown(root: ParentNode = document): readonly string[] {
  const texts = [...root.querySelectorAll(`.sheet__text ${HEADINGS}`)].map(wordsOf);
  const usable = texts.filter((text) => text !== "" && new TextEncoder().encode(text).length <= SECTION_BYTES_MAX);
  return [...new Set(usable)];
}

/**
 * Brings a section, or the beginning of the text, into view as soon as the text shows it.
 *
 * @returns what gives it up
 */
export function bringIntoView(root: HTMLElement, section: string | null): () => void {
  const words = section === null ? null : readSectionName(section).words;
  const attempt = (): boolean => {
    const prose = root.querySelector(".sheet__text");
    const target =
      section === null
        ? root.querySelector(".sheet")
        : [...root.querySelectorAll(`.sheet__text ${HEADINGS}`)].find((heading) => wordsOf(heading) === words);
    if (prose === null || target === undefined || target === null) {
      return false;
    }
    target.scrollIntoView({ block: "start", behavior: "smooth" });
    return true;
  };
  if (attempt()) {
    return () => undefined;
  }
  const observer = new MutationObserver(() => attempt() && stop());
  const timer = setTimeout(() => observer.disconnect(), PATIENCE_MS);
  const stop = (): void => {
    clearTimeout(timer);
    observer.disconnect();
  };
  observer.observe(root, { childList: true, subtree: true, characterData: true });
  return stop;
}

/** Without the cursors of others. */
function wordsOf(heading: Element): string {
  const copy = heading.cloneNode(true) as Element;
  for (const extra of copy.querySelectorAll(".caret")) {
    extra.remove();
  }
  return copy.textContent.replaceAll("\u2060", "").replace(/\s+/g, " ").trim();
}
