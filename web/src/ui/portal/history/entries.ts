/** The timeline of a document: sessions of work and named versions as entries by day. Pure. */
import type { NamedVersion, VersionId, WorkSession } from "../../../sync/index.ts";

/** One line of the timeline. */
export type Entry =
  | {
      readonly kind: "session";
      readonly key: string;
      /** Where it stands in the timeline, in milliseconds since the epoch. */
      readonly at: number;
      readonly version: VersionId | null;
      readonly session: WorkSession;
      /** The name of the version that it ended in. */
      readonly named: NamedVersion | null;
    }
  | {
      readonly kind: "named";
      readonly key: string;
      readonly at: number;
      readonly version: VersionId;
      readonly named: NamedVersion;
    };

export interface Day {
  /** A moment of that day. */
  readonly at: number;
  readonly entries: readonly Entry[];
}

/** The entries by day, latest first. A session whose end has a name is one entry. */
export function daysOf(sessions: readonly WorkSession[], named: readonly NamedVersion[]): readonly Day[] {
  const names = new Map(named.map((version) => [version.id, version]));
  const ends = new Set(sessions.map(({ version }) => version));
  const entries: Entry[] = [
    ...sessions.map((session): Entry => {
      const { version, from, until } = session;
      const ended = version === null ? null : (names.get(version) ?? null);
      return { kind: "session", key: `s${from}`, at: until, version, session, named: ended };
    }),
    ...named
      .filter(({ id }) => !ends.has(id))
      .map((version): Entry => {
        return { kind: "named", key: version.id, at: version.at, version: version.id, named: version };
      }),
  ].sort((one, other) => other.at - one.at);
  const days: { at: number; entries: Entry[] }[] = [];
  for (const entry of entries) {
    const last = days.at(-1);
    if (last !== undefined && isSameDay(last.at, entry.at)) {
      last.entries.push(entry);
    } else {
      days.push({ at: entry.at, entries: [entry] });
    }
  }
  return days;
}

export function isSameDay(one: number, other: number): boolean {
  return new Date(one).toDateString() === new Date(other).toDateString();
}

/** The newest version that is not younger than a moment, in milliseconds since the epoch; `null` when none is kept. */
export function versionBefore(entries: readonly Entry[], moment: number): Entry | null {
  return entries.find(({ at, version }) => version !== null && at <= moment) ?? null;
}

/** What is chosen of the timeline: a version, or the session that is under way. */
export type Choice = VersionId | typeof UNDER_WAY;

/** Stands for the session that is under way, which has no version yet: what the document says now. */
export const UNDER_WAY = "under-way";

/** What stands for an entry among what is chosen; `null` for one whose text is no longer kept. */
export function choiceOf(entry: Entry): Choice | null {
  return entry.kind === "session" && entry.session.underWay ? UNDER_WAY : entry.version;
}

/**
 * What is compared with what, of the entries latest first; the newer is `null` for what the document says now. A session
 * under way alone is compared with what there was before it.
 */
export function comparedBy(
  entries: readonly Entry[],
  chosen: readonly Choice[],
): { readonly older: Entry; readonly newer: Entry | null } | null {
  const versions = entries.filter(({ version }) => version !== null && chosen.includes(version));
  const older = versions.at(-1);
  if (older !== undefined) {
    return { older, newer: versions.length > 1 ? (versions[0] ?? null) : null };
  }
  const session = chosen.includes(UNDER_WAY)
    ? entries.find((entry) => entry.kind === "session" && entry.session.underWay)
    : undefined;
  if (session === undefined || session.kind !== "session") {
    return null;
  }
  const before = versionBefore(entries, session.session.from);
  return before === null ? null : { older: before, newer: null };
}

/** What is chosen after `choice` is chosen or let go: at most two, the one that was chosen first gives way. */
export function toggled(chosen: readonly Choice[], choice: Choice): readonly Choice[] {
  return chosen.includes(choice) ? chosen.filter((each) => each !== choice) : [...chosen, choice].slice(-2);
}
