/**
 * The REST interface for the list of documents: read it, move a document to the bin, restore it.
 *
 * Contents never travel here: they belong to the replica.
 */
import { Answer } from "./answer.ts";
import type { DocumentName } from "./names.ts";
import { type Privacy, privacies, type ReadOrWrite } from "./portal/roles.ts";
import { type Rest, restAt } from "./rest.ts";
import { shownTitle } from "./title.ts";

/** A document as the server lists it. Times are milliseconds since the epoch. */
export interface ListedDocument {
  readonly name: DocumentName;
  readonly title: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly deletedAt: number | null;
  /** Who may see it and what this member may do, where the server says so. */
  readonly sharing?: Sharing;
  /** The name of its community, where the server says so. */
  readonly community?: string;
}

export interface Sharing {
  readonly privacy: Privacy;
  readonly access: ReadOrWrite;
}

export interface ListOptions {
  readonly query: string;
  readonly deleted: boolean;
  readonly signal?: AbortSignal;
}

export interface DocumentsApi {
  list(options: ListOptions): Promise<readonly ListedDocument[]>;
  remove(name: DocumentName): Promise<void>;
  restore(name: DocumentName): Promise<void>;
  /** What it says as committed now, as an HL7 FHIR bundle. */
  fhir(name: DocumentName): Promise<Blob>;
}

/** The longest query that is sent, in characters: longer than any title, and within the bytes that the server takes. */
export const QUERY_LENGTH_MAX = 256;

/** Pages of the list that are fetched at most: more documents than anybody looks through. Search finds the rest. */
const PAGES_MAX = 10;

/** The interface at `base` (an origin), with the member's token where there is one. */
export function documentsApi(base: string, token: () => string | null): DocumentsApi {
  return documentsOver(restAt(base, token));
}

/** The same by way of `rest`. */
export function documentsOver(rest: Rest): DocumentsApi {
  const pathOf = (name: DocumentName): string => `/api/v1/documents/${encodeURIComponent(name)}`;
  return {
    list: (options) => listPages(rest, "/api/v1/documents", options),
    async remove(name) {
      await rest.send("DELETE", pathOf(name));
    },
    async restore(name) {
      await rest.send("POST", `${pathOf(name)}/restore`);
    },
    fhir: (name) => rest.download(`${pathOf(name)}/fhir`),
  };
}

/** The documents that are listed at `path`, page by page. */
export async function listPages(
  rest: Rest,
  path: string,
  { query, deleted, signal }: ListOptions,
): Promise<readonly ListedDocument[]> {
  const parameters = new URLSearchParams();
  if (query !== "") {
    parameters.set("query", query.slice(0, QUERY_LENGTH_MAX));
  }
  parameters.set("deleted", String(deleted));
  const documents: ListedDocument[] = [];
  for (let page = 0; page < PAGES_MAX; page++) {
    const answer = new Answer(await rest.get(`${path}?${parameters}`, signal));
    documents.push(...answer.list("documents", readDocument));
    const next = answer.maybeText("next");
    if (next === null) {
      break;
    }
    parameters.set("after", next);
  }
  return documents;
}

function readDocument(entry: Answer): ListedDocument {
  const access = entry.maybeText("access");
  const community = entry.maybePart("community")?.maybeText("name") ?? null;
  return {
    name: entry.text<DocumentName>("name"),
    title: shownTitle(entry.maybeText("title") ?? ""),
    createdAt: entry.maybeNumber("createdAt") ?? 0,
    updatedAt: entry.maybeNumber("updatedAt") ?? 0,
    deletedAt: entry.maybeNumber("deletedAt"),
    ...(community === null ? {} : { community }),
    ...(access === null
      ? {}
      : {
          sharing: {
            privacy: entry.word("privacy", privacies, "community"),
            access: access === "write" ? "write" : "read",
          },
        }),
  };
}
