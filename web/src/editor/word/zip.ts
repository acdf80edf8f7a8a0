/**
 * Zip archives, as far as Word files need them: written whole, and read one part at a time.
 *
 * A file that comes from anywhere may say that it is small and be huge. So nothing is inflated before the table of
 * contents has said how large it is to become, and inflating stops where that, or the limit, is passed. Parts that nobody
 * asks for are never inflated. The deflating itself is the browser's.
 */

export type Bytes = Uint8Array<ArrayBuffer>;

export interface ZipPart {
  readonly name: string;
  readonly bytes: Bytes;
}

export type ZipFailure =
  /** No archive, or one that is cut off or contradicts itself. */
  | "damaged"
  | "encrypted"
  /** It would become larger than is allowed. */
  | "swollen";

export class ZipError extends Error {
  readonly failure: ZipFailure;

  constructor(failure: ZipFailure) {
    super(`archive not read: ${failure}`);
    this.name = "ZipError";
    this.failure = failure;
  }
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_BYTES = 22;
const COMMENT_BYTES_MAX = 0xffff;

/** More parts than any word processor writes. */
const PARTS_MAX = 10_000;

const STORED = 0;
const DEFLATED = 8;

/** Names are in UTF-8. */
const UTF8 = 1 << 11;
const ENCRYPTED = 1 << 0;

interface Entry {
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly at: number;
}

/** An archive that is read. */
export class Archive {
  readonly #bytes: Bytes;
  readonly #entries: ReadonlyMap<string, Entry>;
  /** What may still be inflated, in bytes. */
  #left: number;

  /**
   * Reads the table of contents. Throws a `ZipError`.
   *
   * @param inflatedMax - how much all parts that are read may become together, in bytes
   */
  constructor(bytes: Bytes, inflatedMax: number) {
    this.#bytes = bytes;
    this.#entries = entriesOf(bytes);
    this.#left = inflatedMax;
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** One part; `null` when there is none of this name. Throws a `ZipError`. */
  async read(name: string): Promise<Bytes | null> {
    const entry = this.#entries.get(name);
    if (entry === undefined) {
      return null;
    }
    if ((entry.flags & ENCRYPTED) !== 0) {
      throw new ZipError("encrypted");
    }
    if (entry.size > this.#left) {
      throw new ZipError("swollen");
    }
    this.#left -= entry.size;
    const content = await unpacked(entry, packedBytes(this.#bytes, entry));
    if (content.length !== entry.size || crc32(content) !== entry.crc) {
      throw new ZipError("damaged");
    }
    return content;
  }
}

function entriesOf(bytes: Bytes): ReadonlyMap<string, Entry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endOf(view);
  const count = view.getUint16(end + 10, true);
  const entries = new Map<string, Entry>();
  if (count > PARTS_MAX) {
    throw new ZipError("swollen");
  }
  let at = view.getUint32(end + 16, true);
  for (let index = 0; index < count; index++) {
    if (at + 46 > end || view.getUint32(at, true) !== CENTRAL) {
      throw new ZipError("damaged");
    }
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const next = at + 46 + (nameBytes ?? 0) + (extraBytes ?? 0) + (commentBytes ?? 0);
    if (next > end) {
      throw new ZipError("damaged");
    }
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + (nameBytes ?? 0)));
    entries.set(name, {
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      at: view.getUint32(at + 42, true),
    });
    at = next;
  }
  return entries;
}

/** Where the record at the end begins, behind which nothing stands but a comment. */
function endOf(view: DataView): number {
  const first = Math.max(0, view.byteLength - END_BYTES - COMMENT_BYTES_MAX);
  for (let at = view.byteLength - END_BYTES; at >= first; at--) {
    if (view.getUint32(at, true) === END) {
      return at;
    }
  }
  throw new ZipError("damaged");
}

function packedBytes(bytes: Bytes, entry: Entry): Bytes {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (entry.at + 30 > bytes.length || view.getUint32(entry.at, true) !== LOCAL) {
    throw new ZipError("damaged");
  }
  const start = entry.at + 30 + view.getUint16(entry.at + 26, true) + view.getUint16(entry.at + 28, true);
  if (start + entry.packed > bytes.length) {
    throw new ZipError("damaged");
  }
  return bytes.subarray(start, start + entry.packed);
}

async function unpacked(entry: Entry, packed: Bytes): Promise<Bytes> {
  switch (entry.method) {
    case STORED:
      return packed;
    case DEFLATED:
      return await through(packed, new DecompressionStream("deflate-raw"), entry.size);
    default:
      throw new ZipError("damaged");
  }
}

/** What comes out of `transform`; stops as soon as that is more than `max` bytes. Throws a `ZipError`. */
async function through(bytes: Bytes, transform: GenericTransformStream, max: number): Promise<Bytes> {
  const writer = (transform.writable as WritableStream<Bytes>).getWriter();
  const reader = (transform.readable as ReadableStream<Bytes>).getReader();
  const written = writer.write(bytes).then(() => writer.close());
  // What goes wrong is heard of where it is read.
  written.catch(() => undefined);
  const pieces: Bytes[] = [];
  let length = 0;
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      length += piece.value.length;
      if (length > max) {
        throw new ZipError("swollen");
      }
      pieces.push(piece.value);
    }
    return joined(pieces);
  } catch (error) {
    await reader.cancel().catch(() => undefined);
    throw error instanceof ZipError ? error : new ZipError("damaged");
  }
}

/** An archive of `parts`, in their order. */
export async function writeZip(parts: readonly ZipPart[]): Promise<Bytes> {
  const locals: Bytes[] = [];
  const table: Bytes[] = [];
  let at = 0;
  for (const { name, bytes } of parts) {
    const packed = await through(bytes, new CompressionStream("deflate-raw"), Number.POSITIVE_INFINITY);
    const named = new TextEncoder().encode(name);
    const common = [
      [UTF8, 2],
      [DEFLATED, 2],
      [0, 2],
      // 1 January 1980: when a part was written says nothing that is not in the document.
      [0x21, 2],
      [crc32(bytes), 4],
      [packed.length, 4],
      [bytes.length, 4],
      [named.length, 2],
      [0, 2],
    ] as const;
    const local = joined([record([[LOCAL, 4], [20, 2], ...common]), named, packed]);
    table.push(
      joined([record([[CENTRAL, 4], [20, 2], [20, 2], ...common, [0, 2], [0, 2], [0, 2], [0, 4], [at, 4]]), named]),
    );
    locals.push(local);
    at += local.length;
  }
  const directory = joined(table);
  const count = parts.length;
  const end = record([
    [END, 4],
    [0, 2],
    [0, 2],
    [count, 2],
    [count, 2],
    [directory.length, 4],
    [at, 4],
    [0, 2],
  ]);
  return joined([...locals, directory, end]);
}

function record(fields: readonly (readonly [value: number, bytes: number])[]): Bytes {
  const bytes = new Uint8Array(fields.reduce((sum, [, size]) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [value, size] of fields) {
    if (size === 2) {
      view.setUint16(at, value, true);
    } else {
      view.setUint32(at, value, true);
    }
    at += size;
  }
  return bytes;
}

function joined(pieces: readonly Bytes[]): Bytes {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) {
    value = (value & 1) === 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  }
  return value;
});

function crc32(bytes: Bytes): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc = (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
