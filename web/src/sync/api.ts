/**
 * The REST interface for the list of documents: read it, move a document to the bin, restore it.
 *
 * Failures are `ApiError`s with a stable kind; the words for them are the interface's business. Contents never
 * travel here: they belong to the replica.
 */
import type { DocumentName } from "./names.ts";

/** What went wrong, in the terms a person can act on. */
export type ApiFailure =
  | { readonly kind: "unreachable" }
  | { readonly kind: "unauthorised" }
  | { readonly kind: "forbidden" }
  | { readonly kind: "not-found" }
  | { readonly kind: "too-many" }
  | { readonly kind: "server"; readonly reference: string | null }
  | { readonly kind: "other"; readonly title: string };

export class ApiError extends Error {
  readonly failure: ApiFailure;

  constructor(failure: ApiFailure) {
    super(`request failed: ${failure.kind}`);
    this.name = "ApiError";
    this.failure = failure;
  }
}

/** A document as the server lists it. Times are milliseconds since the epoch. */
export interface ListedDocument {
  readonly name: DocumentName;
  readonly title: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly deletedAt: number | null;
}

export interface DocumentsApi {
  list(options: {
    readonly query: string;
    readonly deleted: boolean;
    readonly signal?: AbortSignal;
  }): Promise<readonly ListedDocument[]>;
  remove(name: DocumentName): Promise<void>;
  restore(name: DocumentName): Promise<void>;
}

/** The longest query that is sent, in characters: longer than any title, and within the bytes that the server takes. */
export const QUERY_LENGTH_MAX = 256;

/** Pages of the list that are fetched at most: more documents than anybody looks through. Search finds the rest. */
const PAGES_MAX = 10;

/** How long a request may take before the server counts as unreachable, in milliseconds. */
const REQUEST_TIMEOUT_MS = 10_000;

/** The interface at `base` (an origin), with the member's token where there is one. */
export function documentsApi(base: string, token: () => string | null): DocumentsApi {
  async function request(method: string, path: string, signal?: AbortSignal): Promise<Response> {
    const headers = new Headers({ accept: "application/json" });
    const held = token();
    if (held !== null) {
      headers.set("authorization", `Bearer ${held}`);
    }
    const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    let response: Response;
    try {
      response = await fetch(new URL(path, base), {
        method,
        headers,
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
    } catch (error) {
      if (signal?.aborted === true) {
        throw error;
      }
      throw new ApiError({ kind: "unreachable" });
    }
    if (!response.ok) {
      throw new ApiError(await readFailure(response));
    }
    return response;
  }

  const pathOf = (name: DocumentName): string => `/api/v1/documents/${encodeURIComponent(name)}`;

  return {
    async list({ query, deleted, signal }) {
      const parameters = new URLSearchParams();
      if (query !== "") {
        parameters.set("query", query.slice(0, QUERY_LENGTH_MAX));
      }
      parameters.set("deleted", String(deleted));
      const documents: ListedDocument[] = [];
      for (let page = 0; page < PAGES_MAX; page++) {
        const response = await request("GET", `/api/v1/documents?${parameters}`, signal);
        const { listed, next } = readPage(await response.json());
        documents.push(...listed);
        if (next === null) {
          break;
        }
        parameters.set("after", next);
      }
      return documents;
    },
    async remove(name) {
      await request("DELETE", pathOf(name));
    },
    async restore(name) {
      await request("POST", `${pathOf(name)}/restore`);
    },
  };
}

/** Reads a problem+json answer (RFC 9457); a body that is none still gives a failure by its status. */
async function readFailure(response: Response): Promise<ApiFailure> {
  const body: unknown = await response.json().catch(() => null);
  const problem = isRecord(body) ? body : {};
  switch (response.status) {
    case 401:
      return { kind: "unauthorised" };
    case 403:
      return { kind: "forbidden" };
    case 404:
      return { kind: "not-found" };
    case 429:
      return { kind: "too-many" };
    case 502:
    case 503:
    case 504:
      return { kind: "unreachable" };
    default:
      break;
  }
  if (response.status >= 500) {
    const reference = problem["instance"] ?? problem["requestId"] ?? response.headers.get("x-request-id");
    return { kind: "server", reference: typeof reference === "string" ? reference : null };
  }
  const detail = problem["detail"] ?? problem["title"];
  return { kind: "other", title: typeof detail === "string" ? detail : String(response.status) };
}

function readPage(body: unknown): { readonly listed: readonly ListedDocument[]; readonly next: string | null } {
  if (!isRecord(body) || !Array.isArray(body["documents"])) {
    throw new ApiError({ kind: "server", reference: null });
  }
  const next = body["next"];
  return { listed: body["documents"].flatMap(readDocument), next: typeof next === "string" ? next : null };
}

/** One document of the list; none when it is not understood. */
function readDocument(entry: unknown): readonly ListedDocument[] {
  if (!isRecord(entry) || typeof entry["name"] !== "string") {
    return [];
  }
  const time = (key: string): number | null => (typeof entry[key] === "number" ? entry[key] : null);
  return [
    {
      name: entry["name"] as DocumentName,
      title: typeof entry["title"] === "string" ? entry["title"] : "",
      createdAt: time("createdAt") ?? 0,
      updatedAt: time("updatedAt") ?? 0,
      deletedAt: time("deletedAt"),
    },
  ];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
