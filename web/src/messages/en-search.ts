/** The words of searching all documents, in English. */

export const enSearch = {
  heading: "Search",
  field: "Search all documents",
  clear: "Clear the search",
  where: "Where to look",
  everywhere: "Everywhere",
  /** What is open to everybody with an account. */
  library: "The library",
  beginTitle: "What are you looking for?",
  begin:
    "Write words of a title or a text: all of them must occur. A long word is found by its beginning, and capitals, accents and umlauts do not count. Words in “quotation marks” must stand together.",
  noneTitle: "Nothing found",
  none: (query: string) => `No document that you may read has all the words of “${query}”.`,
  noneHere: (query: string) => `No document there that you may read has all the words of “${query}”.`,
  hints: {
    fewer: "Use fewer words, or only the beginning of a long one.",
    apart: "Leave out quotation marks: words inside must stand together.",
    wider: "Look everywhere.",
    later: "What was written just now is found some seconds later.",
  },
  /** Without a number where there are more than these. */
  count: (count: number, hasMore: boolean) =>
    hasMore ? `The first ${count} documents` : `${count} ${count === 1 ? "document" : "documents"}`,
  more: "Show more",
  onwards: "Nothing so far. There is more to look through.",
  lookOn: "Look further",
  underHeading: "Under the heading",
  offline: "Searching needs a connection to the server. As soon as it answers, this page searches.",
} as const;
