/**
 * The replica as a tab (or a script) sees it: opens documents and speaks to the host through one port.
 *
 * The same for every platform; index.ts and node.ts supply the port. Survives its host: at each `welcome` everything
 * open is introduced again and every unanswered question is asked again.
 */
import * as Y from "yjs";
import { type Deferred, deferred } from "./deferred.js";
import { disentangle } from "./disentangle.js";
import { OpenDocument, type ViewMessage } from "./document.js";
import { ReplicaError } from "./errors.js";
import {
  type Answer,
  type Handle,
  type HostMessage,
  MESSAGES_VERSION,
  type RawEdits,
  type RequestId,
  type TabMessage,
} from "./messages.js";
import { Value } from "./observable.js";
import type { Member } from "./options.js";
import { passagesOf, standsOn } from "./passages.js";
import type { Port } from "./ports.js";
import type {
  ConnectionStatus,
  EditContent,
  LocalDocument,
  Observable,
  Replica,
  ReplicaDocument,
  SetAside,
} from "./types.js";

/** Longest name of a document, in UTF-8 bytes; the protocol's limit. */
const DOC_NAME_BYTES_MAX = 255;

/** What a replica needs of its platform. */
export interface TabParts {
  /** Names this tab for its host. */
  readonly tab: string;
  /** The Web Lock that this tab holds for as long as it lives, if the platform has locks. */
  readonly lock: string | null;
  readonly token: (() => Promise<string | null>) | undefined;
  /** Shown in the presence of every document. */
  readonly member: Member | undefined;
  /** Runs once, when the first document is opened. */
  readonly onFirstOpen: () => void;
  readonly onDispose: () => void;
}

type Question = Extract<TabMessage, { readonly request: RequestId }>;

/** A replica over whatever port it is given. */
export class PortReplica implements Replica {
  readonly #parts: TabParts;
  readonly #status = new Value<ConnectionStatus>({ kind: "connecting" });
  readonly #unsaved = new Value(false);
  /** The host's word on what it has heard of. */
  #hostUnsaved = false;
  readonly #documents = new Map<Handle, OpenDocument>();
  readonly #questions = new Map<RequestId, { readonly message: Question; readonly answer: Deferred<Answer> }>();
  #port: Port<TabMessage, HostMessage> | undefined;
  /** Whether a host has welcomed us on the present port. */
  #welcomed = false;
  #lastNumber = 0;
  #failure: ReplicaError | null = null;
  #disposed = false;

  constructor(parts: TabParts) {
    this.#parts = parts;
  }

  /** Speaks through this port from now on. The former one, if any, is dead already. */
  speakThrough(port: Port<TabMessage, HostMessage>): void {
    if (this.#disposed) {
      port.close();
      return;
    }
    this.#port?.close();
    this.#welcomed = false;
    this.#port = port;
    port.receive((message) => {
      if (this.#port === port) {
        this.#receive(message);
      }
    });
  }

  /** Tells the host something about this tab's surroundings. */
  report(message: Extract<TabMessage, { readonly type: "network" | "wake" }>): void {
    this.#send(message);
  }

  /** The platform has no way to run a host. */
  refuse(reason: string): void {
    this.#status.set({ kind: "refused", reason });
  }

  /** No host can be had; every question and every open document is refused for this reason. */
  fail(error: ReplicaError): void {
    this.#failure = error;
    this.refuse(error.code);
    for (const { answer } of this.#questions.values()) {
      answer.reject(error);
    }
    this.#questions.clear();
    for (const document of this.#documents.values()) {
      document.fail(error);
    }
  }

  get status(): Observable<ConnectionStatus> {
    return this.#status;
  }

  get unsaved(): Observable<boolean> {
    return this.#unsaved;
  }

  open(name: string): ReplicaDocument {
    this.#assertLive();
    const bytes = new TextEncoder().encode(name).length;
    if (bytes === 0 || bytes > DOC_NAME_BYTES_MAX || /\p{Cc}/u.test(name)) {
      throw new ReplicaError("invalid", "a document's name has 1 to 255 bytes and no control characters");
    }
    if (this.#documents.size === 0 && this.#lastNumber === 0) {
      this.#parts.onFirstOpen();
    }
    this.#lastNumber += 1;
    const document = new OpenDocument(this.#lastNumber, name, {
      send: (message) => this.#send(message),
      flush: async (handle) => {
        await this.#ask((request) => ({ type: "flush", request, handle }));
      },
      readSetAside: (name, ids) => this.#readEdits(name, ids),
      discardSetAside: (name, ids) => this.discardSetAside(name, ids),
      decide: (name, id, place, block, side) => this.#decide({ type: "decide", name, id, place, block, side }),
      greeted: (handle) => this.#repeatFlushes(handle),
      settling: () => this.#showUnsaved(),
      disposed: ({ handle }) => {
        this.#documents.delete(handle);
        this.#showUnsaved();
      },
    });
    this.#documents.set(document.handle, document);
    const { member } = this.#parts;
    if (member !== undefined) {
      document.awareness.setLocalStateField("user", { name: member.name, color: member.color });
    }
    if (this.#welcomed) {
      document.attach();
    }
    return document;
  }

  async localDocuments(): Promise<readonly LocalDocument[]> {
    const answer = await this.#ask((request) => ({ type: "list", request }));
    return answer.kind === "documents" ? answer.documents : [];
  }

  async setAside(document?: string): Promise<readonly SetAside[]> {
    const answer = await this.#ask((request) => ({ type: "setAside", request, name: document ?? null }));
    return answer.kind === "setAside" ? answer.entries : [];
  }

  async readSetAside(document: string, ids: readonly number[]): Promise<EditContent> {
    return contentOf(await this.#readEdits(document, ids));
  }

  async readUnsent(document: string): Promise<EditContent | null> {
    const edits = await this.#readEdits(document, null);
    return edits.updates.length === 0 ? null : contentOf(edits);
  }

  async discardSetAside(document: string, ids: readonly number[]): Promise<void> {
    await this.#ask((request) => ({ type: "discardSetAside", request, name: document, ids }));
  }

  async keepFork(fork: string): Promise<void> {
    await this.#ask((request) => ({ type: "keepFork", request, name: fork }));
  }

  async forget(name: string, options: { readonly discardUnconfirmed?: boolean } = {}): Promise<void> {
    const discardUnconfirmed = options.discardUnconfirmed ?? false;
    await this.#ask((request) => ({ type: "forget", request, name, discardUnconfirmed }));
  }

  reconnect(): void {
    this.#send({ type: "reconnect" });
  }

  dispose(): void {
    if (this.#disposed) {
      return;
    }
    for (const document of [...this.#documents.values()]) {
      document.dispose();
    }
    this.#send({ type: "detach" });
    this.#disposed = true;
    for (const { answer } of this.#questions.values()) {
      answer.reject(new ReplicaError("disposed", "the replica was disposed of"));
    }
    this.#questions.clear();
    this.#port?.close();
    this.#parts.onDispose();
  }

  #receive(message: HostMessage): void {
    switch (message.type) {
      case "welcome":
        this.#attach(message.version);
        return;
      case "status":
        if (JSON.stringify(message.status) !== JSON.stringify(this.#status.value)) {
          this.#status.set(message.status);
        }
        return;
      case "unsaved":
        this.#hostUnsaved = message.unsaved;
        this.#showUnsaved();
        return;
      case "tokenWanted":
        void this.#sendToken();
        return;
      case "done":
        this.#takeQuestion(message.request)?.resolve(message.answer);
        return;
      case "failed":
        this.#takeQuestion(message.request)?.reject(new ReplicaError(message.code, message.message));
        return;
      default:
        this.#documents.get(message.handle)?.receive(message satisfies ViewMessage);
    }
  }

  #attach(version: number): void {
    if (version !== MESSAGES_VERSION) {
      this.refuse("outdated-page");
      return;
    }
    this.#welcomed = true;
    // What the former host held in memory only, its documents here will say again.
    this.#hostUnsaved = false;
    const { tab, lock, token } = this.#parts;
    this.#send({ type: "attach", version: MESSAGES_VERSION, tab, lock, hasToken: token !== undefined });
    for (const document of this.#documents.values()) {
      document.attach();
    }
    for (const { message } of this.#questions.values()) {
      this.#sendQuestion(message);
    }
  }

  #sendQuestion(message: Question): void {
    // "Everything so far is safe" is meaningless to a host that has not heard of everything yet.
    if (message.type !== "flush" || this.#documents.get(message.handle)?.isGreeted === true) {
      this.#send(message);
    }
  }

  #showUnsaved(): void {
    this.#unsaved.set(this.#hostUnsaved || [...this.#documents.values()].some(({ hasUnsaved }) => hasUnsaved));
  }

  #repeatFlushes(handle: Handle): void {
    for (const { message } of this.#questions.values()) {
      if (message.type === "flush" && message.handle === handle) {
        this.#send(message);
      }
    }
  }

  #send(message: TabMessage): void {
    if (this.#welcomed && !this.#disposed) {
      this.#port?.post(message);
    }
  }

  async #sendToken(): Promise<void> {
    let token: string | null = null;
    try {
      token = (await this.#parts.token?.()) ?? null;
    } catch {
      // No token could be had; the engine says so in words where it matters.
    }
    this.#send({ type: "token", token });
  }

  async #readEdits(name: string, ids: readonly number[] | null): Promise<RawEdits> {
    const answer = await this.#ask((request) => ({ type: "readEdits", request, name, ids }));
    return answer.kind === "edits" ? answer.edits : { base: [], earlier: [], updates: [] };
  }

  async #decide(wish: Omit<Extract<TabMessage, { readonly type: "decide" }>, "request">): Promise<Uint8Array> {
    const answer = await this.#ask((request) => ({ ...wish, request }));
    if (answer.kind !== "decided") {
      throw new ReplicaError("unknown", "there is no such place");
    }
    return answer.update;
  }

  #ask(question: (request: RequestId) => Question): Promise<Answer> {
    this.#assertLive();
    this.#lastNumber += 1;
    const message = question(this.#lastNumber);
    const answer = deferred<Answer>();
    this.#questions.set(message.request, { message, answer });
    this.#sendQuestion(message);
    return answer.promise;
  }

  #takeQuestion(request: RequestId): Deferred<Answer> | undefined {
    const question = this.#questions.get(request);
    this.#questions.delete(request);
    return question?.answer;
  }

  #assertLive(): void {
    if (this.#failure !== null) {
      throw this.#failure;
    }
    if (this.#disposed) {
      throw new ReplicaError("disposed", "the replica was disposed of");
    }
  }
}

/** Edits in the document that they make sense in: with what was set aside before them if they build on it. */
function contentOf({ base, earlier, updates }: RawEdits): EditContent {
  const doc = new Y.Doc();
  for (const update of base) {
    Y.applyUpdate(doc, update);
  }
  const [before, edits] = split(disentangle(doc, [...earlier, ...updates]), updates.length);
  doc.destroy();
  const whole = standsOn(base, edits) ? base : [...base, ...before];
  return { base: whole, updates: edits, passages: passagesOf(whole, edits) };
}

/** The last `count` of a list, and what is before them. */
function split<T>(list: readonly T[], count: number): readonly [readonly T[], readonly T[]] {
  const at = Math.max(list.length - count, 0);
  return [list.slice(0, at), list.slice(at)];
}
