/**
 * Letters of the font “Symbol”, which older files use for Greek letters and signs of measure: a dose in µg, a limit ≤ 5.
 *
 * After the table that the Unicode Consortium publishes for Adobe's font.
 */
const FROM_41 = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ";
const FROM_61 = "αβχδεφγηιϕκλμνοπθρστυϖωξψζ";

const OTHERS: Readonly<Record<number, string>> = {
  163: "≤",
  165: "∞",
  171: "↔",
  172: "←",
  173: "↑",
  174: "→",
  175: "↓",
  176: "°",
  177: "±",
  178: "″",
  179: "≥",
  180: "×",
  181: "∝",
  183: "•",
  184: "÷",
  185: "≠",
  186: "≡",
  187: "≈",
  188: "…",
  214: "√",
  229: "∑",
};

/** What stands for a letter that nobody here can read: it is seen, and never taken for another. */
const UNKNOWN = "\u25a1";

/** @param code - as Word writes it: hexadecimal, in the private area from F000 on */
export function symbolOf(font: string, code: string): string {
  const value = Number.parseInt(code, 16);
  if (!Number.isFinite(value)) {
    return UNKNOWN;
  }
  const place = value >= 0xf000 && value <= 0xf0ff ? value - 0xf000 : value;
  if (/^symbol$/i.test(font)) {
    return (
      FROM_41[place >= 0x41 && place <= 0x5a ? place - 0x41 : -1] ??
      FROM_61[place >= 0x61 && place <= 0x7a ? place - 0x61 : -1] ??
      OTHERS[place] ??
      (place >= 0x20 && place <= 0x3f ? String.fromCharCode(place) : UNKNOWN)
    );
  }
  return value >= 0xe000 && value <= 0xf8ff ? UNKNOWN : String.fromCodePoint(Math.min(value, 0x10ffff));
}
