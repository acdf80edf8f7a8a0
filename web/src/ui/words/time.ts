/**
 * Points in time in words.
 *
 * They come from servers and from other clients: any number is told, the nearest that a calendar has, and none throws.
 */

/** The farthest from the epoch that a calendar goes, in milliseconds, both ways. */
const CALENDAR_END_MS = 8.64e15;

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 365 * 24 * 3600],
  ["month", 30 * 24 * 3600],
  ["week", 7 * 24 * 3600],
  ["day", 24 * 3600],
  ["hour", 3600],
  ["minute", 60],
];

/** How long before `now` the time `then` lies, like “3 minutes ago”; both in milliseconds since the epoch. */
export function timeAgo(then: number, now: number, language: string): string {
  const seconds = Math.max(0, (inCalendar(now) - inCalendar(then)) / 1000);
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  for (const [unit, length] of UNITS) {
    if (seconds >= length) {
      return format.format(-Math.floor(seconds / length), unit);
    }
  }
  return format.format(0, "second");
}

/** A point in time as a date and a time of day; in milliseconds since the epoch. */
export function pointInTime(at: number, language: string): string {
  return new Intl.DateTimeFormat(customOf(language), { dateStyle: "medium", timeStyle: "short" }).format(
    inCalendar(at),
  );
}

/** A day; in milliseconds since the epoch. */
export function dayOf(at: number, language: string): string {
  return new Intl.DateTimeFormat(customOf(language), { dateStyle: "medium" }).format(inCalendar(at));
}

/** The nearest point in time that a calendar has; the epoch for what is no number. */
export function inCalendar(at: number): number {
  return Number.isNaN(at) ? 0 : Math.max(-CALENDAR_END_MS, Math.min(CALENDAR_END_MS, at));
}

/** A time of day; in milliseconds since the epoch. */
export function timeOf(at: number, language: string): string {
  return new Intl.DateTimeFormat(customOf(language), { timeStyle: "short" }).format(at);
}

/** The language of the page, with the custom of the reader's country where that is known. */
function customOf(language: string): string {
  return navigator.languages.find((tag) => tag.startsWith(`${language}-`)) ?? language;
}
