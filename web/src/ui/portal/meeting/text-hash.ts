/**
 * What a text and a rule are known by in a vote: SHA-256.
 *
 * Of a text it is taken over its title and its blocks, as every browser reads them from the same state. It is a name for
 * what whoever opened the vote had before them; that nobody changes the text meanwhile is the server's to see to.
 */
import { BODY_FIELD } from "../../../editor/index.ts";
import { type DocumentName, hex, type Replica, readTitle } from "../../../sync/index.ts";

/** How long the server may take to bring the newest text, in milliseconds. */
const PATIENCE_MS = 10_000;

/** Rejects when the text cannot be had. */
export async function hashOfText(replica: Replica, name: DocumentName): Promise<string> {
  const opened = replica.open(name);
  try {
    await opened.whenReady;
    await Promise.race([opened.whenSynced, late()]);
    return await hashOfWords(`${readTitle(opened.doc)}\n${opened.doc.getXmlFragment(BODY_FIELD).toString()}`);
  } finally {
    opened.dispose();
  }
}

export async function hashOfWords(words: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(words))));
}

function late(): Promise<never> {
  return new Promise((_, reject) => setTimeout(() => reject(new Error("no answer in time")), PATIENCE_MS));
}
