/** A file name for `title`: letters and digits of any script, words joined by hyphens. */
export function fileNameOf(title: string, fallback: string, extension = "md"): string {
  const words = title
    .normalize("NFKC")
    .toLocaleLowerCase()
    .match(/[\p{L}\p{N}]+/gu);
  return `${(words ?? [fallback]).join("-").slice(0, 80)}.${extension}`;
}
