/**
 * The host: runs the engine and executes its effects between tabs, store, socket and clock.
 *
 * One per browser and server (I1: a keystroke is told "durable" only after the store or the server said so; I4: what
 * it keeps in memory is the engine's content and unconfirmed entries). Every event goes through one queue, so that the
 * engine is never entered twice and effects run in order. What it does not know: threads, locks and who elected it
 * (leader.ts), what a tab does with updates (document.ts), and how anything is stored (stores/).
 */
import type { Engine, EngineEffect, EngineEvent, UpdateTools } from "./engine.js";
import type { ReplicaErrorCode } from "./errors.js";
import type { Clock } from "./host/clock.js";
import type { HostTab } from "./host/host-tab.js";
import { type EditOrigin, HostedDocument, type HostedEntry, type View } from "./host/hosted-document.js";
import type { Connect, Socket } from "./host/socket.js";
import { Writer } from "./host/writer.js";
import { type Handle, type HostMessage, MESSAGES_VERSION, type RequestId, type TabMessage } from "./messages.js";
import type { Port } from "./ports.js";
import { StoreImage } from "./stores/memory.js";
import { type Store, type StoreCause, type StoredDocument, StoreError, type StoreWrite } from "./stores/store.js";
import type { Liveness } from "./tabs.js";
import type { ConnectionStatus, DocumentProblem, DocumentState, LocalDocument } from "./types.js";

/** A journal of more rows than this is merged into one. */
const JOURNAL_ROWS_MAX = 200;

/** How often a store that could not be read is tried again. */
const RECOVERY_POLL_MS = 2_000;

/** What a host works with. */
export interface HostParts {
  readonly engine: Engine;
  readonly tools: UpdateTools;
  readonly store: Store;
  readonly connect: Connect;
  readonly clock: Clock;
  readonly liveness: Liveness;
  /** Makes the name of a new document. */
  readonly newName: () => string;
  /** The engine has failed in a way it cannot recover from; the host is of no more use. */
  readonly onFatal: (error: unknown) => void;
}

/** The state of a document before the engine has said anything. */
const UNKNOWN_STATE: DocumentState = { save: "safe", access: "unknown", synced: false, unconfirmed: 0, problems: [] };

type Tab = HostTab & { unwatch: () => void };

/** Runs one engine for all tabs of a browser. */
export class Host {
  readonly #parts: HostParts;
  readonly #writer: Writer;
  readonly #tabs = new Set<Tab>();
  readonly #documents = new Map<string, HostedDocument>();
  /** Where a document's earlier content lives on, by its name. */
  readonly #forks = new Map<string, string>();
  readonly #events: { readonly event: EngineEvent; readonly origins: EditOrigin[] }[] = [];
  #feeding = false;
  #socket: Socket | undefined;
  #cancelTimer: (() => void) | undefined;
  #status: ConnectionStatus = { kind: "connecting" };
  /** What the engine is owed: nothing, an answer of whoever attaches next, or the answer of this tab. */
  #tokenWanted: "no" | "of-anybody" | Tab = "no";
  /** The engine was told that there is no token, because no tab had one then. */
  #withoutToken = false;
  #storeCause: StoreCause | null = null;
  #outboxScanned = false;
  #disposed = false;

  constructor(parts: HostParts) {
    this.#parts = parts;
    this.#writer = new Writer(parts.store, parts.clock, {
      stored: (batch) => this.#onStored(batch),
      failed: (batch, cause) => this.#onStoreFailed(batch, cause),
    });
    parts.store.onLost(() => this.#onStoreLost());
    void this.#sendEarlierOutboxes();
  }

  /** Takes in one more tab. */
  accept(port: Port<HostMessage, TabMessage>): void {
    const guarded: Port<HostMessage, TabMessage> = {
      receive: (listener) => port.receive(listener),
      // An answer may come after its tab has left; a closed channel would throw.
      post: (message) => {
        if (this.#tabs.has(tab)) {
          port.post(message);
        }
      },
      close: () => port.close(),
    };
    const tab: Tab = {
      port: guarded,
      views: new Map(),
      hasToken: false,
      attached: false,
      unwatch: () => undefined,
    };
    this.#tabs.add(tab);
    port.receive((message) => {
      if (this.#tabs.has(tab)) {
        this.#onTab(tab, message);
      }
    });
    tab.port.post({ type: "welcome", version: MESSAGES_VERSION });
  }

  /** Writes what waits and stops. */
  async dispose(): Promise<void> {
    if (this.#disposed) {
      return;
    }
    this.#feed({ type: "stop" });
    this.#disposed = true;
    await this.#writer.idle();
    this.#writer.dispose();
    this.#cancelTimer?.();
    this.#socket?.close(1000);
    for (const tab of this.#tabs) {
      tab.unwatch();
      tab.port.close();
    }
    this.#tabs.clear();
    await this.#parts.store.close();
  }

  // --- tabs ---------------------------------------------------------------------------------------------------

  #onTab(tab: Tab, message: TabMessage): void {
    if (message.type === "attach") {
      this.#attach(tab, message.version, message.lock, message.hasToken);
      return;
    }
    if (!tab.attached) {
      // Said to an earlier host on the same pipe; the tab says it again after attaching.
      return;
    }
    switch (message.type) {
      case "open":
        this.#open(tab, message.handle, message.name, message.client, message.lineage);
        return;
      case "close":
        this.#closeView(tab, message.handle);
        return;
      case "edit":
        this.#edit(tab, message.handle, message.edit, message.update);
        return;
      case "presence":
        this.#presence(tab, message.handle, message.payload);
        return;
      case "title":
        this.#title(tab, message.handle, message.title);
        return;
      case "flush":
        this.#flush(tab, message.request, message.handle);
        return;
      case "list":
        void this.#list(tab, message.request);
        return;
      case "forget":
        void this.#forget(tab, message.request, message.name, message.discardUnconfirmed);
        return;
      case "token":
        this.#tokenWanted = "no";
        this.#withoutToken = false;
        this.#feed({ type: "token", token: message.token });
        return;
      case "network":
        this.#feed({ type: message.online ? "networkOnline" : "networkOffline" });
        return;
      case "wake":
        this.#writer.retryNow();
        this.#feed({ type: "wake" });
        return;
      case "reconnect":
        this.#writer.retryNow();
        this.#feed({ type: "reconnectNow" });
        return;
      case "detach":
        this.#removeTab(tab);
        return;
      default:
        message satisfies never;
    }
  }

  #attach(tab: Tab, version: number, lock: string | null, hasToken: boolean): void {
    if (version !== MESSAGES_VERSION) {
      // An older page beside a newer worker: it can only be told to reload.
      tab.port.post({ type: "status", status: { kind: "refused", reason: "outdated-page" } });
      return;
    }
    tab.attached = true;
    tab.hasToken = hasToken;
    if (lock !== null) {
      tab.unwatch = this.#parts.liveness.watch(lock, () => this.#removeTab(tab));
    }
    tab.port.post({ type: "status", status: this.#status });
    if (this.#tokenWanted === "of-anybody" || (this.#withoutToken && hasToken)) {
      this.#askForToken();
    }
  }

  #removeTab(tab: Tab): void {
    if (!this.#tabs.delete(tab)) {
      return;
    }
    tab.unwatch();
    for (const handle of [...tab.views.keys()]) {
      this.#closeView(tab, handle);
    }
    tab.port.close();
    if (this.#tokenWanted === tab) {
      this.#askForToken();
    }
  }

  #open(tab: Tab, handle: Handle, name: string, client: number, lineage: string | null): void {
    const document = this.#documents.get(name) ?? this.#openInEngine(name);
    const view: View = { tab, handle, client };
    document.views.add(view);
    tab.views.set(handle, { document, view });
    if (document.phase === "ready") {
      this.#greet(document, view, lineage);
    } else if (lineage !== null) {
      this.#lineages.set(view, lineage);
    }
  }

  /** Histories that views brought along, until their document has loaded. */
  readonly #lineages = new WeakMap<View, string>();

  #openInEngine(name: string): HostedDocument {
    const document = new HostedDocument(name);
    const fork = this.#forks.get(name);
    if (fork !== undefined) {
      document.ownProblems.push({ code: "forked", fork });
    }
    this.#documents.set(name, document);
    this.#feed({ type: "open", doc: name });
    return document;
  }

  /** Tells a view all that is known, now that it is. */
  #greet(document: HostedDocument, view: View, lineage: string | null): void {
    if (lineage !== null && document.lineage !== null && lineage !== document.lineage) {
      // This tab slept through a change of history: what it holds must not mix with what we hold (D15).
      this.#moveToFork(document, [view], this.#newFork(document));
      return;
    }
    const { port } = view.tab;
    const { handle } = view;
    if (document.lineage !== null) {
      port.post({ type: "lineage", handle, lineage: document.lineage });
    }
    port.post({ type: "content", handle, updates: this.#parts.engine.content(document.name) });
    port.post({ type: "state", handle, state: this.#stateOf(document) });
    const presence = document.presence.snapshot(this.#parts.clock.now());
    if (presence !== null) {
      port.post({ type: "presence", handle, payload: presence });
    }
  }

  #closeView(tab: Tab, handle: Handle): void {
    const open = tab.views.get(handle);
    if (open === undefined) {
      return;
    }
    const { document, view } = open;
    tab.views.delete(handle);
    document.views.delete(view);
    document.presence.remove([view.client]);
    for (const other of document.views) {
      other.tab.port.post({ type: "absent", handle: other.handle, clients: [view.client] });
    }
    this.#feed({ type: "presenceGone", doc: document.name, clients: [view.client] });
    for (const flush of document.flushes) {
      if (flush.tab === tab && !this.#tabs.has(tab)) {
        document.flushes.delete(flush);
      }
    }
    this.#closeWhenIdle(document);
  }

  /** Lets go of a document that nobody looks at and that has nothing left to send or to store. */
  #closeWhenIdle(document: HostedDocument): void {
    if (
      this.#documents.get(document.name) === document &&
      document.phase === "ready" &&
      document.views.size === 0 &&
      document.outbox.size === 0 &&
      document.held === null &&
      document.leaving.size === 0 &&
      !this.#writer.pending(document.name)
    ) {
      this.#documents.delete(document.name);
      this.#feed({ type: "close", doc: document.name });
    }
  }

  #edit(tab: Tab, handle: Handle, edit: number, update: Uint8Array): void {
    const open = tab.views.get(handle);
    if (open === undefined) {
      return;
    }
    const { document, view } = open;
    for (const other of document.views) {
      if (other !== view) {
        other.tab.port.post({ type: "update", handle: other.handle, update });
      }
    }
    const origin: EditOrigin = { view, edit, waits: 0 };
    if (document.phase === "loading") {
      document.early.push({ origin, update });
    } else {
      this.#feed({ type: "localUpdate", doc: document.name, update }, [origin]);
    }
  }

  #presence(tab: Tab, handle: Handle, payload: Uint8Array): void {
    const open = tab.views.get(handle);
    if (open === undefined) {
      return;
    }
    const { document, view } = open;
    document.presence.apply(payload, this.#parts.clock.now());
    for (const other of document.views) {
      if (other !== view) {
        other.tab.port.post({ type: "presence", handle: other.handle, payload });
      }
    }
    this.#feed({ type: "localPresence", doc: document.name, payload });
  }

  #title(tab: Tab, handle: Handle, title: string): void {
    const document = tab.views.get(handle)?.document;
    if (document !== undefined && document.title !== title) {
      document.title = title;
      this.#write(document, { type: "describe", doc: document.name, title, at: document.updatedAt });
    }
  }

  #flush(tab: Tab, request: RequestId, handle: Handle): void {
    const document = tab.views.get(handle)?.document;
    if (document === undefined) {
      this.#refuse(tab, request, "disposed", "the document is not open");
      return;
    }
    if (document.phase === "loading") {
      document.earlyFlushes.push({ tab, request });
      return;
    }
    document.flushes.add({ tab, request, ids: new Set(document.outbox.keys()) });
    this.#settleFlushes(document);
  }

  /** Answers every flush whose entries are all confirmed, and refuses those that cannot be by waiting. */
  #settleFlushes(document: HostedDocument): void {
    const access = document.engineState?.access;
    for (const flush of document.flushes) {
      if (flush.ids.size === 0) {
        document.flushes.delete(flush);
        flush.tab.port.post({ type: "done", request: flush.request, documents: [] });
      } else if (access === "none" || access === "read" || access === "comment") {
        document.flushes.delete(flush);
        this.#refuse(flush.tab, flush.request, "refused", `edits cannot be sent with access "${access}"`);
      }
    }
  }

  async #list(tab: Tab, request: RequestId): Promise<void> {
    try {
      tab.port.post({ type: "done", request, documents: await this.#localDocuments() });
    } catch (error) {
      this.#refuseStore(tab, request, error);
    }
  }

  async #localDocuments(): Promise<LocalDocument[]> {
    const found = new Map<string, LocalDocument>();
    await this.#writer.idle();
    try {
      for (const summary of await this.#parts.store.list()) {
        found.set(summary.name, summary);
      }
    } catch (error) {
      // What is open can be listed all the same.
      if (this.#documents.size === 0) {
        throw error;
      }
    }
    for (const document of this.#documents.values()) {
      if (document.phase === "loading" || document.held !== null) {
        // The store knows more of it than we do.
        continue;
      }
      // A name that was only looked at, with nothing in it, is not a document of this device.
      if (found.has(document.name) || document.updatedAt > 0) {
        found.set(document.name, {
          name: document.name,
          title: document.title,
          unconfirmed: document.outbox.size,
          updatedAt: document.updatedAt,
        });
      }
    }
    return [...found.values()].sort((left, right) => right.updatedAt - left.updatedAt);
  }

  async #forget(tab: Tab, request: RequestId, name: string, discardUnconfirmed: boolean): Promise<void> {
    try {
      const open = this.#documents.get(name);
      if (open !== undefined && open.views.size > 0) {
        this.#refuse(tab, request, "open", "the document is open in a tab");
        return;
      }
      const stored = open === undefined ? (await this.#parts.store.list()).find((item) => item.name === name) : null;
      const unconfirmed = open?.outbox.size ?? stored?.unconfirmed ?? 0;
      if (unconfirmed > 0 && !discardUnconfirmed) {
        this.#refuse(tab, request, "unconfirmed", `${unconfirmed} edits are not confirmed by the server`);
        return;
      }
      if (this.#documents.get(name) !== open) {
        this.#refuse(tab, request, "open", "the document was opened meanwhile");
        return;
      }
      if (open !== undefined) {
        this.#documents.delete(name);
        this.#feed({ type: "close", doc: name });
        this.#writer.withdraw(name);
      }
      this.#writer.enqueue({ type: "forget", doc: name });
      await this.#writer.idle();
      if (this.#writer.pending(name)) {
        this.#refuse(tab, request, "storage", "this device's store fails; the copy is removed when it works again");
      } else {
        tab.port.post({ type: "done", request, documents: [] });
      }
    } catch (error) {
      this.#refuseStore(tab, request, error);
    }
  }

  #refuse(tab: HostTab, request: RequestId, code: ReplicaErrorCode, message: string): void {
    tab.port.post({ type: "failed", request, code, message });
  }

  #refuseStore(tab: HostTab, request: RequestId, error: unknown): void {
    this.#refuse(tab, request, "storage", error instanceof Error ? error.message : String(error));
  }

  // --- engine -------------------------------------------------------------------------------------------------

  /** Gives the engine an event and runs its effects; events that arise meanwhile wait for their turn. */
  #feed(event: EngineEvent, origins: EditOrigin[] = []): void {
    if (this.#disposed) {
      return;
    }
    this.#events.push({ event, origins });
    if (this.#feeding) {
      return;
    }
    this.#feeding = true;
    try {
      for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) {
        const effects = this.#parts.engine.handle(next.event, this.#parts.clock.now());
        for (const effect of effects) {
          this.#execute(effect, effects, next.origins);
        }
        this.#after(next.event, next.origins);
      }
    } catch (error) {
      // The engine is total; if it threw, its state is not to be trusted. Tabs find another host and lose nothing.
      this.#disposed = true;
      this.#parts.onFatal(error);
    } finally {
      this.#feeding = false;
    }
  }

  #execute(effect: EngineEffect, effects: readonly EngineEffect[], origins: EditOrigin[]): void {
    switch (effect.type) {
      case "connect":
        this.#openSocket();
        return;
      case "disconnect":
        this.#socket?.close(effect.code);
        this.#socket = undefined;
        return;
      case "send":
        this.#socket?.send(effect.bytes);
        return;
      case "setTimer":
        this.#cancelTimer?.();
        this.#cancelTimer = this.#parts.clock.after(effect.atMs - this.#parts.clock.now(), () =>
          this.#feed({ type: "timer" }),
        );
        return;
      case "requestToken":
        this.#askForToken();
        return;
      case "status":
        this.#status = effect.status;
        for (const tab of this.#tabs) {
          tab.port.post({ type: "status", status: effect.status });
        }
        return;
      case "load":
        void this.#load(effect.doc);
        return;
      default:
        this.#executeOnDocument(effect, effects, origins);
    }
  }

  #executeOnDocument(
    effect: Extract<EngineEffect, { readonly doc: string }>,
    effects: readonly EngineEffect[],
    origins: EditOrigin[],
  ): void {
    const document = this.#documents.get(effect.doc);
    if (document === undefined) {
      return;
    }
    const { name: doc } = document;
    const at = this.#parts.clock.now();
    switch (effect.type) {
      case "load":
        return;
      case "persistOutbox":
        document.updatedAt = at;
        document.outbox.set(effect.id, { update: effect.update, stored: false, origins: [...origins] });
        for (const origin of origins) {
          origin.waits += 1;
        }
        this.#write(document, { type: "outbox", doc, id: effect.id, update: effect.update, at });
        return;
      case "confirmOutbox":
        document.journalRows += effect.ids.length;
        this.#write(document, { type: "confirm", doc, ids: effect.ids });
        this.#leaveOutbox(document, effect.ids, "confirmed");
        return;
      case "dropOutbox": {
        if (effect.kept === "device") {
          const reason = rejectionIn(effects, doc);
          this.#write(document, { type: "setAside", doc, ids: effect.ids, reason });
        } else {
          this.#write(document, { type: "discard", doc, ids: effect.ids });
        }
        this.#leaveOutbox(document, effect.ids, effect.kept === "device" ? "setAside" : "refused");
        return;
      }
      case "persistRemote":
        document.updatedAt = at;
        document.journalRows += 1;
        this.#write(document, { type: "journal", doc, update: effect.update, at });
        return;
      case "persistLineage":
        document.lineage = effect.lineage;
        this.#write(document, { type: "describe", doc, lineage: effect.lineage, at: document.updatedAt });
        this.#tell(document, (handle) => ({ type: "lineage", handle, lineage: effect.lineage }));
        return;
      case "persistSynced":
        this.#write(document, { type: "describe", doc, synced: true, at: document.updatedAt });
        return;
      case "fork":
        this.#fork(document, effect.updates);
        return;
      case "reset":
        this.#tell(document, (handle) => ({ type: "reset", handle }));
        return;
      case "deliver":
        this.#tell(document, (handle) => ({ type: "update", handle, update: effect.update }));
        return;
      case "deliverPresence":
        document.presence.apply(effect.payload, at);
        this.#tell(document, (handle) => ({ type: "presence", handle, payload: effect.payload }));
        return;
      case "clearPresence": {
        const clients = document.presence.removeOthers(document.localClients());
        this.#tell(document, (handle) => ({ type: "absent", handle, clients }));
        return;
      }
      case "documentState":
        document.engineState = effect.state;
        this.#showState(document);
        this.#settleFlushes(document);
        return;
      default:
        effect satisfies never;
    }
  }

  /** What becomes possible once an event has had all its effects. */
  #after(event: EngineEvent, origins: EditOrigin[]): void {
    if (event.type === "localUpdate") {
      this.#settleKnown(event.doc, origins);
      return;
    }
    if (event.type !== "loaded" && event.type !== "loadFailed") {
      return;
    }
    const document = this.#documents.get(event.doc);
    if (document === undefined) {
      return;
    }
    if (document.phase === "ready") {
      // Read late: its views heard of the content as it was delivered.
      this.#showState(document);
      return;
    }
    document.phase = "ready";
    for (const view of [...document.views]) {
      this.#greet(document, view, this.#lineages.get(view) ?? null);
    }
    for (const { origin, update } of document.early.splice(0)) {
      this.#feed({ type: "localUpdate", doc: document.name, update }, origin === null ? [] : [origin]);
    }
    for (const { tab, request } of document.earlyFlushes.splice(0)) {
      document.flushes.add({ tab, request, ids: new Set(document.outbox.keys()) });
    }
    this.#settleFlushes(document);
    this.#closeWhenIdle(document);
  }

  /** An edit that made no entry said nothing new: it is as durable as the entries that are not stored yet. */
  #settleKnown(doc: string, origins: readonly EditOrigin[]): void {
    const document = this.#documents.get(doc);
    for (const origin of origins) {
      if (document === undefined || origin.waits > 0) {
        continue;
      }
      for (const entry of document.outbox.values()) {
        if (!entry.stored) {
          entry.origins.push(origin);
          origin.waits += 1;
        }
      }
      if (origin.waits === 0) {
        this.#settle(origin);
      }
    }
  }

  /** To every view that has been told the content already. */
  #tell(document: HostedDocument, message: (handle: Handle) => HostMessage): void {
    if (document.phase === "ready") {
      for (const view of document.views) {
        view.tab.port.post(message(view.handle));
      }
    }
  }

  #showState(document: HostedDocument): void {
    const state = this.#stateOf(document);
    this.#tell(document, (handle) => ({ type: "state", handle, state }));
  }

  #stateOf(document: HostedDocument): DocumentState {
    const state = document.engineState ?? UNKNOWN_STATE;
    const problems: DocumentProblem[] = [...state.problems, ...document.ownProblems];
    if (this.#storeCause !== null && !problems.some(({ code }) => code === "device-storage")) {
      problems.push({ code: "device-storage", cause: this.#storeCause });
    }
    return { ...state, problems };
  }

  #leaveOutbox(document: HostedDocument, ids: readonly number[], how: "confirmed" | "refused" | "setAside"): void {
    for (const id of ids) {
      const entry = document.outbox.get(id);
      document.outbox.delete(id);
      if (entry !== undefined && how === "setAside" && !entry.stored) {
        // Nobody but us has it, so it is durable only when the store has.
        document.leaving.set(id, entry);
      } else if (entry !== undefined) {
        this.#settleEntry(entry);
      }
    }
    for (const flush of document.flushes) {
      const waited = ids.filter((id) => flush.ids.delete(id)).length > 0;
      if (waited && how !== "confirmed") {
        document.flushes.delete(flush);
        this.#refuse(flush.tab, flush.request, "refused", "the server refused an edit");
      }
    }
    this.#settleFlushes(document);
  }

  /** This entry is durable, here or on the server. */
  #settleEntry(entry: HostedEntry): void {
    for (const origin of entry.origins.splice(0)) {
      origin.waits -= 1;
      if (origin.waits === 0) {
        this.#settle(origin);
      }
    }
  }

  /** Tells a tab that an edit of its own is durable. */
  #settle({ view, edit }: EditOrigin): void {
    if (view.tab.views.get(view.handle)?.view === view) {
      view.tab.port.post({ type: "settled", handle: view.handle, edits: [edit] });
    }
  }

  #openSocket(): void {
    this.#socket?.close(1000);
    const socket: Socket = this.#parts.connect({
      opened: () => this.#onSocket(socket, { type: "socketOpened" }),
      message: (bytes) => this.#onSocket(socket, { type: "socketMessage", bytes }),
      closed: (code, reason) => this.#onSocket(socket, { type: "socketClosed", code, reason }),
    });
    this.#socket = socket;
  }

  #onSocket(socket: Socket, event: EngineEvent): void {
    // A socket that was replaced has nothing more to say.
    if (this.#socket === socket) {
      if (event.type === "socketClosed") {
        this.#socket = undefined;
      }
      this.#feed(event);
    }
  }

  #askForToken(): void {
    const attached = [...this.#tabs].filter((tab) => tab.attached);
    // The tab that came last is the one that a person looks at, most likely.
    const tab = attached.findLast(({ hasToken }) => hasToken);
    if (tab !== undefined) {
      this.#tokenWanted = tab;
      tab.port.post({ type: "tokenWanted" });
    } else if (attached.length === 0) {
      this.#tokenWanted = "of-anybody";
    } else {
      this.#tokenWanted = "no";
      this.#withoutToken = true;
      this.#feed({ type: "token", token: null });
    }
  }

  // --- store --------------------------------------------------------------------------------------------------

  async #load(doc: string): Promise<void> {
    const document = this.#documents.get(doc);
    if (document === undefined) {
      return;
    }
    let stored: StoredDocument | null;
    try {
      stored = await this.#read(doc);
    } catch (error) {
      if (this.#documents.get(doc) === document) {
        const cause = error instanceof StoreError ? error.kind : "unavailable";
        document.held ??= [];
        this.#storeCause = cause;
        this.#watchForRecovery();
        this.#feed({ type: "loadFailed", doc, cause });
      }
      return;
    }
    if (this.#documents.get(doc) === document) {
      this.#takeStored(document, stored);
      this.#feed(loadedEvent(doc, stored));
    }
  }

  /** Makes what the store holds of a document ours, and lets the writes go that waited for it. */
  #takeStored(document: HostedDocument, stored: StoredDocument | null): void {
    if (stored !== null) {
      document.lineage = stored.lineage ?? document.lineage;
      document.title = document.title === "" ? stored.title : document.title;
      document.journalRows = stored.journal.length;
      document.updatedAt = Math.max(document.updatedAt, stored.updatedAt);
      const refused = stored.setAside.at(-1);
      if (refused !== undefined) {
        document.ownProblems.push({ code: "rejected", reason: refused.reason, kept: "device" });
      }
      for (const { id, update } of stored.outbox) {
        document.outbox.set(id, { update, stored: true, origins: [] });
      }
    }
    const held = document.held ?? [];
    document.held = null;
    for (const write of held) {
      // What we learned from the server without knowing our own copy may be about another history than the copy's.
      const foreign = write.type === "describe" && write.lineage !== undefined && (stored?.lineage ?? null) !== null;
      if (!foreign) {
        this.#writer.enqueue(write);
      }
    }
  }

  /** Queues a write; while the document's copy could not be read, the write waits for that. */
  #write(document: HostedDocument, write: StoreWrite): void {
    if (document.held === null) {
      this.#writer.enqueue(write);
      return;
    }
    document.held.push(write);
    if (write.type === "outbox") {
      this.#feed({ type: "persistFailed", doc: write.doc, id: write.id, cause: this.#storeCause ?? "unavailable" });
    }
  }

  /** A document as the store will have it once everything queued is written. */
  async #read(doc: string): Promise<StoredDocument | null> {
    await this.#writer.idle();
    const stored = await this.#parts.store.load(doc);
    const queued = this.#writer.queued(doc);
    if (queued.length === 0) {
      return stored;
    }
    const image = new StoreImage();
    if (stored !== null) {
      image.seed(doc, stored);
    }
    for (const write of queued) {
      image.apply(write);
    }
    return image.read(doc);
  }

  #onStored(batch: readonly StoreWrite[]): void {
    this.#clearStoreCause();
    void this.#sendEarlierOutboxes();
    const touched = new Set<HostedDocument>();
    for (const write of batch) {
      const document = this.#documents.get(write.doc);
      if (document === undefined) {
        continue;
      }
      touched.add(document);
      if (write.type === "outbox") {
        const entry = document.outbox.get(write.id);
        if (entry !== undefined) {
          entry.stored = true;
          this.#feed({ type: "persisted", doc: write.doc, id: write.id });
          this.#settleEntry(entry);
        }
      } else if (write.type === "setAside") {
        for (const id of write.ids) {
          const entry = document.leaving.get(id);
          document.leaving.delete(id);
          if (entry !== undefined) {
            this.#settleEntry(entry);
          }
        }
      }
    }
    for (const document of touched) {
      void this.#compactWhenLong(document);
      this.#closeWhenIdle(document);
    }
  }

  #onStoreFailed(batch: readonly StoreWrite[], cause: StoreCause): void {
    this.#storeCause = cause;
    for (const write of batch) {
      if (write.type === "outbox") {
        this.#feed({ type: "persistFailed", doc: write.doc, id: write.id, cause });
      }
    }
    for (const document of this.#documents.values()) {
      this.#showState(document);
    }
  }

  #clearStoreCause(): void {
    if (this.#storeCause !== null) {
      this.#storeCause = null;
      for (const document of this.#documents.values()) {
        this.#showState(document);
      }
    }
  }

  #watching = false;

  /** Asks the store every now and then whether it can be read, while a document waits for that. */
  #watchForRecovery(): void {
    if (this.#watching) {
      return;
    }
    this.#watching = true;
    this.#parts.clock.after(RECOVERY_POLL_MS, () => {
      this.#watching = false;
      if (!this.#disposed) {
        void this.#recover();
      }
    });
  }

  async #recover(): Promise<void> {
    try {
      await this.#parts.store.list();
    } catch {
      this.#watchForRecovery();
      return;
    }
    this.#clearStoreCause();
    for (const document of this.#documents.values()) {
      if (document.held !== null) {
        void this.#load(document.name);
      }
    }
    void this.#sendEarlierOutboxes();
  }

  /** Everything stored is gone: store again what is open, and say that the rest is lost. */
  #onStoreLost(): void {
    for (const document of this.#documents.values()) {
      if (document.phase === "loading") {
        continue;
      }
      const { name: doc, updatedAt: at } = document;
      document.ownProblems.push({ code: "device-storage", cause: "deleted" });
      this.#writer.withdraw(doc);
      this.#writer.enqueue({ type: "forget", doc });
      const { title, lineage } = document;
      const synced = document.engineState?.synced ?? false;
      this.#writer.enqueue({ type: "describe", doc, title, lineage, synced, at });
      const content = this.#parts.engine.content(doc);
      for (const update of content) {
        this.#writer.enqueue({ type: "journal", doc, update, at });
      }
      for (const [id, { update }] of document.outbox) {
        this.#feed({ type: "persistFailed", doc, id, cause: "deleted" });
        this.#writer.enqueue({ type: "outbox", doc, id, update, at });
      }
      document.journalRows = content.length;
      this.#showState(document);
    }
  }

  async #compactWhenLong(document: HostedDocument): Promise<void> {
    if (document.compacting || document.journalRows <= JOURNAL_ROWS_MAX) {
      return;
    }
    document.compacting = true;
    document.journalRows = 1;
    try {
      await this.#parts.store.compact(document.name, (updates) => this.#parts.tools.mergeUpdates(updates));
    } catch {
      // The journal is as it was; the next long journal tries again. A failing store shows itself at the next write.
    }
    document.compacting = false;
  }

  /** Opens what earlier visits left unsent, so that it is sent although no tab looks at it. */
  async #sendEarlierOutboxes(): Promise<void> {
    if (this.#outboxScanned) {
      return;
    }
    this.#outboxScanned = true;
    try {
      for (const { name, unconfirmed } of await this.#parts.store.list()) {
        if (unconfirmed > 0 && !this.#documents.has(name) && !this.#disposed) {
          this.#openInEngine(name);
        }
      }
    } catch {
      // Again when the store works.
      this.#outboxScanned = false;
      this.#watchForRecovery();
    }
  }

  // --- forks (D15) --------------------------------------------------------------------------------------------

  /** The document has a new history: what we hold lives on under a new name, with all its views. */
  #fork(document: HostedDocument, updates: readonly Uint8Array[]): void {
    const fork = this.#newFork(document);
    document.ownProblems.push({ code: "forked", fork });
    const at = this.#parts.clock.now();
    this.#writer.withdraw(document.name);
    // In this order: cut short between the two, the worst is a second fork of the same content.
    this.#writer.enqueue({ type: "describe", doc: fork, title: document.title, at });
    updates.forEach((update, index) => {
      this.#writer.enqueue({ type: "outbox", doc: fork, id: index + 1, update, at });
    });
    this.#writer.enqueue({ type: "forget", doc: document.name });
    for (const [id, entry] of document.outbox) {
      // Part of the fork's first entry now; its tabs hear that it is durable when they have sent the difference.
      entry.origins = [];
      document.outbox.delete(id);
    }
    document.lineage = null;
    document.journalRows = 0;
    for (const flush of document.flushes) {
      this.#refuse(flush.tab, flush.request, "refused", "the document was recreated; the edits are in its fork");
    }
    document.flushes.clear();
    this.#moveToFork(document, [...document.views], fork);
    this.#closeWhenIdle(document);
  }

  #newFork(document: HostedDocument): string {
    const fork = this.#parts.newName();
    this.#forks.set(document.name, fork);
    return fork;
  }

  /** Ties views to the fork. They are greeted when it has loaded, and then send whatever it lacks. */
  #moveToFork(from: HostedDocument, views: readonly View[], fork: string): void {
    const document = this.#documents.get(fork) ?? this.#openInEngine(fork);
    if (!document.ownProblems.some(({ code }) => code === "forked")) {
      document.ownProblems.push({ code: "forked", fork });
    }
    document.title = from.title;
    for (const view of views) {
      from.views.delete(view);
      from.presence.remove([view.client]);
      this.#feed({ type: "presenceGone", doc: from.name, clients: [view.client] });
      document.views.add(view);
      view.tab.views.set(view.handle, { document, view });
      this.#lineages.delete(view);
      view.tab.port.post({ type: "forked", handle: view.handle, name: fork });
    }
  }
}

function loadedEvent(doc: string, stored: StoredDocument | null): EngineEvent {
  return {
    type: "loaded",
    doc,
    lineage: stored?.lineage ?? null,
    updates: [...(stored?.journal ?? []), ...(stored?.outbox.map(({ update }) => update) ?? [])],
    outbox: stored?.outbox ?? [],
    nextId: stored?.nextId ?? 1,
    lastServerSync: stored?.synced ?? false,
  };
}

/** Why the server refused, from the state that comes with the refusal. */
function rejectionIn(effects: readonly EngineEffect[], doc: string): string {
  for (const effect of effects) {
    if (effect.type === "documentState" && effect.doc === doc) {
      const rejected = effect.state.problems.find(({ code }) => code === "rejected");
      if (rejected?.code === "rejected") {
        return rejected.reason;
      }
    }
  }
  return "unknown";
}
