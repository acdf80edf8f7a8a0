/**
 * What came together after offline spells: compared when a spell has ended, kept until somebody has looked, decided about.
 *
 * One for all tabs of a browser. The states are stored first, in the order of everything else that is, and compared then,
 * so that a host may die at any instant and the next one goes on. What cannot be compared is told all the same, because
 * both sides did write. Whether a review is worth a word is the reviewer's rule, not ours.
 */
import type { EngineEffect, MergePlace } from "../engine.js";
import type { BlockName, TabMessage } from "../messages.js";
import type { StoredReview } from "../stores/store.js";
import type { MergeReview } from "../types.js";
import { answer, type HostCore, refuse } from "./core.js";
import type { HostTab } from "./host-tab.js";
import type { HostedDocument, View } from "./hosted-document.js";
import type { Keeper } from "./keeper.js";

/** How many reviews of one document are kept. */
export const REVIEWS_MAX = 5;

type Merged = Extract<EngineEffect, { readonly type: "merged" }>;
type Decide = Extract<TabMessage, { readonly type: "decide" }>;

/** The reviews of the documents that are open. */
export class ReviewDesk {
  readonly #core: HostCore;
  readonly #keeper: Keeper;

  constructor(core: HostCore, keeper: Keeper) {
    this.#core = core;
    this.#keeper = keeper;
  }

  /** A spell has ended, and both sides had changed something. */
  merged(document: HostedDocument, { base, mine, theirs, awayMs }: Merged): void {
    const id = Math.max(0, ...document.reviews.map((review) => review.id)) + 1;
    const at = this.#core.parts.clock.now();
    const review: StoredReview = { id, at, awayMs, report: null, isClosed: false, states: { base, mine, theirs } };
    this.#keep(document, capped([review, ...document.reviews]));
    void this.compareAll(document);
  }

  /** Compares what is not compared yet. Where the reviewer cannot be had now, that waits for the next time. */
  async compareAll(document: HostedDocument): Promise<void> {
    for (const { id, states, awayMs } of document.reviews) {
      if (states === null) {
        continue;
      }
      const reviewer = await this.#core.parts.tools.reviewer().catch(() => null);
      // Somebody else may have been here meanwhile, or the document begun anew.
      if (reviewer === null || !document.reviews.some((review) => review.id === id && review.states === states)) {
        continue;
      }
      let report: StoredReview["report"];
      try {
        report = reviewer.review(states, awayMs);
        if (report === null) {
          this.#keep(
            document,
            document.reviews.filter((review) => review.id !== id),
          );
          continue;
        }
      } catch {
        report = null;
      }
      this.#change(document, id, { report, states: null });
    }
  }

  /** Somebody has looked at it. */
  close(document: HostedDocument, id: number): void {
    this.#change(document, id, { isClosed: true });
  }

  /** Tells a new view what there is. */
  greet(document: HostedDocument, { tab, handle }: View): void {
    const reviews = shown(document);
    if (reviews.length > 0) {
      tab.port.post({ type: "reviews", handle, reviews });
    }
  }

  /** Answers with the update that makes a place say what a side said. */
  async decide(tab: HostTab, { request, name, id, place: index, block, side }: Decide): Promise<void> {
    try {
      const reviewer = await this.#core.parts.tools.reviewer();
      const document = this.#core.documents.get(name);
      const report = document?.reviews.find((review) => review.id === id)?.report ?? null;
      const known = report?.places[index];
      if (document === undefined || report === null || known === undefined) {
        refuse(tab, request, "unknown", "there is no such place on this device");
        return;
      }
      const place = standingAt(known, block);
      const kept = reviewer.keep(this.#core.parts.engine.content(name), report.copies, place, side);
      // What was put back is another block, and stands for the place from now on.
      const next = standingAt(place, kept.block);
      if (JSON.stringify(next.path) !== JSON.stringify(known.path)) {
        this.#change(document, id, { report: { ...report, places: report.places.with(index, next) } });
      }
      answer(tab, request, { kind: "decided", update: kept.update });
    } catch (error) {
      refuse(tab, request, "failed", error instanceof Error ? error.message : String(error));
    }
  }

  #change(document: HostedDocument, id: number, change: Partial<StoredReview>): void {
    this.#keep(
      document,
      document.reviews.map((review) => (review.id === id ? { ...review, ...change } : review)),
    );
  }

  #keep(document: HostedDocument, reviews: readonly StoredReview[]): void {
    document.reviews = reviews;
    this.#keeper.write(document, { type: "reviews", doc: document.name, reviews });
    const told = shown(document);
    document.tell((handle) => ({ type: "reviews", handle, reviews: told }));
  }
}

/** What people are told: what has been compared, or cannot be. */
function shown({ reviews }: HostedDocument): readonly MergeReview[] {
  return reviews.flatMap(({ states, ...review }) => (states === null ? [review] : []));
}

/** Where there are too many, those that were looked at go first, then the oldest. */
function capped(reviews: readonly StoredReview[]): readonly StoredReview[] {
  const left = [...reviews];
  while (left.length > REVIEWS_MAX) {
    const closed = left.findLastIndex(({ isClosed }) => isClosed);
    left.splice(closed > 0 ? closed : left.length - 1, 1);
  }
  return left;
}

function standingAt(place: MergePlace, block: BlockName | null): MergePlace {
  const own = place.path.at(-1);
  if (own === undefined || block === null) {
    return place;
  }
  const [client, clock] = block;
  return { ...place, path: place.path.with(-1, { ...own, client, clock }) };
}
