/** What can be chosen, as it is written into a field: one a line. */

const OPTIONS_MAX = 12;

/** The longest option, in bytes of UTF-8. */
const OPTION_BYTES_MAX = 300;

/** The options in `text`, without empty lines. */
export function optionsIn(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** Whether a meeting takes them: 2 to 12, none too long, no two the same. */
export function areOptions(options: readonly string[]): boolean {
  return (
    options.length >= 2 &&
    options.length <= OPTIONS_MAX &&
    new Set(options).size === options.length &&
    options.every((option) => new TextEncoder().encode(option).length <= OPTION_BYTES_MAX)
  );
}
