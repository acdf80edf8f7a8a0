/** Numbers of versions, as the field counts: 1.0, 1.1, 2.0. Pure. */

/** What comes after the largest of these: a smaller step first. */
export function offersAfter(numbers: readonly string[]): readonly string[] {
  const parts = numbers.map((number) => number.split(".").map(Number));
  const [latest] = parts.sort(([a = 0, b = 0], [c = 0, d = 0]) => c - a || d - b);
  if (latest === undefined) {
    return ["1.0"];
  }
  const [major = 0, minor = 0] = latest;
  return [`${major}.${minor + 1}`, `${major + 1}.0`];
}

/** Whether the server would take it for a number. */
export function isNumber(text: string): boolean {
  return /^[1-9]\d{0,2}\.(0|[1-9]\d{0,2})$/.test(text);
}

/** So many years after a moment, on the same day of the calendar. */
export function yearsAfter(at: number, years: number): number {
  const day = new Date(at);
  day.setFullYear(day.getFullYear() + years);
  return day.getTime();
}
