/**
 * The edits of one document that are not both durable and confirmed yet, and who waits for them.
 *
 * **Invariants:** a tab hears that an edit is durable only when every entry that carries it is, in the device's store
 * or on the server (I1); a flush is answered only when every entry that was there when it was asked is confirmed.
 * Knows no store and no engine: it is told.
 */
import type { EditNumber, RequestId } from "../messages.js";
import type { DocumentState } from "../types.js";
import { answer, refuse } from "./core.js";
import type { HostTab } from "./host-tab.js";
import type { Refusal, View } from "./hosted-document.js";

/** One tab's edit, until it can be told that it is durable. */
export interface EditOrigin {
  readonly view: View;
  readonly edit: EditNumber;
  /** Entries that must become durable first: one for a new edit, several for one that says what they said. */
  waits: number;
}

/** One entry of the outbox, until the server has confirmed or refused it. */
interface Entry {
  readonly update: Uint8Array;
  /** Whether this device's store has it. */
  stored: boolean;
  /** Edits that wait for this entry to be durable; emptied when it is. */
  origins: EditOrigin[];
}

/** A refused entry that only we keep, until the store has set it aside. */
interface Leaving extends Entry {
  readonly refusal: Refusal;
}

/** A flush that waits for the entries that were unconfirmed when it was asked for. */
interface PendingFlush {
  readonly tab: HostTab;
  readonly request: RequestId;
  readonly ids: Set<number>;
}

/** The unconfirmed edits of one document. */
export class Unconfirmed {
  readonly #outbox = new Map<number, Entry>();
  readonly #leaving = new Map<number, Leaving>();
  /** Ids in the outbox that this device's store does not have. */
  readonly #unstored = new Set<number>();
  readonly #flushes = new Set<PendingFlush>();
  #access: DocumentState["access"] = "unknown";

  /** Entries that the server has not confirmed. */
  get size(): number {
    return this.#outbox.size;
  }

  /** Whether nothing waits for the server, and no refused edit for the store. */
  get isEmpty(): boolean {
    return this.#outbox.size === 0 && this.#leaving.size === 0;
  }

  /** Whether something is neither stored nor confirmed. */
  get hasUnsaved(): boolean {
    return this.#unstored.size > 0 || this.#leaving.size > 0;
  }

  /** A new entry, made by these edits. */
  add(id: number, update: Uint8Array, origins: readonly EditOrigin[]): void {
    this.#outbox.set(id, { update, stored: false, origins: [...origins] });
    this.#unstored.add(id);
    for (const origin of origins) {
      origin.waits += 1;
    }
  }

  /** An entry that was not made here: of an earlier visit, or of a fork. `stored`: whether the store has it yet. */
  restore(id: number, update: Uint8Array, stored: boolean): void {
    this.#outbox.set(id, { update, stored, origins: [] });
    if (!stored) {
      this.#unstored.add(id);
    }
  }

  /** Edits that made no entry say nothing new: they are as durable as the entries that are not stored yet. */
  known(origins: readonly EditOrigin[]): void {
    for (const origin of origins.filter(({ waits }) => waits === 0)) {
      for (const id of this.#unstored) {
        this.#outbox.get(id)?.origins.push(origin);
        origin.waits += 1;
      }
      if (origin.waits === 0) {
        settle(origin);
      }
    }
  }

  /** The store has this entry. Answers whether it was still in the outbox. */
  stored(id: number): boolean {
    const entry = this.#outbox.get(id);
    if (entry === undefined) {
      return false;
    }
    entry.stored = true;
    this.#unstored.delete(id);
    settleAll(entry);
    return true;
  }

  /** The server has these entries. */
  confirmed(ids: readonly number[]): void {
    for (const id of ids) {
      const entry = this.#outbox.get(id);
      this.#outbox.delete(id);
      this.#unstored.delete(id);
      settleAll(entry);
    }
    for (const flush of this.#flushes) {
      for (const id of ids) {
        flush.ids.delete(id);
      }
    }
    this.#answerFlushes();
  }

  /** The server refused these entries and keeps them itself. */
  refused(ids: readonly number[]): void {
    this.#refuseFlushes(ids);
    this.confirmed(ids);
  }

  /** The server refused these entries and only we keep them: they are durable when the store has set them aside. */
  setAside(ids: readonly number[], refusal: Refusal): void {
    this.#refuseFlushes(ids);
    for (const id of ids) {
      const entry = this.#outbox.get(id);
      if (entry !== undefined && !entry.stored) {
        this.#outbox.delete(id);
        this.#unstored.delete(id);
        this.#leaving.set(id, { ...entry, refusal });
      }
    }
    this.confirmed(ids);
  }

  /** The store has set these entries aside. */
  setAsideStored(ids: readonly number[]): void {
    for (const id of ids) {
      const entry = this.#leaving.get(id);
      this.#leaving.delete(id);
      settleAll(entry);
    }
  }

  /** The store has lost everything: nothing is stored any more. Answers with what must be stored again. */
  lost(): {
    readonly outbox: readonly { readonly id: number; readonly update: Uint8Array }[];
    readonly leaving: readonly { readonly id: number; readonly update: Uint8Array; readonly refusal: Refusal }[];
  } {
    for (const [id, entry] of this.#outbox) {
      entry.stored = false;
      this.#unstored.add(id);
    }
    return {
      outbox: Array.from(this.#outbox, ([id, { update }]) => ({ id, update })),
      leaving: Array.from(this.#leaving, ([id, { update, refusal }]) => ({ id, update, refusal })),
    };
  }

  /** Everything unconfirmed is part of a fork now. Its tabs will send what the fork lacks, and hear of that. */
  forked(): void {
    this.#outbox.clear();
    this.#unstored.clear();
    for (const { tab, request } of this.#flushes) {
      refuse(tab, request, "refused", "the document was recreated; the edits are in its fork");
    }
    this.#flushes.clear();
  }

  /** A tab asks to hear when everything so far is confirmed. */
  flush(tab: HostTab, request: RequestId): void {
    this.#flushes.add({ tab, request, ids: new Set(this.#outbox.keys()) });
    this.#answerFlushes();
  }

  /** A tab has left; nobody waits for its answers. */
  forgetTab(tab: HostTab): void {
    for (const flush of this.#flushes) {
      if (flush.tab === tab) {
        this.#flushes.delete(flush);
      }
    }
  }

  /** What this member may do has changed: what cannot be sent must not be waited for. */
  access(access: DocumentState["access"]): void {
    this.#access = access;
    this.#answerFlushes();
  }

  #answerFlushes(): void {
    const maySend = this.#access === "write" || this.#access === "unknown";
    for (const flush of this.#flushes) {
      if (flush.ids.size === 0) {
        this.#flushes.delete(flush);
        answer(flush.tab, flush.request);
      } else if (!maySend) {
        this.#flushes.delete(flush);
        refuse(flush.tab, flush.request, "refused", `edits cannot be sent with access "${this.#access}"`);
      }
    }
  }

  #refuseFlushes(ids: readonly number[]): void {
    for (const flush of this.#flushes) {
      if (ids.some((id) => flush.ids.has(id))) {
        this.#flushes.delete(flush);
        refuse(flush.tab, flush.request, "refused", "the server refused an edit");
      }
    }
  }
}

/** This entry is durable, here or on the server. */
function settleAll(entry: Entry | undefined): void {
  for (const origin of entry?.origins.splice(0) ?? []) {
    origin.waits -= 1;
    if (origin.waits === 0) {
      settle(origin);
    }
  }
}

/** Tells a tab that an edit of its own is durable. */
function settle({ view, edit }: EditOrigin): void {
  if (view.tab.views.get(view.handle)?.view === view) {
    view.tab.port.post({ type: "settled", handle: view.handle, edits: [edit] });
  }
}
