/** A worker that formats citations: hundreds of them take seconds, and nobody who types is to wait for that. */
import initCite, { formatCitations } from "../../wasm/consilium_cite.js";
import type { CitationsRequest, FormattedCitations } from "../cite.js";

/** A request, with a number that its answer carries. */
export interface CiteQuestion {
  readonly number: number;
  readonly request: CitationsRequest;
}

/** What became of the request of this number; `null` where it could not be formatted. */
export interface CiteAnswer {
  readonly number: number;
  readonly formatted: FormattedCitations | null;
}

/** The part of DedicatedWorkerGlobalScope that is not in the DOM's types. */
interface DedicatedScope {
  postMessage(message: CiteAnswer): void;
  addEventListener(type: "message", listener: (event: MessageEvent<CiteQuestion>) => void): void;
}

const scope = globalThis as unknown as DedicatedScope;

const loading = initCite({ module_or_path: new URL("../../wasm/consilium_cite_bg.wasm", import.meta.url) });

scope.addEventListener("message", ({ data: { number, request } }) => {
  void loading
    .then(() => JSON.parse(formatCitations(JSON.stringify(request))) as FormattedCitations)
    .catch(() => null)
    .then((formatted) => scope.postMessage({ number, formatted }));
});
