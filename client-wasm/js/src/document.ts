/**
 * One document in one tab: ties the editor's Y.Doc and awareness to the host (D9).
 *
 * The tab is never the only place that knows an edit for longer than a turn of the event loop, and never says more
 * than it knows: from the keystroke until the host has called the edit durable the state is `saving`, whatever the
 * host thought before. When a host is replaced, the difference between the view and what the new host has is sent
 * again, so nothing is lost with a worker or with the tab that ran it (I1). Knows no threads and no store.
 */
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate, removeAwarenessStates } from "y-protocols/awareness";
import * as Y from "yjs";
import { type Deferred, deferred } from "./deferred.js";
import { disentangle } from "./disentangle.js";
import { ReplicaError } from "./errors.js";
import type { BlockName, EditNumber, Handle, HostMessage, RawEdits, TabMessage } from "./messages.js";
import { Value } from "./observable.js";
import { standsOn } from "./passages.js";
import { reauthor } from "./reauthor.js";
import type { DocumentState, MergeReview, MergeSide, Observable, ReplicaDocument } from "./types.js";

/** The root of a document's properties, and the key of its title. */
const META = "meta";
const TITLE = "title";

/** What a document needs of its replica. */
export interface DocumentHost {
  /** Sends to the present host; drops the message while there is none. */
  send(message: TabMessage): void;
  /** Asks the host to confirm everything that was sent before. */
  flush(handle: Handle): Promise<void>;
  /** Set-aside edits of the document `name`. */
  readSetAside(name: string, ids: readonly number[]): Promise<RawEdits>;
  discardSetAside(name: string, ids: readonly number[]): Promise<void>;
  /** The update that makes a place of a review say what a side said; `block` stands for the place in this view. */
  decide(name: string, id: number, place: number, block: BlockName | null, side: MergeSide): Promise<Uint8Array>;
  /** Everything that this view holds has been sent; questions about it make sense now. */
  greeted(handle: Handle): void;
  /** Whether there are edits here that are nowhere durable may have changed. */
  settling(): void;
  disposed(document: OpenDocument): void;
}

/** Messages about one handle. */
export type ViewMessage = Extract<HostMessage, { readonly handle: Handle }>;

const INITIAL: DocumentState = { save: "safe", access: "unknown", synced: false, unconfirmed: 0, problems: [] };

/** A document that this tab has open. */
export class OpenDocument implements ReplicaDocument {
  readonly doc = new Y.Doc();
  readonly awareness: Awareness;
  readonly handle: Handle;
  readonly #host: DocumentHost;
  #name: string;
  readonly #state = new Value<DocumentState>(INITIAL);
  #hostState: DocumentState = INITIAL;
  readonly #reviews = new Value<readonly MergeReview[]>([]);
  readonly #ready: Deferred<void> = deferred();
  readonly #synced: Deferred<void> = deferred();
  readonly #outdated: Deferred<"forked" | "reset"> = deferred();
  /** Edits that are not known to be durable. */
  readonly #unsettled = new Set<EditNumber>();
  /** Who waits until the edits up to one of them are durable. */
  readonly #waiting = new Set<{ readonly last: EditNumber; readonly settled: Deferred<void> }>();
  #lastEdit: EditNumber = 0;
  /** Updates of this turn, to be sent as one edit. */
  #gathered: Uint8Array[] = [];
  /** Whether the present host has told us its content, so that edits can go out one by one. */
  #greeted = false;
  #lineage: string | null = null;
  #title: string | null = null;
  #disposed = false;
  /** Disposed of with edits that no host has seen; it leaves when one has. */
  #leaving = false;

  constructor(handle: Handle, name: string, host: DocumentHost) {
    this.handle = handle;
    this.#name = name;
    this.#host = host;
    this.awareness = new Awareness(this.doc);
    this.doc.on("update", this.#onUpdate);
    this.awareness.on("update", this.#onPresence);
    this.doc.getMap(META).observe(this.#onMeta);
  }

  get name(): string {
    return this.#name;
  }

  get state(): Observable<DocumentState> {
    return this.#state;
  }

  get reviews(): Observable<readonly MergeReview[]> {
    return this.#reviews;
  }

  get whenReady(): Promise<void> {
    return this.#ready.promise;
  }

  get whenSynced(): Promise<void> {
    return this.#synced.promise;
  }

  get whenOutdated(): Promise<"forked" | "reset"> {
    return this.#outdated.promise;
  }

  async flush(): Promise<void> {
    if (this.#disposed) {
      throw disposedError();
    }
    await this.#ready.promise;
    this.#sendGathered();
    await this.#host.flush(this.handle);
  }

  async offerAgain(ids: readonly number[], origin: unknown = null): Promise<boolean> {
    if (this.#disposed) {
      throw disposedError();
    }
    await this.#ready.promise;
    const name = this.#name;
    const { updates } = await this.#host.readSetAside(name, ids);
    if (!standsOn([Y.encodeStateAsUpdate(this.doc)], disentangle(this.doc, updates))) {
      throw new ReplicaError("incomplete", "the edits build on others that are not in the document");
    }
    const changed = reauthor(this.doc, updates, origin);
    await this.#whenSettled();
    await this.#host.discardSetAside(name, ids);
    return changed;
  }

  closeReview(id: number): void {
    this.#host.send({ type: "closeReview", handle: this.handle, id });
  }

  async decide(id: number, place: number, side: MergeSide): Promise<(origin?: unknown) => boolean> {
    if (this.#disposed) {
      throw disposedError();
    }
    // The host must know what it is to change.
    this.#sendGathered();
    const own = this.#reviews.value.find((review) => review.id === id)?.report?.places[place]?.path.at(-1);
    const block = own === undefined ? null : standingFor(this.doc, own);
    const update = await this.#host.decide(this.#name, id, place, block, side);
    return (origin = null) => {
      if (this.#disposed) {
        throw disposedError();
      }
      let changed = false;
      const note = (): void => {
        changed = true;
      };
      this.doc.on("update", note);
      Y.applyUpdate(this.doc, update, origin);
      this.doc.off("update", note);
      return changed;
    };
  }

  dispose(): void {
    if (this.#disposed) {
      return;
    }
    this.#sendGathered();
    this.#disposed = true;
    // Destroying says "gone" to the other tabs and the server, so it comes before closing.
    this.awareness.destroy();
    if (!this.#greeted && this.#unsettled.size > 0) {
      this.#leaving = true;
    } else {
      this.#leave();
    }
    this.#ready.reject(disposedError());
    this.#synced.reject(disposedError());
    for (const { settled } of this.#waiting) {
      settled.reject(disposedError());
    }
  }

  /** No host will ever answer. */
  fail(error: ReplicaError): void {
    this.#ready.reject(error);
    this.#synced.reject(error);
  }

  /** Whether the present host has heard everything that this view holds. */
  get isGreeted(): boolean {
    return this.#greeted;
  }

  /** Whether an edit made here is not known to be durable anywhere. */
  get hasUnsaved(): boolean {
    return this.#unsettled.size > 0;
  }

  /** Settles when every edit made here so far is durable somewhere. */
  async #whenSettled(): Promise<void> {
    const settled = deferred<void>();
    this.#waiting.add({ last: this.#lastEdit, settled });
    this.#answerWaiting();
    await settled.promise;
  }

  #answerWaiting(): void {
    for (const waiting of this.#waiting) {
      if (![...this.#unsettled].some((edit) => edit <= waiting.last)) {
        this.#waiting.delete(waiting);
        waiting.settled.resolve();
      }
    }
  }

  #leave(): void {
    this.#host.send({ type: "close", handle: this.handle });
    this.doc.off("update", this.#onUpdate);
    this.doc.destroy();
    this.#host.disposed(this);
  }

  /** A host is there (again): introduce this view to it. */
  attach(): void {
    this.#greeted = false;
    // Whoever left while there was no host would stay on the screen; those who are here say so again.
    this.#forgetPresence([...this.awareness.getStates().keys()]);
    this.#host.send({
      type: "open",
      handle: this.handle,
      name: this.#name,
      client: this.doc.clientID,
      lineage: this.#lineage,
    });
    this.#sendPresence([this.doc.clientID]);
  }

  /** Takes in what the host says about this view. */
  receive(message: ViewMessage): void {
    switch (message.type) {
      case "content":
        this.#onContent(message.updates, message.state);
        return;
      case "update":
        Y.applyUpdate(this.doc, message.update, this);
        return;
      case "presence":
        applyAwarenessUpdate(this.awareness, message.payload, this);
        return;
      case "absent":
        this.#forgetPresence(message.clients);
        return;
      case "state":
        this.#hostState = message.state;
        this.#showState();
        return;
      case "reviews":
        this.#reviews.set(message.reviews);
        return;
      case "synced":
        this.#synced.resolve();
        return;
      case "settled":
        for (const edit of message.edits) {
          this.#unsettled.delete(edit);
        }
        this.#showState();
        return;
      case "lineage":
        this.#lineage = message.lineage;
        return;
      case "forked":
        this.#name = message.name;
        this.#lineage = null;
        this.#greeted = false;
        this.#hostState = withFork(this.#hostState, message.name, message.original);
        this.#showState();
        this.#outdated.resolve("forked");
        return;
      case "reset":
        this.#outdated.resolve("reset");
        return;
      default:
        message satisfies never;
    }
  }

  readonly #onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (origin === this) {
      return;
    }
    if (this.#gathered.length === 0) {
      this.#lastEdit += 1;
      this.#unsettled.add(this.#lastEdit);
      queueMicrotask(() => this.#sendGathered());
    }
    this.#gathered.push(update);
    this.#showState();
  };

  /** Sends the edits of this turn. Before the host has greeted us they wait: the difference at `ready` holds them. */
  #sendGathered(): void {
    const updates = this.#gathered;
    this.#gathered = [];
    const [only] = updates;
    if (only === undefined || !this.#greeted) {
      return;
    }
    const update = updates.length === 1 ? only : Y.mergeUpdates(updates);
    this.#host.send({ type: "edit", handle: this.handle, edit: this.#lastEdit, update });
  }

  /** The host has told us all it has; tell it what it lacks. */
  #onContent(updates: readonly Uint8Array[], state: DocumentState): void {
    this.#greeted = true;
    this.#hostState = state;
    const lacking = this.#lackedBy(updates);
    if (lacking !== null) {
      this.#gathered = [];
      this.#lastEdit += 1;
      this.#unsettled.clear();
      this.#unsettled.add(this.#lastEdit);
      this.#host.send({ type: "edit", handle: this.handle, edit: this.#lastEdit, update: lacking });
    }
    // Last, because an editor may answer what it is shown with edits of its own.
    for (const update of updates) {
      Y.applyUpdate(this.doc, update, this);
    }
    this.#showState();
    this.#title = null;
    this.#onMeta();
    this.#ready.resolve();
    this.#host.greeted(this.handle);
    if (this.#leaving) {
      this.#leave();
    }
  }

  /** What this view holds beyond the host's content: edits made before it answered, or that a dead host took along. */
  #lackedBy(updates: readonly Uint8Array[]): Uint8Array | null {
    const own = Y.decodeStateVector(Y.encodeStateVector(this.doc));
    if (own.size === 0 && this.#unsettled.size === 0) {
      return null;
    }
    const hosted = new Y.Doc();
    for (const update of updates) {
      Y.applyUpdate(hosted, update);
    }
    const vector = Y.encodeStateVector(hosted);
    hosted.destroy();
    const known = Y.decodeStateVector(vector);
    const ahead = [...own].some(([client, clock]) => clock > (known.get(client) ?? 0));
    // Deletions leave no trace in a state vector, but they are edits, and an edit is unsettled until it is durable.
    return ahead || this.#unsettled.size > 0 ? Y.encodeStateAsUpdate(this.doc, vector) : null;
  }

  readonly #onMeta = (): void => {
    const title = this.doc.getMap(META).get(TITLE);
    if (this.#greeted && typeof title === "string" && title !== this.#title) {
      this.#title = title;
      this.#host.send({ type: "title", handle: this.handle, title });
    }
  };

  readonly #onPresence = (changes: Record<"added" | "updated" | "removed", number[]>, origin: unknown): void => {
    // Others' presence is the server's business; we speak for this view only.
    if (origin !== this && [...changes.added, ...changes.updated, ...changes.removed].includes(this.doc.clientID)) {
      this.#sendPresence([this.doc.clientID]);
    }
  };

  #sendPresence(clients: number[]): void {
    const payload = encodeAwarenessUpdate(this.awareness, clients);
    this.#host.send({ type: "presence", handle: this.handle, payload });
  }

  #forgetPresence(clients: readonly number[]): void {
    const others = clients.filter((client) => client !== this.doc.clientID);
    removeAwarenessStates(this.awareness, others, this);
    for (const client of others) {
      // With its clock kept, somebody who comes back with an unchanged clock would stay invisible (I7).
      this.awareness.meta.delete(client);
    }
  }

  #showState(): void {
    const state = this.#hostState;
    const waiting = this.#unsettled.size > 0 && state.save !== "saving";
    const next: DocumentState = waiting
      ? { ...state, save: "saving", unconfirmed: Math.max(state.unconfirmed, 1) }
      : state;
    if (!sameState(this.#state.value, next)) {
      this.#state.set(next);
    }
    this.#host.settling();
    this.#answerWaiting();
  }
}

/** The block that stands for one that was removed and brought back, as undo does it; otherwise that one. */
function standingFor(doc: Y.Doc, { client, clock }: { readonly client: number; readonly clock: number }): BlockName {
  let id = Y.createID(client, clock);
  while (id.clock < Y.getState(doc.store, id.client)) {
    const item = Y.getItem(doc.store, id);
    if (!(item instanceof Y.Item) || item.redone === null) {
      break;
    }
    id = item.redone;
  }
  return [id.client, id.clock];
}

/** Whether a person would see no difference. */
function sameState(left: DocumentState, right: DocumentState): boolean {
  return (
    left.save === right.save &&
    left.access === right.access &&
    left.synced === right.synced &&
    left.unconfirmed === right.unconfirmed &&
    JSON.stringify(left.problems) === JSON.stringify(right.problems)
  );
}

function withFork(state: DocumentState, fork: string, original: string): DocumentState {
  const others = state.problems.filter(({ code }) => code !== "forked");
  return { ...state, problems: [...others, { code: "forked", fork, original }] };
}

function disposedError(): ReplicaError {
  return new ReplicaError("disposed", "the document was disposed of");
}
