/**
 * Requests to the REST interface: JSON or a file out, JSON or a file in, and failures in terms a person can act on.
 *
 * The server's answer to a request that it refuses is a problem with a stable code (RFC 9457); it stays with the
 * failure, for words that fit the place. Knows no endpoint.
 */

/** What went wrong, in the terms a person can act on. */
export type ApiFailure =
  | { readonly kind: "unreachable" }
  | { readonly kind: "unauthorised" }
  | { readonly kind: "forbidden" }
  | { readonly kind: "not-found" }
  | { readonly kind: "too-many" }
  | { readonly kind: "server"; readonly reference: string | null }
  | { readonly kind: "other"; readonly title: string };

/** What the server said of it. */
export interface ApiProblem {
  /** Stable; the interface chooses its words by it. */
  readonly code: string;
  /** The field of the body that is wrong, where it is one. */
  readonly field: string | null;
  /** More about it, as a word, where there is more to say. */
  readonly detail: string | null;
  /** How long to wait before trying again, in seconds, where the server says so. */
  readonly waitSeconds: number | null;
  /** Which rule said no, as a stable word, where what was asked has rules of its own. */
  readonly refusal?: string;
  /** The id of the meeting that stands in the way, where one does and the asker may know of it. */
  readonly meeting?: string;
}

export class ApiError extends Error {
  readonly failure: ApiFailure;
  /** `null` when the answer was not the server's own, or there was none. */
  readonly problem: ApiProblem | null;

  constructor(failure: ApiFailure, problem: ApiProblem | null = null) {
    super(`request failed: ${problem?.code ?? failure.kind}`);
    this.name = "ApiError";
    this.failure = failure;
    this.problem = problem;
  }
}

/** Whether `error` is the server's refusal with this code. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof ApiError && error.problem?.code === code;
}

/** Whether the server could not be asked. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof ApiError && error.failure.kind === "unreachable";
}

/** Whether the server says that there is no such thing, or none for this member. */
export function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.failure.kind === "not-found" && error.problem !== null;
}

export interface Rest {
  /** The answer as JSON; `null` for an answer without content. Rejects with an `ApiError`, or when `signal` aborts. */
  get(path: string, signal?: AbortSignal): Promise<unknown>;
  /** The answer's bytes. Rejects as `get`. */
  bytes(path: string, signal?: AbortSignal): Promise<Uint8Array>;
  send(method: "POST" | "PATCH" | "PUT" | "DELETE", path: string, body?: object): Promise<unknown>;
  /** The answer as it is. */
  download(path: string): Promise<Blob>;
  /** Sends `content` as it is; the answer as JSON. */
  upload(path: string, content: Blob, method?: "POST" | "PUT"): Promise<unknown>;
}

/** How long a request may take before the server counts as unreachable, in milliseconds. */
const REQUEST_TIMEOUT_MS = 10_000;

/** The same for a file: 64 MiB over a slow line, in milliseconds. */
const TRANSFER_TIMEOUT_MS = 10 * 60_000;

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: { readonly type: string; readonly content: BodyInit } | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs: number;
}

/**
 * The interface at `base` (an origin).
 *
 * @param token - the member's token, where it is not a cookie that says who asks
 */
export function restAt(base: string, token: () => string | null = () => null): Rest {
  async function request({ method, path, body, signal, timeoutMs }: Call): Promise<Response> {
    const headers = new Headers({ accept: "application/json" });
    const held = token();
    if (held !== null) {
      headers.set("authorization", `Bearer ${held}`);
    }
    if (body !== undefined) {
      headers.set("content-type", body.type);
    }
    const timeout = AbortSignal.timeout(timeoutMs);
    let response: Response;
    try {
      response = await fetch(new URL(path, base), {
        method,
        headers,
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
        ...(body === undefined ? {} : { body: body.content }),
      });
    } catch (error) {
      if (signal?.aborted === true) {
        throw error;
      }
      throw new ApiError({ kind: "unreachable" });
    }
    if (!response.ok) {
      throw await readError(response);
    }
    return response;
  }

  return {
    get: async (path, signal) =>
      readJson(await request({ method: "GET", path, signal, timeoutMs: REQUEST_TIMEOUT_MS })),
    async bytes(path, signal) {
      const response = await request({ method: "GET", path, signal, timeoutMs: REQUEST_TIMEOUT_MS });
      return new Uint8Array(await response.arrayBuffer());
    },
    send: async (method, path, body) =>
      readJson(
        await request({
          method,
          path,
          body: body === undefined ? undefined : { type: "application/json", content: JSON.stringify(body) },
          timeoutMs: REQUEST_TIMEOUT_MS,
        }),
      ),
    async download(path) {
      const response = await request({ method: "GET", path, timeoutMs: TRANSFER_TIMEOUT_MS });
      try {
        return await response.blob();
      } catch {
        // The rest of it did not come.
        throw new ApiError({ kind: "unreachable" });
      }
    },
    upload: async (path, content, method = "POST") =>
      readJson(
        await request({
          method,
          path,
          body: { type: "application/octet-stream", content },
          timeoutMs: TRANSFER_TIMEOUT_MS,
        }),
      ),
  };
}

async function readJson(response: Response): Promise<unknown> {
  return response.status === 204 ? null : await response.json().catch(() => null);
}

/** Reads a problem+json answer; a body that is none still gives a failure by its status. */
async function readError(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const said = isRecord(body) ? body : {};
  return new ApiError(readFailure(response, said), readProblem(response, said));
}

function readFailure(response: Response, said: Readonly<Record<string, unknown>>): ApiFailure {
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
    const reference = said["instance"] ?? said["requestId"] ?? response.headers.get("x-request-id");
    return { kind: "server", reference: typeof reference === "string" ? reference : null };
  }
  const detail = said["detail"] ?? said["title"];
  return { kind: "other", title: typeof detail === "string" ? detail : String(response.status) };
}

function readProblem(response: Response, said: Readonly<Record<string, unknown>>): ApiProblem | null {
  const { code, field, detail, refusal, meeting } = said;
  if (typeof code !== "string") {
    return null;
  }
  const wait = Number(response.headers.get("retry-after") ?? Number.NaN);
  return {
    code,
    field: typeof field === "string" ? field : null,
    detail: typeof detail === "string" ? detail : null,
    waitSeconds: Number.isFinite(wait) ? wait : null,
    ...(typeof refusal === "string" ? { refusal } : {}),
    ...(typeof meeting === "string" ? { meeting } : {}),
  };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
