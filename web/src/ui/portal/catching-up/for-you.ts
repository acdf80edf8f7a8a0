/**
 * The short list of what one could do next, made of what the digest knows. Pure.
 *
 * What one chose to be there for changes the order, and what of it is offered at all beyond what concerns everybody; it
 * opens nothing that one could not open anyway.
 */
import type { ChosenRole, CommunityId, Digest, DocumentNews, Role } from "../../../sync/index.ts";
import { documentPath, suggestionsPath } from "../branches/paths.ts";
import { pathOf } from "./told.ts";

/** At most so many are offered. */
export const FOR_YOU_MAX = 6;

export type ForYou = { readonly key: string; readonly href: string } & (
  | { readonly kind: "round"; readonly question: string }
  | { readonly kind: "declare"; readonly isOld: boolean }
  | { readonly kind: "mention"; readonly who: string; readonly title: string }
  | { readonly kind: "decided"; readonly taken: boolean; readonly title: string }
  | { readonly kind: "requests"; readonly count: number }
  | { readonly kind: "watched"; readonly count: number }
  | { readonly kind: "ending"; readonly name: string; readonly role: Role; readonly until: number }
  | { readonly kind: "waiting"; readonly count: number; readonly title: string }
  | { readonly kind: "go-on"; readonly title: string }
  | { readonly kind: "comments"; readonly count: number; readonly title: string }
  | { readonly kind: "newcomers"; readonly names: readonly string[] }
  | { readonly kind: "public"; readonly title: string }
  | { readonly kind: "invite" }
);

type Kind = ForYou["kind"];

/** What concerns everybody, whatever they are there for. */
const EVERYBODY: readonly Kind[] = [
  "round",
  "declare",
  "mention",
  "decided",
  "requests",
  "ending",
  "waiting",
  "watched",
];

const OF_ROLE: Readonly<Record<ChosenRole, readonly Kind[]>> = {
  lead: ["requests", "waiting"],
  contributor: ["go-on"],
  consultant: ["waiting", "comments"],
  guide: ["newcomers", "mention"],
  promoter: ["public", "invite"],
};

/** @param mayInvite - whether invitations are offered to this member at all */
export function forYou(digest: Digest, community: CommunityId, mayInvite: boolean): readonly ForYou[] {
  const kinds = [...new Set([...digest.chosen.flatMap((role) => OF_ROLE[role]), ...EVERYBODY])];
  return kinds.flatMap((kind) => offersOf(kind, digest, community, mayInvite)).slice(0, FOR_YOU_MAX);
}

function offersOf(kind: Kind, digest: Digest, community: CommunityId, mayInvite: boolean): readonly ForYou[] {
  const members = `/c/${community}/members`;
  const each = (make: (news: DocumentNews) => readonly ForYou[]): readonly ForYou[] => digest.documents.flatMap(make);
  switch (kind) {
    case "round":
      return digest.rounds.map(({ id, question }) => ({
        kind,
        key: `round ${id}`,
        href: `/c/${community}/rounds/${encodeURIComponent(id)}`,
        question,
      }));
    case "declare":
      return digest.declaration === null
        ? []
        : [{ kind, key: kind, href: `/c/${community}/interests`, isOld: digest.declaration === "old" }];
    case "mention":
      return each(({ mentions, title }) =>
        mentions
          .slice(0, 1)
          .map((mention) => ({ kind, key: mention.id, href: pathOf(mention), who: mention.actor, title })),
      );
    case "decided":
      return each(({ name, title, decided }) =>
        decided
          .filter(({ isMine }) => isMine)
          .map((branch) => ({
            kind,
            key: `decided ${branch.name}`,
            href: `${suggestionsPath(name)}/${encodeURIComponent(branch.name)}/changes`,
            taken: branch.state === "merged",
            title,
          })),
      );
    case "requests":
      return digest.requests === null || digest.requests === 0
        ? []
        : [{ kind, key: kind, href: members, count: digest.requests }];
    case "watched":
      return digest.watched === 0 ? [] : [{ kind, key: kind, href: `/c/${community}`, count: digest.watched }];
    case "ending":
      return digest.endings.map(({ account, name, role, until }) => ({
        kind,
        key: `ending ${account}`,
        href: members,
        name,
        role,
        until,
      }));
    case "waiting":
      return each(({ name, title, waitingCount }) =>
        waitingCount === 0
          ? []
          : [{ kind, key: `waiting ${name}`, href: suggestionsPath(name), count: waitingCount, title }],
      );
    case "go-on":
      return each(({ name, title, access, sessions }) =>
        access === "write" && sessions > 0 ? [{ kind, key: `go on ${name}`, href: documentPath(name), title }] : [],
      );
    case "comments":
      return each(({ name, title, comments }) =>
        comments > 0 ? [{ kind, key: `comments ${name}`, href: documentPath(name), count: comments, title }] : [],
      );
    case "newcomers": {
      const names = digest.decisions.flatMap((entry) => newcomerOf(entry) ?? []);
      return names.length === 0 ? [] : [{ kind, key: kind, href: members, names: [...new Set(names)] }];
    }
    case "public":
      return digest.public.map(({ name, title }) => ({
        kind,
        key: `public ${name}`,
        href: `/public/${encodeURIComponent(name)}`,
        title,
      }));
    case "invite":
      return mayInvite ? [{ kind, key: kind, href: members }] : [];
  }
}

/** Who came in by an entry of the ledger. */
function newcomerOf(entry: Digest["decisions"][number]): string | null {
  switch (entry.act) {
    case "member-joined":
    case "member-joined-freely":
      return entry.actor;
    case "request-accepted":
      return entry.member;
    default:
      return null;
  }
}
