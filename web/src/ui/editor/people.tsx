/** Who is here: faces in a row, names in a list. */
import { Popover, UnstyledButton } from "@mantine/core";
import { Users } from "lucide-react";
import type { ReactNode } from "react";
import { type Person, peopleIn } from "../../editor/index.ts";
import { plainName, type ReplicaDocument } from "../../sync/index.ts";
import { useWords } from "../context.tsx";
import { Face } from "../shell/face.tsx";
import { IN_HEAD } from "../shell/in-head.ts";
import { usePresence } from "./use-presence.ts";

/** How many faces fit before a number stands for the rest. */
const FACES_MAX = 4;

export function People(props: { readonly document: ReplicaDocument }): ReactNode {
  const text = useWords();
  const people = usePresence(props.document, peopleIn);
  const heading = text.people.heading(people.length);
  const others = people.filter((person) => !person.isMe);
  const shown = others.slice(0, FACES_MAX);
  const nameOf = (person: Person): string => plainName(person.name) || text.people.unnamed;
  return (
    <Popover {...IN_HEAD} width={260} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton className="people" aria-label={text.people.here(people.length)}>
          <span className="people__faces">
            {shown.map((person) => (
              <Face key={person.key} name={nameOf(person)} color={person.color} mark={person.mark} size={28} />
            ))}
            {others.length > shown.length && (
              <span className="people__more" data-more={text.people.more(others.length - shown.length)} />
            )}
          </span>
          {/* Where there is no room for faces, or none but one's own, which is beside it already. */}
          <span className={others.length === 0 ? "people__sign" : "people__sign people__sign--small"}>
            <Users size={18} aria-hidden="true" />
            {others.length > 0 && <span className="people__more" data-more={people.length} />}
          </span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={heading}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard, and holds nothing else that is */}
        <section className="people-list" tabIndex={0} aria-label={heading} data-autofocus>
          <h2>{heading}</h2>
          <ul>
            {people.map((person) => (
              <li key={person.key}>
                <Face name={nameOf(person)} color={person.color} mark={person.mark} size={28} />
                <span className="people-list__name">
                  {person.isMe ? text.people.you(nameOf(person)) : nameOf(person)}
                </span>
                {person.inText && !person.isMe && <span className="people-list__place">{text.people.writing}</span>}
              </li>
            ))}
          </ul>
          {others.length === 0 && <p>{text.people.alone}</p>}
        </section>
      </Popover.Dropdown>
    </Popover>
  );
}
