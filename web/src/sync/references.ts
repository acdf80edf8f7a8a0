/** Formatting citations: what the layers above may use of the package’s module for it. */
import type { CitationsRequest, FormattedCitations } from "@consilium/client/cite";

export type { CitationsRequest, CitedPiece, FormattedCitations } from "@consilium/client/cite";

/** Formats citations in a worker. Rejects when that cannot be had. */
export async function formatCitations(request: CitationsRequest): Promise<FormattedCitations> {
  const cite = await import("@consilium/client/cite");
  return await cite.formatCitations(request);
}
