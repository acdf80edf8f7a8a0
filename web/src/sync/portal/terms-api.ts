/** Terms with an end: until when somebody is in a community or may see a document, and when that was over. */
import { Answer } from "../answer.ts";
import type { DocumentName } from "../names.ts";
import type { Rest } from "../rest.ts";
import { communityPath } from "./communities-api.ts";
import type { CommunityId } from "./ids.ts";
import { type Role, roles } from "./roles.ts";

export interface Term {
  /** What somebody is in the community, or was. */
  readonly role: Role;
  /** `grant` for what was given for one document. */
  readonly of: "membership" | "grant";
  /** Milliseconds since the epoch. */
  readonly until: number;
  readonly isOver: boolean;
}

export interface TermsApi {
  /** What ends next of what lets one see a document, or which end took it from one; `null` where there is none. */
  ofDocument(name: DocumentName, signal?: AbortSignal): Promise<Term | null>;
  /** Until when one is in a community, or was; `null` without an end. */
  ofCommunity(id: CommunityId, signal?: AbortSignal): Promise<Term | null>;
}

export function termsApi(rest: Rest): TermsApi {
  return {
    ofDocument: async (name, signal) =>
      readTerm(await rest.get(`/api/v1/documents/${encodeURIComponent(name)}/term`, signal)),
    ofCommunity: async (id, signal) => readTerm(await rest.get(`${communityPath(id)}/term`, signal)),
  };
}

function readTerm(value: unknown): Term | null {
  const term = new Answer(value).maybePart("term");
  return term === null
    ? null
    : {
        role: term.word("role", roles, "member"),
        of: term.word("of", ["membership", "grant"], "membership"),
        until: term.number("until"),
        isOver: term.flag("over"),
      };
}
