/** Removes this device's copy of a document, after saying what that means. */
import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { discussionOf, type LibraryEntry } from "../../sync/index.ts";
import { useApp, useWords } from "../context.tsx";
import { Dialog } from "../shell/dialog.tsx";
import { useToast } from "../shell/toast.tsx";

export function ForgetDialog(props: {
  readonly entry: LibraryEntry;
  readonly title: string;
  readonly onClose: () => void;
}): ReactNode {
  const text = useWords();
  const { replica } = useApp();
  const toast = useToast();
  // More edits may arrive while the dialog is open: what was said here is what was agreed to.
  const [{ unconfirmed: unsent, setAside }] = useState(props.entry);
  const discards = unsent > 0 || setAside > 0 || props.entry.where === "here";
  const warning = [
    ...(unsent > 0 || setAside === 0 ? [text.documents.forgetUnsent] : []),
    ...(setAside > 0 ? [text.documents.forgetSetAside(setAside)] : []),
  ].join(" ");

  const forget = async (): Promise<void> => {
    try {
      // What was said about it first: without the document nobody would find it.
      await replica.forget(discussionOf(props.entry.name), { discardUnconfirmed: discards });
      await replica.forget(props.entry.name, { discardUnconfirmed: discards });
      toast({ message: text.documents.forgotten(props.title) });
    } catch {
      toast({ message: warning, tone: "alarm" });
    }
    props.onClose();
  };

  return (
    <Dialog onClose={props.onClose} title={text.documents.forgetTitle}>
      <div className="dialog-form">
        <p className="dialog-lead">{discards ? warning : text.documents.forgetBody}</p>
        <div className="dialog-actions">
          <Button variant="default" onClick={props.onClose} data-autofocus>
            {text.common.cancel}
          </Button>
          <Button className={discards ? "button-danger" : ""} onClick={() => void forget()}>
            {discards ? text.documents.forgetDiscard : text.documents.forgetConfirm}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
