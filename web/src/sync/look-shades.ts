/**
 * From the one colour of a community to all that its pages wear, in the light and in the dark appearance.
 *
 * A leader chooses any colour; nobody has to know whether it can be read. Each shade is the chosen colour, moved towards
 * black or white only as far as the text on it, or it on its grounds, needs (WCAG 2.2: 4.5:1 for text). A test goes
 * through the whole space of colours. Pure; knows no page.
 */
import { contrast, houseColour, isHexColour, shadesOf } from "./colours.ts";

/** What a page wears in one appearance. */
export interface Shades {
  /** Text, links and marks on any ground of the page. */
  readonly accent: string;
  /** A ground for what is marked softly. */
  readonly soft: string;
  /** Text on the soft ground, and on the page. */
  readonly ink: string;
  /** The ground of a main button, with white text on it. */
  readonly fill: string;
  /** The same under the pointer. */
  readonly fillHover: string;
  /** The community’s sign. */
  readonly tile: string;
  /** Letters on the sign: black or white. */
  readonly tileInk: string;
}

export interface LookShades {
  readonly light: Shades;
  readonly dark: Shades;
}

/** What text needs on its ground. */
export const TEXT_CONTRAST = 4.5;

/** What a sign needs to stand off its page. */
export const SIGN_CONTRAST = 3;

/** The grounds of `tokens.css` on which the accent is read, in each appearance. A test compares. */
export const grounds = {
  light: ["#ffffff", "#fbfaf6", "#f3f1ea"],
  dark: ["#1a2120", "#121817", "#0d1211", "#1f2726"],
} as const;

const WHITE = "#ffffff";
const BLACK = "#000000";

/** The shades of the community’s colour; `null` for the product’s own, which is worn already. */
export function lookShades(accent: string): LookShades | null {
  if (!isHexColour(accent) || accent.toLowerCase() === houseColour) {
    return null;
  }
  return { light: lightShades(accent), dark: darkShades(accent) };
}

/** The sign of a community in either appearance, with the letters on it. */
export function tileShades(accent: string): Readonly<Record<"light" | "dark", readonly [string, string]>> {
  const { light, dark, inkOnLight, inkOnDark } = shadesOf(accent);
  const isOurs = light !== dark || light === houseColour;
  if (isOurs) {
    return { light: [light, inkOnLight], dark: [dark, inkOnDark] };
  }
  return { light: signOn(accent, grounds.light, BLACK), dark: signOn(accent, grounds.dark, WHITE) };
}

function lightShades(accent: string): Shades {
  const [tile, tileInk] = tileShades(accent).light;
  const read = towards(accent, BLACK, (shade) => reads(shade, grounds.light));
  const soft = mix(accent, WHITE, 0.88);
  return {
    accent: read,
    soft,
    ink: towards(accent, BLACK, (shade) => reads(shade, [...grounds.light, soft])),
    fill: read,
    fillHover: mix(read, BLACK, 0.12),
    tile,
    tileInk,
  };
}

function darkShades(accent: string): Shades {
  const [tile, tileInk] = tileShades(accent).dark;
  const soft = mix(accent, grounds.dark[0], 0.84);
  // White letters on it, and still to be seen on the dark page.
  const dark = towards(accent, BLACK, (shade) => contrast(shade, WHITE) >= TEXT_CONTRAST);
  const fill = towards(dark, WHITE, (shade) => contrast(shade, grounds.dark[0]) >= SIGN_CONTRAST);
  return {
    accent: towards(accent, WHITE, (shade) => reads(shade, grounds.dark)),
    soft,
    ink: towards(accent, WHITE, (shade) => reads(shade, [...grounds.dark, soft])),
    fill,
    fillHover: mix(fill, BLACK, 0.12),
    tile,
    tileInk,
  };
}

/** A sign that stands off every ground, and the letters that read better on it. */
function signOn(accent: string, on: readonly string[], end: string): readonly [string, string] {
  const sign = towards(accent, end, (shade) => on.every((ground) => contrast(shade, ground) >= SIGN_CONTRAST));
  return [sign, contrast(sign, WHITE) >= contrast(sign, BLACK) ? WHITE : BLACK];
}

function reads(shade: string, on: readonly string[]): boolean {
  return on.every((ground) => contrast(shade, ground) >= TEXT_CONTRAST);
}

/** Steps from a colour to its end: small enough that none is seen. */
const STEPS = 100;

/** The first shade on the way to `end` that is good enough; the end itself is. */
function towards(colour: string, end: string, isEnough: (shade: string) => boolean): string {
  for (let step = 0; step < STEPS; step += 1) {
    const shade = mix(colour, end, step / STEPS);
    if (isEnough(shade)) {
      return shade;
    }
  }
  return end;
}

/** So much of the way from one colour to another, 0 to 1, as screens mix. */
function mix(from: string, to: string, part: number): string {
  const channel = (at: number): string => {
    const [a, b] = [Number.parseInt(from.slice(at, at + 2), 16), Number.parseInt(to.slice(at, at + 2), 16)];
    return Math.round(a + (b - a) * part)
      .toString(16)
      .padStart(2, "0");
  };
  return `#${channel(1)}${channel(3)}${channel(5)}`;
}
