/** The id of a meeting: a UUID by the server. What is within a meeting is numbered. */

declare const brand: unique symbol;

export type MeetingId = string & { readonly [brand]: "MeetingId" };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Reads the id of a meeting from an address; `null` when it cannot be one. */
export function parseMeetingId(text: string | undefined): MeetingId | null {
  return text !== undefined && UUID.test(text) ? (text as MeetingId) : null;
}
