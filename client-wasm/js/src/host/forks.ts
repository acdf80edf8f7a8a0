/**
 * Forks (D15): local content whose history is not the server's lives on as a document of its own, never mixed in.
 *
 * The views of the content move along, in the same turn and under the same handles, so that nothing typed meanwhile
 * can reach the other history. The store remembers what is a fork of what, so both documents say so in later visits
 * too, until the person has decided.
 */
import type { StoredSummary } from "../stores/store.js";
import type { HostCore } from "./core.js";
import type { HostedDocument, View } from "./hosted-document.js";
import type { Keeper } from "./keeper.js";

/** The forks on this device. */
export class Forks {
  readonly #core: HostCore;
  readonly #keeper: Keeper;
  /** The original of each fork, in the order in which they were met. */
  readonly #originals = new Map<string, string>();

  constructor(core: HostCore, keeper: Keeper) {
    this.#core = core;
    this.#keeper = keeper;
  }

  /** What earlier visits have left. */
  listed(documents: readonly StoredSummary[]): void {
    const oldestFirst = [...documents].sort((left, right) => left.updatedAt - right.updatedAt);
    for (const { name, forkOf } of oldestFirst) {
      if (forkOf !== null) {
        this.#remember(name, forkOf);
      }
    }
  }

  /** A document is being opened: says what it is a fork of, or which fork it has. */
  opened(document: HostedDocument): void {
    this.#describe(document);
  }

  /** The document has a new history on the server; the engine has begun it afresh. `updates` is all we held. */
  replace(document: HostedDocument, updates: readonly Uint8Array[]): void {
    const { name, title } = document;
    const fork = this.#core.parts.newName();
    const at = this.#core.parts.clock.now();
    // In this order: cut short between the two, the worst is a second fork of the same content.
    this.#keeper.writeUnopened({ type: "describe", doc: fork, title, forkOf: name, at });
    updates.forEach((update, index) => {
      this.#keeper.writeUnopened({ type: "outbox", doc: fork, id: index + 1, update, at });
    });
    this.#keeper.write(document, { type: "restart", doc: name });
    document.reviews = [];
    document.tell((handle) => ({ type: "reviews", handle, reviews: [] }));
    document.unconfirmed.forked();
    document.lineage = null;
    document.syncedBefore = false;
    document.syncedNow = false;
    document.journalRows = 0;
    this.#move(document, [...document.views], fork);
    this.#core.release(document);
  }

  /** A view comes with content of another history than the document's: it slept while the document was replaced. */
  separate(document: HostedDocument, view: View): void {
    const fork = this.#core.parts.newName();
    const { name, title } = document;
    this.#keeper.writeUnopened({
      type: "describe",
      doc: fork,
      title,
      forkOf: name,
      at: this.#core.parts.clock.now(),
    });
    this.#move(document, [view], fork);
  }

  /** The fork is a document like any other from now on. Answers whether there was such a fork. */
  keep(fork: string): boolean {
    const isKnown = this.#originals.has(fork);
    if (isKnown) {
      this.#keeper.writeUnopened({ type: "describe", doc: fork, forkOf: null, at: 0 });
      this.forgotten(fork);
    }
    return isKnown;
  }

  /** A document has left this device. */
  forgotten(name: string): void {
    const original = this.#originals.get(name);
    this.#originals.delete(name);
    for (const affected of [name, original]) {
      const document = affected === undefined ? undefined : this.#core.documents.get(affected);
      if (document !== undefined) {
        document.forkOf = this.#originals.get(document.name) ?? null;
        this.#describe(document);
        this.#core.show(document);
      }
    }
  }

  #remember(fork: string, original: string): void {
    this.#originals.set(fork, original);
    for (const name of [fork, original]) {
      const document = this.#core.documents.get(name);
      if (document !== undefined) {
        this.#describe(document);
        this.#core.show(document);
      }
    }
  }

  #describe(document: HostedDocument): void {
    const { name } = document;
    const original = this.#originals.get(name);
    const fork = [...this.#originals].findLast(([, of]) => of === name)?.[0];
    if (original !== undefined) {
      document.forkOf = original;
      document.addProblem({ code: "forked", fork: name, original });
    } else if (fork !== undefined) {
      document.addProblem({ code: "forked", fork, original: name });
    } else {
      document.removeProblem("forked");
    }
  }

  /** Ties views to the fork. They are greeted when it has loaded, and then send whatever it lacks. */
  #move(from: HostedDocument, views: readonly View[], fork: string): void {
    this.#remember(fork, from.name);
    const document = this.#core.open(fork);
    document.title = from.title;
    for (const view of views) {
      from.views.delete(view);
      from.presence.remove([view.client]);
      this.#core.feed({ type: "presenceGone", doc: from.name, clients: [view.client] });
      const moved: View = { ...view, lineage: null };
      document.views.add(moved);
      view.tab.views.set(view.handle, { document, view: moved });
      view.tab.port.post({ type: "forked", handle: view.handle, name: fork, original: from.name });
    }
  }
}
