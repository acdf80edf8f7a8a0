/** Gets tokens for the engine from whichever tab has one, and asks another when that tab dies. */
import type { HostTab } from "./host-tab.js";

/** The engine's way to a token. */
export class TokenDesk {
  readonly #tabs: ReadonlySet<HostTab>;
  readonly #answer: (token: string | null) => void;
  /** What the engine is owed: nothing, the answer of whoever attaches next, or the answer of this tab. */
  #owed: "nothing" | "of-anybody" | HostTab = "nothing";
  /** The engine was told that there is none, because no tab had one then. */
  #answeredNone = false;

  constructor(tabs: ReadonlySet<HostTab>, answer: (token: string | null) => void) {
    this.#tabs = tabs;
    this.#answer = answer;
  }

  /** The engine wants a token. */
  ask(): void {
    const attached = [...this.#tabs].filter((tab) => tab.attached);
    // The tab that came last is the one that a person looks at, most likely.
    const tab = attached.findLast(({ hasToken }) => hasToken);
    if (tab !== undefined) {
      this.#owed = tab;
      tab.port.post({ type: "tokenWanted" });
    } else if (attached.length === 0) {
      this.#owed = "of-anybody";
    } else {
      this.#owed = "nothing";
      this.#answeredNone = true;
      this.#answer(null);
    }
  }

  /** A tab's word. */
  told(token: string | null): void {
    this.#owed = "nothing";
    this.#answeredNone = false;
    this.#answer(token);
  }

  attached(tab: HostTab): void {
    if (this.#owed === "of-anybody" || (this.#answeredNone && tab.hasToken)) {
      this.ask();
    }
  }

  left(tab: HostTab): void {
    if (this.#owed === tab) {
      this.ask();
    }
  }
}
