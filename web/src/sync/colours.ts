/**
 * The colours of members, and the arithmetic that keeps them legible (WCAG 2.2).
 *
 * Every colour carries white text at 4.5:1 or better and stands off both page backgrounds at 3:1 or better, so one
 * colour serves a cursor, its label and an avatar in light and dark alike. A test holds this.
 */

export const memberColours = [
  "#0b7a66",
  "#b0413e",
  "#3d6bc0",
  "#9a5b00",
  "#8a4fb0",
  "#2f7a2f",
  "#b93a78",
  "#0f7490",
  "#7d6608",
  "#6a62c9",
] as const;

const HEX = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i;

/** Whether `text` is a colour of the form `#rrggbb`: the only form trusted from other clients. */
export function isHexColour(text: unknown): text is string {
  return typeof text === "string" && HEX.test(text);
}

/** Relative luminance of `#rrggbb`, 0 to 1 (WCAG 2.2, relative luminance). */
export function luminance(colour: string): number {
  const parts = HEX.exec(colour);
  const channel = (index: number): number => {
    const value = Number.parseInt(parts?.[index] ?? "00", 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(2) + 0.0722 * channel(3);
}

/** Contrast ratio of two colours, 1 to 21 (WCAG 2.2, contrast ratio). */
export function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Black or white, whichever reads better on `background`. */
export function textOn(background: string): "#000000" | "#ffffff" {
  return contrast(background, "#ffffff") >= contrast(background, "#000000") ? "#ffffff" : "#000000";
}
