/**
 * Formats citations and the list of references: a WASM module of its own, fetched when the first is to be formatted.
 *
 * Independent of the replica: it keeps nothing and knows no document.
 *
 * @packageDocumentation
 */
import initCite, { formatCitations } from "../wasm/consilium_cite.js";

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

export type FormatCitations = (request: CitationsRequest) => FormattedCitations;

let loading: Promise<FormatCitations> | undefined;

/**
 * Loads the module, once for all.
 *
 * @param bytes - of the module, where it cannot be fetched from beside this file
 */
export function loadCitations(bytes?: Uint8Array<ArrayBuffer>): Promise<FormatCitations> {
  loading ??= load(bytes).catch((error: unknown) => {
    // The next who needs it tries again.
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load(bytes?: Uint8Array<ArrayBuffer>): Promise<FormatCitations> {
  await initCite({ module_or_path: bytes ?? new URL("../wasm/consilium_cite_bg.wasm", import.meta.url) });
  return (request) => JSON.parse(formatCitations(JSON.stringify(request))) as FormattedCitations;
}
