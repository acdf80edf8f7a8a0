/**
 * The records of a file store: `u32 length, u32 CRC-32, payload`, little-endian, one after the other.
 *
 * A payload is one {@link StoreWrite} of the file's document (its name is not repeated), or the first record, which
 * names the document. Reading stops at the first record that is not whole: what follows a torn write was never
 * called durable.
 */

import { crc32 } from "node:zlib";
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import {
  FORMER_IDS_FROM,
  type KeptBy,
  type SetAsideEdit,
  type StoredReview,
  StoreError,
  type StoreWrite,
} from "./store.js";

const HEAD_BYTES = 8;

/** The first record of a file: its format, then the document's name. */
const FORMAT = "consilium-replica-1";

/** By their number. The `former` ones are read and no longer written: they said neither when nor who keeps the edit. */
const TYPES = [
  "outbox",
  "journal",
  "confirm",
  "formerSetAside",
  "discard",
  "describe",
  "formerKept",
  "restart",
  "setAside",
  "kept",
  "reviews",
] as const;

/** What the former records did not say. */
const FORMERLY = { kept: "device", at: 0 } as const;

/** What a file's records say. `kept` is a set-aside edit as compaction rewrites it. */
export type FileRecord =
  | Exclude<StoreWrite, { readonly type: "forget" }>
  | ({ readonly type: "kept"; readonly doc: string } & SetAsideEdit);

/** The record that begins every file. */
export function encodeHeader(doc: string): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarString(encoder, FORMAT);
  encoding.writeVarString(encoder, doc);
  return frame(encoding.toUint8Array(encoder));
}

/** One record. */
export function encodeRecord(record: FileRecord): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, TYPES.indexOf(record.type));
  switch (record.type) {
    case "outbox":
      encoding.writeVarUint(encoder, record.id);
      encoding.writeVarUint(encoder, record.at);
      encoding.writeVarUint8Array(encoder, record.update);
      break;
    case "journal":
      encoding.writeVarUint(encoder, record.at);
      encoding.writeVarUint8Array(encoder, record.update);
      break;
    case "confirm":
    case "discard":
      writeIds(encoder, record.ids);
      break;
    case "restart":
      break;
    case "setAside":
      writeRefusal(encoder, record);
      writeIds(encoder, record.ids);
      break;
    case "describe": {
      const { title, lineage, synced, forkOf, at } = record;
      encoding.writeVarUint(encoder, at);
      encoding.writeVarString(encoder, JSON.stringify({ title, lineage, synced, forkOf }));
      break;
    }
    case "reviews":
      writeReviews(encoder, record.reviews);
      break;
    case "kept":
      encoding.writeVarUint(encoder, record.id);
      writeRefusal(encoder, record);
      encoding.writeVarUint8Array(encoder, record.update);
      break;
    default:
      record satisfies never;
  }
  return frame(encoding.toUint8Array(encoder));
}

/** What a file holds. */
export interface FileContent {
  readonly doc: string;
  readonly records: readonly FileRecord[];
  /** Bytes up to the end of the last whole record; what follows is torn. */
  readonly goodBytes: number;
}

/**
 * Reads a file's bytes; null when not even its first record is whole.
 *
 * @throws StoreError for a file of another format, which must not be written over
 */
export function decodeFile(bytes: Uint8Array): FileContent | null {
  const payloads = unframe(bytes);
  const header = payloads.next();
  if (header.done === true) {
    return null;
  }
  const decoder = decoding.createDecoder(header.value.payload);
  const format = decoding.readVarString(decoder);
  if (format !== FORMAT) {
    throw new StoreError("unavailable", `a log of the format "${format}" is not for this version`);
  }
  const doc = decoding.readVarString(decoder);
  const records: FileRecord[] = [];
  let goodBytes = header.value.end;
  for (const { payload, end } of payloads) {
    records.push(decodePayload(doc, payload, records.length));
    goodBytes = end;
  }
  return { doc, records, goodBytes };
}

/** @param index - the record's place in the file */
function decodePayload(doc: string, payload: Uint8Array, index: number): FileRecord {
  const decoder = decoding.createDecoder(payload);
  const type = TYPES[decoding.readVarUint(decoder)];
  switch (type) {
    case "outbox":
      return {
        type,
        doc,
        id: decoding.readVarUint(decoder),
        at: decoding.readVarUint(decoder),
        update: copy(decoding.readVarUint8Array(decoder)),
      };
    case "journal":
      return {
        type,
        doc,
        at: decoding.readVarUint(decoder),
        update: copy(decoding.readVarUint8Array(decoder)),
      };
    case "confirm":
    case "discard":
      return { type, doc, ids: readIds(decoder) };
    case "restart":
      return { type, doc };
    case "formerSetAside":
      return { ...FORMERLY, type: "setAside", doc, reason: decoding.readVarString(decoder), ids: readIds(decoder) };
    case "setAside":
      return { type, doc, ...readRefusal(decoder), ids: readIds(decoder) };
    case "describe": {
      const at = decoding.readVarUint(decoder);
      const change = JSON.parse(decoding.readVarString(decoder)) as object;
      return { ...change, type, doc, at };
    }
    case "reviews":
      return { type, doc, reviews: readReviews(decoder) };
    case "formerKept":
      return {
        ...FORMERLY,
        type: "kept",
        doc,
        id: FORMER_IDS_FROM + index,
        reason: decoding.readVarString(decoder),
        update: copy(decoding.readVarUint8Array(decoder)),
      };
    case "kept":
      return {
        type,
        doc,
        id: decoding.readVarUint(decoder),
        ...readRefusal(decoder),
        update: copy(decoding.readVarUint8Array(decoder)),
      };
    default:
      throw new Error(`unknown record in a file that passed its checksum: ${type ?? "?"}`);
  }
}

function frame(payload: Uint8Array): Uint8Array {
  const framed = new Uint8Array(HEAD_BYTES + payload.length);
  const view = new DataView(framed.buffer);
  view.setUint32(0, payload.length, true);
  view.setUint32(4, crc32(payload), true);
  framed.set(payload, HEAD_BYTES);
  return framed;
}

function* unframe(bytes: Uint8Array): Generator<{ readonly payload: Uint8Array; readonly end: number }, void> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let start = 0;
  while (start + HEAD_BYTES <= bytes.length) {
    const end = start + HEAD_BYTES + view.getUint32(start, true);
    const payload = bytes.subarray(start + HEAD_BYTES, end);
    if (end > bytes.length || crc32(payload) !== view.getUint32(start + 4, true)) {
      return;
    }
    yield { payload, end };
    start = end;
  }
}

function writeIds(encoder: encoding.Encoder, ids: readonly number[]): void {
  encoding.writeVarUint(encoder, ids.length);
  for (const id of ids) {
    encoding.writeVarUint(encoder, id);
  }
}

/** Why, when and with whom edits were set aside. */
interface Refusal {
  readonly reason: string;
  readonly kept: KeptBy;
  readonly at: number;
}

const KEPT = ["device", "server"] as const;

function writeRefusal(encoder: encoding.Encoder, { reason, kept, at }: Refusal): void {
  encoding.writeVarString(encoder, reason);
  encoding.writeVarUint(encoder, KEPT.indexOf(kept));
  encoding.writeVarUint(encoder, at);
}

function readRefusal(decoder: decoding.Decoder): Refusal {
  const reason = decoding.readVarString(decoder);
  const kept = KEPT[decoding.readVarUint(decoder)] ?? "device";
  return { reason, kept, at: decoding.readVarUint(decoder) };
}

/** What stands in the text for bytes: their number among those that stand behind it. */
interface BytesAt {
  readonly bytes: number;
}

function writeReviews(encoder: encoding.Encoder, reviews: readonly StoredReview[]): void {
  const all: Uint8Array[] = [];
  const text = JSON.stringify(reviews, (_key, value: unknown) =>
    value instanceof Uint8Array ? ({ bytes: all.push(value) - 1 } satisfies BytesAt) : value,
  );
  encoding.writeVarString(encoder, text);
  encoding.writeVarUint(encoder, all.length);
  for (const bytes of all) {
    encoding.writeVarUint8Array(encoder, bytes);
  }
}

function readReviews(decoder: decoding.Decoder): StoredReview[] {
  const text = decoding.readVarString(decoder);
  const all = Array.from({ length: decoding.readVarUint(decoder) }, () => copy(decoding.readVarUint8Array(decoder)));
  return JSON.parse(text, (_key, value: unknown) => {
    const at = typeof value === "object" && value !== null && "bytes" in value ? value.bytes : null;
    return typeof at === "number" ? all[at] : value;
  }) as StoredReview[];
}

function readIds(decoder: decoding.Decoder): number[] {
  return Array.from({ length: decoding.readVarUint(decoder) }, () => decoding.readVarUint(decoder));
}

/** Out of the file's buffer, which would stay in memory as a whole otherwise. */
function copy(bytes: Uint8Array): Uint8Array {
  return bytes.slice();
}
