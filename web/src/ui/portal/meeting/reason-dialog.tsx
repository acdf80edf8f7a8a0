/** Asks why before something is done to others. */
import { Button, Textarea } from "@mantine/core";
import type { ReactNode } from "react";
import { useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { FormView } from "../form/form-view.tsx";
import { useForm } from "../form/use-form.ts";

export function ReasonDialog(props: {
  readonly title: string;
  readonly body: string;
  readonly label: string;
  readonly missing: string;
  readonly submit: string;
  /** Rejects with why it was refused. */
  readonly run: (reason: string) => Promise<void>;
  readonly onClose: () => void;
}): ReactNode {
  const text = useWords();
  const form = useForm<{ readonly reason: string }>({
    initial: { reason: "" },
    check: ({ reason }) => ({ reason: reason.trim() === "" ? props.missing : undefined }),
    send: async ({ reason }) => {
      await props.run(reason.trim());
      props.onClose();
    },
    codes: text.meeting.codes,
  });
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <FormView form={form}>
        <p className="dialog-lead">{props.body}</p>
        <Textarea {...form.bind("reason")} label={props.label} rows={3} data-autofocus />
        <div className="dialog-actions">
          <Button variant="default" onClick={props.onClose}>
            {text.common.cancel}
          </Button>
          <Button type="submit" className="button-danger" loading={form.busy}>
            {props.submit}
          </Button>
        </div>
      </FormView>
    </Dialog>
  );
}
