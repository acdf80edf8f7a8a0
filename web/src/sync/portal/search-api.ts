/** Searching the documents that one may read: what was found, and where the words stand. */
import { Answer } from "../answer.ts";
import type { DocumentName } from "../names.ts";
import type { Rest } from "../rest.ts";
import type { CommunityId } from "./ids.ts";
import { type CommunityName, readCommunityName } from "./links-api.ts";
import { type Privacy, privacies } from "./roles.ts";

/** The longest query that the server takes, in characters. */
export const SEARCH_LENGTH_MAX = 200;

/** Where to look: everywhere, in one community, or in what is open to everybody. */
export type SearchWithin = CommunityId | "library" | null;

/** A piece of plain text, and whether it is what was looked for. */
export interface FoundPart {
  readonly text: string;
  readonly found: boolean;
}

export interface FoundPassage {
  /** The heading above it; `null` where there is none. */
  readonly heading: string | null;
  readonly parts: readonly FoundPart[];
}

/** A document that was found. */
export interface SearchHit {
  readonly name: DocumentName;
  /** Empty where it has no title. */
  readonly title: readonly FoundPart[];
  readonly passages: readonly FoundPassage[];
  /** Whether it is of a community that one is in, or only open to everybody. */
  readonly place: "community" | "library";
  readonly community: CommunityName;
  readonly privacy: Privacy;
  /** When it was last edited, in milliseconds since the epoch. */
  readonly updatedAt: number;
}

export interface SearchPage {
  /** Best first; there may be none on a page that has a next one. */
  readonly hits: readonly SearchHit[];
  /** Where the next page begins; `null` on the last one. */
  readonly next: string | null;
}

export interface SearchApi {
  find(query: string, within: SearchWithin, after: string | null, signal?: AbortSignal): Promise<SearchPage>;
}

export function searchApi(rest: Rest): SearchApi {
  return {
    async find(query, within, after, signal) {
      const parameters = new URLSearchParams({ query });
      if (within !== null) {
        parameters.set("community", within);
      }
      if (after !== null) {
        parameters.set("after", after);
      }
      const answer = new Answer(await rest.get(`/api/v1/search?${parameters}`, signal));
      return { hits: answer.list("hits", readHit), next: answer.maybeText("next") };
    },
  };
}

function readHit(entry: Answer): SearchHit {
  return {
    name: entry.text("name"),
    title: entry.list("title", readPart),
    passages: entry.list("snippets", (passage) => ({
      heading: passage.maybeText("heading"),
      parts: passage.list("parts", readPart),
    })),
    place: entry.word("place", ["community", "library"], "library"),
    community: readCommunityName(entry.part("community")),
    privacy: entry.word("privacy", privacies, "community"),
    updatedAt: entry.maybeNumber("updatedAt") ?? 0,
  };
}

function readPart(entry: Answer): FoundPart {
  return { text: entry.text("text"), found: entry.flag("found") };
}
