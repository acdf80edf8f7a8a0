/** What has happened in a community since one was last there, and what one is there for. */
import { Answer } from "../answer.ts";
import type { DocumentName } from "../names.ts";
import type { Rest } from "../rest.ts";
import { communityPath } from "./communities-api.ts";
import type { AccountId, CommunityId } from "./ids.ts";
import { type LedgerEntry, readEntry } from "./ledger-api.ts";
import { type Notification, readNotification } from "./notifications-api.ts";
import { type Role, roles } from "./roles.ts";

/** What a member can be there for; it is no access to anything. */
export const chosenRoles = ["lead", "contributor", "consultant", "guide", "promoter"] as const;
export type ChosenRole = (typeof chosenRoles)[number];

export interface DigestSuggestion {
  readonly name: DocumentName;
  readonly author: string;
  readonly isMine: boolean;
  readonly mayMerge: boolean;
  readonly state: "open" | "merged" | "discarded";
}

/** What is new about one document. */
export interface DocumentNews {
  readonly name: DocumentName;
  readonly title: string;
  readonly access: "read" | "comment" | "write";
  /** Others’ sessions of work, and how many edits those were. */
  readonly sessions: number;
  readonly edits: number;
  readonly authors: readonly string[];
  readonly moreAuthors: number;
  /** What versions were called that somebody named. */
  readonly versions: readonly string[];
  readonly comments: number;
  readonly mentions: readonly Notification[];
  readonly waiting: readonly DigestSuggestion[];
  readonly waitingCount: number;
  readonly decided: readonly DigestSuggestion[];
}

/** A round in which the viewer may vote and has not. */
export interface WaitingRound {
  readonly id: string;
  readonly question: string;
  readonly title: string;
  /** Milliseconds since the epoch. */
  readonly closesAt: number;
}

/** Somebody whose term ends soon. */
export interface EndingTerm {
  readonly account: AccountId;
  readonly name: string;
  readonly role: Role;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

export interface Digest {
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** What concerns the viewer, then what waits for them, then the rest. */
  readonly documents: readonly DocumentNews[];
  readonly moreDocuments: number;
  /** What is put to the vote and waits for the viewer's ballot. */
  readonly rounds: readonly WaitingRound[];
  /** How many published versions are to be looked at again soon; nought for those who do not publish. */
  readonly watched: number;
  /** What others decided and who came and went, latest first. */
  readonly decisions: readonly LedgerEntry[];
  readonly hasMoreDecisions: boolean;
  readonly public: readonly { readonly name: DocumentName; readonly title: string }[];
  /** How many wait to be let in; `null` for those who do not decide. */
  readonly requests: number | null;
  /** Whose term ends within a week; none for those who could not make it longer. */
  readonly endings: readonly EndingTerm[];
  readonly chosen: readonly ChosenRole[];
  /** Whether the viewer is to declare their interests: they never did, or more than a year ago. */
  readonly declaration: "missing" | "old" | null;
}

export interface DigestApi {
  of(community: CommunityId, signal?: AbortSignal): Promise<Digest>;
  /** From now on only what comes is new. */
  caughtUp(community: CommunityId): Promise<void>;
  choose(community: CommunityId, roles: readonly ChosenRole[]): Promise<readonly ChosenRole[]>;
}

export function digestApi(rest: Rest): DigestApi {
  return {
    async of(community, signal) {
      const answer = new Answer(await rest.get(`${communityPath(community)}/digest`, signal));
      return {
        since: answer.number("since"),
        documents: answer.list("documents", readNews),
        moreDocuments: answer.maybeNumber("moreDocuments") ?? 0,
        rounds:
          answer.raw("rounds") === undefined
            ? []
            : answer.list("rounds", (entry) => ({
                id: entry.text("id"),
                question: entry.text("question"),
                title: entry.text("title"),
                closesAt: entry.number("closesAt"),
              })),
        watched: answer.maybeNumber("watched") ?? 0,
        decisions: answer.list("decisions", readEntry),
        hasMoreDecisions: answer.flag("moreDecisions"),
        public: answer.list("public", (entry) => ({ name: entry.text("name"), title: entry.text("title") })),
        requests: answer.maybeNumber("requests"),
        endings:
          answer.raw("endings") === undefined
            ? []
            : answer.list("endings", (entry) => ({
                account: entry.text<AccountId>("account"),
                name: entry.text("name"),
                role: entry.word("role", roles, "member"),
                until: entry.number("until"),
              })),
        chosen: readChosen(answer.raw("chosenRoles")),
        declaration: (["missing", "old"] as const).find((word) => word === answer.maybeText("declaration")) ?? null,
      };
    },
    async caughtUp(community) {
      await rest.send("POST", `${communityPath(community)}/caught-up`);
    },
    choose: async (community, roles) =>
      readChosen(
        new Answer(await rest.send("PUT", `${communityPath(community)}/chosen-roles`, { roles })).raw("roles"),
      ),
  };
}

/** What somebody chose, in the order in which it is offered. */
export function readChosen(value: unknown): readonly ChosenRole[] {
  const words: readonly unknown[] = Array.isArray(value) ? value : [];
  return chosenRoles.filter((role) => words.includes(role));
}

function readNews(entry: Answer): DocumentNews {
  return {
    name: entry.text("name"),
    title: entry.text("title"),
    access: entry.word("access", ["read", "comment", "write"], "read"),
    sessions: entry.number("sessions"),
    edits: entry.number("edits"),
    authors: texts(entry.raw("authors")),
    moreAuthors: entry.maybeNumber("moreAuthors") ?? 0,
    versions: texts(entry.raw("versions")),
    comments: entry.number("comments"),
    mentions: entry.list("mentions", readNotification),
    waiting: entry.list("waiting", readSuggestion),
    waitingCount: entry.maybeNumber("waitingCount") ?? 0,
    decided: entry.list("decided", readSuggestion),
  };
}

function readSuggestion(entry: Answer): DigestSuggestion {
  return {
    name: entry.text("name"),
    author: entry.text("author"),
    isMine: entry.flag("mine"),
    mayMerge: entry.flag("mayMerge"),
    state: entry.word("state", ["open", "merged", "discarded"], "open"),
  };
}

function texts(value: unknown): readonly string[] {
  const all: readonly unknown[] = Array.isArray(value) ? value : [];
  return all.filter((text) => typeof text === "string");
}
