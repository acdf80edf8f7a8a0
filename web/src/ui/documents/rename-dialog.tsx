/** Renames a document from the list, through its CRDT: works offline for documents that this device holds. */
import { Button, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { type DocumentName, hasTitle, TITLE_LENGTH_MAX, whenKept, writeTitle } from "../../sync/index.ts";
import { useApp, useWords } from "../context.tsx";
import { Dialog } from "../shell/dialog.tsx";

/** How long to wait for a document that this device does not hold, in milliseconds. */
const FETCH_MS = 5000;

export function RenameDialog(props: {
  readonly name: DocumentName;
  readonly title: string;
  readonly onClose: () => void;
}): ReactNode {
  const text = useWords();
  const { replica } = useApp();
  const [title, setTitle] = useState(props.title);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const rename = async (): Promise<boolean> => {
    const document = replica.open(props.name);
    try {
      await document.whenReady;
      // Set blindly, a title could lose against an older one that this device has not seen.
      if (!hasTitle(document.doc)) {
        await Promise.race([
          document.whenSynced,
          new Promise((_, reject) => setTimeout(() => reject(new Error("not here in time")), FETCH_MS)),
        ]);
      }
      writeTitle(document.doc, title.trim());
      await whenKept(document);
      return true;
    } catch {
      return false;
    } finally {
      document.dispose();
    }
  };

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    // A title of blanks names nothing: the document keeps the one it has.
    if (title.trim() === "") {
      props.onClose();
      return;
    }
    setBusy(true);
    const done = await rename();
    setBusy(false);
    if (done) {
      props.onClose();
    } else {
      setError(text.documents.renameNeedsServer);
    }
  };

  return (
    <Dialog onClose={props.onClose} title={text.documents.renameTitle}>
      <form onSubmit={(event) => void submit(event)} className="dialog-form">
        <TextInput
          label={text.documents.titleLabel}
          value={title}
          error={error}
          maxLength={TITLE_LENGTH_MAX}
          data-autofocus
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <div className="dialog-actions">
          <Button variant="default" onClick={props.onClose}>
            {text.common.cancel}
          </Button>
          <Button type="submit" loading={busy}>
            {text.common.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
