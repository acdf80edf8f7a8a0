/** Meetings: planning them, what there are, and acting in one. */
import { Answer } from "../answer.ts";
import type { DocumentName } from "../names.ts";
import { communityPath } from "../portal/communities-api.ts";
import type { AccountId, CommunityId } from "../portal/ids.ts";
import type { Rest } from "../rest.ts";
import { type Command, type Lobby, writeCommand } from "./command.ts";
import type { MeetingId } from "./ids.ts";
import { type Minutes, readMinutes } from "./minutes.ts";
import { type Phase, phases } from "./view.ts";

export interface MeetingDocument {
  readonly name: DocumentName;
  readonly title: string;
}

export interface Meeting {
  readonly id: MeetingId;
  readonly community: CommunityId;
  readonly title: string;
  /** Milliseconds since the epoch; `null` where no time was said. */
  readonly startsAt: number | null;
  readonly phase: Phase;
  /** What it is about, of what this member may read. */
  readonly documents: readonly MeetingDocument[];
  /** Whether this member may take it off. */
  readonly mayCancel: boolean;
}

/** The meeting that is under way about a document. */
export interface MeetingAbout extends Pick<Meeting, "id" | "title"> {
  /** Why this member may not write the document for now, by the server’s word; `null` where they may. */
  readonly heldUp: string | null;
}

/** A meeting as it is planned. */
export interface MeetingPlan {
  readonly title: string;
  readonly startsAt: number | null;
  readonly documents: readonly DocumentName[];
  readonly deputies: readonly AccountId[];
  readonly lobby: Lobby;
  /** Whether it has no chair. */
  readonly peers: boolean;
}

export interface MeetingsApi {
  /** The newest first. */
  list(community: CommunityId, signal?: AbortSignal): Promise<readonly Meeting[]>;
  plan(community: CommunityId, plan: MeetingPlan): Promise<Meeting>;
  /** Rejects with `not-found` for everybody who may not know of it. */
  one(id: MeetingId, signal?: AbortSignal): Promise<Meeting>;
  /** While it is planned. */
  cancel(id: MeetingId): Promise<void>;
  /** Rejects with `meeting-refused` where the meeting says no; `refusal` of the problem says why. */
  command(id: MeetingId, command: Command): Promise<void>;
  /** The meeting that is under way about a document; `null` where there is none that this member may be in. */
  about(document: DocumentName, signal?: AbortSignal): Promise<MeetingAbout | null>;
  /** By what the text of a document is known in a vote, as it is on the server now; `null` where nothing is written. */
  textHash(document: DocumentName): Promise<string | null>;
  /** Says that the page of a meeting is still open. */
  here(id: MeetingId): Promise<void>;
  /** Once it has ended. */
  minutes(id: MeetingId, signal?: AbortSignal): Promise<Minutes>;
}

export function meetingsApi(rest: Rest): MeetingsApi {
  const ofCommunity = (community: CommunityId): string => `${communityPath(community)}/meetings`;
  return {
    list: async (community, signal) =>
      new Answer(await rest.get(ofCommunity(community), signal)).list("meetings", readMeeting),
    plan: async (community, plan) => readMeeting(new Answer(await rest.send("POST", ofCommunity(community), plan))),
    one: async (id, signal) => readMeeting(new Answer(await rest.get(meetingPath(id), signal))),
    async cancel(id) {
      await rest.send("DELETE", meetingPath(id));
    },
    async command(id, command) {
      await rest.send("POST", `${meetingPath(id)}/commands`, writeCommand(command));
    },
    async about(document, signal) {
      const answer = await rest.get(`${documentPath(document)}/meeting`, signal);
      if (answer === null) {
        return null;
      }
      const found = new Answer(answer);
      return { id: found.text("id"), title: found.text("title"), heldUp: found.maybeText("heldUp") };
    },
    textHash: async (document) => new Answer(await rest.get(`${documentPath(document)}/text-hash`)).maybeText("hash"),
    async here(id) {
      await rest.send("POST", `${meetingPath(id)}/here`);
    },
    minutes: async (id, signal) => readMinutes(new Answer(await rest.get(`${meetingPath(id)}/minutes`, signal))),
  };
}

/** Where a meeting is on the server. */
export function meetingPath(id: MeetingId): string {
  return `/api/v1/meetings/${encodeURIComponent(id)}`;
}

function documentPath(name: DocumentName): string {
  return `/api/v1/documents/${encodeURIComponent(name)}`;
}

function readMeeting(answer: Answer): Meeting {
  return {
    id: answer.text("id"),
    community: answer.text("community"),
    title: answer.text("title"),
    startsAt: answer.maybeNumber("startsAt"),
    phase: answer.word("phase", phases, "ended"),
    documents: answer.list("documents", readDocument),
    mayCancel: answer.flag("mayCancel"),
  };
}

function readDocument(answer: Answer): MeetingDocument {
  return { name: answer.text("name"), title: answer.text("title").trim() };
}
