/** The agenda: in its order, with what became of each item, and who is recused from it. */
import { ActionIcon, Button, Menu } from "@mantine/core";
import { ArrowDown, ArrowUp, Ellipsis, Plus } from "lucide-react";
import { type ReactNode, useState } from "react";
import { type AgendaItem, chairOf, type MeetingPlace } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { AddItemDialog, RecuseDialog } from "./agenda-dialogs.tsx";
import { sayPlace, useRoom } from "./room-context.tsx";

const MINUTE_MS = 60_000;

export function AgendaPanel(): ReactNode {
  const here = useRoom();
  const { inside } = here;
  const words = useWords().meeting.agenda;
  const [adding, setAdding] = useState(false);
  return (
    <section className="meeting-card" aria-labelledby="agenda">
      <h2 id="agenda">{words.heading}</h2>
      {inside.items.length === 0 && <p className="meeting-card__soft">{words.empty}</p>}
      <ol className="agenda">
        {inside.items.map((item, at) => (
          <ItemRow key={item.id} item={item} at={at} isLast={at === inside.items.length - 1} />
        ))}
      </ol>
      {here.may("add-item") && (
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<Plus size={16} aria-hidden="true" />}
          onClick={() => setAdding(true)}
        >
          {words.add}
        </Button>
      )}
      {adding && <AddItemDialog onClose={() => setAdding(false)} />}
    </section>
  );
}

function ItemRow(props: { readonly item: AgendaItem; readonly at: number; readonly isLast: boolean }): ReactNode {
  const { item, at } = props;
  const here = useRoom();
  const { inside } = here;
  const text = useWords().meeting;
  const words = text.agenda;
  const isCurrent = inside.current === item.id;
  const state = isCurrent ? words.current : words.progress[item.progress];
  return (
    <li className="agenda__item" data-progress={isCurrent ? "current" : item.progress} aria-current={isCurrent}>
      <div className="agenda__words">
        <p className="agenda__title">{item.title}</p>
        <p className="agenda__facts">
          {state}
          {item.timeBox !== null && ` · ${words.timeBox(Math.max(1, Math.round(item.timeBox / MINUTE_MS)))}`}
          {item.place !== null && (
            <>
              {" · "}
              <PlaceButton place={item.place} />
            </>
          )}
        </p>
        <Recused item={item} />
      </div>
      <ItemActions item={item} at={at} isLast={props.isLast} />
    </li>
  );
}

/** Shows the place here, for whoever presses it. */
export function PlaceButton(props: { readonly place: MeetingPlace }): ReactNode {
  const here = useRoom();
  const text = useWords().meeting;
  return (
    <button type="button" className="link-button" onClick={() => here.goTo(props.place)}>
      {sayPlace(props.place, here, text)}
    </button>
  );
}

function Recused(props: { readonly item: AgendaItem }): ReactNode {
  const { recused } = props.item;
  const here = useRoom();
  const words = useWords().meeting.agenda;
  if (recused.size === 0) {
    return null;
  }
  const names = [...recused].map(([who, how]) =>
    how === "absent" ? words.absent(here.nameOf(who)) : here.nameOf(who),
  );
  return <p className="agenda__facts">{words.recused(names.join(", "))}</p>;
}

function ItemActions(props: { readonly item: AgendaItem; readonly at: number; readonly isLast: boolean }): ReactNode {
  const { item, at, isLast } = props;
  const here = useRoom();
  const { inside, me } = here;
  const words = useWords().meeting.agenda;
  const [recusing, setRecusing] = useState(false);
  const isCurrent = inside.current === item.id;
  const move = (to: number) => void here.act({ do: "move-item", item: item.id, to });
  const mayRecuse =
    here.may("recuse-myself") &&
    item.progress !== "done" &&
    !item.recused.has(me) &&
    !(isCurrent && chairOf(inside) === me);
  const ended = here.may("end-recusal") ? [...item.recused.keys()] : [];
  const mayPark = here.may("park-item") && item.progress === "ahead";
  const hasMenu = mayRecuse || ended.length > 0 || mayPark;
  return (
    <div className="agenda__acts">
      {here.may("begin-item") && !isCurrent && (
        <Button
          size="compact-xs"
          variant="light"
          aria-label={item.progress === "ahead" ? words.beginLabel(item.title) : words.beginAgainLabel(item.title)}
          onClick={() => void here.act({ do: "begin-item", item: item.id })}
        >
          {item.progress === "ahead" ? words.begin : words.beginAgain}
        </Button>
      )}
      {here.may("move-item") && (
        <>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={28}
            disabled={at === 0}
            aria-label={words.up(item.title)}
            onClick={() => move(at - 1)}
          >
            <ArrowUp size={15} aria-hidden="true" />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={28}
            disabled={isLast}
            aria-label={words.down(item.title)}
            onClick={() => move(at + 1)}
          >
            <ArrowDown size={15} aria-hidden="true" />
          </ActionIcon>
        </>
      )}
      {hasMenu && (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" size={28} aria-label={words.actions(item.title)}>
              <Ellipsis size={15} aria-hidden="true" />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {mayPark && (
              <Menu.Item onClick={() => void here.act({ do: "park-item", item: item.id })}>{words.park}</Menu.Item>
            )}
            {mayRecuse && <Menu.Item onClick={() => setRecusing(true)}>{words.recuseMyself}</Menu.Item>}
            {ended.map((who) => (
              <Menu.Item key={who} onClick={() => void here.act({ do: "end-recusal", who, item: item.id })}>
                {words.endRecusal(here.nameOf(who))}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {recusing && <RecuseDialog item={item} onClose={() => setRecusing(false)} />}
    </div>
  );
}
