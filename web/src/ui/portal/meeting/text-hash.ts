/**
 * What a text and a rule are known by in a vote: SHA-256.
 *
 * Of a text it is the server that says it, of what it has committed: it opens the vote only if that is still so, and the
 * vote is void if it is not when it is counted.
 */
import { type DocumentName, hex, type MeetingsApi, type Replica } from "../../../sync/index.ts";

/** How long the server may take to bring the newest text, in milliseconds. */
const PATIENCE_MS = 10_000;

/** Of a text in which nothing is written. No text has it, so nothing is opened about it. */
const NOTHING_WRITTEN = "0".repeat(64);

/** Rejects when the text cannot be had. What this device has not sent yet is sent first. */
export async function hashOfText(replica: Replica, api: MeetingsApi, name: DocumentName): Promise<string> {
  const opened = replica.open(name);
  try {
    await opened.whenReady;
    await Promise.race([opened.whenSynced, late()]);
    return (await api.textHash(name)) ?? NOTHING_WRITTEN;
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
