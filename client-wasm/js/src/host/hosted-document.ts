/** One document as the host holds it: who has it open, what is unconfirmed, what is known of it. Data with few rules. */
import type { EditNumber, Handle, RequestId } from "../messages.js";
import type { StoreWrite } from "../stores/store.js";
import type { DocumentProblem, DocumentState } from "../types.js";
import type { HostTab } from "./host-tab.js";
import { PresenceBoard } from "./presence-board.js";

/** One tab's opening of one document. */
export interface View {
  readonly tab: HostTab;
  readonly handle: Handle;
  /** The CRDT client id of this view. */
  readonly client: number;
}

/** One tab's edit, until it can be told that it is durable. */
export interface EditOrigin {
  readonly view: View;
  readonly edit: EditNumber;
  /** Entries that must become durable first: one for a new edit, several for one that says what they said. */
  waits: number;
}

/** One entry of the outbox, until the server has confirmed or refused it. */
export interface HostedEntry {
  readonly update: Uint8Array;
  /** Whether this device's store has it. */
  stored: boolean;
  /** Edits that wait for this entry to be durable; emptied when it is. */
  origins: EditOrigin[];
}

/** A flush that waits for the entries that were unconfirmed when it was asked for. */
export interface PendingFlush {
  readonly tab: HostTab;
  readonly request: RequestId;
  readonly ids: Set<number>;
}

/** A document that the engine has open. */
export class HostedDocument {
  readonly name: string;
  /** While it is `loading`, edits wait in `early` and no view has been told anything. */
  phase: "loading" | "ready" = "loading";
  readonly views = new Set<View>();
  readonly early: { readonly origin: EditOrigin | null; readonly update: Uint8Array }[] = [];
  readonly earlyFlushes: { readonly tab: HostTab; readonly request: RequestId }[] = [];
  readonly outbox = new Map<number, HostedEntry>();
  /** Refused entries that only we keep, until the store has set them aside. */
  readonly leaving = new Map<number, HostedEntry>();
  readonly flushes = new Set<PendingFlush>();
  readonly presence = new PresenceBoard();
  /** What the engine said last. */
  engineState: DocumentState | null = null;
  /** Problems that the engine cannot know of. */
  readonly ownProblems: DocumentProblem[] = [];
  lineage: string | null = null;
  title = "";
  updatedAt = 0;
  /** Rows in the stored journal, to know when to compact. */
  journalRows = 0;
  compacting = false;
  /** The local copy could not be read. These writes wait until it could: they belong behind what it holds. */
  held: StoreWrite[] | null = null;

  constructor(name: string) {
    this.name = name;
  }

  /** The CRDT client ids of this browser's own views. */
  localClients(): Set<number> {
    return new Set(Array.from(this.views, (view) => view.client));
  }
}
