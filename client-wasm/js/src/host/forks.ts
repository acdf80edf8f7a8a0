/**
 * Forks (D15): local content whose history is not the server's lives on as a document of its own, never mixed in.
 *
 * The views of the content move along, in the same turn and under the same handles, so that nothing typed meanwhile
 * can reach the other history.
 */
import type { HostCore } from "./core.js";
import type { HostedDocument, View } from "./hosted-document.js";
import type { Keeper } from "./keeper.js";

/** The forks made while this host lives. */
export class Forks {
  readonly #core: HostCore;
  readonly #keeper: Keeper;
  /** The latest fork of a document, by the document's name. */
  readonly #forks = new Map<string, string>();

  constructor(core: HostCore, keeper: Keeper) {
    this.#core = core;
    this.#keeper = keeper;
  }

  /** Where an earlier copy of this document lives on, if one does. */
  of(name: string): string | undefined {
    return this.#forks.get(name);
  }

  /** The document has a new history on the server; the engine has begun it afresh. `updates` is all we held. */
  replace(document: HostedDocument, updates: readonly Uint8Array[]): void {
    const { name, title } = document;
    const fork = this.#newFork(document);
    const at = this.#core.parts.clock.now();
    // In this order: cut short between the two, the worst is a second fork of the same content.
    this.#keeper.writeUnopened({ type: "describe", doc: fork, title, at });
    updates.forEach((update, index) => {
      this.#keeper.writeUnopened({ type: "outbox", doc: fork, id: index + 1, update, at });
    });
    this.#keeper.write(document, { type: "restart", doc: name });
    document.unconfirmed.forked();
    document.lineage = null;
    document.syncedBefore = false;
    document.syncedNow = false;
    document.journalRows = 0;
    document.addProblem({ code: "forked", fork });
    this.#move(document, [...document.views], fork);
    this.#core.release(document);
  }

  /** A view comes with content of another history than the document's: it slept while the document was replaced. */
  separate(document: HostedDocument, view: View): void {
    this.#move(document, [view], this.#newFork(document));
  }

  #newFork(document: HostedDocument): string {
    const fork = this.#core.parts.newName();
    this.#forks.set(document.name, fork);
    return fork;
  }

  /** Ties views to the fork. They are greeted when it has loaded, and then send whatever it lacks. */
  #move(from: HostedDocument, views: readonly View[], fork: string): void {
    const document = this.#core.open(fork);
    document.addProblem({ code: "forked", fork });
    document.title = from.title;
    for (const view of views) {
      from.views.delete(view);
      from.presence.remove([view.client]);
      this.#core.feed({ type: "presenceGone", doc: from.name, clients: [view.client] });
      const moved: View = { ...view, lineage: null };
      document.views.add(moved);
      view.tab.views.set(view.handle, { document, view: moved });
      view.tab.port.post({ type: "forked", handle: view.handle, name: fork });
    }
  }
}
