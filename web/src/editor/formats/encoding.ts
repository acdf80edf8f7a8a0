/**
 * From the bytes of a file to its text, in the encoding that it was written in.
 *
 * A byte order mark decides, else what the file says of itself, else whether the bytes are UTF-8; what is not is taken
 * for windows-1252, in which every byte is a character. Nothing is replaced: bytes that are not what the file says
 * they are, are an error. A dose that reads “20 � 30 �g” is worse than a file that is not imported.
 */

/** The file is not in the encoding that it says it is in, or nobody here knows that encoding. */
export class EncodingError extends Error {
  readonly encoding: string;

  constructor(encoding: string) {
    super(`text not decoded as ${encoding}`);
    this.name = "EncodingError";
    this.encoding = encoding;
  }
}

/** How far into an HTML file its encoding is looked for, in bytes: as far as browsers look. */
const DECLARATION_BYTES = 1024;

const MARKS: readonly (readonly [string, readonly number[]])[] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

/** The text of `bytes`, which say of themselves to be `declared`. Throws an `EncodingError`. */
export function decodeText(bytes: Uint8Array, declared: string | null = null): string {
  const marked = MARKS.find(([, mark]) => mark.every((byte, index) => bytes[index] === byte))?.[0];
  const encoding = marked ?? declared;
  if (encoding !== null) {
    const text = decodeStrictly(bytes, encoding);
    if (text === null) {
      throw new EncodingError(encoding);
    }
    return text;
  }
  return decodeStrictly(bytes, "utf-8") ?? new TextDecoder("windows-1252").decode(bytes);
}

/** `null` when `bytes` are not in `encoding`, or this browser does not know it. */
function decodeStrictly(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** The encoding that an HTML file says it is in. */
export function encodingOfHtml(bytes: Uint8Array): string | null {
  const head = [...bytes.subarray(0, DECLARATION_BYTES)]
    .map((byte) => String.fromCharCode(byte))
    .join("")
    .replace(/<!--[\s\S]*?(?:-->|$)/g, "");
  const declared =
    /<meta\s[^>]*?charset\s*=\s*["']?\s*([^\s"'/>;]+)/i.exec(head)?.[1] ??
    /^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([^"']+)/i.exec(head)?.[1];
  // What can be read byte by byte is not UTF-16, whatever it says.
  return declared?.toLowerCase().replace(/^utf-16.*$/, "utf-8") ?? null;
}
