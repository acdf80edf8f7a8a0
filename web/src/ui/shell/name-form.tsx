/** Asks for the name under which others see this tab: on a page of its own at first, in a dialog later. */
import { Button, TextInput } from "@mantine/core";
import { Shuffle } from "lucide-react";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import type { Catalogue } from "../../messages/index.ts";
import { lastName, NAME_LENGTH_MAX, plainName } from "../../sync/index.ts";
import { useWords } from "../context.tsx";
import { Dialog } from "./dialog.tsx";
import { LogoMark } from "./logo.tsx";

function pick(list: readonly string[]): string {
  return list[Math.floor(Math.random() * list.length)] ?? "";
}

function suggestion(words: Catalogue["name"]): string {
  return `${pick(words.adjectives)} ${pick(words.nouns)}`;
}

/** The first visit: who are you? */
export function Welcome(props: { readonly onName: (name: string) => void }): ReactNode {
  const text = useWords();
  const [name] = useState(() => plainName(lastName() ?? "") || suggestion(text.name));
  return (
    <main className="welcome">
      <div className="welcome__card">
        <LogoMark size={52} />
        <h1>{text.name.title}</h1>
        <NameForm initial={name} submit={text.name.continue} onName={props.onName} />
      </div>
      <p className="welcome__product">
        <strong>{text.product}</strong> {text.tagline}
      </p>
    </main>
  );
}

export function NameDialog(props: {
  readonly current: string;
  readonly onName: (name: string) => void;
  readonly onClose: () => void;
}): ReactNode {
  const text = useWords();
  return (
    <Dialog onClose={props.onClose} title={text.name.changeTitle}>
      <NameForm initial={props.current} submit={text.common.save} onName={props.onName} />
    </Dialog>
  );
}

function NameForm(props: {
  readonly initial: string;
  readonly submit: string;
  readonly onName: (name: string) => void;
}): ReactNode {
  const text = useWords();
  const [name, setName] = useState(props.initial);
  const [error, setError] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);

  // The one thing to do here.
  useEffect(() => field.current?.focus(), []);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const chosen = plainName(name);
    if (chosen === "") {
      setError(text.name.required);
    } else if (chosen.length > NAME_LENGTH_MAX) {
      setError(text.name.tooLong);
    } else {
      props.onName(chosen);
    }
  };

  return (
    <form onSubmit={submit} className="dialog-form">
      <p className="dialog-lead">{text.name.body}</p>
      <TextInput
        ref={field}
        label={text.name.label}
        value={name}
        error={error}
        size="md"
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
        <Button type="submit">{props.submit}</Button>
      </div>
    </form>
  );
}
