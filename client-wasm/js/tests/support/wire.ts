/** Reads frames of the wire with the decoders that stock Yjs clients use (lib0), for comparison with golden vectors. */
import * as decoding from "lib0/decoding";

export interface Entry {
  readonly client: number;
  readonly clock: number;
  readonly state: string;
}

export type Message = { readonly kind: string } & Readonly<Record<string, unknown>>;

const ACCESS = ["none", "read", "comment", "write"];
const REJECT = [
  "",
  "malformed",
  "too-large",
  "read-only",
  "foreign-identity",
  "lineage",
  "poison",
  "quarantine-full",
  "too-deep",
  "append-only",
];

export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, "hex"));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

function uuid(bytes: Uint8Array): string {
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

const number = decoding.readVarUint;
const string = decoding.readVarString;
const bytes = decoding.readVarUint8Array;

export function readEntries(payload: Uint8Array): Entry[] {
  const decoder = decoding.createDecoder(payload);
  return Array.from({ length: number(decoder) }, () => ({
    client: number(decoder),
    clock: number(decoder),
    state: string(decoder),
  }));
}

function readSync(decoder: decoding.Decoder): Message {
  const kind = ["sync-step-1", "sync-step-2", "update"][number(decoder)] ?? "?";
  const content = hex(bytes(decoder));
  return kind === "sync-step-1" ? { kind, state_vector: content } : { kind, update: content };
}

/** A frame of `/yjs/{name}`. */
export function readPlain(frame: Uint8Array): Message[] {
  const decoder = decoding.createDecoder(frame);
  const messages: Message[] = [];
  while (decoding.hasContent(decoder)) {
    const type = number(decoder);
    if (type === 0) {
      messages.push(readSync(decoder));
    } else if (type === 1) {
      messages.push({ kind: "awareness", entries: readEntries(bytes(decoder)) });
    } else if (type === 2) {
      number(decoder);
      messages.push({ kind: "permission-denied", reason: string(decoder) });
    } else {
      messages.push({ kind: "query-awareness" });
    }
  }
  return messages;
}

/** A frame of `/sync`. */
export function readEnvelope(
  frame: Uint8Array,
  fromServer: boolean,
): { readonly address?: { readonly document: string; readonly session?: string }; readonly message: Message } {
  if (frame.length === 1) {
    return { message: { kind: frame[0] === 9 ? "ping" : "pong" } };
  }
  const decoder = decoding.createDecoder(frame);
  const [document = "", session] = string(decoder).split("\0");
  const address = session === undefined ? { document } : { document, session };
  return { address, message: readMessage(decoder, fromServer) };
}

function readMessage(decoder: decoding.Decoder, fromServer: boolean): Message {
  switch (number(decoder)) {
    case 0:
    case 4:
      return readSync(decoder);
    case 1:
      return { kind: "awareness", entries: readEntries(bytes(decoder)) };
    case 2:
      return fromServer ? readServerAuth(decoder) : readClientAuth(decoder);
    case 3:
      return { kind: "query-awareness" };
    case 5:
      return { kind: "stateless", text: string(decoder) };
    case 6:
      return { kind: "broadcast-stateless", text: string(decoder) };
    case 7:
      return fromServer ? { kind: "close", reason: string(decoder) } : { kind: "close" };
    case 8:
      return { kind: "sync-status", durable: number(decoder) === 1 };
    case 64:
      return {
        kind: "hello",
        lineage: uuid(bytes(decoder)),
        access: ACCESS[number(decoder)],
        display_name: string(decoder),
      };
    case 65:
      return { kind: "push", id: number(decoder), update: hex(bytes(decoder)) };
    case 66:
      return { kind: "ack", id: number(decoder) };
    case 67:
      return rejection(decoder);
    case 68:
      return { kind: "access-change", access: ACCESS[number(decoder)], reason: string(decoder) };
    case 69:
      return {
        kind: "chunk",
        transfer: number(decoder),
        total_bytes: number(decoder),
        offset: number(decoder),
        bytes: hex(bytes(decoder)),
      };
    case 70:
      return { kind: "storage", available: number(decoder) === 1 };
    case 71:
      return { kind: "lineage-mismatch", lineage: uuid(bytes(decoder)) };
    case 72:
      return { kind: "probe", nonce: number(decoder) };
    case 73:
      return { kind: "probe-reply", nonce: number(decoder) };
    default:
      throw new Error("unknown message type");
  }
}

function readServerAuth(decoder: decoding.Decoder): Message {
  switch (number(decoder)) {
    case 0:
      return { kind: "request-token" };
    case 1:
      return { kind: "permission-denied", reason: string(decoder) };
    default:
      return { kind: "authenticated", scope: string(decoder) };
  }
}

function readClientAuth(decoder: decoding.Decoder): Message {
  number(decoder);
  const token = string(decoder);
  const version = decoding.hasContent(decoder) ? string(decoder) : null;
  const held = version === "consilium/1" && decoding.hasContent(decoder) ? bytes(decoder) : null;
  return { kind: "auth", token, version, lineage: held === null || held.length === 0 ? null : uuid(held) };
}

/** Where the edit is comes before the reason; that it is a suggestion there, behind it: earlier readers pass over that. */
function rejection(decoder: decoding.Decoder): Message {
  const id = number(decoder);
  const code = REJECT[number(decoder)];
  const isKept = number(decoder) !== 0;
  const reason = string(decoder);
  const isSuggestion = isKept && decoding.hasContent(decoder) && number(decoder) === 1;
  return { kind: "reject", id, code, kept: isSuggestion ? "suggestion" : isKept ? "server" : "client", reason };
}
