/**
 * What is set aside on this device: listing it, reading it, being rid of it.
 *
 * Nothing here leaves the device by itself. Reading goes by way of the store, as it will be once everything queued is
 * written, because the bytes of refused edits are nowhere else.
 */
import type { RequestId } from "../messages.js";
import type { SetAside } from "../types.js";
import { answer, type HostCore, refuse, refuseForStore } from "./core.js";
import type { Forks } from "./forks.js";
import type { HostTab } from "./host-tab.js";
import type { Keeper } from "./keeper.js";

/** Answers tabs' questions about what is set aside. */
export class SetAsideDesk {
  readonly #core: HostCore;
  readonly #keeper: Keeper;
  readonly #forks: Forks;

  constructor(core: HostCore, keeper: Keeper, forks: Forks) {
    this.#core = core;
    this.#keeper = keeper;
    this.#forks = forks;
  }

  /** `name` null: of all documents. */
  async list(tab: HostTab, request: RequestId, name: string | null): Promise<void> {
    try {
      answer(tab, request, { kind: "setAside", entries: await this.#entries(name) });
    } catch (error) {
      refuseForStore(tab, request, error);
    }
  }

  /** `ids` null: what is unsent. */
  async read(tab: HostTab, request: RequestId, name: string, ids: readonly number[] | null): Promise<void> {
    try {
      const { stored } = await this.#keeper.read(name);
      const { journal = [], outbox = [], setAside = [] } = stored ?? {};
      const wanted = ids === null ? outbox : setAside.filter(({ id }) => ids.includes(id));
      if (ids !== null && wanted.length < ids.length) {
        refuse(tab, request, "unknown", "there is no such edit on this device");
        return;
      }
      const bytes = (edits: readonly { readonly update: Uint8Array }[]): Uint8Array[] =>
        edits.map(({ update }) => update);
      const base = ids === null ? journal : [...journal, ...bytes(outbox)];
      const first = ids === null ? 0 : Math.min(...ids);
      const earlier = bytes(setAside.filter(({ id }) => id < first));
      answer(tab, request, { kind: "edits", edits: { base, earlier, updates: bytes(wanted) } });
    } catch (error) {
      refuseForStore(tab, request, error);
    }
  }

  async discard(tab: HostTab, request: RequestId, name: string, ids: readonly number[]): Promise<void> {
    const document = this.#core.documents.get(name);
    // Only what is set aside: an id in the outbox is of an edit that waits for the server.
    const known = (await this.#keeper.read(name).catch(() => null))?.stored?.setAside.map(({ id }) => id) ?? [];
    const discarded = ids.filter((id) => known.includes(id));
    this.#keeper.writeUnopened({ type: "discard", doc: name, ids: discarded });
    for (const id of discarded) {
      document?.setAside.delete(id);
    }
    if (document !== undefined) {
      this.#core.show(document);
    }
    await this.#settle(tab, request, name);
  }

  async keepFork(tab: HostTab, request: RequestId, fork: string): Promise<void> {
    if (this.#forks.keep(fork)) {
      await this.#settle(tab, request, fork);
    } else {
      refuse(tab, request, "unknown", "there is no such fork on this device");
    }
  }

  async #settle(tab: HostTab, request: RequestId, name: string): Promise<void> {
    await this.#keeper.idle();
    if (this.#keeper.pending(name)) {
      refuse(tab, request, "storage", "this device's store fails; it is done when that works again");
    } else {
      answer(tab, request);
    }
  }

  async #entries(name: string | null): Promise<SetAside[]> {
    await this.#keeper.idle();
    const entries: SetAside[] = [];
    for (const summary of await this.#core.parts.store.list()) {
      const { forkOf, updatedAt: at, unconfirmed } = summary;
      const open = this.#core.documents.get(summary.name);
      const title = open === undefined || open.title === "" ? summary.title : open.title;
      if (forkOf !== null && (name === null || name === forkOf || name === summary.name)) {
        entries.push({ kind: "fork", document: forkOf, title, fork: summary.name, at, unconfirmed });
      }
      const isAsked = name === null || name === summary.name;
      if (isAsked && (summary.setAside > 0 || (open?.setAside.size ?? 0) > 0)) {
        const { stored } = await this.#keeper.read(summary.name);
        for (const { id, reason, kept, at: setAsideAt } of stored?.setAside ?? []) {
          entries.push({ kind: "edit", document: summary.name, title, id, reason, kept, at: setAsideAt });
        }
      }
    }
    return entries.sort((left, right) => right.at - left.at || idOf(right) - idOf(left));
  }
}

/** Later edits of one moment have higher ids. */
function idOf(entry: SetAside): number {
  return entry.kind === "edit" ? entry.id : 0;
}
