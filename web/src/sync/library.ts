/**
 * The documents list: what this device holds and what the server lists, merged into one.
 *
 * A pure function. A document counts as binned when the server says so, whatever this device holds; a document that
 * only this device knows is listed, so that work made offline is never out of sight.
 */
import type { LocalDocument } from "@consilium/client";
import type { ListedDocument, Sharing } from "./api.ts";
import type { DocumentName } from "./names.ts";
import { partOf } from "./question/name.ts";
import { shownTitle } from "./title.ts";

export interface LibraryEntry {
  readonly name: DocumentName;
  readonly title: string;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
  /** Local edits that the server has not confirmed. */
  readonly unconfirmed: number;
  /** Edits set aside on this device. */
  readonly setAside: number;
  /** The document whose earlier copy this is; null for any other. */
  readonly copyOf: DocumentName | null;
  /**
   * `here`: only this device knows it; `there`: only the server does; `both`; `unsure`: this device has it, and the
   * server cannot be asked.
   */
  readonly where: "here" | "there" | "both" | "unsure";
  /** Who may see it and what this member may do, where the server said so. */
  readonly sharing?: Sharing;
  /** The name of its community, where the server said so. */
  readonly community?: string;
}

export interface ServerLists {
  /** Documents that match the query. */
  readonly listed: readonly ListedDocument[];
  /** All documents in the bin. */
  readonly binned: readonly ListedDocument[];
}

/**
 * The entries to show for `query` (matched in titles, without regard to case), newest first.
 * `server` is `null` while the server cannot be reached.
 */
export function mergeLibrary(
  local: readonly LocalDocument[],
  server: ServerLists | null,
  query: string,
): readonly LibraryEntry[] {
  const entries = new Map<string, LibraryEntry>();
  for (const document of server?.listed ?? []) {
    entries.set(document.name, {
      ...pick(document),
      unconfirmed: 0,
      setAside: 0,
      copyOf: null,
      where: "there",
    });
  }
  const binned = new Set<string>(server?.binned.map((document) => document.name));
  const wanted = fold(query);
  const parts = new Map<string, LocalDocument[]>();
  for (const document of local) {
    const whole = partOf(document.name);
    if (whole !== null) {
      parts.set(whole, [...(parts.get(whole) ?? []), document]);
    }
  }
  for (const document of local) {
    // A discussion or a question is no document to be listed, but what waits in it waits with its document.
    if (binned.has(document.name) || partOf(document.name) !== null) {
      continue;
    }
    const itsParts = parts.get(document.name) ?? [];
    const listed = entries.get(document.name);
    if (listed === undefined && !fold(document.title).includes(wanted)) {
      continue;
    }
    entries.set(document.name, {
      name: document.name as DocumentName,
      // This device knows its own unsent renames; otherwise the server's title is the newer one.
      title: shownTitle((listed === undefined || document.unconfirmed > 0 ? document.title : listed.title).trim()),
      updatedAt: Math.max(document.updatedAt, listed?.updatedAt ?? 0),
      unconfirmed: itsParts.reduce((sum, part) => sum + part.unconfirmed, document.unconfirmed),
      setAside: itsParts.reduce((sum, part) => sum + part.setAside, document.setAside),
      copyOf: document.forkOf as DocumentName | null,
      where: listed !== undefined ? "both" : server === null ? "unsure" : "here",
      ...(listed?.sharing === undefined ? {} : { sharing: listed.sharing }),
      ...(listed?.community === undefined ? {} : { community: listed.community }),
    });
  }
  return [...entries.values()].sort((one, other) => other.updatedAt - one.updatedAt);
}

function pick({
  name,
  title,
  updatedAt,
  sharing,
  community,
}: ListedDocument): Pick<LibraryEntry, "name" | "title" | "updatedAt" | "sharing" | "community"> {
  return {
    name,
    title: title.trim(),
    updatedAt,
    ...(sharing === undefined ? {} : { sharing }),
    ...(community === undefined ? {} : { community }),
  };
}

function fold(text: string): string {
  return text.trim().toLocaleLowerCase();
}
