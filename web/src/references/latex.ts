/**
 * From what stands in a field of BibTeX to plain text: accents, signs, quotes and dashes; commands of looks go, and what they
 * were about stays. One pass over the text, so that nothing in it can make this long.
 */

/** Accents by their command, as signs that join the letter before them. */
const ACCENTS: Readonly<Record<string, string>> = {
  "`": "\u0300",
  "'": "\u0301",
  "^": "\u0302",
  "~": "\u0303",
  '"': "\u0308",
  "=": "\u0304",
  ".": "\u0307",
  u: "\u0306",
  v: "\u030c",
  H: "\u030b",
  c: "\u0327",
  k: "\u0328",
  r: "\u030a",
  d: "\u0323",
  b: "\u0331",
};

const SIGNS: Readonly<Record<string, string>> = {
  ss: "ß",
  ae: "æ",
  AE: "Æ",
  oe: "œ",
  OE: "Œ",
  o: "ø",
  O: "Ø",
  aa: "å",
  AA: "Å",
  l: "ł",
  L: "Ł",
  i: "ı",
  j: "ȷ",
  dh: "ð",
  DH: "Ð",
  th: "þ",
  TH: "Þ",
  textendash: "–",
  textemdash: "—",
  textquoteright: "’",
  textquoteleft: "‘",
  textquotedblleft: "“",
  textquotedblright: "”",
  textregistered: "®",
  texttrademark: "™",
  textdegree: "°",
  textmu: "µ",
  ldots: "…",
  dots: "…",
  alpha: "α",
  beta: "β",
  gamma: "γ",
  delta: "δ",
  Delta: "Δ",
  epsilon: "ε",
  kappa: "κ",
  lambda: "λ",
  mu: "μ",
  omega: "ω",
  sigma: "σ",
  tau: "τ",
  times: "×",
  pm: "±",
  geq: "≥",
  ge: "≥",
  leq: "≤",
  le: "≤",
  degree: "°",
  circ: "°",
};

/** The letter without its dot, which carries accents. */
const DOTLESS: Readonly<Record<string, string>> = { i: "i", j: "j" };

export function plainOf(latex: string): string {
  const parts: string[] = [];
  let at = 0;
  while (at < latex.length) {
    const sign = latex[at] ?? "";
    if (sign === "\\") {
      const [text, next] = command(latex, at);
      parts.push(text);
      at = next;
    } else if (sign === "{" || sign === "}" || sign === "$") {
      at++;
    } else if (sign === "~") {
      parts.push(" ");
      at++;
    } else if (latex.startsWith("---", at)) {
      parts.push("—");
      at += 3;
    } else if (latex.startsWith("--", at)) {
      parts.push("–");
      at += 2;
    } else if (latex.startsWith("``", at) || latex.startsWith("''", at)) {
      parts.push(sign === "`" ? "“" : "”");
      at += 2;
    } else {
      parts.push(sign);
      at++;
    }
  }
  return parts.join("").normalize("NFC").replace(/\s+/g, " ").trim();
}

/** What a command stands for, and where the text goes on. */
function command(latex: string, start: number): readonly [text: string, next: number] {
  const name = nameAt(latex, start + 1);
  const behind = start + 1 + name.length;
  const mark = ACCENTS[name];
  if (mark !== undefined) {
    const letter = letterAt(latex, behind);
    if (letter !== null) {
      return [letter.text + mark, letter.next];
    }
  }
  if (Object.hasOwn(SIGNS, name)) {
    // The space behind a command of letters only ends it.
    return [SIGNS[name] ?? "", skipSpaces(latex, behind)];
  }
  if (/^[A-Za-z]/.test(name)) {
    return ["", skipSpaces(latex, behind)];
  }
  // An escaped sign, or a line break.
  return [name === "\\" ? " " : name, behind];
}

function nameAt(latex: string, at: number): string {
  let end = at;
  while (end < latex.length && end - at < 40 && /[A-Za-z]/.test(latex[end] ?? "")) {
    end++;
  }
  return end === at ? (latex[at] ?? "") : latex.slice(at, end);
}

/** The letter that an accent is for: bare, in braces, or one without its dot. */
function letterAt(latex: string, start: number): { readonly text: string; readonly next: number } | null {
  let at = skipSpaces(latex, start);
  const braced = latex[at] === "{";
  at += braced ? 1 : 0;
  let text = latex[at] ?? "";
  let next = at + text.length;
  if (text === "\\") {
    const name = nameAt(latex, at + 1);
    text = DOTLESS[name] ?? SIGNS[name] ?? "";
    next = at + 1 + name.length;
  }
  if (!/^\p{L}$/u.test(text)) {
    return null;
  }
  if (braced) {
    next = skipSpaces(latex, next);
    // More than one letter in the braces: the accent is on the first, and the braces go with the rest.
    return { text, next: latex[next] === "}" ? next + 1 : next };
  }
  return { text, next };
}

function skipSpaces(latex: string, start: number): number {
  let at = start;
  while (at < latex.length && /\s/.test(latex[at] ?? "")) {
    at++;
  }
  return at;
}
