/** Asks for the name under which others see this tab. */
import { Button, Modal, TextInput } from "@mantine/core";
import { Shuffle } from "lucide-react";
import { type FormEvent, type ReactNode, useState } from "react";
import type { Catalogue } from "../../messages/index.ts";
import { lastName, NAME_LENGTH_MAX } from "../../sync/index.ts";
import { useWords } from "../context.tsx";

function pick(list: readonly string[]): string {
  return list[Math.floor(Math.random() * list.length)] ?? "";
}

function suggestion(words: Catalogue["name"]): string {
  return `${pick(words.adjectives)} ${pick(words.nouns)}`;
}

export function NameDialog(props: {
  /** The name now; `null` on the first visit, which cannot be dismissed. */
  readonly current: string | null;
  readonly onName: (name: string) => void;
  readonly onClose?: () => void;
}): ReactNode {
  const text = useWords();
  const [name, setName] = useState(() => props.current ?? lastName() ?? suggestion(text.name));
  const [error, setError] = useState<string | null>(null);
  const first = props.current === null;

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const chosen = name.trim();
    if (chosen === "") {
      setError(text.name.required);
    } else if (chosen.length > NAME_LENGTH_MAX) {
      setError(text.name.tooLong);
    } else {
      props.onName(chosen);
    }
  };

  return (
    <Modal
      opened
      onClose={() => props.onClose?.()}
      withCloseButton={!first}
      closeOnEscape={!first}
      closeOnClickOutside={!first}
      closeButtonProps={{ "aria-label": text.common.close }}
      title={first ? text.name.title : text.name.changeTitle}
      classNames={{ title: "dialog-title" }}
    >
      <form onSubmit={submit} className="dialog-form">
        <p className="dialog-lead">{text.name.body}</p>
        <TextInput
          label={text.name.label}
          value={name}
          error={error}
          data-autofocus
          autoComplete="nickname"
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => {
            setName(event.currentTarget.value);
            setError(null);
          }}
        />
        <div className="dialog-actions dialog-actions--spread">
          <Button
            variant="subtle"
            leftSection={<Shuffle size={16} aria-hidden="true" />}
            onClick={() => setName(suggestion(text.name))}
          >
            {text.name.another}
          </Button>
          <Button type="submit">{first ? text.name.continue : text.common.save}</Button>
        </div>
      </form>
    </Modal>
  );
}
