/**
 * What somebody has begun to say about a document and not sent: kept on this device until they send or discard it.
 *
 * A comment is an edit only once it is sent, so until then nothing else keeps it: neither a reload, nor a panel that is
 * closed, nor access that is lost is to take it away. Each account has its own. Every write reads what is kept first:
 * another tab may have written at another place meanwhile.
 */
import type { Observable } from "@consilium/client";
import { recallJson, remember, remembered, unremember } from "../browser-store.ts";
import type { DocumentName } from "../names.ts";
import { Settable } from "../settable.ts";
import { type Anchor, type EventId, readAnchor, readMentions } from "./events.ts";
import type { Remark } from "./speaking.ts";

/** Where it belongs: a comment that opens a thread, an answer in one, or a comment in other words. */
export type DraftPlace = "new" | `reply:${EventId}` | `edit:${EventId}`;

export interface KeptDraft extends Remark {
  readonly place: DraftPlace;
  /** What a new comment is about; `null` for the document as a whole, and for what is no new comment. */
  readonly passage: { readonly anchor: Anchor; readonly quote: string } | null;
}

const PREFIX = "consilium.drafts.";

export class CommentDrafts {
  readonly #key: string;
  readonly #all: Settable<readonly KeptDraft[]>;

  /** @param account - whose they are */
  constructor(account: string, document: DocumentName) {
    this.#key = `${PREFIX}${account}.${document}`;
    this.#all = new Settable(this.#read());
  }

  /** As far as this page knows. */
  get all(): Observable<readonly KeptDraft[]> {
    return this.#all;
  }

  at(place: DraftPlace): KeptDraft | null {
    return this.#all.value.find((draft) => draft.place === place) ?? null;
  }

  /** Keeps `draft` in the place of what was kept there; without words there is nothing to keep. */
  keep(draft: KeptDraft): void {
    const others = this.#read().filter(({ place }) => place !== draft.place);
    this.#write(draft.text.trim() === "" ? others : [...others, draft]);
  }

  /** It was sent, or discarded. */
  drop(place: DraftPlace): void {
    this.#write(this.#read().filter((draft) => draft.place !== place));
  }

  #read(): readonly KeptDraft[] {
    const value = recallJson("device", this.#key);
    return Array.isArray(value) ? value.flatMap((each: unknown) => readDraft(each) ?? []) : [];
  }

  #write(drafts: readonly KeptDraft[]): void {
    if (drafts.length === 0) {
      unremember("device", this.#key);
    } else {
      remember("device", this.#key, JSON.stringify(drafts));
    }
    this.#all.set(drafts);
  }
}

/** The documents about which `account` has begun to say something on this device. */
export function documentsWithDrafts(account: string): readonly DocumentName[] {
  const prefix = `${PREFIX}${account}.`;
  return remembered("device", prefix).map((key) => key.slice(prefix.length) as DocumentName);
}

/** Nothing of what `account` has begun to say stays on this device. */
export function forgetDrafts(account: string): void {
  for (const key of remembered("device", `${PREFIX}${account}.`)) {
    unremember("device", key);
  }
}

function readDraft(value: unknown): KeptDraft | null {
  if (typeof value !== "object" || value === null) {
    return null;
  }
  const { place, text, mentions, passage } = value as Readonly<Record<string, unknown>>;
  if (!isPlace(place) || typeof text !== "string" || text.trim() === "") {
    return null;
  }
  const { anchor: where, quote } = (passage ?? {}) as { readonly anchor?: unknown; readonly quote?: unknown };
  const anchor = readAnchor(where);
  return {
    place,
    text,
    mentions: readMentions(mentions),
    passage: anchor === null ? null : { anchor, quote: typeof quote === "string" ? quote : "" },
  };
}

function isPlace(value: unknown): value is DraftPlace {
  return typeof value === "string" && /^(?:new|(?:reply|edit):\d+\.\d+)$/.test(value);
}
