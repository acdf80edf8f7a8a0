/** What is left of a meeting that has ended: who was there and when, its agenda, what was decided, and its course. */
import "./minutes.css";
import { Button } from "@mantine/core";
import { Printer } from "lucide-react";
import { type ReactNode, useCallback } from "react";
import { Link } from "wouter";
import type { Attendee, Meeting, MinutesItem, Stay } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { pointInTime, timeOf } from "../../words/time.ts";
import { documentPath } from "../branches/paths.ts";
import { usePortal } from "../context.tsx";
import { useAsked } from "../use-asked.ts";
import { Course } from "./minutes-course.tsx";
import { Decisions } from "./minutes-decisions.tsx";

export function MinutesView(props: { readonly meeting: Meeting }): ReactNode {
  const { id } = props.meeting;
  const { api } = usePortal();
  const text = useWords();
  const words = text.meeting.minutes;
  const language = useLanguage();
  const { value: minutes } = useAsked(
    useCallback((signal: AbortSignal) => api.meetings.minutes(id, signal), [api, id]),
    undefined,
    "once",
  );
  if (minutes === null) {
    return null;
  }
  const { openedAt, endedAt, documents } = minutes;
  const nameOf = (who: string): string => minutes.names.get(who) || text.meeting.people.somebody;
  return (
    <section className="minutes" aria-labelledby="minutes">
      <header className="minutes__head">
        <h2 id="minutes">{words.heading}</h2>
        <Button
          className="minutes__print"
          variant="default"
          size="compact-sm"
          leftSection={<Printer size={16} aria-hidden="true" />}
          onClick={() => window.print()}
        >
          {words.print}
        </Button>
      </header>
      {openedAt !== null && endedAt !== null && (
        <p>{words.time(pointInTime(openedAt, language), timeOf(endedAt, language))}</p>
      )}
      {documents.length > 0 && (
        <p>
          {words.about}{" "}
          {documents.map(({ name, title }, at) => (
            <span key={name}>
              {at > 0 && ", "}
              <Link href={documentPath(name)}>{title === "" ? text.common.untitled : title}</Link>
            </span>
          ))}
        </p>
      )}
      <h3>{words.attended}</h3>
      <ul className="minutes__people">
        {minutes.attendance.map((attendee) => (
          <Present key={attendee.who} attendee={attendee} />
        ))}
      </ul>
      {minutes.agenda.length > 0 && (
        <>
          <h3>{words.agenda}</h3>
          <ol className="minutes__agenda">
            {minutes.agenda.map((item) => (
              <Item key={item.id} item={item} nameOf={nameOf} />
            ))}
          </ol>
        </>
      )}
      <h3>{words.decided}</h3>
      <Decisions minutes={minutes} nameOf={nameOf} />
      <h3>{words.happened}</h3>
      <Course entries={minutes.entries} nameOf={nameOf} />
    </section>
  );
}

function useTimes(): (times: readonly Stay[]) => string {
  const language = useLanguage();
  const words = useWords().meeting.minutes;
  return (times) =>
    times.map(({ from, until }) => words.stretch(timeOf(from, language), timeOf(until, language))).join(", ");
}

function Present(props: { readonly attendee: Attendee }): ReactNode {
  const { name, kind, present } = props.attendee;
  const { people } = useWords().meeting;
  const say = useTimes();
  return (
    <li>
      <span className="minutes__name">
        {name === "" ? people.somebody : name}
        {kind === "guest" && <span className="minutes__soft"> ({people.seats.guest})</span>}
      </span>
      <span className="minutes__times">{say(present)}</span>
    </li>
  );
}

function Item(props: { readonly item: MinutesItem; readonly nameOf: (who: string) => string }): ReactNode {
  const { item, nameOf } = props;
  const words = useWords().meeting;
  const say = useTimes();
  const recused = [...item.recused].map(([who, how]) =>
    how === "absent" ? words.agenda.absent(nameOf(who)) : nameOf(who),
  );
  return (
    <li>
      <span className="minutes__name">{item.title}</span>
      <span className="minutes__times">
        {[words.minutes.itemEnds[item.end], say(item.times)].filter((part) => part !== "").join(" · ")}
      </span>
      {recused.length > 0 && <p className="minutes__soft">{words.agenda.recused(recused.join(", "))}</p>}
    </li>
  );
}
