/** One document as the host holds it: who has it open, what waits, what is known of it. Data with few rules. */
import type { Handle, HostMessage, RequestId } from "../messages.js";
import type { KeptBy, StoreCause, StoredReview, StoreWrite } from "../stores/store.js";
import type { DocumentProblem, DocumentState } from "../types.js";
import type { HostTab } from "./host-tab.js";
import { PresenceBoard } from "./presence-board.js";
import { type EditOrigin, Unconfirmed } from "./unconfirmed.js";

/** One tab's opening of one document. */
export interface View {
  readonly tab: HostTab;
  readonly handle: Handle;
  /** The CRDT client id of this view. */
  readonly client: number;
  /** The history that the view's content stems from; null if it came with none. */
  readonly lineage: string | null;
}

/** What is known of an edit that the server refused. */
export interface Refusal {
  readonly reason: string;
  readonly kept: KeptBy;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The state of a document before the engine has said anything. */
const UNKNOWN_STATE: DocumentState = { save: "safe", access: "unknown", synced: false, unconfirmed: 0, problems: [] };

/** A document that the engine has open. */
export class HostedDocument {
  readonly name: string;
  /** While it is `loading`, edits and flushes wait and no view has been told anything. */
  phase: "loading" | "ready" = "loading";
  readonly views = new Set<View>();
  readonly earlyEdits: { readonly origin: EditOrigin; readonly update: Uint8Array }[] = [];
  readonly earlyFlushes: { readonly tab: HostTab; readonly request: RequestId }[] = [];
  readonly unconfirmed = new Unconfirmed();
  readonly presence = new PresenceBoard();
  /** What the engine said last. */
  engineState: DocumentState = UNKNOWN_STATE;
  /** Problems that the engine cannot know of. */
  readonly #ownProblems = new Map<DocumentProblem["code"], DocumentProblem>();
  /** What is set aside on this device, by id. The bytes are in the store. */
  readonly setAside = new Map<number, Refusal>();
  /** The document whose earlier copy this is. */
  forkOf: string | null = null;
  /** What came together after offline spells, newest first. */
  reviews: readonly StoredReview[] = [];
  lineage: string | null = null;
  title = "";
  /** The server's state arrived in an earlier visit. */
  syncedBefore = false;
  /** The server's state has arrived since this document was opened. */
  syncedNow = false;
  updatedAt = 0;
  /** Rows in the stored journal, to know when to compact. */
  journalRows = 0;
  /** The local copy could not be read. These writes wait until it could: they belong behind what it holds. */
  held: StoreWrite[] | null = null;

  constructor(name: string) {
    this.name = name;
  }

  /** The CRDT client ids of this browser's own views. */
  localClients(): Set<number> {
    return new Set(Array.from(this.views, ({ client }) => client));
  }

  /** Adds a problem that the engine cannot know of; one for each code. */
  addProblem(problem: DocumentProblem): void {
    this.#ownProblems.set(problem.code, problem);
  }

  /** Takes such a problem away. */
  removeProblem(code: DocumentProblem["code"]): void {
    this.#ownProblems.delete(code);
  }

  /** What a person is told. `storeCause`: why the device's store fails at this moment, if it does. */
  state(storeCause: StoreCause | null): DocumentState {
    // The engine knows what was refused since it opened the document; we know what of all that is still set aside.
    const problems = this.engineState.problems.filter(({ code }) => code !== "rejected");
    problems.push(...this.#rejections(), ...this.#ownProblems.values());
    if (storeCause !== null && !problems.some(({ code }) => code === "device-storage")) {
      problems.push({ code: "device-storage", cause: storeCause });
    }
    const synced = this.engineState.synced || this.syncedBefore;
    return { ...this.engineState, synced, problems };
  }

  /** One problem for each reason and keeper. */
  #rejections(): DocumentProblem[] {
    const problems = new Map<string, DocumentProblem>();
    for (const { reason, kept } of this.setAside.values()) {
      problems.set(`${kept} ${reason}`, { code: "rejected", reason, kept });
    }
    return [...problems.values()];
  }

  /** Says something to every view that has been told the content already. */
  tell(message: (handle: Handle) => HostMessage): void {
    if (this.phase === "ready") {
      for (const { tab, handle } of this.views) {
        tab.port.post(message(handle));
      }
    }
  }

  /** Says something to every view except one. */
  tellOthers(than: View, message: (handle: Handle) => HostMessage): void {
    for (const view of this.views) {
      if (view !== than) {
        view.tab.port.post(message(view.handle));
      }
    }
  }
}
