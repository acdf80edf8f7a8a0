/**
 * The colours of members, and the arithmetic that keeps them legible (WCAG 2.2).
 *
 * A member's colour is announced to others as the `#rrggbb` of the light appearance, and every page shows it in the
 * shade that fits its own: in either, text on it reads at 4.5:1 or better and it stands off the page at 3:1 or better.
 * Any two differ visibly, also for people who tell red, green or blue apart badly, because they differ in lightness as
 * well; initials stand beside them all the same. A test holds this.
 */

interface Shades {
  readonly light: string;
  readonly dark: string;
}

const palette: readonly Shades[] = [
  { light: "#96264f", dark: "#feafb2" },
  { light: "#ac5304", dark: "#bc600a" },
  { light: "#5c4f03", dark: "#b6a96e" },
  { light: "#66724a", dark: "#c8e868" },
  { light: "#1c4024", dark: "#3f876c" },
  { light: "#088079", dark: "#3fe0e0" },
  { light: "#256275", dark: "#48c2fd" },
  { light: "#1426aa", dark: "#868ef6" },
  { light: "#9435c8", dark: "#9564be" },
  { light: "#6d0c62", dark: "#e178ac" },
];

/** The colour of the product: no member’s, but a community’s until it chooses another. */
const house: Shades = { light: "#186a58", dark: "#7dc0af" };

/** The colours as members announce them. */
export const memberColours: readonly string[] = palette.map(({ light }) => light);

export const houseColour = house.light;

/** A colour as a page shows it: the ground and the text on it, in the light and in the dark appearance. */
export interface MemberShades extends Shades {
  readonly inkOnLight: string;
  readonly inkOnDark: string;
}

/** The shades of an announced colour; one that is not ours is the same in both appearances. */
export function shadesOf(colour: string): MemberShades {
  const { light, dark } = [...palette, house].find((shades) => shades.light === colour) ?? {
    light: colour,
    dark: colour,
  };
  return { light, dark, inkOnLight: textOn(light), inkOnDark: textOn(dark) };
}

/** The shades as custom properties of an element with the class `member`; style sheets choose between them. */
export function memberProperties(colour: string): Readonly<Record<`--${string}`, string>> {
  const { light, dark, inkOnLight, inkOnDark } = shadesOf(colour);
  return {
    "--member-light": light,
    "--member-dark": dark,
    "--member-ink-on-light": inkOnLight,
    "--member-ink-on-dark": inkOnDark,
  };
}

const HEX = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i;

/** Whether `text` is a colour of the form `#rrggbb`: the only form trusted from other clients. */
export function isHexColour(text: unknown): text is string {
  return typeof text === "string" && HEX.test(text);
}

/** The channels of `#rrggbb`, linear, 0 to 1. */
export function linearChannels(colour: string): readonly [number, number, number] {
  const parts = HEX.exec(colour);
  const channel = (index: number): number => {
    const value = Number.parseInt(parts?.[index] ?? "00", 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(2), channel(3)];
}

/** Relative luminance of `#rrggbb`, 0 to 1 (WCAG 2.2, relative luminance). */
export function luminance(colour: string): number {
  const [red, green, blue] = linearChannels(colour);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
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
