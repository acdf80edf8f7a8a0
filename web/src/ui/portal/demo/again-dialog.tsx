/** Beginning again, after saying what is lost by it. */
import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { Notice } from "../../shell/notice.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import type { DemoHere } from "./demo-host.tsx";

export function AgainDialog(props: { readonly demo: DemoHere; readonly onClose: () => void }): ReactNode {
  const text = useWords();
  const words = text.demo.again;
  const [error, setError] = useState<unknown>(null);
  const begin = async (): Promise<void> => {
    try {
      await props.demo.api.beginAgain();
      props.demo.awaitBeginning();
      props.onClose();
    } catch (reason) {
      setError(reason);
    }
  };
  return (
    <Dialog title={words.title} onClose={props.onClose}>
      <div className="dialog-form">
        <div role="alert" className="form-whole">
          {error !== null && <Notice tone="alarm">{describePortalFailure(error, text)}</Notice>}
        </div>
        <p className="dialog-lead">{words.body}</p>
        <div className="dialog-actions">
          <Button variant="default" onClick={props.onClose} data-autofocus>
            {words.cancel}
          </Button>
          <Button onClick={() => void begin()}>{words.confirm}</Button>
        </div>
      </div>
    </Dialog>
  );
}
