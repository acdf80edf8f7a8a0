/** Asks before something that cannot simply be undone. What goes wrong is said where it was asked. */
import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { FormAlert } from "../form/form-alert.tsx";

export function ConfirmDialog(props: {
  readonly title: string;
  readonly body: string;
  readonly confirm: string;
  /** Closes the dialog by itself once it is done. */
  readonly run: () => Promise<void>;
  readonly onClose: () => void;
}): ReactNode {
  const text = useWords();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async (): Promise<void> => {
    setBusy(true);
    try {
      await props.run();
    } catch (reason) {
      setError(reason);
      setBusy(false);
    }
  };
  return (
    <Dialog onClose={props.onClose} title={props.title}>
      <div className="dialog-form">
        <FormAlert words={error === null ? null : describePortalFailure(error, text)} cause={error} />
        <p className="dialog-lead">{props.body}</p>
        <div className="dialog-actions">
          <Button variant="default" onClick={props.onClose} data-autofocus>
            {text.common.cancel}
          </Button>
          <Button className="button-danger" loading={busy} onClick={() => void run()}>
            {props.confirm}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
