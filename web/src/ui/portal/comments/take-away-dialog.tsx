/** Taking a comment of somebody else's away: why, because the ledger says so and its author is told. */
import { Button, Textarea } from "@mantine/core";
import type { ReactNode } from "react";
import type { DocumentName, EventId } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { useToast } from "../../shell/toast.tsx";
import { usePortal } from "../context.tsx";
import { FormView } from "../form/form-view.tsx";
import { checkReason } from "../form/rules.ts";
import { useForm } from "../form/use-form.ts";

export function TakeAwayDialog(props: {
  readonly document: DocumentName;
  readonly comment: EventId;
  readonly onClose: () => void;
}): ReactNode {
  const { document, comment, onClose } = props;
  const text = useWords();
  const words = text.comments.takeAway;
  const portal = usePortal();
  const toast = useToast();
  const form = useForm({
    initial: { reason: "" },
    check: ({ reason }) => ({ reason: checkReason(reason, text.portal) }),
    send: async ({ reason }) => {
      await portal.api.discussion.takeAway(document, comment, reason.trim());
      toast({ message: words.done });
      onClose();
    },
    codes: { "no-such-comment": words.isGone },
  });
  return (
    <Dialog title={words.title} onClose={onClose}>
      <FormView form={form}>
        <p className="dialog-lead">{words.lead}</p>
        <Textarea {...form.bind("reason")} label={words.reason} rows={2} data-autofocus />
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {text.common.cancel}
          </Button>
          <Button type="submit" className="button-danger" loading={form.busy}>
            {words.submit}
          </Button>
        </div>
      </FormView>
    </Dialog>
  );
}
