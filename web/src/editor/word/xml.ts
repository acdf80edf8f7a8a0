/** Writing XML: elements as strings, every text and value escaped. Knows nothing of what they mean. */

type Value = string | number | undefined;

/** One element. An attribute that is `undefined` is left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, Value>> = {},
  ...content: readonly string[]
): string {
  const said = Object.entries(attributes)
    .map(([key, value]) => (value === undefined ? "" : ` ${key}="${escaped(String(value))}"`))
    .join("");
  const inside = content.join("");
  return inside === "" ? `<${name}${said}/>` : `<${name}${said}>${inside}</${name}>`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** `text` as XML; what no XML may hold (control characters, half of a pair) is left out. */
export function escaped(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that no XML may hold.
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
      .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "")
      .replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign)
  );
}

const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

/** A whole document. */
export function xmlDocument(root: string): string {
  return `${DECLARATION}${root}`;
}
