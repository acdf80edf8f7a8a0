/** Where everybody is brought, or what is shown to all. */
import { Button, NativeSelect } from "@mantine/core";
import type { ReactNode } from "react";
import { useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { FormView } from "../form/form-view.tsx";
import { useForm } from "../form/use-form.ts";
import { PlaceFields, placeOf } from "./place-fields.tsx";
import { useRoom } from "./room-context.tsx";

/** How long the countdown is, in seconds. */
const COUNTDOWNS = [5, 10, 30] as const;

export function PlaceDialog(props: { readonly what: "gather" | "spotlight"; readonly onClose: () => void }): ReactNode {
  const { what } = props;
  const here = useRoom();
  const text = useWords();
  const words = text.meeting.place;
  const form = useForm({
    initial: { document: here.shown ?? here.meeting.documents[0]?.name ?? "", section: "", countdown: "10" },
    check: () => ({}),
    send: async (values) => {
      const place = placeOf(values, here.meeting.documents);
      if (place !== null) {
        await here.command(
          what === "gather"
            ? { do: "gather", place, countdown: Number(values.countdown) * 1_000 }
            : { do: "spotlight", place },
        );
      }
      props.onClose();
    },
    codes: text.meeting.codes,
  });
  return (
    <Dialog title={what === "gather" ? words.gatherTitle : words.spotlightTitle} onClose={props.onClose}>
      <FormView form={form}>
        {what === "gather" && <p className="dialog-lead">{words.gatherBody}</p>}
        <PlaceFields values={form.values} set={form.set} />
        {what === "gather" && (
          <NativeSelect
            {...form.bind("countdown")}
            label={words.countdown}
            data={COUNTDOWNS.map((seconds) => ({ value: String(seconds), label: words.seconds(seconds) }))}
          />
        )}
        <div className="dialog-actions">
          <Button variant="default" onClick={props.onClose}>
            {text.common.cancel}
          </Button>
          <Button type="submit" loading={form.busy}>
            {what === "gather" ? words.gather : words.spotlight}
          </Button>
        </div>
      </FormView>
    </Dialog>
  );
}
