/**
 * The title of a document: its root text `title`.
 *
 * It is part of the CRDT, so renaming works offline, travels with the text, and keeps the letters of everybody who
 * types in it at once; the server reads it for its list. Documents made before hold it as one value, the key `title` of
 * the map `meta`: that is read where the text is empty, and goes into the text with the first edit. The value is
 * written on as a copy, for readers that know nothing else, and so that a cleared title does not bring it back.
 */
import type * as Y from "yjs";

const META = "meta";
const TITLE = "title";

/** The longest title that is kept, in characters. */
export const TITLE_LENGTH_MAX = 200;

/**
 * How much of a title is shown, in characters: as much as the server lets one have. Other programs may write more, and
 * browsers need many seconds to break a word of some ten thousand letters into lines.
 */
export const TITLE_SHOWN_MAX = 300;

/** A change of a text: at `at`, `removed` characters make way for `inserted`. */
export interface TextChange {
  readonly at: number;
  readonly removed: number;
  readonly inserted: string;
}

/** One step of a delta, as Yjs tells a change of a text. */
export interface DeltaStep {
  readonly retain?: number | undefined;
  readonly insert?: unknown;
  readonly delete?: number | undefined;
}

/** The title as it is shown: one line, each line break a space, of a very long one the beginning. */
export function readTitle(doc: Y.Doc): string {
  return shownTitle(wholeTitle(doc));
}

/** What is shown of a title, wherever that comes from. */
export function shownTitle(title: string): string {
  return cut(title, TITLE_SHOWN_MAX);
}

/** Whether anybody has given the document a title, an empty one included: true for every document made by the app. */
export function hasTitle(doc: Y.Doc): boolean {
  return textOf(doc).length > 0 || doc.getMap(META).has(TITLE);
}

/** Sets the title: one line, trimmed to its greatest length. Writes what differs; nothing when it stays the same. */
export function writeTitle(doc: Y.Doc, title: string): void {
  const line = cut(title.replace(/\s+/g, " "), TITLE_LENGTH_MAX);
  const whole = wholeTitle(doc);
  // What is not shown cannot have been meant to stay.
  const change =
    whole.length > TITLE_SHOWN_MAX ? { at: 0, removed: whole.length, inserted: line } : smallestChange(whole, line);
  if (change !== null) {
    changeTitle(doc, change);
  } else if (!hasTitle(doc)) {
    doc.getMap(META).set(TITLE, line);
  }
}

/**
 * Changes a part of the title, as it is shown. What would make it too long is left out.
 *
 * @param origin - of the transaction
 */
export function changeTitle(doc: Y.Doc, change: TextChange, origin?: unknown): void {
  doc.transact(() => {
    const text = textOf(doc);
    if (text.length === 0 && earlierTitle(doc) !== "") {
      text.insert(0, earlierTitle(doc));
    }
    const at = Math.min(change.at, text.length);
    const removed = isToTheEnd(change, text) ? text.length - at : Math.min(change.removed, text.length - at);
    const room = Math.max(0, TITLE_LENGTH_MAX - (text.length - removed));
    text.delete(at, removed);
    text.insert(at, cut(unbroken(change.inserted), room));
    doc.getMap(META).set(TITLE, unbroken(text.toString()));
  }, origin);
}

/**
 * Calls `listener` after every transaction that may have changed the title, with the steps that changed its text (`null`
 * when it was not in the text before), and the origin. Returns the function that stops it.
 */
export function watchTitle(
  doc: Y.Doc,
  listener: (delta: readonly DeltaStep[] | null, origin: unknown) => void,
): () => void {
  const text = textOf(doc);
  const meta = doc.getMap(META);
  let written = text.length > 0;
  const onText = ({ delta }: Y.YTextEvent, { origin }: Y.Transaction): void => {
    const steps = written ? delta : null;
    written = text.length > 0;
    listener(steps, origin);
  };
  const onValue = (event: Y.YMapEvent<unknown>, { origin }: Y.Transaction): void => {
    if (event.keysChanged.has(TITLE) && text.length === 0) {
      listener(null, origin);
    }
  };
  text.observe(onText);
  meta.observe(onValue);
  return () => {
    text.unobserve(onText);
    meta.unobserve(onValue);
  };
}

/**
 * What makes `after` of `before`, without what they begin and end with alike; `null` when they are the same.
 *
 * @param caret - where the caret stands in `after`: of several ways to say it, the one that was typed ends there
 */
export function smallestChange(before: string, after: string, caret = after.length): TextChange | null {
  if (before === after) {
    return null;
  }
  const shorter = Math.min(before.length, after.length);
  let end = 0;
  while (end < Math.min(shorter, after.length - caret) && before.at(-1 - end) === after.at(-1 - end)) {
    end++;
  }
  let start = 0;
  while (start < shorter - end && before[start] === after[start]) {
    start++;
  }
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) {
    end++;
  }
  // Half a character is none.
  if (isHighHalf(before[start - 1]) || isHighHalf(after[start - 1])) {
    start--;
  }
  if (end > 0 && (isLowHalf(before.at(-end)) || isLowHalf(after.at(-end)))) {
    end--;
  }
  return { at: start, removed: before.length - end - start, inserted: after.slice(start, after.length - end) };
}

/** Whether all is removed from there on that is shown. What is not shown goes with it: nobody could reach it. */
function isToTheEnd({ at, removed }: TextChange, text: Y.Text): boolean {
  return removed > 0 && at + removed >= shownTitle(text.toString()).length;
}

function textOf(doc: Y.Doc): Y.Text {
  return doc.getText(TITLE);
}

function wholeTitle(doc: Y.Doc): string {
  return unbroken(textOf(doc).toString() || earlierTitle(doc));
}

function earlierTitle(doc: Y.Doc): string {
  const title: unknown = doc.getMap(META).get(TITLE);
  return typeof title === "string" ? title : "";
}

/** Without line breaks and tabs, and as long as before: places in it stay what they are. */
function unbroken(text: string): string {
  return text.replace(/[\t-\r\u2028\u2029]/g, " ");
}

/** The beginning of `text`, at most `length` long, without half a character at its end. */
function cut(text: string, length: number): string {
  const part = text.slice(0, length);
  return part.length < text.length && isHighHalf(part.at(-1)) ? part.slice(0, -1) : part;
}

function isHighHalf(unit: string | undefined): boolean {
  return unit !== undefined && unit >= "\ud800" && unit <= "\udbff";
}

function isLowHalf(unit: string | undefined): boolean {
  return unit !== undefined && unit >= "\udc00" && unit <= "\udfff";
}
