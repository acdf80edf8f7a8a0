/** Asks before something that was set aside is deleted for good. */
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { useWords } from "../context.tsx";
import { Dialog } from "../shell/dialog.tsx";

export function DeleteDialog(props: {
  readonly body: string;
  readonly onDelete: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const text = useWords();
  return (
    <Dialog onClose={props.onClose} title={text.aside.deleteTitle}>
      <div className="dialog-form">
        <p className="dialog-lead">{props.body}</p>
        <div className="dialog-actions">
          <Button variant="default" onClick={props.onClose} data-autofocus>
            {text.common.cancel}
          </Button>
          <Button
            className="button-danger"
            onClick={() => {
              props.onDelete();
              props.onClose();
            }}
          >
            {text.aside.deleteConfirm}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
