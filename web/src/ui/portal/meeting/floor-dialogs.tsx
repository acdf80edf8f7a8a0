/** Who writes: by the mode of the floor, or in spite of a freeze. */
import { Button } from "@mantine/core";
import { type ReactNode, useMemo, useState } from "react";
import type { AccountId, FloorMode } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { Choices } from "../form/choices.tsx";
import { FormView } from "../form/form-view.tsx";
import { useForm } from "../form/use-form.ts";
import { ChoosePeople, type NamedPerson } from "./choose-people.tsx";
import { useRoom } from "./room-context.tsx";

/** People named in one list. */
export const NAMES_MAX = 50;

const modes = ["open", "hands", "editors", "suggestions"] as const satisfies readonly FloorMode["kind"][];

/** Those who are present, by name. */
export function usePresent(): readonly NamedPerson[] {
  const { inside, nameOf } = useRoom();
  return useMemo(
    () =>
      [...inside.present.keys()]
        .map((id) => ({ id, name: nameOf(id) }))
        .sort((one, other) => one.name.localeCompare(other.name)),
    [inside.present, nameOf],
  );
}

export function FloorDialog(props: { readonly onClose: () => void }): ReactNode {
  const here = useRoom();
  const { floor } = here.inside;
  const text = useWords();
  const words = text.meeting.floor;
  const people = usePresent();
  const [names, setNames] = useState<readonly AccountId[]>("names" in floor ? floor.names : []);
  const form = useForm<{ readonly kind: FloorMode["kind"]; readonly names: string }>({
    initial: { kind: floor.kind, names: "" },
    check: () => ({ names: names.length > NAMES_MAX ? words.namesTooMany : undefined }),
    send: async ({ kind }) => {
      const mode: FloorMode = kind === "open" || kind === "hands" ? { kind } : { kind, names };
      await here.command({ do: "set-floor", mode });
      props.onClose();
    },
    codes: text.meeting.codes,
  });
  const { kind } = form.values;
  return (
    <Dialog title={words.title} onClose={props.onClose}>
      <FormView form={form}>
        <Choices
          legend={words.legend}
          value={kind}
          choices={modes.map((mode) => ({ value: mode, ...words.modes[mode] }))}
          onChange={(mode) => form.set("kind", mode)}
        />
        {(kind === "editors" || kind === "suggestions") && (
          <ChoosePeople
            legend={words.names}
            error={form.errors.fields.get("names") ?? null}
            people={people}
            chosen={names}
            onChange={setNames}
          />
        )}
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

export function FreezeDialog(props: { readonly onClose: () => void }): ReactNode {
  const here = useRoom();
  const text = useWords();
  const words = text.meeting.freeze;
  const people = usePresent();
  const [except, setExcept] = useState<readonly AccountId[]>([]);
  const form = useForm({
    initial: { names: "" },
    check: () => ({ names: except.length > NAMES_MAX ? text.meeting.floor.namesTooMany : undefined }),
    send: async () => {
      await here.command({ do: "freeze", except });
      props.onClose();
    },
    codes: text.meeting.codes,
  });
  return (
    <Dialog title={words.title} onClose={props.onClose}>
      <FormView form={form}>
        <p className="dialog-lead">{words.body}</p>
        <ChoosePeople
          legend={words.except}
          hint={words.exceptHint}
          error={form.errors.fields.get("names") ?? null}
          people={people}
          chosen={except}
          onChange={setExcept}
        />
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
