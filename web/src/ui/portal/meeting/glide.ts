/**
 * Brings the window to a height, step by step, and tells when somebody else moved it.
 *
 * The steps are our own and not the browser’s, because only so it is known where the window should be: whatever moves it
 * elsewhere (a wheel, a scroll bar, a key, a screen reader) is the person’s own doing, and ends the glide at once. A text
 * that grows above moves the window too; for a moment after a change of the layout that counts for nothing.
 */

/** The window, as far as it is scrolled. Heights in pixels. */
export interface Scrolled {
  readonly top: () => number;
  /** How far down it goes. */
  readonly bottom: () => number;
  readonly moveTo: (top: number) => void;
  /** Before the next drawing; returns what calls it off. */
  readonly soon: (step: () => void) => () => void;
  /** Milliseconds. */
  readonly now: () => number;
}

/** How much of the way is gone in a step. */
const SHARE = 0.22;

/** Less than this is no distance, in pixels: screens have parts of pixels. */
const NEAR_PX = 1;

/** Further than this from where it was put, the window was moved by somebody else, in pixels. */
const FOREIGN_PX = 3;

/** How long after a change of the layout its own movement is expected, in milliseconds. */
const SETTLING_MS = 400;

export class Glide {
  readonly #scrolled: Scrolled;
  readonly #onForeign: () => void;
  #target: number | null = null;
  /** Where the window was put last. */
  #put: number;
  #settledAt = 0;
  #cancel: (() => void) | null = null;

  constructor(scrolled: Scrolled, onForeign: () => void) {
    this.#scrolled = scrolled;
    this.#onForeign = onForeign;
    this.#put = scrolled.top();
    this.layoutChanged();
  }

  /** Where the window is to go: at once, or step by step. */
  to(top: number, isAtOnce: boolean): void {
    const wanted = Math.min(Math.max(0, top), this.#scrolled.bottom());
    if (isAtOnce || Math.abs(wanted - this.#scrolled.top()) <= NEAR_PX) {
      this.#rest();
      this.#move(wanted);
      return;
    }
    this.#target = wanted;
    this.#cancel ??= this.#scrolled.soon(this.#step);
  }

  /** The window has moved. */
  scrolled(): void {
    const top = this.#scrolled.top();
    if (Math.abs(top - this.#put) <= FOREIGN_PX) {
      return;
    }
    this.#put = top;
    if (this.#scrolled.now() >= this.#settledAt) {
      this.#rest();
      this.#onForeign();
    }
  }

  /** What stands in the window has another size, or the window has. */
  layoutChanged(): void {
    this.#settledAt = this.#scrolled.now() + SETTLING_MS;
  }

  stop(): void {
    this.#rest();
  }

  #rest(): void {
    this.#target = null;
    this.#cancel?.();
    this.#cancel = null;
  }

  #move(top: number): void {
    this.#scrolled.moveTo(top);
    this.#put = this.#scrolled.top();
  }

  readonly #step = (): void => {
    this.#cancel = null;
    this.scrolled();
    if (this.#target === null) {
      return;
    }
    const left = this.#target - this.#scrolled.top();
    if (Math.abs(left) <= NEAR_PX) {
      this.#move(this.#target);
      this.#rest();
      return;
    }
    const way = Math.abs(left * SHARE) < NEAR_PX ? Math.sign(left) * NEAR_PX : left * SHARE;
    this.#move(this.#scrolled.top() + way);
    this.#cancel = this.#scrolled.soon(this.#step);
  };
}

/** The window of this page. */
export const pageScrolled: Scrolled = {
  top: () => window.scrollY,
  bottom: () => Math.max(0, document.documentElement.scrollHeight - window.innerHeight),
  moveTo: (top) => window.scrollTo({ top, behavior: "instant" }),
  soon: (step) => {
    const frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  },
  now: () => performance.now(),
};
