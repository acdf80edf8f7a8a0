/** When the names at the others’ cursors show: after a rest, for a moment, and never in between. */
import type { EditorView } from "@tiptap/pm/view";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";
import { CaretFlags, REST_MS, SHOWN_MS } from "../../src/editor/caret-flags.ts";

let mine: Awareness;
let theirs: Awareness;
let caret: HTMLElement;
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  mine = new Awareness(new Y.Doc());
  theirs = new Awareness(new Y.Doc());
  theirs.setLocalStateField("user", { name: "Ben" });
  const flags = new CaretFlags(mine, "Guest");
  const prose = document.createElement("div");
  prose.className = "prose";
  document.body.append(prose);
  const view = flags.plugin().spec.view?.({ dom: prose } as unknown as EditorView);
  move(0);
  caret = flags.render({ name: "Ben" }, theirs.clientID);
  prose.append(caret);
  stop = () => {
    view?.destroy?.();
    prose.remove();
  };
});

afterEach(() => {
  stop();
  mine.destroy();
  theirs.destroy();
  vi.useRealTimers();
});

/** Their cursor stands somewhere, and we hear of it. */
function move(clock: number): void {
  const position = { type: null, tname: "body", item: { client: 1, clock }, assoc: 0 };
  theirs.setLocalStateField("cursor", { anchor: position, head: position });
  hear();
}

function hear(): void {
  applyAwarenessUpdate(mine, encodeAwarenessUpdate(theirs, [theirs.clientID]), "wire");
}

const isShown = (): boolean => caret.classList.contains("caret--shown");

test("a name shows when somebody comes, and goes", () => {
  expect(isShown()).toBe(true);
  vi.advanceTimersByTime(SHOWN_MS - 1);
  expect(isShown()).toBe(true);
  vi.advanceTimersByTime(1);
  expect(isShown()).toBe(false);
});

test("who types on is named once; after a rest, again", () => {
  for (let step = 1; step * 100 < 2 * SHOWN_MS; step++) {
    vi.advanceTimersByTime(100);
    move(step);
  }
  expect(isShown()).toBe(false);
  vi.advanceTimersByTime(REST_MS);
  expect(isShown()).toBe(false);
  move(1_000);
  expect(isShown()).toBe(true);
  vi.advanceTimersByTime(SHOWN_MS);
  expect(isShown()).toBe(false);
});

test("presence that is only renewed is no movement", () => {
  vi.advanceTimersByTime(REST_MS * 2);
  theirs.setLocalState({ ...theirs.getLocalState() });
  hear();
  expect(isShown()).toBe(false);
});

test("a cursor that is drawn anew while its name shows goes on showing it, and no longer", () => {
  vi.advanceTimersByTime(SHOWN_MS / 2);
  move(1);
  caret.classList.remove("caret--shown");
  const flags = new CaretFlags(mine, "Guest");
  const view = flags.plugin().spec.view?.({ dom: document.body } as unknown as EditorView);
  const redrawn = flags.render({ name: "Ben" }, theirs.clientID);
  expect(redrawn.classList.contains("caret--shown")).toBe(true);
  vi.advanceTimersByTime(SHOWN_MS);
  expect(redrawn.classList.contains("caret--shown")).toBe(false);
  view?.destroy?.();
});
