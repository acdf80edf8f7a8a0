/** Names of documents: a UUIDv7 made on this device, so that creating one needs no server. */
import { uuidV7 } from "@consilium/client";

declare const brand: unique symbol;

/** The name of a CRDT document, as it stands in addresses and on the wire. */
export type DocumentName = string & { readonly [brand]: "DocumentName" };

/** A fresh name that begins with `prefix`; sorts by time of creation. */
export function newDocumentName(prefix: string): DocumentName {
  return `${prefix}${uuidV7()}` as DocumentName;
}

/** The longest name, in bytes of UTF-8: `DOC_NAME_BYTES_MAX` of the protocol. */
const NAME_BYTES_MAX = 255;

/** Reads a name from an address; `null` when it cannot be one, by the rule of the protocol. */
export function parseDocumentName(text: string): DocumentName | null {
  const bytes = new TextEncoder().encode(text).length;
  return bytes === 0 || bytes > NAME_BYTES_MAX || /\p{Cc}/u.test(text) ? null : (text as DocumentName);
}
