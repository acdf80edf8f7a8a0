/** Which addresses a link in a file may have: those that only lead somewhere, and run nothing. */

const RUNS_NOTHING: ReadonlySet<string> = new Set(["http:", "https:", "mailto:", "tel:", "ftp:"]);

/** Whether `href` leads somewhere; an address without a scheme leads on from where the file is. */
export function isSafeAddress(href: string): boolean {
  const base = "https://example.org/";
  return href !== "" && URL.canParse(href, base) && RUNS_NOTHING.has(new URL(href, base).protocol);
}
