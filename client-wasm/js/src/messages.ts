/**
 * What a tab and the host say to each other, as plain structured-cloneable data.
 *
 * The host is wherever the engine runs: a worker, another tab's worker, or this very process. A port may outlive a
 * host (another tab's worker takes over): every `welcome` begins a conversation anew, and the tab attaches and opens
 * everything again. Both sides therefore treat each message as belonging to the latest `welcome`.
 */
import type { ReplicaErrorCode } from "./errors.js";
import type { ConnectionStatus, DocumentState, LocalDocument, MergeReview, MergeSide, SetAside } from "./types.js";

/** Names one opened document within one tab. Never used twice by the same tab. */
export type Handle = number;

/** Numbers the edits of one handle, counting up. */
export type EditNumber = number;

/** Names a question of a tab, for its answer. */
export type RequestId = number;

/** Raised whenever an older tab and a newer worker (or the reverse) would misunderstand each other. */
export const MESSAGES_VERSION = 3;

/** From a tab to the host. */
export type TabMessage =
  /** The first word after every `welcome`. The tab holds the Web Lock `lock` for as long as it lives. */
  | {
      readonly type: "attach";
      readonly version: number;
      readonly tab: string;
      readonly lock: string | null;
      readonly hasToken: boolean;
    }
  /** `lineage` is the history that the tab's content stems from; null for a tab without content. */
  | {
      readonly type: "open";
      readonly handle: Handle;
      readonly name: string;
      readonly client: number;
      readonly lineage: string | null;
    }
  | { readonly type: "close"; readonly handle: Handle }
  | { readonly type: "edit"; readonly handle: Handle; readonly edit: EditNumber; readonly update: Uint8Array }
  | { readonly type: "presence"; readonly handle: Handle; readonly payload: Uint8Array }
  | { readonly type: "title"; readonly handle: Handle; readonly title: string }
  | { readonly type: "closeReview"; readonly handle: Handle; readonly id: number }
  /** Make a place of a review say what a side said. `block` stands for the place now, in the tab's view. */
  | {
      readonly type: "decide";
      readonly request: RequestId;
      readonly name: string;
      readonly id: number;
      readonly place: number;
      readonly block: BlockName | null;
      readonly side: MergeSide;
    }
  | { readonly type: "flush"; readonly request: RequestId; readonly handle: Handle }
  | { readonly type: "list"; readonly request: RequestId }
  | {
      readonly type: "forget";
      readonly request: RequestId;
      readonly name: string;
      readonly discardUnconfirmed: boolean;
    }
  /** What is set aside; of every document when `name` is null. */
  | { readonly type: "setAside"; readonly request: RequestId; readonly name: string | null }
  /** The content of set-aside edits, or of what is unsent when `ids` is null. */
  | {
      readonly type: "readEdits";
      readonly request: RequestId;
      readonly name: string;
      readonly ids: readonly number[] | null;
    }
  | {
      readonly type: "discardSetAside";
      readonly request: RequestId;
      readonly name: string;
      readonly ids: readonly number[];
    }
  | { readonly type: "keepFork"; readonly request: RequestId; readonly name: string }
  | { readonly type: "token"; readonly token: string | null }
  | { readonly type: "network"; readonly online: boolean }
  /** The page became visible, or came back from sleep. */
  | { readonly type: "wake" }
  | { readonly type: "reconnect" }
  /** The tab leaves in good order. */
  | { readonly type: "detach" };

/** A block of a document: the CRDT client that made it, and when by that client's count. */
export type BlockName = readonly [number, number];

/** The bytes of some edits, and of the document that they were made in. */
export interface RawEdits {
  readonly base: readonly Uint8Array[];
  /** Set aside before them: they may build on it. */
  readonly earlier: readonly Uint8Array[];
  /** Oldest first. */
  readonly updates: readonly Uint8Array[];
}

/** What a question is answered with. */
export type Answer =
  | { readonly kind: "nothing" }
  | { readonly kind: "documents"; readonly documents: readonly LocalDocument[] }
  | { readonly kind: "setAside"; readonly entries: readonly SetAside[] }
  | { readonly kind: "edits"; readonly edits: RawEdits }
  /** What to apply. */
  | { readonly kind: "decided"; readonly update: Uint8Array };

/** From the host to a tab. */
export type HostMessage =
  /** A host is at the other end: attach, and open everything (again). */
  | { readonly type: "welcome"; readonly version: number }
  | { readonly type: "status"; readonly status: ConnectionStatus }
  /** Whether some edit that the host has heard of is nowhere durable. False until said otherwise. */
  | { readonly type: "unsaved"; readonly unsaved: boolean }
  /**
   * All that the host holds, in any order, and the state that goes with it; the answer to `open`. The tab then sends
   * what the host lacks. One message, because the state is true only of what the host holds.
   */
  | {
      readonly type: "content";
      readonly handle: Handle;
      readonly updates: readonly Uint8Array[];
      readonly state: DocumentState;
    }
  /** An edit by the server or by another tab. */
  | { readonly type: "update"; readonly handle: Handle; readonly update: Uint8Array }
  | { readonly type: "presence"; readonly handle: Handle; readonly payload: Uint8Array }
  | { readonly type: "absent"; readonly handle: Handle; readonly clients: readonly number[] }
  | { readonly type: "state"; readonly handle: Handle; readonly state: DocumentState }
  /** The server's state has arrived since the host began, and is in the view. */
  | { readonly type: "synced"; readonly handle: Handle }
  /** What came together after offline spells; none until said otherwise. */
  | { readonly type: "reviews"; readonly handle: Handle; readonly reviews: readonly MergeReview[] }
  /** These edits are durable: on this device or on the server. */
  | { readonly type: "settled"; readonly handle: Handle; readonly edits: readonly EditNumber[] }
  | { readonly type: "lineage"; readonly handle: Handle; readonly lineage: string }
  /** The handle now stands for the document `name`: the content of `original` was forked there (D15). */
  | { readonly type: "forked"; readonly handle: Handle; readonly name: string; readonly original: string }
  /** The view holds edits that the server refused. */
  | { readonly type: "reset"; readonly handle: Handle }
  | { readonly type: "tokenWanted" }
  | { readonly type: "done"; readonly request: RequestId; readonly answer: Answer }
  | {
      readonly type: "failed";
      readonly request: RequestId;
      readonly code: ReplicaErrorCode;
      readonly message: string;
    };
