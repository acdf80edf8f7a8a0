/** A meeting, by its address: whether it is there, whether one is in it, and the page of whoever is. */
import "./meeting.css";
import { Button } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { type ReactNode, useCallback, useEffect, useState } from "react";
import { Link } from "wouter";
import {
  ApiError,
  type Glimpse,
  type LiveMeeting,
  type Meeting,
  type MeetingId,
  type OutsideView,
} from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { useArrival } from "../../hooks/use-arrival.ts";
import { useObservable } from "../../hooks/use-observable.ts";
import { PageHeader } from "../../shell/page-header.tsx";
import { Waiting } from "../../shell/plain-pages.tsx";
import { usePortal } from "../context.tsx";
import { nothing, useAsked } from "../use-asked.ts";
import { MeetingRoom } from "./meeting-room.tsx";
import { MinutesView } from "./minutes-view.tsx";
import { meetingsPath } from "./paths.ts";
import { Projector } from "./projector.tsx";
import { describeMeetingFailure } from "./refusal-words.ts";
import { useLiveMeeting } from "./use-live-meeting.ts";
import { useAttending } from "./way-back.tsx";

/** What is shown to whoever is in the meeting. */
type Show = "room" | "projector";

export default function MeetingPage(props: { readonly id: MeetingId; readonly show: Show }): ReactNode {
  const { id, show } = props;
  const { api } = usePortal();
  const text = useWords();
  const words = text.meeting.page;
  const ask = useCallback((signal: AbortSignal) => api.meetings.one(id, signal), [api, id]);
  const { value: meeting, error, refresh } = useAsked(ask, nothing, "kept-fresh", isOver);
  useDocumentTitle(meeting === null ? text.product : words.title(meeting.title));
  if (error instanceof ApiError && error.failure.kind === "not-found") {
    // Whoever was in it a moment ago did not mistake its address.
    return (
      <Standstill
        title={meeting === null ? words.unknownTitle : words.closedTitle}
        body={meeting === null ? [words.unknownBody] : [meeting.title, words.closedBody, words.closedDo]}
        way={{ href: "/", label: text.portal.link.toHome }}
      />
    );
  }
  if (meeting === null) {
    return error === null ? (
      <Waiting />
    ) : (
      <Standstill title={text.portal.form.failed} body={[describeMeetingFailure(error, text)]} way={null} />
    );
  }
  const way = { href: meetingsPath(meeting.community), label: words.backToCommunity };
  if (meeting.phase === "ended") {
    return (
      <Standstill title={words.endedTitle(meeting.title)} body={[words.endedBody]} way={way}>
        <MinutesView meeting={meeting} />
      </Standstill>
    );
  }
  return <Attended meeting={meeting} show={show} refresh={refresh} />;
}

function isOver({ phase }: Meeting): boolean {
  return phase === "ended";
}

/** To look at it is to attend. */
function Attended(props: { readonly meeting: Meeting; readonly show: Show; readonly refresh: () => void }): ReactNode {
  const { meeting } = props;
  const [round, setRound] = useState(0);
  const again = useCallback(() => setRound((last) => last + 1), []);
  const live = useLiveMeeting(meeting.id, round);
  return live === null ? <Waiting /> : <Seen {...props} live={live} again={again} />;
}

function Seen(props: {
  readonly meeting: Meeting;
  readonly show: Show;
  readonly refresh: () => void;
  readonly live: LiveMeeting;
  readonly again: () => void;
}): ReactNode {
  const { meeting, live, refresh } = props;
  const { seen, link } = useObservable(live.state);
  const text = useWords();
  const isOut = link === "gone" || (seen !== null && seen.view.kind === "outside");
  const phase = seen?.view.kind === "inside" ? seen.view.inside.phase : null;
  const kind = seen?.view.kind;
  useAttending(meeting, (kind === "lobby" || kind === "inside") && phase !== "ended" && link !== "gone");
  // It may be over, or be there no more: the server knows.
  useEffect(() => {
    if (isOut || phase === "ended") {
      refresh();
    }
  }, [isOut, phase, refresh]);
  if (seen === null) {
    return link === "strange" ? (
      <Standstill title={text.meeting.link.strange} body={[]} way={null} />
    ) : link === "gone" ? (
      <Out {...props} view={{ kind: "outside" }} names={null} />
    ) : (
      <Waiting />
    );
  }
  if (seen.view.kind !== "inside" || link === "gone") {
    const view: OutsideView = seen.view.kind === "inside" ? { kind: "outside" } : seen.view;
    return <Out {...props} view={view} names={seen.names} />;
  }
  const here = { meeting, inside: seen.view.inside, names: seen.names, clock: live.clock, link };
  return props.show === "projector" ? <Projector {...here} /> : <MeetingRoom {...here} />;
}

/** For whoever waits, was put out, or has left. */
function Out(props: {
  readonly meeting: Meeting;
  readonly view: OutsideView;
  readonly names: Glimpse["names"] | null;
  readonly again: () => void;
}): ReactNode {
  const { meeting, view } = props;
  const text = useWords().meeting;
  const words = text.page;
  const way = { href: meetingsPath(meeting.community), label: words.backToCommunity };
  switch (view.kind) {
    case "outside":
      return (
        <Standstill title={words.outsideTitle} body={[meeting.title, words.outsideBody]} way={way}>
          <Button onClick={props.again}>{words.comeIn}</Button>
        </Standstill>
      );
    case "removed":
      return (
        <Standstill
          title={words.removedTitle}
          body={[
            ...(view.reason === null
              ? [words.removedByCommunity]
              : [
                  ...(view.by === null ? [] : [words.removedBy(props.names?.get(view.by) ?? text.people.somebody)]),
                  words.removedBody(view.reason),
                ]),
            ...(meeting.phase === "open"
              ? [view.reason === null ? words.removedLateByCommunity : words.removedLate]
              : []),
          ]}
          way={way}
        >
          {view.reason !== null && <Button onClick={props.again}>{words.askBack}</Button>}
        </Standstill>
      );
    case "lobby":
      return (
        <Standstill
          title={words.lobbyTitle}
          body={[
            meeting.title,
            words.lobbyBody(view.ahead),
            ...(view.removed === null ? [] : [words.lobbyRemoved(view.removed)]),
          ]}
          way={way}
        />
      );
  }
}

function Standstill(props: {
  readonly title: string;
  readonly body: readonly string[];
  readonly way: { readonly href: string; readonly label: string } | null;
  readonly children?: ReactNode;
}): ReactNode {
  const main = useArrival();
  return (
    <>
      <PageHeader connection={null} />
      <main ref={main} className="documents portal-page portal-page--narrow meeting-still" tabIndex={-1}>
        <h1>{props.title}</h1>
        {props.body.map((line) => (
          <p key={line} role="status">
            {line}
          </p>
        ))}
        {props.way !== null && (
          <p>
            <Link href={props.way.href}>{props.way.label}</Link>
          </p>
        )}
        {props.children}
      </main>
    </>
  );
}
