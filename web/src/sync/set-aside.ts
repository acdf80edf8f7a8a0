/**
 * What is set aside on this device, put together as a person thinks of it.
 *
 * The replica sets edits aside one keystroke at a time; what was refused for one reason within a short while is one
 * matter. Pure functions.
 */
import type { SetAside } from "@consilium/client";
import type { DocumentName } from "./names.ts";

/** Refused edits of one document that belong together. */
export interface RefusedEdits {
  readonly kind: "edits";
  readonly document: DocumentName;
  readonly title: string;
  /** Ascending. */
  readonly ids: readonly number[];
  readonly reason: string;
  /** How much of it the server keeps too. */
  readonly onServer: "all" | "some" | "nothing";
  /** When the last of them was set aside, in milliseconds since the epoch; 0 when that is not known. */
  readonly at: number;
}

/** A copy that lives on as a document of its own. */
export interface KeptCopy {
  readonly kind: "copy";
  readonly document: DocumentName;
  readonly title: string;
  readonly copy: DocumentName;
  readonly at: number;
  readonly unconfirmed: number;
}

export type AsideMatter = RefusedEdits | KeptCopy;

/** Edits that were set aside further apart than this, in milliseconds, are two matters. */
const ONE_MATTER_MS = 10 * 60 * 1000;

/** The matters, newest first. */
export function mattersOf(entries: readonly SetAside[]): readonly AsideMatter[] {
  const matters: AsideMatter[] = [];
  const oldestFirst = [...entries].sort((one, other) => one.at - other.at || idOf(one) - idOf(other));
  for (const entry of oldestFirst) {
    const document = entry.document as DocumentName;
    if (entry.kind === "fork") {
      const { title, at, unconfirmed } = entry;
      matters.push({ kind: "copy", document, title, copy: entry.fork as DocumentName, at, unconfirmed });
      continue;
    }
    const { title, id, reason, kept, at } = entry;
    const index = matters.findLastIndex((matter) => matter.kind === "edits" && matter.document === document);
    const last = matters[index];
    const onServer = kept === "server" ? "all" : "nothing";
    // What builds on a refused edit means something only together with it.
    const belongs = last?.kind === "edits" && (last.reason === reason || reason === "incomplete");
    if (belongs && at - last.at <= ONE_MATTER_MS) {
      const ids = [...last.ids, id].sort((one, other) => one - other);
      matters[index] = { ...last, at, ids, onServer: last.onServer === onServer ? onServer : "some" };
    } else {
      matters.push({ kind: "edits", document, title, ids: [id], reason, onServer, at });
    }
  }
  return matters.sort((one, other) => other.at - one.at);
}

function idOf(entry: SetAside): number {
  return entry.kind === "edit" ? entry.id : 0;
}

/** Reasons that lie in the edit itself: offered again as it is, it would be refused again. */
const IN_THE_EDIT = new Set(["malformed", "too-large", "too-deep", "append-only", "poison"]);

/** The reason of edits that are a suggestion of their author's already: what is made anew would come twice. */
export const HANDED_IN = "handed-in";

/** Whether it makes sense to make the edits anew. */
export function canBeOfferedAgain({ reason }: RefusedEdits): boolean {
  return reason !== HANDED_IN && !IN_THE_EDIT.has(reason);
}
