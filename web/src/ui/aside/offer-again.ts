/** Puts set-aside edits back into their document, as new edits of this member. */
import { BODY_FIELD } from "../../editor/body.ts";
import type { DocumentName, Replica } from "../../sync/index.ts";

export type OfferOutcome = "back" | "nothing" | "dependent" | "read-only" | "failed";

/** How long the server may take to say what this member may do, in milliseconds; offline it says nothing. */
const ACCESS_MS = 3_000;

export async function offerAgain(replica: Replica, name: DocumentName, ids: readonly number[]): Promise<OfferOutcome> {
  const document = replica.open(name);
  try {
    await document.whenReady;
    // What the text is made of, so that the edits can be put into it.
    document.doc.getXmlFragment(BODY_FIELD);
    await Promise.race([document.whenSynced, new Promise((resolve) => setTimeout(resolve, ACCESS_MS))]);
    const { access } = document.state.value;
    if (access !== "write" && access !== "unknown") {
      return "read-only";
    }
    return (await document.offerAgain(ids)) ? "back" : "nothing";
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "incomplete" ? "dependent" : "failed";
  } finally {
    document.dispose();
  }
}
