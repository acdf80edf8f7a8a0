/** What concerns whoever is signed in. The server shows only what they may see now. */
import { Answer } from "../answer.ts";
import type { DocumentName } from "../names.ts";
import type { Rest } from "../rest.ts";
import type { CommunityId } from "./ids.ts";
import { firstPages, type Page } from "./joining-api.ts";

export const notificationKinds = [
  "mention",
  "reply",
  "resolved",
  "suggestion-made",
  "suggestion-taken",
  "suggestion-taken-in-part",
  "suggestion-discarded",
  "role-changed",
  "access-granted",
  "sub-group-joined",
  "let-in",
  "asks-to-join",
  "comment-taken-away",
  "round-opened",
  "round-closed",
  "term-ends",
  "interests-judged",
  "signature-asked",
  "signature-declined",
  "password-link-made",
] as const;
export type NotificationKind = (typeof notificationKinds)[number];

/** What one can be silent about. */
export const topics = ["mention", "reply", "suggestions", "rounds", "community"] as const;
export type Topic = (typeof topics)[number];

export interface Notification {
  readonly id: string;
  /** When it was told, in milliseconds since the epoch. */
  readonly at: number;
  readonly kind: NotificationKind;
  /** The name of who did it. */
  readonly actor: string;
  readonly actorId: string;
  readonly communityId: CommunityId;
  readonly community: string;
  readonly isRead: boolean;
  readonly document: DocumentName | null;
  readonly title: string;
  /** The suggestion to it. */
  readonly branch: DocumentName | null;
  /** The thread of its discussion. */
  readonly thread: string | null;
  /** The round that it is about. */
  readonly round: string | null;
  readonly subGroup: string | null;
  /** A role, or what was granted. */
  readonly word: string | null;
  readonly until: number | null;
}

export interface Unread {
  readonly count: number;
  readonly newest: Notification | null;
}

export interface NotificationsApi {
  /** The newest first, the first `pages` pages. */
  list(pages: number, signal?: AbortSignal): Promise<Page<Notification>>;
  unread(signal?: AbortSignal): Promise<Unread>;
  markRead(ids: readonly string[]): Promise<void>;
  /** All that were told up to `at`, in milliseconds since the epoch. */
  markAllRead(at: number): Promise<void>;
  /** What one does not want to be told of. */
  silences(signal?: AbortSignal): Promise<readonly Topic[]>;
  silence(off: readonly Topic[]): Promise<readonly Topic[]>;
}

const PATH = "/api/v1/notifications";
const SILENCES = "/api/v1/account/notifications";

export function notificationsApi(rest: Rest): NotificationsApi {
  return {
    list: (pages, signal) => firstPages(rest, PATH, "notifications", readNotification, pages, signal),
    async unread(signal) {
      const answer = new Answer(await rest.get(`${PATH}/unread`, signal));
      const newest = answer.maybePart("newest");
      return { count: answer.number("unread"), newest: newest === null ? null : readIfKnown(newest) };
    },
    async markRead(ids) {
      await rest.send("POST", `${PATH}/read`, { ids });
    },
    async markAllRead(at) {
      await rest.send("POST", `${PATH}/read`, { upTo: at });
    },
    silences: async (signal) => readTopics(await rest.get(SILENCES, signal)),
    silence: async (off) => readTopics(await rest.send("PUT", SILENCES, { off })),
  };
}

function readTopics(value: unknown): readonly Topic[] {
  const off = new Answer(value).raw("off");
  const words: readonly unknown[] = Array.isArray(off) ? off : [];
  return topics.filter((topic) => words.includes(topic));
}

/** `null` for what this client does not know yet. */
function readIfKnown(entry: Answer): Notification | null {
  try {
    return readNotification(entry);
  } catch {
    return null;
  }
}

/** @throws when it is of a kind that this client does not know */
export function readNotification(entry: Answer): Notification {
  const word = entry.text("kind");
  const kind = notificationKinds.find((known) => known === word);
  if (kind === undefined) {
    throw new Error(`a notification of an unknown kind: ${word}`);
  }
  return {
    id: entry.text("id"),
    at: entry.number("at"),
    kind,
    actor: entry.text("actor"),
    actorId: entry.text("actorId"),
    communityId: entry.text<CommunityId>("communityId"),
    community: entry.text("community"),
    isRead: entry.flag("read"),
    document: entry.maybeText<DocumentName>("document"),
    title: entry.maybeText("title") ?? "",
    branch: entry.maybeText<DocumentName>("branch"),
    thread: entry.maybeText("thread"),
    round: entry.maybeText("round"),
    subGroup: entry.maybeText("subGroup"),
    word: entry.maybeText("word"),
    until: entry.maybeNumber("until"),
  };
}
