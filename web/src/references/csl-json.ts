/** Reads CSL-JSON: a list of items, or one. */
import { itemOf } from "./item.ts";
import { type Found, linesOf, type Problem, type Reading } from "./reading.ts";

/** Lists and objects within each other. */
const DEPTH_MAX = 50;

export function readCslJson(text: string): Reading {
  const lineOf = linesOf(text);
  if (isTooDeep(text)) {
    return { found: [], problems: [{ line: 1, why: "too-deep", about: "" }] };
  }
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (error) {
    return { found: [], problems: [{ line: lineOf(placeIn(error, text)), why: "malformed", about: "" }] };
  }
  const isList = Array.isArray(read);
  const all: readonly unknown[] = isList ? (read as readonly unknown[]) : [read];
  const places = isList ? elementPlaces(text) : [];
  const found: Found[] = [];
  const problems: Problem[] = [];
  for (const [index, each] of all.entries()) {
    const line = lineOf(places[index] ?? 0);
    const isObject = typeof each === "object" && each !== null && !Array.isArray(each);
    const item = isObject ? itemOf(each as Readonly<Record<string, unknown>>) : null;
    if (item !== null) {
      found.push({ line, item });
    } else {
      const key = isObject && "id" in each && typeof each.id === "string" ? each.id.slice(0, 100) : "";
      problems.push({ line, why: isObject ? "nothing-to-cite" : "malformed", about: key });
    }
  }
  return { found, problems };
}

/** Whether lists and objects lie deeper within each other than those of any reference. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22:
        at = endOfString(text, at);
        break;
      case 0x5b:
      case 0x7b:
        depth++;
        if (depth > DEPTH_MAX) {
          return true;
        }
        break;
      case 0x5d:
      case 0x7d:
        depth--;
        break;
      default:
    }
  }
  return false;
}

/** From the quote that begins a string to the one that ends it. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') {
    at += text[at] === "\\" ? 2 : 1;
  }
  return at;
}

/** Where each element of the outer list begins. */
function elementPlaces(text: string): readonly number[] {
  const places: number[] = [];
  let depth = 0;
  let awaits = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] ?? "";
    if (/\s/.test(sign)) {
      continue;
    }
    if (depth === 1 && awaits && sign !== "]") {
      places.push(at);
      awaits = false;
    }
    if (sign === '"') {
      at = endOfString(text, at);
    } else if (sign === "[" || sign === "{") {
      depth++;
      awaits = depth === 1;
    } else if (sign === "]" || sign === "}") {
      depth--;
    } else if (sign === "," && depth === 1) {
      awaits = true;
    }
  }
  return places;
}

/** Where the reader gave up, as far as it says so. */
function placeIn(error: unknown, text: string): number {
  const place = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
  return place === undefined ? Math.max(0, text.trimEnd().length - 1) : Number(place);
}
