/** The end of a term: people choose a day, the server keeps an instant. The day is the reader’s, to its end. */
import { inCalendar } from "../../words/time.ts";

/** The last year that date fields have. */
const YEAR_MAX = 9999;

/** The day of `at` (milliseconds since the epoch) as date fields have it, like `2027-03-01`; their last one for a later one. */
export function dayValue(at: number): string {
  const day = new Date(Math.max(0, inCalendar(at)));
  if (day.getFullYear() > YEAR_MAX) {
    return `${YEAR_MAX}-12-31`;
  }
  const [year, month, date] = [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) =>
    String(part).padStart(2, "0"),
  );
  return `${year}-${month}-${date}`;
}

/** The last instant of a day, in milliseconds since the epoch; `null` where the text names none. */
export function endOfDay(value: string): number | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value)?.slice(1).map(Number);
  if (parts === undefined) {
    return null;
  }
  const [year = 0, month = 1, date = 1] = parts;
  return new Date(year, month - 1, date, 23, 59, 59, 999).getTime();
}

/** Whether a day that a date field names is not over yet. */
export function isDayToCome(value: string): boolean {
  const end = endOfDay(value);
  return end !== null && end > Date.now();
}
