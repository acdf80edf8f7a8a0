/** Who worked when, by day, with named versions standing out. What can be compared is chosen here. */
import { ActionIcon, Checkbox } from "@mantine/core";
import { Bookmark, Pencil } from "lucide-react";
import { type ReactNode, useId } from "react";
import type { Catalogue } from "../../../messages/index.ts";
import type { WorkSession } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { dayOf, timeOf } from "../../words/time.ts";
import { type Choice, choiceOf, type Day, type Entry, isSameDay } from "./entries.ts";

/** Names of people that one entry says; the rest is a number. */
const NAMES_MAX = 3;

const DAY_MS = 24 * 60 * 60 * 1000;

export function Timeline(props: {
  readonly days: readonly Day[];
  readonly chosen: readonly Choice[];
  readonly mayName: boolean;
  readonly onToggle: (choice: Choice) => void;
  readonly onName: (entry: Entry) => void;
}): ReactNode {
  const text = useWords();
  const language = useLanguage();
  return (
    <div className="timeline">
      {props.days.map((day) => (
        <section key={day.at} className="timeline__day">
          <h3>{dayName(day.at, text.history, language)}</h3>
          <ol>
            {day.entries.map((entry) => (
              <EntryView key={entry.key} entry={entry} {...props} />
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}

function EntryView(props: {
  readonly entry: Entry;
  readonly chosen: readonly Choice[];
  readonly mayName: boolean;
  readonly onToggle: (choice: Choice) => void;
  readonly onName: (entry: Entry) => void;
}): ReactNode {
  const { entry } = props;
  const { version, named } = entry;
  const words = useWords().history;
  const language = useLanguage();
  const id = useId();
  const when = whenOf(entry, words, language);
  const choice = choiceOf(entry);
  const isChosen = choice !== null && props.chosen.includes(choice);
  const who = entry.kind === "session" ? authorsOf(entry.session, words) : null;
  return (
    <li className={`timeline__entry${named === null ? "" : " timeline__entry--named"}`} data-chosen={isChosen}>
      {choice === null ? (
        <span className="timeline__no-box" aria-hidden="true" />
      ) : (
        <Checkbox
          id={id}
          checked={isChosen}
          aria-label={words.choose(named?.name ?? when)}
          onChange={() => props.onToggle(choice)}
        />
      )}
      <label className="timeline__words" htmlFor={id}>
        {named !== null && (
          <span className="timeline__name">
            <Bookmark size={15} aria-hidden="true" /> {named.name}
          </span>
        )}
        <span className="timeline__when">{when}</span>
        {who !== null && <span className="timeline__who">{who}</span>}
        <span className="timeline__facts">{factsOf(entry, words)}</span>
      </label>
      {props.mayName && version !== null && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size={36}
          aria-label={named === null ? words.nameEntry(when) : words.renameEntry(named.name)}
          onClick={() => props.onName(entry)}
        >
          {named === null ? <Bookmark size={16} aria-hidden="true" /> : <Pencil size={16} aria-hidden="true" />}
        </ActionIcon>
      )}
    </li>
  );
}

type HistoryWords = Catalogue["history"];

function dayName(at: number, words: HistoryWords, language: string): string {
  const now = Date.now();
  return isSameDay(at, now) ? words.today : isSameDay(at, now - DAY_MS) ? words.yesterday : dayOf(at, language);
}

/** The time of day, or from when until when. */
export function whenOf(entry: Entry, words: HistoryWords, language: string): string {
  return entry.kind === "session"
    ? words.span(timeOf(entry.session.from, language), timeOf(entry.session.until, language))
    : timeOf(entry.at, language);
}

function authorsOf({ authors }: WorkSession, words: HistoryWords): string {
  if (authors.length === 0) {
    return words.nobody;
  }
  const names = authors.map((name) => name ?? words.somebody);
  const shown = names.slice(0, NAMES_MAX).join(", ");
  return names.length > NAMES_MAX ? words.andMore(shown, names.length - NAMES_MAX) : shown;
}

function factsOf(entry: Entry, words: HistoryWords): string {
  const by = entry.named?.by ?? null;
  const facts = by === null ? [] : [words.namedBy(by)];
  if (entry.kind === "session") {
    const { edits, underWay, version } = entry.session;
    facts.unshift(words.edits(edits));
    if (underWay) {
      facts.push(words.underWay);
    } else if (version === null) {
      facts.push(words.gone);
    }
  }
  return facts.join(" · ");
}
