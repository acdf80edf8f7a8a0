/** Formatting citations: what the layers above may use of the package’s module for it. */
export type { CitationsRequest, CitedPiece, FormatCitations, FormattedCitations } from "@consilium/client/cite";

/** Fetches the module that formats citations. Rejects when it cannot be had. */
export async function loadCitations(): Promise<import("@consilium/client/cite").FormatCitations> {
  const cite = await import("@consilium/client/cite");
  return await cite.loadCitations();
}
