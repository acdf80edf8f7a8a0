/**
 * The host: runs the engine and executes its effects between tabs, store, socket and clock.
 *
 * One per browser and server. Every event goes through one queue, so that the engine is never entered twice and
 * effects run in order. A keystroke is told "durable" only after the store or the server said so (I1,
 * host/unconfirmed.ts). What it keeps in memory are unconfirmed entries and the engine's own content (I4). What it
 * does not know: threads, locks and who elected it (leader.ts), what a tab does with updates (document.ts), how
 * anything is stored (stores/).
 */
import type { EngineEffect, EngineEvent } from "./engine.js";
import type { HostCore, HostParts } from "./host/core.js";
import { refuse } from "./host/core.js";
import { CurrentSocket } from "./host/current-socket.js";
import { Forks } from "./host/forks.js";
import type { HostTab } from "./host/host-tab.js";
import { HostedDocument, type Refusal, type View } from "./host/hosted-document.js";
import { Keeper } from "./host/keeper.js";
import { Library } from "./host/library.js";
import { ReviewDesk } from "./host/reviews.js";
import { SetAsideDesk } from "./host/set-aside.js";
import { TokenDesk } from "./host/token-desk.js";
import type { EditOrigin } from "./host/unconfirmed.js";
import { type Handle, type HostMessage, MESSAGES_VERSION, type RequestId, type TabMessage } from "./messages.js";
import type { Port } from "./ports.js";
import type { KeptBy } from "./stores/store.js";
import type { ConnectionStatus, DocumentState } from "./types.js";

export type { HostParts } from "./host/core.js";

const NORMAL = 1000;

/** An event for the engine with the edits that it consists of, or something to do once all before it has been done. */
type Queued =
  | { readonly event: EngineEvent; readonly origins: readonly EditOrigin[] }
  | { readonly action: () => void };

/** Runs one engine for all tabs of a browser. */
export class Host {
  readonly #parts: HostParts;
  readonly #tabs = new Set<HostTab>();
  readonly #documents = new Map<string, HostedDocument>();
  readonly #keeper: Keeper;
  readonly #forks: Forks;
  readonly #library: Library;
  readonly #setAside: SetAsideDesk;
  readonly #reviews: ReviewDesk;
  readonly #tokens: TokenDesk;
  readonly #socket: CurrentSocket;
  readonly #queue: Queued[] = [];
  #feeding = false;
  #cancelTimer: (() => void) | undefined;
  #status: ConnectionStatus = { kind: "connecting" };
  /** What the tabs were told last. */
  #unsaved = false;
  #disposed = false;

  constructor(parts: HostParts) {
    this.#parts = parts;
    const core: HostCore = {
      parts,
      documents: this.#documents,
      feed: (event, origins) => this.#feed(event, origins),
      listed: (documents) => this.#forks.listed(documents),
      showUnsaved: () => this.#showUnsaved(),
      open: (name) => this.#open(name),
      show: (document) => this.#show(document),
      release: (document) => this.#release(document),
      close: (document) => this.#close(document),
    };
    this.#keeper = new Keeper(core);
    this.#forks = new Forks(core, this.#keeper);
    this.#library = new Library(core, this.#keeper, this.#forks);
    this.#setAside = new SetAsideDesk(core, this.#keeper, this.#forks);
    this.#reviews = new ReviewDesk(core, this.#keeper);
    this.#tokens = new TokenDesk(this.#tabs, (token) => this.#feed({ type: "token", token }));
    this.#socket = new CurrentSocket(parts.connect, (event) => this.#feed(event));
    void this.#keeper.openEarlierOutboxes();
  }

  /** Takes in one more tab. */
  accept(port: Port<HostMessage, TabMessage>): void {
    const tab: HostTab = {
      port: {
        receive: (listener) => port.receive(listener),
        // An answer may come after its tab has left; a closed channel would throw.
        post: (message) => {
          if (this.#tabs.has(tab)) {
            port.post(message);
          }
        },
        close: () => port.close(),
      },
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
    this.#feed({ type: "stop" });
    this.#disposed = true;
    this.#cancelTimer?.();
    this.#socket.close(NORMAL);
    for (const tab of this.#tabs) {
      tab.unwatch();
      tab.port.close();
    }
    this.#tabs.clear();
    await this.#keeper.dispose();
  }

  // --- tabs ---------------------------------------------------------------------------------------------------

  #onTab(tab: HostTab, message: TabMessage): void {
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
        this.#openView(message.name, {
          tab,
          handle: message.handle,
          client: message.client,
          lineage: message.lineage,
        });
        return;
      case "close":
      case "edit":
      case "presence":
      case "title":
      case "closeReview":
        this.#onView(tab, message);
        return;
      case "decide":
        void this.#reviews.decide(tab, message);
        return;
      case "flush":
        this.#flush(tab, message.request, message.handle);
        return;
      case "list":
        void this.#library.list(tab, message.request);
        return;
      case "forget":
        void this.#library.forget(tab, message.request, message.name, message.discardUnconfirmed);
        return;
      case "setAside":
        void this.#setAside.list(tab, message.request, message.name);
        return;
      case "readEdits":
        void this.#setAside.read(tab, message.request, message.name, message.ids);
        return;
      case "discardSetAside":
        void this.#setAside.discard(tab, message.request, message.name, message.ids);
        return;
      case "keepFork":
        void this.#setAside.keepFork(tab, message.request, message.name);
        return;
      case "token":
        this.#tokens.told(message.token);
        return;
      case "network":
        this.#feed({ type: message.online ? "networkOnline" : "networkOffline" });
        return;
      case "wake":
        this.#keeper.retryNow();
        this.#feed({ type: "wake" });
        return;
      case "reconnect":
        this.#keeper.retryNow();
        this.#feed({ type: "reconnectNow" });
        return;
      case "detach":
        this.#removeTab(tab);
        return;
      default:
        message satisfies never;
    }
  }

  #attach(tab: HostTab, version: number, lock: string | null, hasToken: boolean): void {
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
    if (this.#unsaved) {
      tab.port.post({ type: "unsaved", unsaved: true });
    }
    this.#tokens.attached(tab);
  }

  #removeTab(tab: HostTab): void {
    if (!this.#tabs.delete(tab)) {
      return;
    }
    tab.unwatch();
    for (const { document, view } of [...tab.views.values()]) {
      document.unconfirmed.forgetTab(tab);
      this.#closeView(document, view);
    }
    tab.port.close();
    this.#tokens.left(tab);
  }

  #openView(name: string, view: View): void {
    const document = this.#open(name);
    document.views.add(view);
    view.tab.views.set(view.handle, { document, view });
    if (document.phase === "ready") {
      this.#greet(document, view);
    }
  }

  /** Tells a view all that is known, now that it is. */
  #greet(document: HostedDocument, view: View): void {
    if (view.lineage !== null && document.lineage !== null && view.lineage !== document.lineage) {
      this.#forks.separate(document, view);
      return;
    }
    const { handle, tab } = view;
    if (document.lineage !== null) {
      tab.port.post({ type: "lineage", handle, lineage: document.lineage });
    }
    const updates = this.#parts.engine.content(document.name);
    tab.port.post({ type: "content", handle, updates, state: document.state(this.#keeper.cause) });
    this.#reviews.greet(document, view);
    if (document.syncedNow) {
      tab.port.post({ type: "synced", handle });
    }
    const payload = document.presence.snapshot(this.#parts.clock.now());
    if (payload !== null) {
      tab.port.post({ type: "presence", handle, payload });
    }
  }

  #onView(
    tab: HostTab,
    message: Extract<TabMessage, { readonly type: "close" | "edit" | "presence" | "title" | "closeReview" }>,
  ): void {
    const open = tab.views.get(message.handle);
    if (open === undefined) {
      return;
    }
    const { document, view } = open;
    switch (message.type) {
      case "close":
        this.#closeView(document, view);
        return;
      case "edit":
        this.#edit(document, { view, edit: message.edit, waits: 0 }, message.update);
        return;
      case "presence":
        document.presence.apply(message.payload, this.#parts.clock.now());
        document.tellOthers(view, (handle) => ({ type: "presence", handle, payload: message.payload }));
        this.#feed({ type: "localPresence", doc: document.name, payload: message.payload });
        return;
      case "title":
        if (document.title !== message.title) {
          const { name: doc, updatedAt: at } = document;
          document.title = message.title;
          this.#keeper.write(document, { type: "describe", doc, title: message.title, at });
        }
        return;
      case "closeReview":
        this.#reviews.close(document, message.id);
        return;
      default:
        message satisfies never;
    }
  }

  #closeView(document: HostedDocument, view: View): void {
    view.tab.views.delete(view.handle);
    document.views.delete(view);
    document.presence.remove([view.client]);
    document.tellOthers(view, (handle) => ({ type: "absent", handle, clients: [view.client] }));
    this.#feed({ type: "presenceGone", doc: document.name, clients: [view.client] });
    this.#release(document);
  }

  #edit(document: HostedDocument, origin: EditOrigin, update: Uint8Array): void {
    document.tellOthers(origin.view, (handle) => ({ type: "update", handle, update }));
    if (document.phase === "loading") {
      document.earlyEdits.push({ origin, update });
      this.#showUnsaved();
    } else {
      this.#feed({ type: "localUpdate", doc: document.name, update }, [origin]);
    }
  }

  #flush(tab: HostTab, request: RequestId, handle: Handle): void {
    const document = tab.views.get(handle)?.document;
    if (document === undefined) {
      refuse(tab, request, "disposed", "the document is not open");
    } else if (document.phase === "loading") {
      document.earlyFlushes.push({ tab, request });
    } else {
      document.unconfirmed.flush(tab, request);
    }
  }

  // --- documents ----------------------------------------------------------------------------------------------

  #open(name: string): HostedDocument {
    const known = this.#documents.get(name);
    if (known !== undefined) {
      return known;
    }
    const document = new HostedDocument(name);
    this.#forks.opened(document);
    this.#documents.set(name, document);
    this.#feed({ type: "open", doc: name });
    return document;
  }

  #release(document: HostedDocument): void {
    const isIdle =
      document.phase === "ready" &&
      document.views.size === 0 &&
      document.unconfirmed.isEmpty &&
      document.held === null &&
      !this.#keeper.pending(document.name);
    if (isIdle && this.#documents.get(document.name) === document) {
      this.#close(document);
    }
  }

  #close(document: HostedDocument): void {
    this.#documents.delete(document.name);
    this.#feed({ type: "close", doc: document.name });
  }

  #show(document: HostedDocument): void {
    const state = document.state(this.#keeper.cause);
    document.tell((handle) => ({ type: "state", handle, state }));
  }

  // --- engine -------------------------------------------------------------------------------------------------

  #feed(event: EngineEvent, origins: readonly EditOrigin[] = []): void {
    this.#enqueue({ event, origins });
  }

  #enqueue(queued: Queued): void {
    if (this.#disposed) {
      return;
    }
    this.#queue.push(queued);
    if (this.#feeding) {
      return;
    }
    this.#feeding = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
        if ("action" in next) {
          next.action();
        } else {
          this.#step(next.event, next.origins);
        }
      }
    } catch (error) {
      // The engine is total; if it threw, its state is not to be trusted. Tabs find another host and lose nothing.
      this.#disposed = true;
      this.#parts.onFatal(error);
    } finally {
      this.#feeding = false;
    }
    this.#showUnsaved();
  }

  /** Tells the tabs whether something is nowhere durable, when that has changed. */
  #showUnsaved(): void {
    const unsaved = [...this.#documents.values()].some(
      ({ earlyEdits, unconfirmed }) => earlyEdits.length > 0 || unconfirmed.hasUnsaved,
    );
    if (unsaved !== this.#unsaved) {
      this.#unsaved = unsaved;
      for (const tab of this.#tabs) {
        tab.port.post({ type: "unsaved", unsaved });
      }
    }
  }

  #step(event: EngineEvent, origins: readonly EditOrigin[]): void {
    const effects = this.#parts.engine.handle(event, this.#parts.clock.now());
    for (const effect of effects) {
      if ("doc" in effect) {
        const document = this.#documents.get(effect.doc);
        if (document !== undefined) {
          this.#executeOn(document, effect, effects, origins);
        }
      } else {
        this.#execute(effect);
      }
    }
    if (event.type === "localUpdate") {
      this.#documents.get(event.doc)?.unconfirmed.known(origins);
    } else if (event.type === "loaded" || event.type === "loadFailed") {
      this.#onLoaded(event.doc);
    }
  }

  #execute(effect: Exclude<EngineEffect, { readonly doc: string }>): void {
    switch (effect.type) {
      case "connect":
        this.#socket.open();
        return;
      case "disconnect":
        this.#socket.close(effect.code);
        return;
      case "send":
        this.#socket.send(effect.bytes);
        return;
      case "setTimer": {
        const { clock } = this.#parts;
        this.#cancelTimer?.();
        this.#cancelTimer = clock.after(effect.atMs - clock.now(), () => this.#feed({ type: "timer" }));
        return;
      }
      case "requestToken":
        this.#tokens.ask();
        return;
      case "status":
        this.#status = effect.status;
        for (const tab of this.#tabs) {
          tab.port.post({ type: "status", status: effect.status });
        }
        return;
      default:
        effect satisfies never;
    }
  }

  #executeOn(
    document: HostedDocument,
    effect: Extract<EngineEffect, { readonly doc: string }>,
    all: readonly EngineEffect[],
    origins: readonly EditOrigin[],
  ): void {
    const { name: doc, unconfirmed } = document;
    const at = this.#parts.clock.now();
    switch (effect.type) {
      case "load":
        void this.#keeper.load(document);
        return;
      case "persistOutbox":
        document.updatedAt = at;
        unconfirmed.add(effect.id, effect.update, origins);
        this.#keeper.write(document, { type: "outbox", doc, id: effect.id, update: effect.update, at });
        return;
      case "confirmOutbox":
        document.journalRows += effect.ids.length;
        this.#keeper.write(document, { type: "confirm", doc, ids: effect.ids });
        unconfirmed.confirmed(effect.ids);
        return;
      case "dropOutbox": {
        const { ids, kept } = effect;
        const refusal: Refusal = { reason: reasonOf(document.engineState, all, doc, kept), kept, at };
        // On the server it waits for review; here its author can read it.
        this.#keeper.write(document, { type: "setAside", doc, ids, ...refusal });
        for (const id of ids) {
          document.setAside.set(id, refusal);
        }
        if (kept === "device") {
          unconfirmed.setAside(ids, refusal);
        } else {
          unconfirmed.refused(ids);
        }
        return;
      }
      case "handIn":
        void this.#parts.door(doc, effect.update).then((outcome) => this.#feed({ type: "handedIn", doc, outcome }));
        return;
      case "merged":
        this.#reviews.merged(document, effect);
        return;
      case "persistRemote":
        document.updatedAt = at;
        document.journalRows += 1;
        this.#keeper.write(document, { type: "journal", doc, update: effect.update, at });
        return;
      case "persistLineage":
        document.lineage = effect.lineage;
        this.#keeper.write(document, { type: "describe", doc, lineage: effect.lineage, at: document.updatedAt });
        document.tell((handle) => ({ type: "lineage", handle, lineage: effect.lineage }));
        return;
      case "persistSynced":
        if (!document.syncedBefore) {
          this.#keeper.write(document, { type: "describe", doc, synced: true, at: document.updatedAt });
        }
        document.syncedNow = true;
        document.tell((handle) => ({ type: "synced", handle }));
        return;
      case "fork":
        this.#forks.replace(document, effect.updates);
        return;
      case "reset":
        document.tell((handle) => ({ type: "reset", handle }));
        return;
      case "deliver":
        document.tell((handle) => ({ type: "update", handle, update: effect.update }));
        return;
      case "deliverPresence":
        document.presence.apply(effect.payload, at);
        document.tell((handle) => ({ type: "presence", handle, payload: effect.payload }));
        return;
      case "clearPresence": {
        const clients = document.presence.removeOthers(document.localClients());
        document.tell((handle) => ({ type: "absent", handle, clients }));
        return;
      }
      case "documentState":
        document.engineState = effect.state;
        this.#show(document);
        unconfirmed.access(effect.state.access);
        return;
      default:
        effect satisfies never;
    }
  }

  /** The engine knows the local copy, or that there is none to be had: views can be told, and what waited goes on. */
  #onLoaded(doc: string): void {
    const document = this.#documents.get(doc);
    if (document === undefined) {
      return;
    }
    if (document.phase === "ready") {
      // Read late: its views heard of the content as it was delivered.
      this.#show(document);
      return;
    }
    document.phase = "ready";
    void this.#reviews.compareAll(document);
    for (const view of [...document.views]) {
      this.#greet(document, view);
    }
    for (const { origin, update } of document.earlyEdits.splice(0)) {
      this.#feed({ type: "localUpdate", doc, update }, [origin]);
    }
    const flushes = document.earlyFlushes.splice(0);
    // Behind the edits, which those who wait mean too.
    this.#enqueue({
      action: () => {
        for (const { tab, request } of flushes) {
          document.unconfirmed.flush(tab, request);
        }
        this.#release(document);
      },
    });
  }
}

/**
 * Why entries were refused: the rejection that is new in the state that comes with the refusal, or the only one there.
 * The engine names the reasons of a document, not of an entry.
 */
function reasonOf(before: DocumentState, effects: readonly EngineEffect[], doc: string, kept: KeptBy): string {
  const after = effects.findLast((effect) => effect.type === "documentState" && effect.doc === doc);
  const reasons = after?.type === "documentState" ? rejectionsIn(after.state, kept) : [];
  const known = rejectionsIn(before, kept);
  const candidates = reasons.some((reason) => !known.includes(reason))
    ? reasons.filter((reason) => !known.includes(reason))
    : reasons;
  return candidates.length === 1 && candidates[0] !== undefined ? candidates[0] : "unknown";
}

function rejectionsIn({ problems }: DocumentState, kept: KeptBy): string[] {
  return problems.flatMap((problem) => (problem.code === "rejected" && problem.kept === kept ? [problem.reason] : []));
}
