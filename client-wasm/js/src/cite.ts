/**
 * Formats citations and the list of references: a WASM module of its own, in a worker that begins with the first request.
 *
 * Independent of the replica: it keeps nothing and knows no document. A worker that has failed is ended, and the next request
 * begins another: what made the module panic is gone with it.
 *
 * @packageDocumentation
 */
import type { CiteAnswer, CiteQuestion } from "./worker/cite.js";

/** What is to be formatted; `request.rs` of the module says how each part is read. */
export interface CitationsRequest {
  readonly style: "numbered" | "author-date";
  readonly language: "en" | "de";
  /** CSL-JSON, each with its `id`. */
  readonly references: readonly object[];
  /** In the order of the text, each of one reference or several. */
  readonly citations: readonly (readonly { readonly id: string; readonly locator?: string }[])[];
}

/** A piece of text that looks the same throughout. Plain text: nothing in it is markup. */
export interface CitedPiece {
  readonly text: string;
  readonly italic?: boolean;
  readonly bold?: boolean;
  readonly raised?: boolean;
  readonly lowered?: boolean;
  /** Where it leads, as the reference says: not looked at. */
  readonly href?: string;
}

export interface FormattedCitations {
  /** For each citation; empty where none of its references is there. */
  readonly citations: readonly (readonly CitedPiece[])[];
  /** The list, in the order of the style. */
  readonly references: readonly {
    readonly id: string;
    /** What stands before it, such as “1.”; may be empty. */
    readonly label: string;
    readonly text: readonly CitedPiece[];
  }[];
}

interface Waiting {
  readonly resolve: (formatted: FormattedCitations) => void;
  readonly reject: (error: Error) => void;
}

let running: { readonly worker: Worker; readonly waiting: Map<number, Waiting> } | null = null;
let last = 0;

/** Formats citations. Rejects when the module cannot be had, or cannot do it. */
export function formatCitations(request: CitationsRequest): Promise<FormattedCitations> {
  const { worker, waiting } = running ?? begin();
  last += 1;
  const number = last;
  return new Promise((resolve, reject) => {
    waiting.set(number, { resolve, reject });
    worker.postMessage({ number, request } satisfies CiteQuestion);
  });
}

function begin(): NonNullable<typeof running> {
  const worker = new Worker(new URL("./worker/cite.js", import.meta.url), { type: "module", name: "citations" });
  const waiting = new Map<number, Waiting>();
  const begun = { worker, waiting };
  const end = (): void => {
    worker.terminate();
    if (running === begun) {
      running = null;
    }
    for (const { reject } of waiting.values()) {
      reject(new Error("citations not formatted"));
    }
    waiting.clear();
  };
  worker.addEventListener("error", end);
  worker.addEventListener("message", ({ data: { number, formatted } }: MessageEvent<CiteAnswer>) => {
    if (formatted === null) {
      end();
    } else {
      waiting.get(number)?.resolve(formatted);
      waiting.delete(number);
    }
  });
  running = begun;
  return begun;
}
