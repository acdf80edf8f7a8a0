/** The past of a document: sessions of work, versions that somebody named, and what a version says. */
import { Answer } from "../answer.ts";
import type { DocumentName } from "../names.ts";
import type { Rest } from "../rest.ts";
import type { VersionId } from "./ids.ts";

/** A stretch of time in which people worked; times in milliseconds since the epoch. */
export interface WorkSession {
  readonly from: number;
  readonly until: number;
  readonly edits: number;
  readonly underWay: boolean;
  /** Names, of those with most edits first; `null` for somebody whom the server does not know by name. */
  readonly authors: readonly (string | null)[];
  /** The version that it ended in; `null` while it is under way, and when its text is no longer kept. */
  readonly version: VersionId | null;
}

/** A version that somebody named. */
export interface NamedVersion {
  readonly id: VersionId;
  readonly name: string;
  /** The moment whose text it is, in milliseconds since the epoch. */
  readonly at: number;
  /** Who named it. */
  readonly by: string | null;
}

export interface HistoryPage {
  /** Latest first. */
  readonly sessions: readonly WorkSession[];
  /** Of the time of these sessions; latest first. */
  readonly named: readonly NamedVersion[];
  /** Where the next page begins; `null` on the last one. */
  readonly next: number | null;
}

export interface HistoryApi {
  page(name: DocumentName, after: number | null, signal?: AbortSignal): Promise<HistoryPage>;
  /** Keeps what the document says now, under a name. */
  namePresent(name: DocumentName, called: string): Promise<NamedVersion>;
  /** Gives a version a name, or another one. */
  nameVersion(name: DocumentName, version: VersionId, called: string): Promise<NamedVersion>;
  /** What a version says as an update; what the document says now for `null`. */
  read(name: DocumentName, version: VersionId | null, signal?: AbortSignal): Promise<Uint8Array>;
}

export function historyApi(rest: Rest): HistoryApi {
  const pathOf = (name: DocumentName): string => `/api/v1/documents/${encodeURIComponent(name)}`;
  return {
    async page(name, after, signal) {
      const query = after === null ? "" : `?after=${after}`;
      const answer = new Answer(await rest.get(`${pathOf(name)}/history${query}`, signal));
      return {
        sessions: answer.list("sessions", readSession),
        named: answer.list("named", readNamed),
        next: answer.maybeNumber("next"),
      };
    },
    namePresent: async (name, called) =>
      readNamed(new Answer(await rest.send("POST", `${pathOf(name)}/versions`, { name: called }))),
    nameVersion: async (name, version, called) =>
      readNamed(new Answer(await rest.send("PATCH", `${pathOf(name)}/versions/${version}`, { name: called }))),
    read: (name, version, signal) =>
      rest.bytes(
        version === null
          ? `/api/v1/docs/${encodeURIComponent(name)}/update`
          : `${pathOf(name)}/versions/${version}/update`,
        signal,
      ),
  };
}

function readSession(entry: Answer): WorkSession {
  return {
    from: entry.number("from"),
    until: entry.number("until"),
    edits: entry.number("edits"),
    underWay: entry.flag("underWay"),
    authors: entry.list("authors", (author) => author.maybeText("name")),
    version: entry.maybeText<VersionId>("version"),
  };
}

function readNamed(entry: Answer): NamedVersion {
  return {
    id: entry.text<VersionId>("id"),
    name: entry.text("name"),
    at: entry.number("at"),
    by: entry.maybePart("by")?.maybeText("name") ?? null,
  };
}
