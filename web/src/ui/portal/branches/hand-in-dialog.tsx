/** Makes a draft a suggestion, with a word to those who will read it. */
import { Button, Textarea } from "@mantine/core";
import type { ReactNode } from "react";
import type { Branch } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { useToast } from "../../shell/toast.tsx";
import { usePortal } from "../context.tsx";
import { FormView } from "../form/form-view.tsx";
import { REASON_LENGTH_MAX } from "../form/rules.ts";
import { useForm } from "../form/use-form.ts";

export function HandInDialog(props: {
  readonly branch: Branch;
  readonly onChange: (branch: Branch) => void;
  readonly onClose: () => void;
}): ReactNode {
  const { branch, onChange, onClose } = props;
  const text = useWords();
  const words = text.branches;
  const { branches } = usePortal().api;
  const toast = useToast();
  const form = useForm({
    initial: { note: branch.note },
    check: ({ note }) => ({ note: [...note.trim()].length > REASON_LENGTH_MAX ? words.noteTooLong : undefined }),
    send: async ({ note }) => {
      onChange(await branches.handIn(branch.name, note.trim()));
      toast({ message: words.handedIn });
      onClose();
    },
    codes: words.codes,
  });
  return (
    <Dialog onClose={onClose} title={words.handInTitle}>
      <FormView form={form}>
        <p className="dialog-lead">{words.handInLead}</p>
        <Textarea {...form.bind("note")} label={words.note} rows={3} data-autofocus />
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {text.common.cancel}
          </Button>
          <Button type="submit" loading={form.busy}>
            {words.handIn}
          </Button>
        </div>
      </FormView>
    </Dialog>
  );
}
