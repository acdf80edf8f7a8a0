/** Puts an item on the agenda; recuses whoever asks for it. */
import { Button, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { type AgendaItem, type Recusal, recusals } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { Choices } from "../form/choices.tsx";
import { FormView } from "../form/form-view.tsx";
import { useForm } from "../form/use-form.ts";
import { PlaceFields, placeOf } from "./place-fields.tsx";
import { useRoom } from "./room-context.tsx";

const MINUTE_MS = 60_000;

/** The longest time box, in minutes. */
const MINUTES_MAX = 480;

/** Characters of a line, so that also in other scripts it is within what a meeting takes. */
export const LINE_LENGTH_MAX = 100;

export function AddItemDialog(props: { readonly onClose: () => void }): ReactNode {
  const here = useRoom();
  const text = useWords();
  const words = text.meeting.agenda;
  const form = useForm({
    initial: { title: "", document: "", section: "", minutes: "" },
    check: ({ title, minutes }) => ({
      title:
        title.trim() === ""
          ? words.itemMissing
          : [...title.trim()].length > LINE_LENGTH_MAX
            ? words.itemTooLong
            : undefined,
      minutes: minutes.trim() === "" || isMinutes(minutes) ? undefined : words.minutesWrong,
    }),
    send: async (values) => {
      const { title, minutes } = values;
      await here.command({
        do: "add-item",
        item: {
          title: title.trim(),
          place: placeOf(values, here.meeting.documents),
          timeBox: minutes.trim() === "" ? null : Number(minutes) * MINUTE_MS,
        },
      });
      props.onClose();
    },
    codes: text.meeting.codes,
  });
  return (
    <Dialog title={words.addTitle} onClose={props.onClose}>
      <FormView form={form}>
        <TextInput {...form.bind("title")} label={words.item} autoComplete="off" data-autofocus />
        <PlaceFields values={form.values} set={form.set} everything={words.wholeMeeting} />
        <TextInput {...form.bind("minutes")} label={words.minutes} inputMode="numeric" autoComplete="off" />
        <div className="dialog-actions">
          <Button variant="default" onClick={props.onClose}>
            {text.common.cancel}
          </Button>
          <Button type="submit" loading={form.busy}>
            {words.submit}
          </Button>
        </div>
      </FormView>
    </Dialog>
  );
}

function isMinutes(text: string): boolean {
  const minutes = Number(text);
  return Number.isInteger(minutes) && minutes >= 1 && minutes <= MINUTES_MAX;
}

export function RecuseDialog(props: { readonly item: AgendaItem; readonly onClose: () => void }): ReactNode {
  const { item } = props;
  const here = useRoom();
  const text = useWords();
  const words = text.meeting.agenda;
  const form = useForm<{ readonly how: Recusal }>({
    initial: { how: "read-only" },
    check: () => ({}),
    send: async ({ how }) => {
      await here.command({ do: "recuse-myself", item: item.id, how });
      props.onClose();
    },
    codes: text.meeting.codes,
  });
  return (
    <Dialog title={words.recuseTitle(item.title)} onClose={props.onClose}>
      <FormView form={form}>
        <Choices
          legend={words.recuseHow}
          value={form.values.how}
          choices={recusals.map((how) => ({ value: how, ...words.recuseKinds[how] }))}
          onChange={(how) => form.set("how", how)}
        />
        <div className="dialog-actions">
          <Button variant="default" onClick={props.onClose}>
            {text.common.cancel}
          </Button>
          <Button type="submit" loading={form.busy}>
            {words.recuseSubmit}
          </Button>
        </div>
      </FormView>
    </Dialog>
  );
}
