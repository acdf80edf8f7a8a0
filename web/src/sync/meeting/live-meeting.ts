/**
 * A meeting as it goes on: what the server shows this person, for as long as the page is open.
 *
 * To listen is to attend: the server takes the first stream of somebody for their coming, and the end of the last one
 * for their going. A stream that breaks is opened again, and what was seen last stays on the screen meanwhile, with a
 * word that it may be old. Nothing here acts; commands are requests of their own.
 */
import type { Observable } from "@consilium/client";
import { ApiError } from "../rest.ts";
import { Settable } from "../settable.ts";
import { ServerClock } from "./clock.ts";
import { type Glimpse, type People, readGlimpse, readPeople, withPeople } from "./read-view.ts";

export interface LiveState {
  /** What was seen last; `null` before the first word of the server. */
  readonly seen: Glimpse | null;
  /**
   * `joining`: nothing has come yet. `live`: what is shown is what is. `cut`: it may be old, and is being sought again.
   * `strange`: the server says what this version of the app does not understand. `gone`: there is no such meeting for
   * this person any more.
   */
  readonly link: "joining" | "live" | "cut" | "strange" | "gone";
}

/** The part of an `EventSource` that is used. */
export interface Stream {
  readonly readyState: number;
  addEventListener(type: string, listener: (event: { readonly data?: unknown }) => void): void;
  close(): void;
}

export interface LiveOptions {
  readonly open: (url: string) => Stream;
  /** Whether the meeting is there for this person. Rejects with an `ApiError`. */
  readonly ask: () => Promise<unknown>;
  /** Says to the server that this page is still there. */
  readonly tell?: () => Promise<unknown>;
  readonly clock?: ServerClock;
}

/** How often the server is told that the page is there, in milliseconds: it gives up one that is silent for 75 seconds. */
export const TELL_MS = 20_000;

/** How long after a broken stream another is opened, in milliseconds. A chair who is gone for 45 seconds loses the chair. */
export const REOPEN_MS = 2_000;

/** `EventSource.CLOSED`: the browser does not try again by itself. */
const CLOSED = 2;

export class LiveMeeting {
  readonly clock: ServerClock;
  readonly #state = new Settable<LiveState>({ seen: null, link: "joining" });
  readonly #url: string;
  readonly #options: LiveOptions;
  readonly #watch = new AbortController();
  /** The last view as it came, without the people of a crowd. */
  #glimpse: Glimpse | null = null;
  /** Who was listed last, of a crowd. */
  #people: People | null = null;
  #stream: Stream | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string, options: LiveOptions) {
    this.#url = url;
    this.#options = options;
    this.clock = options.clock ?? new ServerClock();
    const { signal } = this.#watch;
    // The browser notices a dead connection late; that there is no network it knows at once.
    window.addEventListener("offline", () => this.#cut(), { signal });
    window.addEventListener("online", () => this.#reopen(), { signal });
    const telling = setInterval(() => this.#tell(), TELL_MS);
    signal.addEventListener("abort", () => clearInterval(telling));
    // A page in the background may have been kept from saying so.
    document.addEventListener("visibilitychange", () => this.#tell(), { signal });
    this.#open();
  }

  get state(): Observable<LiveState> {
    return this.#state;
  }

  dispose(): void {
    this.#watch.abort();
    clearTimeout(this.#timer);
    this.#stream?.close();
    this.#stream = null;
  }

  #open(): void {
    this.#stream?.close();
    const stream = this.#options.open(this.#url);
    this.#stream = stream;
    const isCurrent = (): boolean => this.#stream === stream;
    stream.addEventListener("open", () => isCurrent() && this.clock.forget());
    stream.addEventListener("view", ({ data }) => isCurrent() && this.#take(data));
    stream.addEventListener("people", ({ data }) => isCurrent() && this.#list(data));
    stream.addEventListener("gone", () => isCurrent() && this.#end());
    stream.addEventListener("error", () => {
      if (isCurrent()) {
        this.#cut();
        if (stream.readyState === CLOSED) {
          this.#seek();
        }
      }
    });
  }

  #take(data: unknown): void {
    try {
      const glimpse = readGlimpse(JSON.parse(typeof data === "string" ? data : ""));
      this.clock.heard(glimpse.at);
      this.#glimpse = glimpse;
      this.#state.set({ seen: withPeople(glimpse, this.#people), link: "live" });
    } catch {
      this.#state.set({ ...this.#state.value, link: "strange" });
    }
  }

  /** A list of a crowd comes before the view that it belongs to, or alone. */
  #list(data: unknown): void {
    try {
      this.#people = readPeople(JSON.parse(typeof data === "string" ? data : ""));
      if (this.#glimpse !== null && this.#state.value.link === "live") {
        this.#state.set({ seen: withPeople(this.#glimpse, this.#people), link: "live" });
      }
    } catch {
      this.#state.set({ ...this.#state.value, link: "strange" });
    }
  }

  #tell(): void {
    if (this.#state.value.link === "live") {
      // What does not get through now is said again soon.
      this.#options.tell?.().catch(() => undefined);
    }
  }

  #cut(): void {
    if (this.#state.value.link === "live") {
      this.#state.set({ ...this.#state.value, link: "cut" });
    }
  }

  /** Opens another stream after a while, unless the meeting is gone. */
  #seek(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#options.ask().then(
        () => this.#reopen(),
        (error: unknown) => {
          if (this.#watch.signal.aborted) {
            return;
          }
          if (error instanceof ApiError && error.failure.kind === "not-found") {
            this.#end();
          } else {
            this.#seek();
          }
        },
      );
    }, REOPEN_MS);
  }

  #reopen(): void {
    const { link } = this.#state.value;
    if (!this.#watch.signal.aborted && link !== "gone" && link !== "live") {
      clearTimeout(this.#timer);
      this.#open();
    }
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#stream?.close();
    this.#stream = null;
    this.#state.set({ ...this.#state.value, link: "gone" });
  }
}
