/** Deleting a document of the bin for good: why, and its title typed as confirmation. */
import { Button, Textarea, TextInput } from "@mantine/core";
import { Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { ListedDocument } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { useToast } from "../../shell/toast.tsx";
import { usePortal } from "../context.tsx";
import { FormView } from "../form/form-view.tsx";
import { checkReason } from "../form/rules.ts";
import { useForm } from "../form/use-form.ts";

export function DeleteForGood(props: {
  readonly document: ListedDocument;
  readonly title: string;
  readonly disabled: boolean;
  readonly onDone: () => void;
}): ReactNode {
  const words = useWords().forGood.delete;
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button
        variant="subtle"
        className="menu-danger"
        leftSection={<Trash2 size={16} aria-hidden="true" />}
        aria-label={words.label(props.title)}
        disabled={props.disabled}
        onClick={() => setAsking(true)}
      >
        {words.button}
      </Button>
      {asking && <DeleteDialog {...props} onClose={() => setAsking(false)} />}
    </>
  );
}

function DeleteDialog(props: {
  readonly document: ListedDocument;
  readonly title: string;
  readonly onDone: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const { document, title, onDone, onClose } = props;
  const text = useWords();
  const words = text.forGood.delete;
  const portal = usePortal();
  const toast = useToast();
  const form = useForm({
    initial: { reason: "", confirmation: "" },
    check: ({ reason, confirmation }) => ({
      reason: checkReason(reason, text.portal),
      confirmation: plain(confirmation) === plain(title) ? undefined : words.confirmMissing,
    }),
    send: async ({ reason }) => {
      await portal.api.forGood.delete(document.name, reason.trim());
      toast({ message: words.done(title) });
      onClose();
      onDone();
    },
    codes: words.codes,
  });
  return (
    <Dialog title={words.title(title)} onClose={onClose}>
      <FormView form={form}>
        <p className="dialog-lead">{words.lead}</p>
        <Textarea
          {...form.bind("reason")}
          label={words.reason}
          description={document.sharing?.privacy === "private" ? words.reasonOfDraft : words.reasonHint}
          rows={2}
          data-autofocus
        />
        <TextInput {...form.bind("confirmation")} label={words.confirm(title)} autoComplete="off" />
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

/** Without what nobody sees and types: runs of spaces, and forms of the same letter. */
function plain(title: string): string {
  return title.normalize("NFKC").replace(/\s+/gu, " ").trim();
}
