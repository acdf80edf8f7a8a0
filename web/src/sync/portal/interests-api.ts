/** Declarations of interests, and how others judge how far somebody takes part. */
import { Answer } from "../answer.ts";
import type { DocumentName } from "../names.ts";
import { parseQuestionId, type QuestionId } from "../question/name.ts";
import type { Rest } from "../rest.ts";
import { communityPath } from "./communities-api.ts";
import type { AccountId, CommunityId } from "./ids.ts";
import { type Role, roles } from "./roles.ts";

/** What the form asks for, in its order: the ICMJE's items, then intellectual interests. */
export const interestItems = [
  "support",
  "grants",
  "royalties",
  "consulting",
  "honoraria",
  "testimony",
  "travel",
  "patents",
  "boards",
  "leadership",
  "stock",
  "equipment",
  "other",
  "own-studies",
  "opinions",
] as const;
export type InterestItem = (typeof interestItems)[number];

export const amounts = ["to-1000", "to-10000", "to-50000", "more"] as const;
export type Amount = (typeof amounts)[number];

/** Each leaves less than the one before it. */
export const verdicts = ["full", "discusses", "excluded"] as const;
export type Verdict = (typeof verdicts)[number];

export interface Interest {
  readonly item: InterestItem;
  readonly organisation: string;
  readonly purpose: string;
  readonly amount: Amount | null;
  /** Months, as `2026-11`. */
  readonly from: string | null;
  readonly until: string | null;
  readonly ongoing: boolean;
}

export interface Declaration {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Whatever the form asks for and is not here was answered with "none". */
  readonly entries: readonly Interest[];
}

export interface InterestPerson {
  readonly id: AccountId;
  readonly name: string;
}

export interface InterestJudgement {
  readonly document: DocumentName;
  readonly documentTitle: string;
  /** `null` about the document as a whole. */
  readonly question: QuestionId | null;
  /** `null` also where whoever asks may not know it. */
  readonly questionTitle: string | null;
  readonly member: InterestPerson;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly by: InterestPerson;
  readonly at: number;
}

export interface PersonInterests {
  readonly who: InterestPerson;
  readonly role: Role;
  readonly declaration: Declaration | null;
  readonly declared: number;
  readonly judgements: readonly InterestJudgement[];
}

export interface CommunityInterests {
  readonly people: readonly PersonInterests[];
  /** A declaration from before is to be made anew. */
  readonly oldBefore: number;
}

export interface JudgementsAbout {
  readonly community: CommunityId;
  readonly judgements: readonly InterestJudgement[];
  readonly mayJudge: boolean;
}

export interface JudgementWish {
  readonly member: AccountId;
  readonly question: QuestionId | null;
  readonly verdict: Verdict;
  readonly reason: string;
}

export interface InterestsApi {
  of(community: CommunityId, signal?: AbortSignal): Promise<CommunityInterests>;
  /** Every declaration of somebody, the latest first. */
  history(community: CommunityId, member: AccountId, signal?: AbortSignal): Promise<readonly Declaration[]>;
  declare(community: CommunityId, interests: readonly Interest[]): Promise<void>;
  about(document: DocumentName, signal?: AbortSignal): Promise<JudgementsAbout>;
  judge(document: DocumentName, wish: JudgementWish): Promise<void>;
}

export function interestsApi(rest: Rest): InterestsApi {
  const ofCommunity = (id: CommunityId): string => `${communityPath(id)}/interests`;
  const ofDocument = (name: DocumentName): string => `/api/v1/documents/${encodeURIComponent(name)}/judgements`;
  return {
    async of(community, signal) {
      const answer = new Answer(await rest.get(ofCommunity(community), signal));
      return { people: answer.list("people", readPerson), oldBefore: answer.number("oldBefore") };
    },
    history: async (community, member, signal) =>
      new Answer(await rest.get(`${ofCommunity(community)}/${member}`, signal)).list("declarations", readDeclaration),
    async declare(community, interests) {
      const items = interestItems.map((item) => ({
        item,
        entries: interests.filter((interest) => interest.item === item).map(entryOf),
      }));
      await rest.send("POST", ofCommunity(community), { items });
    },
    async about(document, signal) {
      const answer = new Answer(await rest.get(ofDocument(document), signal));
      return {
        community: answer.text("community"),
        judgements: answer.list("judgements", readJudgement),
        mayJudge: answer.flag("mayJudge"),
      };
    },
    async judge(document, { question, ...wish }) {
      await rest.send("POST", ofDocument(document), question === null ? wish : { ...wish, question });
    },
  };
}

/** What the server takes of an entry: nothing that is not said. */
function entryOf({ organisation, purpose, amount, from, until, ongoing }: Interest): Readonly<Record<string, unknown>> {
  return {
    organisation,
    purpose,
    ongoing,
    ...(amount === null ? {} : { amount }),
    ...(from === null ? {} : { from }),
    ...(until === null ? {} : { until }),
  };
}

function readPerson(answer: Answer): PersonInterests {
  const declaration = answer.maybePart("declaration");
  return {
    who: readNamed(answer.part("who")),
    role: answer.word("role", roles, "guest"),
    declaration: declaration === null ? null : readDeclaration(declaration),
    declared: answer.number("declared"),
    judgements: answer.list("judgements", readJudgement),
  };
}

function readNamed(answer: Answer): InterestPerson {
  return { id: answer.text("id"), name: answer.text("name") };
}

function readDeclaration(answer: Answer): Declaration {
  return { id: answer.text("id"), at: answer.number("at"), entries: answer.list("entries", readInterest) };
}

function readInterest(answer: Answer): Interest {
  return {
    item: answer.word("item", interestItems, "other"),
    organisation: answer.text("organisation"),
    purpose: answer.text("purpose"),
    amount: amounts.find((amount) => amount === answer.maybeText("amount")) ?? null,
    from: answer.maybeText("from"),
    until: answer.maybeText("until"),
    ongoing: answer.flag("ongoing"),
  };
}

function readJudgement(answer: Answer): InterestJudgement {
  const question = answer.maybeText("question");
  return {
    document: answer.text("document"),
    documentTitle: answer.text("documentTitle").trim(),
    question: question === null ? null : parseQuestionId(question),
    questionTitle: answer.maybeText("questionTitle"),
    member: readNamed(answer.part("member")),
    // A verdict that this version does not know is taken for the narrowest: nothing is promised that does not hold.
    verdict: answer.word("verdict", verdicts, "excluded"),
    reason: answer.text("reason"),
    by: readNamed(answer.part("by")),
    at: answer.number("at"),
  };
}
