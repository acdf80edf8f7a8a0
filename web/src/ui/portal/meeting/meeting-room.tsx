/** The page of a meeting that one is in: the text in the middle, the agenda and the people, and what goes on now. */
import { useMediaQuery } from "@mantine/hooks";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import {
  type AccountId,
  BallotSecrets,
  currentItem,
  type DocumentName,
  type Glimpse,
  type Inside,
  type LiveState,
  type Meeting,
  type MeetingPlace,
  type ServerClock,
} from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { useSignedIn } from "../context.tsx";
import { AgendaPanel } from "./agenda-panel.tsx";
import { Attention, useGathering } from "./attention.tsx";
import { ChairBar } from "./chair-bar.tsx";
import { useServerNow } from "./countdown.tsx";
import { FloorPanel } from "./floor-panel.tsx";
import { FollowContext, useFollowing, useShownTogether } from "./follow-context.tsx";
import { FollowLine } from "./follow-line.tsx";
import { CurrentItem } from "./item-timer.tsx";
import { LeadCard } from "./lead-card.tsx";
import { LobbyCard } from "./lobby-card.tsx";
import { LocksCard } from "./locks-card.tsx";
import { MeetingBar, type MeetingLook } from "./meeting-bar.tsx";
import { MotionsCard } from "./motions-card.tsx";
import { useOwnActs } from "./own-acts.ts";
import { PeoplePanel } from "./people-panel.tsx";
import { bringIntoView } from "./places.ts";
import { PollCard } from "./poll-card.tsx";
import { RoomContext, type RoomHere, useCommands, useRoom } from "./room-context.tsx";
import { RoundCard } from "./round-card.tsx";
import { sayStanding } from "./standing.ts";
import { type Draft, TextPane, useShown } from "./text-pane.tsx";

/** What this person sees of the meeting, for all that is below. */
export function useRoomHere(options: {
  readonly meeting: Meeting;
  readonly inside: Inside;
  readonly names: Glimpse["names"];
  readonly clock: ServerClock;
  readonly shown: DocumentName | null;
  readonly goTo: (place: MeetingPlace) => void;
}): RoomHere {
  const { meeting, inside, names, clock, shown, goTo } = options;
  const { account } = useSignedIn();
  const text = useWords();
  const commands = useCommands(meeting.id);
  const secrets = useMemo(() => new BallotSecrets(account.id, meeting.id), [account.id, meeting.id]);
  const nameOf = useCallback(
    (who: AccountId) => names.get(who) ?? text.meeting.people.somebody,
    [names, text.meeting.people.somebody],
  );
  return useMemo(
    () => ({
      meeting,
      inside,
      me: account.id,
      clock,
      secrets,
      nameOf,
      titleOf: (document: DocumentName) => titleIn(meeting, document) || text.common.untitled,
      may: (deed) => inside.may.has(deed),
      ...commands,
      shown,
      goTo,
    }),
    [meeting, inside, account.id, clock, secrets, nameOf, text.common.untitled, commands, shown, goTo],
  );
}

function titleIn({ documents }: Meeting, document: DocumentName): string {
  return documents.find(({ name }) => name === document)?.title ?? "";
}

export function MeetingRoom(props: {
  readonly meeting: Meeting;
  readonly inside: Inside;
  readonly names: Glimpse["names"];
  readonly clock: ServerClock;
  readonly link: LiveState["link"];
}): ReactNode {
  const { meeting, inside } = props;
  const text = useWords();
  const pane = useRef<HTMLDivElement>(null);
  const [look, setLook] = useState<MeetingLook>("now");
  const item = currentItem(inside);
  const [shown, show] = useShown(
    meeting.documents,
    item === null ? null : { id: item.id, document: item.place?.document ?? null },
    inside.room?.presenting?.document ?? null,
  );
  // As in meeting.css: where one thing is shown at a time, that is the main part of the page.
  const isSmall = useMediaQuery("(max-width: 63.99rem)", false, { getInitialValueInEffect: false });
  const [sought, setSought] = useState<MeetingPlace | null>(null);
  const goTo = useCallback(
    (place: MeetingPlace) => {
      show(place.document);
      setLook("text");
      // Another object each time: whoever asks twice is brought twice.
      setSought({ ...place });
    },
    [show],
  );
  useEffect(() => {
    if (sought !== null && pane.current !== null) {
      return bringIntoView(pane.current, sought.section);
    }
    return undefined;
  }, [sought]);
  const [draft, setDraft] = useState<Draft | null>(null);
  const here = useRoomHere({ ...props, shown, goTo });
  const following = useFollowing(here, draft !== null && draft.of === shown);
  useOwnActs(pane, following.act);
  useShownTogether({ here, following, show, setLook });
  const isPresenting = following.following.kind === "presenting";
  useEffect(() => {
    if (isPresenting) {
      setDraft(null);
    }
  }, [isPresenting]);
  return (
    <RoomContext value={here}>
      <FollowContext value={following}>
        <div className="meeting" data-look={look}>
          <a className="skip-link" href="#meeting-now">
            {text.meeting.page.skip}
          </a>
          <div className="meeting-head">
            <MeetingBar link={props.link} look={look} onLook={setLook} />
            <ChairBar />
          </div>
          <div className="meeting-columns">
            <AgendaSide isMain={isSmall && look === "agenda"} />
            <div ref={pane} className="meeting-text">
              <TextPane onShow={show} draft={draft} onDraft={setDraft} />
              <FollowLine onAgain={() => setDraft(null)} />
            </div>
            <NowSide isMain={isSmall && look === "now"} />
          </div>
        </div>
      </FollowContext>
    </RoomContext>
  );
}

/** A part beside the text. The same element whatever it is to the page, so that what is open in it stays open. */
function Side(props: {
  readonly look: "agenda" | "now";
  readonly label: string;
  readonly isMain: boolean;
  readonly children: ReactNode;
}): ReactNode {
  const role = props.isMain ? "main" : "complementary";
  return (
    <section
      id={`meeting-${props.look}`}
      className={`meeting-side meeting-side--${props.look}`}
      role={role}
      aria-label={props.label}
      tabIndex={-1}
    >
      {props.children}
    </section>
  );
}

function AgendaSide(props: { readonly isMain: boolean }): ReactNode {
  const words = useWords().meeting;
  return (
    <Side look="agenda" label={`${words.agenda.heading}, ${words.people.heading}`} isMain={props.isMain}>
      <AgendaPanel />
      <PeoplePanel />
    </Side>
  );
}

function NowSide(props: { readonly isMain: boolean }): ReactNode {
  const here = useRoom();
  const { inside, me, clock, shown } = here;
  const text = useWords().meeting;
  useGathering();
  const until = inside.room?.turn?.until ?? null;
  const now = useServerNow(clock, until !== null);
  return (
    <Side look="now" label={text.bar.view.now} isMain={props.isMain}>
      <Attention />
      <p className="meeting-standing" role="status">
        {sayStanding(inside, me, shown, now, text)}
      </p>
      <LeadCard />
      <LobbyCard />
      <CurrentItem />
      <Frozen />
      <LocksCard />
      <RoundCard />
      <PollCard />
      <MotionsCard />
      <FloorPanel />
    </Side>
  );
}

/** That the texts are frozen, and who writes on. */
function Frozen(): ReactNode {
  const here = useRoom();
  const { freeze } = here.inside;
  const words = useWords().meeting.freeze;
  return (
    freeze !== null && (
      <p className="meeting-banner meeting-banner--frozen" role="status">
        {words.banner}
        {freeze.length > 0 && ` ${words.writeOn(freeze.map(here.nameOf).join(", "))}`}
      </p>
    )
  );
}
