/**
 * A small stand-in for the WASM engine: keeps content and outboxes, never connects. What a server would cause is
 * injected by the test and comes out with the next event.
 */
import * as Y from "yjs";
import type {
  Engine,
  EngineDocumentState,
  EngineEffect,
  EngineEvent,
  KeptSide,
  MergePlace,
  MergeReport,
  MergeSide,
  Reviewer,
  UpdateTools,
} from "../../src/engine.js";
import type { SaveState } from "../../src/types.js";

interface Channel {
  content: Uint8Array[];
  nextId: number;
  /** Unconfirmed entries; true when the device's store has them. */
  outbox: Map<number, boolean>;
  problems: EngineDocumentState["problems"];
}

/** A reviewer that compares nothing: what there is to tell is what a test says. */
export class FakeReviewer implements Reviewer {
  report: MergeReport | null | "not-comparable" = null;
  kept: KeptSide = { update: Uint8Array.of(0, 0), block: null };
  /** What it was asked to keep. */
  readonly decided: { readonly place: MergePlace; readonly side: MergeSide }[] = [];
  /** Whether it can be had. */
  isThere = true;

  review(): MergeReport | null {
    if (this.report === "not-comparable") {
      throw new Error("too large to be compared");
    }
    return this.report;
  }

  keep(_content: readonly Uint8Array[], _copies: Uint8Array, place: MergePlace, side: MergeSide): KeptSide {
    this.decided.push({ place, side });
    return this.kept;
  }

  readonly tools: UpdateTools = {
    mergeUpdates: (updates) => Y.mergeUpdates([...updates]),
    reviewer: () => (this.isThere ? Promise.resolve(this) : Promise.reject(new Error("no network"))),
  };
}

export class FakeEngine implements Engine {
  readonly events: EngineEvent[] = [];
  readonly channels = new Map<string, Channel>();
  readonly #injected: EngineEffect[] = [];

  /** Adds effects to those of the next event. */
  inject(...effects: EngineEffect[]): void {
    this.#injected.push(...effects);
  }

  content(doc: string): Uint8Array[] {
    return [...(this.channels.get(doc)?.content ?? [])];
  }

  handle(event: EngineEvent): EngineEffect[] {
    this.events.push(event);
    const effects = this.#react(event);
    for (const effect of this.#injected.splice(0)) {
      this.#bookkeep(effect);
      effects.push(effect);
      if ("doc" in effect && effect.type === "confirmOutbox") {
        effects.push(this.#state(effect.doc));
      }
    }
    return effects;
  }

  #react(event: EngineEvent): EngineEffect[] {
    switch (event.type) {
      case "open":
        this.channels.set(event.doc, { content: [], nextId: 1, outbox: new Map(), problems: [] });
        return [{ type: "load", doc: event.doc }];
      case "close":
        this.channels.delete(event.doc);
        return [];
      case "loaded": {
        const channel = this.#channel(event.doc);
        channel.content.push(...event.updates);
        channel.nextId = Math.max(channel.nextId, event.nextId);
        channel.problems = [];
        for (const { id } of event.outbox) {
          channel.outbox.set(id, true);
        }
        const deliver = event.updates.map((update): EngineEffect => ({ type: "deliver", doc: event.doc, update }));
        return [...deliver, this.#state(event.doc)];
      }
      case "loadFailed":
        this.#channel(event.doc).problems = [{ code: "device-storage", cause: event.cause }];
        // Ids that cannot have been used before.
        this.#channel(event.doc).nextId = 1_000_000;
        return [this.#state(event.doc)];
      case "localUpdate": {
        const channel = this.#channel(event.doc);
        if (covers(channel.content, event.update)) {
          return [];
        }
        channel.content.push(event.update);
        const id = channel.nextId;
        channel.nextId += 1;
        channel.outbox.set(id, false);
        return [{ type: "persistOutbox", doc: event.doc, id, update: event.update }, this.#state(event.doc)];
      }
      case "persisted": {
        const channel = this.#channel(event.doc);
        channel.problems = [];
        if (channel.outbox.has(event.id)) {
          channel.outbox.set(event.id, true);
        }
        return [this.#state(event.doc)];
      }
      case "persistFailed":
        if (this.#channel(event.doc).outbox.has(event.id)) {
          this.#channel(event.doc).outbox.set(event.id, false);
        }
        this.#channel(event.doc).problems = [{ code: "device-storage", cause: event.cause }];
        return [this.#state(event.doc)];
      default:
        return [];
    }
  }

  #bookkeep(effect: EngineEffect): void {
    if (effect.type === "confirmOutbox" || effect.type === "dropOutbox") {
      for (const id of effect.ids) {
        this.#channel(effect.doc).outbox.delete(id);
      }
    } else if (effect.type === "deliver") {
      this.#channel(effect.doc).content.push(effect.update);
    } else if (effect.type === "fork") {
      Object.assign(this.#channel(effect.doc), { content: [], nextId: 1, outbox: new Map() });
    }
  }

  #channel(doc: string): Channel {
    const channel = this.channels.get(doc);
    if (channel === undefined) {
      throw new Error(`the host spoke of ${doc} without opening it`);
    }
    return channel;
  }

  #state(doc: string): EngineEffect {
    const { outbox, problems } = this.#channel(doc);
    let save: SaveState = "safe";
    if (outbox.size > 0) {
      save = [...outbox.values()].every(Boolean) ? "device" : "saving";
    }
    const state: EngineDocumentState = { save, access: "unknown", synced: false, unconfirmed: outbox.size, problems };
    return { type: "documentState", doc, state };
  }
}

/** Whether `content` says everything that `update` says. */
function covers(content: readonly Uint8Array[], update: Uint8Array): boolean {
  const doc = new Y.Doc();
  for (const piece of content) {
    Y.applyUpdate(doc, piece);
  }
  let changed = false;
  doc.on("update", () => {
    changed = true;
  });
  Y.applyUpdate(doc, update);
  return !changed;
}
