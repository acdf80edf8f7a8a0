/** The documents that this device holds: listing them, and forgetting one. */
import type { RequestId } from "../messages.js";
import type { LocalDocument } from "../types.js";
import { answer, type HostCore, refuse, refuseForStore } from "./core.js";
import type { Forks } from "./forks.js";
import type { HostTab } from "./host-tab.js";
import type { Keeper } from "./keeper.js";

/** Answers tabs' questions about what the device holds. */
export class Library {
  readonly #core: HostCore;
  readonly #keeper: Keeper;
  readonly #forks: Forks;

  constructor(core: HostCore, keeper: Keeper, forks: Forks) {
    this.#core = core;
    this.#keeper = keeper;
    this.#forks = forks;
  }

  async list(tab: HostTab, request: RequestId): Promise<void> {
    try {
      answer(tab, request, { kind: "documents", documents: await this.#localDocuments() });
    } catch (error) {
      refuseForStore(tab, request, error);
    }
  }

  async forget(tab: HostTab, request: RequestId, name: string, discardUnconfirmed: boolean): Promise<void> {
    try {
      await this.#forget(tab, request, name, discardUnconfirmed);
    } catch (error) {
      refuseForStore(tab, request, error);
    }
  }

  async #localDocuments(): Promise<LocalDocument[]> {
    const found = new Map<string, LocalDocument>();
    await this.#keeper.idle();
    try {
      for (const summary of await this.#core.parts.store.list()) {
        found.set(summary.name, summary);
      }
    } catch (error) {
      // What is open can be listed all the same.
      if (this.#core.documents.size === 0) {
        throw error;
      }
    }
    for (const document of this.#core.documents.values()) {
      const { name, title, updatedAt, unconfirmed, setAside, forkOf } = document;
      // While it loads, the store knows more of it than we do. One that was only looked at is not of this device.
      const isKnown = document.phase === "ready" && document.held === null && (found.has(name) || updatedAt > 0);
      if (isKnown) {
        found.set(name, { name, title, unconfirmed: unconfirmed.size, setAside: setAside.size, forkOf, updatedAt });
      }
    }
    return [...found.values()].sort((left, right) => right.updatedAt - left.updatedAt);
  }

  async #forget(tab: HostTab, request: RequestId, name: string, discardUnconfirmed: boolean): Promise<void> {
    const stored = (await this.#core.parts.store.list()).find((item) => item.name === name);
    // Looked at only now: nothing may happen between this and forgetting.
    const document = this.#core.documents.get(name);
    if (document !== undefined && document.views.size > 0) {
      refuse(tab, request, "open", "the document is open in a tab");
      return;
    }
    const unconfirmed = Math.max(document?.unconfirmed.size ?? 0, stored?.unconfirmed ?? 0);
    const setAside = Math.max(document?.setAside.size ?? 0, stored?.setAside ?? 0);
    if (unconfirmed + setAside > 0 && !discardUnconfirmed) {
      refuse(tab, request, "unconfirmed", `${unconfirmed} edits are not confirmed, ${setAside} are set aside`);
      return;
    }
    if (document !== undefined) {
      this.#core.close(document);
    }
    this.#keeper.forget(name);
    await this.#keeper.idle();
    if (this.#keeper.pending(name)) {
      refuse(tab, request, "storage", "this device's store fails; the copy is removed when it works again");
    } else {
      this.#forks.forgotten(name);
      answer(tab, request);
    }
  }
}
