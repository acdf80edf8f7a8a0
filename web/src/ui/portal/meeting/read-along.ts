/**
 * Reading along in the window: telling the others where one reads, and being where whoever presents reads.
 *
 * The focus and the caret are never touched: only the window moves, and only while somebody follows.
 */
import {
  type Editor,
  heightOf,
  presentedBy,
  readingPlace,
  sayPresented,
  selectedWords,
  showPresentedPassage,
} from "../../../editor/index.ts";
import type { AccountId, ReplicaDocument, ServerClock } from "../../../sync/index.ts";
import { Glide, pageScrolled } from "./glide.ts";

/** How often whoever presents says where they read at most, in milliseconds: the server gathers presence for less. */
const SAY_MS = 100;

/** Below the heads that stay: the first line that is read, in pixels. */
const BELOW_HEADS_PX = 8;

/** What stays at the top of the window on the page of a meeting. */
const HEADS = ".meeting-head, .meeting-text .editor-head";

/** Tells the others where one reads here, and what one selects. Returns what ends it. */
export function presentPlace(editor: Editor, document: ReplicaDocument, clock: ServerClock): () => void {
  const { awareness } = document;
  let last = "";
  let timer: ReturnType<typeof setTimeout> | null = null;
  const say = (): void => {
    timer = null;
    const place = isSeen(editor) ? readingPlace(editor.view, readingLine()) : null;
    if (place === null) {
      return;
    }
    const rounded = { ...place, fraction: Math.floor(place.fraction * 1_000) / 1_000 };
    const selection = selectedWords(editor.state);
    const said = JSON.stringify({ rounded, selection });
    if (said !== last) {
      last = said;
      sayPresented(awareness, { at: clock.now(), place: rounded, selection });
    }
  };
  const soon = (): void => {
    timer ??= setTimeout(say, SAY_MS);
  };
  const layout = new ResizeObserver(soon);
  layout.observe(paneOf(editor));
  const page = globalThis.document;
  addEventListener("scroll", soon, { passive: true });
  addEventListener("resize", soon);
  page.addEventListener("visibilitychange", soon);
  editor.on("transaction", soon);
  say();
  return () => {
    if (timer !== null) {
      clearTimeout(timer);
    }
    layout.disconnect();
    removeEventListener("scroll", soon);
    removeEventListener("resize", soon);
    page.removeEventListener("visibilitychange", soon);
    editor.off("transaction", soon);
    sayPresented(awareness, null);
  };
}

/** Is where `who` reads, until the person moves the window themselves: `onForeign`. Returns what ends it. */
export function readAlong(
  editor: Editor,
  { awareness }: ReplicaDocument,
  { who, onForeign }: { readonly who: AccountId; readonly onForeign: () => void },
): () => void {
  const glide = new Glide(pageScrolled, onForeign);
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let wasThere = false;
  let heard: number | null = null;
  const aim = (): void => {
    const said = presentedBy(awareness, who);
    heard = said?.at ?? null;
    showPresentedPassage(
      editor.view,
      said === null || said.selection === null ? null : { passage: said.selection, look: said.look },
    );
    if (said === null || !isDrawn(editor)) {
      wasThere = wasThere && isDrawn(editor);
      return;
    }
    const height = said.place.block === null ? -window.scrollY : heightOf(editor.view, said.place);
    if (height !== null) {
      const line = said.place.block === null ? 0 : readingLine();
      glide.to(window.scrollY + height - line, !wasThere || still.matches || globalThis.document.hidden);
      wasThere = true;
    }
  };
  // Whatever anybody does here is told, each step of a caret too.
  const onPresence = (): void => {
    if ((presentedBy(awareness, who)?.at ?? null) !== heard) {
      aim();
    }
  };
  const onResize = (): void => {
    glide.layoutChanged();
    aim();
  };
  const layout = new ResizeObserver(onResize);
  const onScroll = (): void => {
    if (isDrawn(editor)) {
      glide.scrolled();
    }
  };
  aim();
  layout.observe(paneOf(editor));
  awareness.on("change", onPresence);
  addEventListener("resize", onResize);
  addEventListener("scroll", onScroll, { passive: true });
  return () => {
    glide.stop();
    layout.disconnect();
    awareness.off("change", onPresence);
    removeEventListener("resize", onResize);
    removeEventListener("scroll", onScroll);
    if (!editor.isDestroyed) {
      showPresentedPassage(editor.view, null);
    }
  };
}

/** The height of the window, in pixels from its top, at which reading begins: below what stays there. */
export function readingLine(): number {
  let line = 0;
  for (const head of document.querySelectorAll<HTMLElement>(HEADS)) {
    const { position, top } = getComputedStyle(head);
    if (position === "sticky") {
      line = Math.max(line, (Number.parseFloat(top) || 0) + head.offsetHeight);
    }
  }
  return line + BELOW_HEADS_PX;
}

/** All that can move the text: what is said above it, the heads, the text itself. */
function paneOf(editor: Editor): Element {
  return editor.view.dom.closest(".meeting-text") ?? editor.view.dom;
}

/** On a small screen something else may be shown in place of the text. */
function isDrawn(editor: Editor): boolean {
  return !editor.isDestroyed && editor.view.dom.getClientRects().length > 0;
}

/** Whether somebody can see it: the window that is looked at is the one that others follow. */
function isSeen(editor: Editor): boolean {
  return isDrawn(editor) && globalThis.document.visibilityState === "visible";
}
