/** Adds, changes or removes a link. */
import { Button, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { completeAddress, type Editor, linkAtSelection, removeLink, setLink } from "../../editor/index.ts";
import { useWords } from "../context.tsx";
import { Dialog } from "../shell/dialog.tsx";

export function LinkDialog(props: { readonly editor: Editor; readonly onClose: () => void }): ReactNode {
  const { editor, onClose } = props;
  const text = useWords();
  const [before] = useState(() => linkAtSelection(editor));
  const [address, setAddress] = useState(before.address);
  const [words, setWords] = useState(before.text);
  const [error, setError] = useState<string | null>(null);
  const insertsText = before.address === "" && before.text === "";

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const complete = completeAddress(address);
    if (complete === null) {
      setError(text.link.invalid);
      return;
    }
    onClose();
    setLink(editor, complete, words.trim());
  };

  return (
    <Dialog onClose={onClose} returnFocus={false} title={text.link.title}>
      <form onSubmit={submit} className="dialog-form" noValidate>
        <TextInput
          label={text.link.address}
          description={text.link.addressHint}
          inputMode="url"
          autoComplete="off"
          data-autofocus
          value={address}
          error={error}
          onChange={(event) => {
            setAddress(event.currentTarget.value);
            setError(null);
          }}
        />
        {insertsText && (
          <TextInput label={text.link.text} value={words} onChange={(event) => setWords(event.currentTarget.value)} />
        )}
        <div className="dialog-actions">
          {before.address !== "" && (
            <Button
              variant="subtle"
              className="menu-danger"
              onClick={() => {
                onClose();
                removeLink(editor);
              }}
            >
              {text.link.remove}
            </Button>
          )}
          <Button type="submit">{text.link.apply}</Button>
        </div>
      </form>
    </Dialog>
  );
}
