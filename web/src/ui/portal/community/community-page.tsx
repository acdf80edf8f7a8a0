/** One community: its documents, its people, its settings, its ledger. */
import { useDocumentTitle } from "@mantine/hooks";
import { type ReactNode, useCallback } from "react";
import { Link } from "wouter";
import {
  ApiError,
  belongs,
  type Community,
  type CommunityId,
  isUnreachable,
  manages,
  type Role,
  seesMembers,
} from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { Empty } from "../../documents/document-list.tsx";
import { useArrival } from "../../hooks/use-arrival.ts";
import { Notice } from "../../shell/notice.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { Waiting } from "../../shell/plain-pages.tsx";
import { describeReach } from "../../words/connection.ts";
import { describePortalFailure } from "../../words/form-failure.ts";
import { DigestPanel } from "../catching-up/digest-panel.tsx";
import { usePortal, useSignedIn } from "../context.tsx";
import { AwayNotice } from "../for-good/away-notice.tsx";
import { InterestsSection } from "../interests/interests-section.tsx";
import { useLook } from "../look/use-look.ts";
import { MeetingsSection } from "../meeting/meetings-section.tsx";
import { WatchList } from "../publication/watch-list.tsx";
import { RoundsSection } from "../rounds/rounds-section.tsx";
import { TermLine } from "../terms/term-line.tsx";
import { overWords } from "../terms/term-words.ts";
import { useTerm } from "../terms/use-term.ts";
import { type Asked, useAsked } from "../use-asked.ts";
import { CommunityDocuments } from "./community-documents.tsx";
import { LedgerSection } from "./ledger-section.tsx";
import { MembersSection } from "./members-section.tsx";
import { SettingsSection } from "./settings-section.tsx";
import { SubGroupsSection } from "./sub-groups-section.tsx";
import { Tile } from "./tile.tsx";

const sections = [
  "documents",
  "meetings",
  "rounds",
  "bin",
  "members",
  "interests",
  "groups",
  "settings",
  "ledger",
] as const;
export type Section = (typeof sections)[number];

/** The section that an address names; the documents where it names none. */
export function parseSection(text: string | undefined): Section | null {
  return text === undefined ? "documents" : (sections.find((section) => section === text) ?? null);
}

/** Whether `role` is shown the section. */
function isFor(section: Section, role: Role): boolean {
  switch (section) {
    case "documents":
    case "rounds":
      return true;
    case "meetings":
    case "interests":
      return role !== "listener";
    case "bin":
    case "groups":
    case "ledger":
      return belongs(role);
    case "members":
      return seesMembers(role);
    case "settings":
      return manages(role);
  }
}

export function CommunityPage(props: { readonly id: CommunityId; readonly section: Section }): ReactNode {
  const { id } = props;
  const portal = usePortal();
  const { memory } = useSignedIn();
  const ask = useCallback(
    async (signal: AbortSignal) => {
      try {
        const found = await portal.api.communities.one(id, signal);
        memory.rememberCommunity(found);
        return found;
      } catch (error) {
        if (isGone(error)) {
          memory.forgetCommunity(id);
        }
        throw error;
      }
    },
    [portal, memory, id],
  );
  const asked = useAsked(
    ask,
    useCallback(() => memory.community(id), [memory, id]),
  );
  if (isGone(asked.error)) {
    return <Gone id={id} />;
  }
  if (asked.value === null) {
    return asked.error === null ? <Waiting /> : <Unknown error={asked.error} />;
  }
  return <Known community={asked.value} asked={asked} section={props.section} />;
}

/** Not there, or no business of this member: the server says the same of both. */
function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.failure.kind === "not-found";
}

function Known(props: {
  readonly community: Community;
  readonly asked: Asked<Community>;
  readonly section: Section;
}): ReactNode {
  const { community, asked } = props;
  const text = useWords();
  const words = text.portal.community;
  const main = useArrival();
  const isLost = isUnreachable(asked.error);
  // A role that was taken away meanwhile takes its sections along.
  const section = isFor(props.section, community.role) ? props.section : "documents";
  const nameOf = (each: Section): string =>
    each === "groups"
      ? text.joining.groups.section
      : each === "rounds"
        ? text.rounds.section
        : each === "meetings"
          ? text.meeting.section
          : each === "interests"
            ? text.interests.section
            : words[each];
  const waiting = community.requestCount ?? 0;
  const look = useLook(community.id) ?? community;
  useDocumentTitle(`${nameOf(section)} – ${look.name}`);
  return (
    <>
      <a className="skip-link" href="#content">
        {text.common.skipToContent}
      </a>
      <PageHeader
        connection={describeReach(isLost ? "lost" : asked.error === null ? "reached" : "asking", text.connection)}
      />
      <main ref={main} className="documents portal-page" id="content" tabIndex={-1}>
        {isLost && <Notice tone="plain">{words.offline}</Notice>}
        <div className="community-head">
          <Tile name={look.name} accent={look.accent} logo={look.logo} size={60} />
          <div className="community-head__words">
            <h1>{look.name}</h1>
            {community.description !== "" && <p className="community-head__about">{community.description}</p>}
            <p className="community-head__facts">
              {words.you(text.portal.roleInSentence[community.role])} {text.portal.home.members(community.memberCount)}.
            </p>
          </div>
        </div>
        <nav aria-label={words.sections} className="sections community-sections">
          {sections
            .filter((each) => isFor(each, community.role))
            .map((each) => (
              <Link
                key={each}
                href={each === "documents" ? `/c/${community.id}` : `/c/${community.id}/${each}`}
                aria-current={each === section ? "page" : undefined}
              >
                {nameOf(each)}
                {each === "members" && waiting > 0 && (
                  <span className="sections__count">
                    {waiting}
                    <span className="visually-hidden"> {text.joining.requests.waiting(waiting)}</span>
                  </span>
                )}
              </Link>
            ))}
        </nav>
        <TermLine place={{ community: community.id }} />
        <AwayNotice community={community} onAnswered={asked.refresh} />
        <SectionView section={section} community={community} asked={asked} />
      </main>
    </>
  );
}

function SectionView(props: {
  readonly section: Section;
  readonly community: Community;
  readonly asked: Asked<Community>;
}): ReactNode {
  const { section, community, asked } = props;
  switch (section) {
    case "documents":
      return (
        <>
          <DigestPanel community={community} />
          <WatchList community={community} />
          <CommunityDocuments community={community} section={section} />
        </>
      );
    case "meetings":
      return <MeetingsSection community={community} />;
    case "rounds":
      return <RoundsSection community={community} />;
    case "bin":
      return <CommunityDocuments community={community} section={section} />;
    case "members":
      return <MembersSection community={community} onChange={asked.refresh} />;
    case "interests":
      return <InterestsSection community={community} />;
    case "groups":
      return <SubGroupsSection community={community} />;
    case "settings":
      return <SettingsSection community={community} onChange={asked.take} />;
    case "ledger":
      return <LedgerSection community={community} />;
  }
}

function Gone(props: { readonly id: CommunityId }): ReactNode {
  const text = useWords();
  const words = text.portal.community;
  const ended = overWords(useTerm({ community: props.id }), useLanguage(), text);
  return <Standstill title={ended?.title ?? words.unknownTitle} body={ended?.body ?? words.unknownBody} />;
}

function Unknown(props: { readonly error: unknown }): ReactNode {
  const text = useWords();
  return isUnreachable(props.error) ? (
    <Standstill title={text.portal.unreachable.title} body={text.portal.account.needsServer} />
  ) : (
    <Standstill title={text.portal.form.failed} body={describePortalFailure(props.error, text)} />
  );
}

function Standstill(props: { readonly title: string; readonly body: string }): ReactNode {
  const text = useWords();
  const main = useArrival();
  useDocumentTitle(`${props.title} – ${text.product}`);
  return (
    <>
      <PageHeader connection={null} />
      <main ref={main} className="documents portal-page" tabIndex={-1}>
        <h1 className="visually-hidden">{props.title}</h1>
        <Empty title={props.title} body={props.body} action={<Link href="/">{text.portal.link.toHome}</Link>} />
      </main>
    </>
  );
}
