/** Asks for a reason and does something with it. */
import { Button, Textarea } from "@mantine/core";
import type { ReactNode } from "react";
import { useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { FormView } from "../form/form-view.tsx";
import { REASON_LENGTH_MAX, REASON_LENGTH_MIN } from "../form/rules.ts";
import { useForm } from "../form/use-form.ts";

export function ReasonDialog(props: {
  readonly title: string;
  readonly lead: string;
  readonly label: string;
  readonly hint?: string;
  readonly submit: string;
  readonly isDanger?: boolean;
  /** Closes the dialog by itself once it is done. */
  readonly run: (reason: string) => Promise<void>;
  readonly onClose: () => void;
}): ReactNode {
  const text = useWords();
  const form = useForm({
    initial: { reason: "" },
    check: ({ reason }) => ({ reason: isReason(reason) ? undefined : text.rounds.vote.reasonNeeded }),
    send: async ({ reason }) => {
      await props.run(reason.trim());
      props.onClose();
    },
    codes: text.rounds.codes,
  });
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <FormView form={form}>
        <p className="dialog-lead">{props.lead}</p>
        <Textarea {...form.bind("reason")} label={props.label} description={props.hint} rows={3} data-autofocus />
        <div className="dialog-actions">
          <Button variant="default" onClick={props.onClose}>
            {text.common.cancel}
          </Button>
          <Button type="submit" loading={form.busy} className={props.isDanger === true ? "button-danger" : ""}>
            {props.submit}
          </Button>
        </div>
      </FormView>
    </Dialog>
  );
}

/** Whether a text is long enough for a reason, and no essay. */
export function isReason(text: string): boolean {
  const { length } = [...text.trim()];
  return length >= REASON_LENGTH_MIN && length <= REASON_LENGTH_MAX;
}
