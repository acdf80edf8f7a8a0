/** What the parts of a host share: its documents, its engine's ear, and the platform under it. */
import type { Engine, EngineEvent, UpdateTools } from "../engine.js";
import type { ReplicaErrorCode } from "../errors.js";
import type { Answer, RequestId } from "../messages.js";
import type { Store, StoredSummary } from "../stores/store.js";
import type { Liveness } from "../tabs.js";
import type { Clock } from "./clock.js";
import type { Door } from "./door.js";
import type { HostTab } from "./host-tab.js";
import type { HostedDocument } from "./hosted-document.js";
import type { Connect } from "./socket.js";
import type { EditOrigin } from "./unconfirmed.js";

/** What a host works with; everything that differs between a browser, Node and a test. */
export interface HostParts {
  readonly engine: Engine;
  readonly tools: UpdateTools;
  readonly store: Store;
  readonly connect: Connect;
  /** Where edits go whose author has lost the document. */
  readonly door: Door;
  readonly clock: Clock;
  readonly liveness: Liveness;
  /** Makes the name of a new document. */
  readonly newName: () => string;
  /** The engine has failed in a way it cannot recover from; the host is of no more use. */
  readonly onFatal: (error: unknown) => void;
}

/** The host, as its own parts see it. */
export interface HostCore {
  readonly parts: HostParts;
  /** What the engine has open, by name. */
  readonly documents: ReadonlyMap<string, HostedDocument>;
  /** Gives the engine an event. Effects run before this returns, unless the engine is at work: then soon. */
  feed(event: EngineEvent, origins?: readonly EditOrigin[]): void;
  /** Opens a document in the engine, whether or not a tab looks at it. */
  open(name: string): HostedDocument;
  /** The store has been listed; what an earlier visit left behind is known now. */
  listed(documents: readonly StoredSummary[]): void;
  /** Tells the tabs whether something is nowhere durable; after a change that no event of the engine made. */
  showUnsaved(): void;
  /** Tells the views how the document is now. */
  show(document: HostedDocument): void;
  /** Lets go of a document that nobody looks at and that has nothing left to send or to store. */
  release(document: HostedDocument): void;
  /** Closes a document in the engine whatever is left of it. */
  close(document: HostedDocument): void;
}

/** Answers a tab's question. */
export function answer(tab: HostTab, request: RequestId, what: Answer = { kind: "nothing" }): void {
  tab.port.post({ type: "done", request, answer: what });
}

/** Answers a tab's question with the failure of the store. */
export function refuseForStore(tab: HostTab, request: RequestId, error: unknown): void {
  refuse(tab, request, "storage", error instanceof Error ? error.message : String(error));
}

/** Answers a tab's question with a refusal. */
export function refuse(tab: HostTab, request: RequestId, code: ReplicaErrorCode, message: string): void {
  tab.port.post({ type: "failed", request, code, message });
}
