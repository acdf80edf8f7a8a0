/** Versions of a document that are signed and published, and the way there. */
import { Answer } from "../answer.ts";
import type { DocumentName } from "../names.ts";
import type { Rest } from "../rest.ts";
import { type CommunityLanguage, communityLanguages, communityPath } from "./communities-api.ts";
import type { AccountId, CommunityId } from "./ids.ts";
import { type RoundCounts, readCounts } from "./rounds-api.ts";

/** A version by its id. */
export type PublicationId = string & { readonly __brand: "PublicationId" };

/** `text` as the id of a version; `null` when it is none. */
export function parsePublicationId(text: string): PublicationId | null {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text) ? (text as PublicationId) : null;
}

export const licences = ["cc-by-4.0", "cc-by-nc-4.0", "cc-by-sa-4.0", "cc-by-nd-4.0", "all-rights-reserved"] as const;
export type Licence = (typeof licences)[number];

export const publicationStates = ["candidate", "replaced", "published"] as const;
export type PublicationState = (typeof publicationStates)[number];

export interface PublicationPerson {
  readonly id: AccountId;
  readonly name: string;
}

/** Somebody who signed where a version was published before it was brought here, as the archive said. */
export interface OriginSignature {
  readonly name: string;
  readonly at: number | null;
  readonly declined: string | null;
}

/** Where a version was published before it was brought here. */
export interface PublicationOrigin {
  readonly community: string;
  readonly publishedAt: number;
  readonly publishedBy: string;
  readonly signatories: readonly OriginSignature[];
  readonly withdrawn: string | null;
}

/** Times are milliseconds since the epoch. */
export interface Publication {
  readonly id: PublicationId;
  readonly document: DocumentName;
  readonly community: CommunityId;
  readonly communityName: string;
  readonly language: CommunityLanguage;
  readonly title: string;
  readonly preparedBy: string;
  readonly preparedAt: number;
  /** The SHA-256 of its text. */
  readonly hash: string;
  readonly state: PublicationState;
  readonly signatories: number;
  readonly signed: number;
  readonly declined: number;
  readonly published: {
    readonly number: string;
    readonly by: string;
    readonly at: number;
    readonly reviewBy: number;
    readonly licence: Licence;
    readonly note: string;
    readonly origin: PublicationOrigin | null;
  } | null;
  readonly withdrawn: { readonly at: number; readonly by: string; readonly reason: string } | null;
  /** Whether a later version is published. */
  readonly superseded: boolean;
  /** Whether one is to sign it and has not decided. */
  readonly waitsForMe: boolean;
}

/** What has to be decided before a version can be prepared. */
export type Obstacle =
  | { readonly kind: "undecided"; readonly question: string; readonly title: string; readonly values: number }
  | { readonly kind: "open-round"; readonly round: string; readonly question: string }
  | { readonly kind: "no-text" };

export interface DocumentPublications {
  readonly mayPublish: boolean;
  readonly maySign: readonly PublicationPerson[];
  readonly obstacles: readonly Obstacle[];
  /** Whether the text has changed since the candidate was prepared; `null` without one. */
  readonly textChanged: boolean | null;
  /** The latest first. */
  readonly publications: readonly Publication[];
}

export interface PublishedVote {
  readonly question: string;
  readonly heading: string | null;
  readonly passage: boolean;
  readonly quote: string;
  readonly endedAt: number;
  readonly rule: string;
  readonly verdict: string;
  readonly eligible: number;
  readonly voted: number;
  readonly counts: RoundCounts | null;
  readonly said: readonly string[];
}

export interface PublicationPage {
  readonly publication: Publication;
  readonly signatures: readonly {
    readonly who: PublicationPerson;
    readonly at: number | null;
    readonly declined: string | null;
    readonly hash: string | null;
  }[];
  readonly votes: readonly PublishedVote[];
  /** The other published versions, the latest first. */
  readonly others: readonly {
    readonly id: PublicationId;
    readonly number: string;
    readonly at: number;
    readonly later: boolean;
    readonly withdrawn: boolean;
  }[];
  readonly mine: "none" | "waiting" | "signed" | "declined";
  /** Whether everybody has decided and somebody has signed. */
  readonly complete: boolean;
  readonly mayPublish: boolean;
  /** Whether one sees the work on the document. */
  readonly inside: boolean;
  readonly now: number;
}

export interface PublishWish {
  readonly number: string;
  readonly reviewBy: number;
  readonly licence: Licence;
  readonly note: string;
}

export interface PublicationsApi {
  of(document: DocumentName, signal?: AbortSignal): Promise<DocumentPublications>;
  prepare(document: DocumentName, signatories: readonly AccountId[]): Promise<PublicationPage>;
  /** Also for whoever is not signed in. Rejects with `no-such-publication` for everybody who may not read it. */
  one(id: PublicationId, signal?: AbortSignal): Promise<PublicationPage>;
  /** What it says, byte for byte: canonical JSON. */
  text(id: PublicationId, signal?: AbortSignal): Promise<Uint8Array>;
  /** The version as an HL7 FHIR bundle. */
  fhir(id: PublicationId): Promise<Blob>;
  sign(id: PublicationId, hash: string): Promise<PublicationPage>;
  decline(id: PublicationId, hash: string, reason: string): Promise<PublicationPage>;
  publish(id: PublicationId, wish: PublishWish): Promise<PublicationPage>;
  withdraw(id: PublicationId, reason: string): Promise<PublicationPage>;
  /** What is to be looked at again within six months: what is due first comes first. */
  watched(community: CommunityId, signal?: AbortSignal): Promise<readonly Publication[]>;
}

export function publicationsApi(rest: Rest): PublicationsApi {
  const ofDocument = (name: DocumentName): string => `/api/v1/documents/${encodeURIComponent(name)}/publications`;
  const path = (id: PublicationId, act = ""): string => `/api/v1/publications/${id}${act}`;
  return {
    async of(document, signal) {
      const answer = new Answer(await rest.get(ofDocument(document), signal));
      return {
        mayPublish: answer.flag("mayPublish"),
        maySign: answer.list("maySign", readPerson),
        obstacles: answer.list("obstacles", readObstacle),
        textChanged: answer.raw("textChanged") === undefined ? null : answer.flag("textChanged"),
        publications: answer.list("publications", readPublication),
      };
    },
    prepare: async (document, signatories) => readPage(await rest.send("POST", ofDocument(document), { signatories })),
    one: async (id, signal) => readPage(await rest.get(path(id), signal)),
    text: (id, signal) => rest.bytes(path(id, "/text"), signal),
    fhir: (id) => rest.download(path(id, "/fhir")),
    sign: async (id, hash) => readPage(await rest.send("POST", path(id, "/signature"), { hash })),
    decline: async (id, hash, reason) => readPage(await rest.send("POST", path(id, "/refusal"), { hash, reason })),
    publish: async (id, wish) => readPage(await rest.send("POST", path(id, "/publish"), wish)),
    withdraw: async (id, reason) => readPage(await rest.send("POST", path(id, "/withdrawal"), { reason })),
    watched: async (community, signal) =>
      new Answer(await rest.get(`${communityPath(community)}/publications`, signal)).list(
        "publications",
        readPublication,
      ),
  };
}

export function readPublication(answer: Answer): Publication {
  const published = answer.maybePart("published");
  const withdrawn = answer.maybePart("withdrawn");
  return {
    id: answer.text("id"),
    document: answer.text("document"),
    community: answer.text("community"),
    communityName: answer.text("communityName"),
    language: answer.word("language", communityLanguages, "en"),
    title: answer.text("title").trim(),
    preparedBy: answer.part("preparedBy").text("name"),
    preparedAt: answer.number("preparedAt"),
    hash: answer.text("hash"),
    state: answer.word("state", publicationStates, "replaced"),
    signatories: answer.number("signatories"),
    signed: answer.number("signed"),
    declined: answer.number("declined"),
    published:
      published === null
        ? null
        : {
            number: published.text("number"),
            by: published.part("by").text("name"),
            at: published.number("at"),
            reviewBy: published.number("reviewBy"),
            licence: published.word("licence", licences, "all-rights-reserved"),
            note: published.text("note"),
            origin: readOrigin(published.maybePart("origin")),
          },
    withdrawn:
      withdrawn === null
        ? null
        : {
            at: withdrawn.number("at"),
            by: withdrawn.part("by").text("name"),
            reason: withdrawn.text("reason"),
          },
    superseded: answer.flag("superseded"),
    waitsForMe: answer.flag("waitsForMe"),
  };
}

function readOrigin(answer: Answer | null): PublicationOrigin | null {
  if (answer === null) {
    return null;
  }
  return {
    community: answer.text("community"),
    publishedAt: answer.number("publishedAt"),
    publishedBy: answer.text("publishedBy"),
    signatories: answer.list("signatories", (entry) => ({
      name: entry.text("name"),
      at: entry.maybeNumber("at"),
      declined: entry.maybeText("declined"),
    })),
    withdrawn: answer.maybeText("withdrawn"),
  };
}

function readObstacle(answer: Answer): Obstacle {
  switch (answer.text("kind")) {
    case "undecided":
      return {
        kind: "undecided",
        question: answer.text("question"),
        title: answer.text("title").trim(),
        values: answer.texts("values").length + answer.number("foreign"),
      };
    case "open-round":
      return { kind: "open-round", round: answer.text("round"), question: answer.text("question") };
    default:
      return { kind: "no-text" };
  }
}

function readPage(value: unknown): PublicationPage {
  const answer = new Answer(value);
  return {
    publication: readPublication(answer),
    signatures: answer.list("signatures", (entry) => ({
      who: readPerson(entry.part("who")),
      at: entry.maybeNumber("at"),
      declined: entry.maybeText("declined"),
      hash: entry.maybeText("hash"),
    })),
    votes: answer.list("votes", readVote),
    others: answer.list("others", (entry) => ({
      id: entry.text<PublicationId>("id"),
      number: entry.text("number"),
      at: entry.number("at"),
      later: entry.flag("later"),
      withdrawn: entry.flag("withdrawn"),
    })),
    mine: answer.word("mine", ["none", "waiting", "signed", "declined"], "none"),
    complete: answer.flag("complete"),
    mayPublish: answer.flag("mayPublish"),
    inside: answer.flag("inside"),
    now: answer.number("now"),
  };
}

function readVote(answer: Answer): PublishedVote {
  const counts = answer.maybePart("counts");
  return {
    question: answer.text("question"),
    heading: answer.maybeText("heading"),
    passage: answer.flag("passage"),
    quote: answer.text("quote"),
    endedAt: answer.number("endedAt"),
    rule: answer.text("rule"),
    verdict: answer.text("verdict"),
    eligible: answer.number("eligible"),
    voted: answer.number("voted"),
    counts: counts === null ? null : readCounts(counts),
    said: answer.raw("said") === undefined ? [] : answer.texts("said"),
  };
}

function readPerson(answer: Answer): PublicationPerson {
  return { id: answer.text("id"), name: answer.text("name") };
}
