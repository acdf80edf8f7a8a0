/**
 * When the names at the others' cursors show: when somebody comes or moves after a rest, for a moment, and while one
 * points at the cursor. Otherwise only the line stands there, so that no name hides a word that is being read.
 *
 * Somebody who types on moves all the time and is followed by the eye anyway: a name that has been shown shows again
 * only after a rest, or at another place. Knows nothing of where cursors are in the text.
 */
import { Plugin, PluginKey } from "@tiptap/pm/state";
import type { EditorView } from "@tiptap/pm/view";
import type { ReplicaDocument } from "../sync/index.ts";
import { type PresenceUser, renderCaret } from "./carets.ts";

type Awareness = ReplicaDocument["awareness"];

/** How long a name shows, in milliseconds: long enough to be read twice. */
export const SHOWN_MS = 2_000;

/** A cursor that stood still for this long, in milliseconds, is worth a name when it moves. */
export const REST_MS = 4_000;

/** How near the pointer has to be to a cursor, in pixels. */
const NEAR_PX = 8;

interface Movement {
  /** The cursor as presence has it, to tell movement from renewal. */
  readonly cursor: string;
  readonly movedAt: number;
  readonly shownUntil: number;
}

/** The flags of one editor. */
export class CaretFlags {
  readonly #awareness: Awareness;
  readonly #unnamed: string;
  readonly #movements = new Map<number, Movement>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #view: EditorView | null = null;

  constructor(awareness: Awareness, unnamed: string) {
    this.#awareness = awareness;
    this.#unnamed = unnamed;
  }

  /** The element for a cursor; the editor asks for it whenever it draws one anew. */
  render(user: PresenceUser, client: number): HTMLElement {
    const caret = renderCaret(user, this.#unnamed);
    caret.dataset["client"] = String(client);
    const left = (this.#movements.get(client)?.shownUntil ?? 0) - Date.now();
    if (left > 0) {
      this.#show(caret, left);
    }
    requestAnimationFrame(() => place(caret));
    return caret;
  }

  /** Watches cursors and the pointer for as long as the editor lives. */
  plugin(): Plugin {
    return new Plugin({
      key: new PluginKey("caretFlags"),
      view: (view) => {
        this.#view = view;
        this.#awareness.on("change", this.#onPresence);
        this.#onPresence();
        return { destroy: () => this.#stop() };
      },
      props: {
        handleDOMEvents: {
          mousemove: (view, event) => point(view, event.clientX, event.clientY),
          mouseleave: (view) => point(view, -1, -1),
        },
      },
    });
  }

  #stop(): void {
    this.#awareness.off("change", this.#onPresence);
    for (const timer of this.#timers) {
      clearTimeout(timer);
    }
    this.#view = null;
  }

  readonly #onPresence = (): void => {
    const now = Date.now();
    const states = this.#awareness.getStates() as ReadonlyMap<number, { readonly cursor?: unknown } | null>;
    for (const client of this.#movements.keys()) {
      if (!states.has(client)) {
        this.#movements.delete(client);
      }
    }
    for (const [client, state] of states) {
      const cursor = JSON.stringify(state?.cursor ?? null);
      const known = this.#movements.get(client);
      if (client === this.#awareness.clientID || cursor === "null" || known?.cursor === cursor) {
        continue;
      }
      const isRested = known === undefined || now - known.movedAt >= REST_MS;
      const shownUntil = isRested ? now + SHOWN_MS : known.shownUntil;
      this.#movements.set(client, { cursor, movedAt: now, shownUntil });
      if (isRested) {
        for (const caret of this.#caretsOf(client)) {
          this.#show(caret, SHOWN_MS);
        }
      }
    }
  };

  #caretsOf(client: number): readonly HTMLElement[] {
    return [...(this.#view?.dom.querySelectorAll<HTMLElement>(`.caret[data-client="${client}"]`) ?? [])];
  }

  #show(caret: HTMLElement, forMs: number): void {
    place(caret);
    caret.classList.add("caret--shown");
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      caret.classList.remove("caret--shown");
    }, forMs);
    this.#timers.add(timer);
  }
}

/** Shows the names of the cursors that the pointer is near to. Never takes the event from the editor. */
function point(view: EditorView, x: number, y: number): false {
  for (const caret of view.dom.querySelectorAll<HTMLElement>(".caret")) {
    const { left, right, top, bottom } = caret.getBoundingClientRect();
    const isNear = x >= left - NEAR_PX && x <= right + NEAR_PX && y >= top - NEAR_PX && y <= bottom + NEAR_PX;
    if (isNear !== caret.classList.contains("caret--pointed")) {
      place(caret);
      caret.classList.toggle("caret--pointed", isNear);
    }
  }
  return false;
}

/** Puts the flag where it hides least: behind the last word of a block, else above the line; never over the edge. */
function place(caret: HTMLElement): void {
  const prose = caret.closest(".prose");
  const flag = caret.querySelector(".caret__flag");
  if (prose === null || flag === null) {
    return;
  }
  const edge = prose.getBoundingClientRect().right;
  const { left } = caret.getBoundingClientRect();
  const { width } = flag.getBoundingClientRect();
  const isLast = isLastInBlock(caret);
  caret.classList.toggle("caret--beside", isLast && left + width + NEAR_PX <= edge);
  caret.classList.toggle("caret--turned", left + width > edge);
}

/** Whether nothing that can be read follows in the same block. */
function isLastInBlock(caret: HTMLElement): boolean {
  for (let next = caret.nextSibling; next !== null; next = next.nextSibling) {
    const isFiller = next instanceof Element && next.matches(".caret, .ProseMirror-separator, br");
    if (!isFiller && next.textContent !== "") {
      return false;
    }
  }
  return true;
}
