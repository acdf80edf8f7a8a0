/** Who is here, summarised: of five hundred people nobody reads a list. The list comes on demand. */
import { ActionIcon, Button, TextInput } from "@mantine/core";
import { Ellipsis } from "lucide-react";
import { type ReactNode, useState } from "react";
import { type AccountId, type Crowd, chairOf, type Inside } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { findNames, SHOWN_MAX } from "./choose-people.tsx";
import { usePresent } from "./floor-dialogs.tsx";
import { PersonActs } from "./person-acts.tsx";
import { useRoom } from "./room-context.tsx";

export function PeoplePanel(): ReactNode {
  const here = useRoom();
  const { inside, me } = here;
  const words = useWords().meeting.people;
  const [isOpen, setOpen] = useState(false);
  const chair = chairOf(inside);
  const { members, guests } = inside.crowd ?? countOf(inside.present);
  const hands = inside.room?.hands.length ?? 0;
  const facts = [words.count(members + guests), ...(guests === 0 ? [] : [words.guests(guests)]), words.hands(hands)];
  return (
    <section className="meeting-card" aria-labelledby="people">
      <h2 id="people">{words.heading}</h2>
      <p className="meeting-card__title">
        {chair === null ? words.noChair : chair === me ? words.chairMine : words.chair(here.nameOf(chair))}
      </p>
      <p className="meeting-card__soft">{facts.join(" · ")}</p>
      {inside.deputies.length > 0 && (
        <p className="meeting-card__soft">{words.deputies(inside.deputies.map(here.nameOf).join(", "))}</p>
      )}
      <Button size="compact-sm" variant="default" onClick={() => setOpen(true)}>
        {words.show}
      </Button>
      {isOpen && <PeopleDialog onClose={() => setOpen(false)} />}
    </section>
  );
}

function countOf(present: Inside["present"]): Crowd {
  const guests = [...present.values()].filter((kind) => kind === "guest").length;
  return { members: present.size - guests, guests };
}

function PeopleDialog(props: { readonly onClose: () => void }): ReactNode {
  const words = useWords().meeting.people;
  const people = usePresent();
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState<AccountId | null>(null);
  const found = findNames(people, query);
  const shown = found.slice(0, SHOWN_MAX);
  return (
    <Dialog title={words.title} onClose={props.onClose}>
      <TextInput
        label={words.filter}
        value={query}
        autoComplete="off"
        onChange={(event) => setQuery(event.currentTarget.value)}
      />
      <ul className="plain-list meeting-people">
        {shown.map(({ id, name }) => (
          <PersonRow
            key={id}
            who={id}
            name={name}
            isOpen={chosen === id}
            onToggle={() => setChosen((last) => (last === id ? null : id))}
            onDone={props.onClose}
          />
        ))}
      </ul>
      {found.length > shown.length && <p className="dialog-lead">{words.more(found.length - shown.length)}</p>}
    </Dialog>
  );
}

function PersonRow(props: {
  readonly who: AccountId;
  readonly name: string;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly onDone: () => void;
}): ReactNode {
  const { who, name } = props;
  const here = useRoom();
  const { inside, me } = here;
  const words = useWords().meeting.people;
  const signs = [
    ...(who === me ? [words.seats.you] : []),
    ...(chairOf(inside) === who ? [words.seats.chair] : []),
    ...(inside.leader === who && chairOf(inside) !== who ? [words.seats.leader] : []),
    ...(inside.deputies.includes(who) ? [words.seats.deputy] : []),
    ...(inside.present.get(who) === "guest" ? [words.seats.guest] : []),
  ];
  const counts = inside.balance?.get(who);
  const hasActs = who !== me && (["remove", "hand-over", "give-floor", "recuse"] as const).some(here.may);
  return (
    <li className="plain-row plain-row--wraps">
      <div className="plain-row__words">
        <p className="plain-row__title">
          {name}
          {signs.map((sign) => (
            <span key={sign} className="tag">
              {sign}
            </span>
          ))}
        </p>
        {counts !== undefined && <p className="plain-row__facts">{words.took(counts.turns, counts.hands)}</p>}
      </div>
      {hasActs && (
        <ActionIcon
          variant="default"
          size={32}
          aria-expanded={props.isOpen}
          aria-label={words.actions(name)}
          onClick={props.onToggle}
        >
          <Ellipsis size={16} aria-hidden="true" />
        </ActionIcon>
      )}
      {props.isOpen && <PersonActs who={who} name={name} onDone={props.onDone} />}
    </li>
  );
}
