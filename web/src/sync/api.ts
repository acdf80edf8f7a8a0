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
        parameters.set("query", query);
      }
      parameters.set("deleted", String(deleted));
      const response = await request("GET", `/api/v1/documents?${parameters}`, signal);
      return readList(await response.json());
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

function readList(body: unknown): readonly ListedDocument[] {
  const documents = isRecord(body) ? body["documents"] : undefined;
  if (!Array.isArray(documents)) {
    throw new ApiError({ kind: "server", reference: null });
  }
  return documents.flatMap((entry: unknown) => {
    if (!isRecord(entry) || typeof entry["name"] !== "string") {
      return [];
    }
    return [
      {
        name: entry["name"] as DocumentName,
        title: typeof entry["title"] === "string" ? entry["title"] : "",
        createdAt: readTime(entry["createdAt"]) ?? 0,
        updatedAt: readTime(entry["updatedAt"]) ?? 0,
        deletedAt: readTime(entry["deletedAt"]),
      },
    ];
  });
}

/** A time in milliseconds, from a number of them or an RFC 3339 text. */
function readTime(value: unknown): number | null {
  if (typeof value === "number") {
    return value;
  }
  if (typeof value === "string") {
    const time = Date.parse(value);
    return Number.isNaN(time) ? null : time;
  }
  return null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
