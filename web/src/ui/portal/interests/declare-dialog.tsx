/** Declaring one's interests: every item of the form is answered, with "none" or with what it is. */
import { Button, Checkbox, CloseButton, NativeSelect, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { amounts, type CommunityId, type Declaration, type InterestItem, interestItems } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { useToast } from "../../shell/toast.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { usePortal } from "../context.tsx";
import { Choices } from "../form/choices.tsx";
import { FormAlert } from "../form/form-alert.tsx";
import { type Answers, answersOf, type EntryDraft, emptyEntry, errorsOf, interestsOf, isTooMany } from "./drafts.ts";

export function DeclareDialog(props: {
  readonly community: CommunityId;
  /** The last one, to begin with. */
  readonly last: Declaration | null;
  readonly onDone: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const text = useWords();
  const words = text.interests.form;
  const portal = usePortal();
  const toast = useToast();
  const [answers, setAnswers] = useState(() => answersOf(props.last));
  const [isChecked, setChecked] = useState(false);
  const [failure, setFailure] = useState<{ readonly words: string } | null>(null);
  const [busy, setBusy] = useState(false);

  const send = async (): Promise<void> => {
    const interests = interestsOf(answers, text);
    setChecked(true);
    if (interests === null || isTooMany(answers)) {
      setFailure({ words: interests === null ? words.whole : words.tooMany });
      return;
    }
    setBusy(true);
    try {
      await portal.api.interests.declare(props.community, interests);
      toast({ message: words.done });
      props.onDone();
      props.onClose();
    } catch (reason) {
      setFailure({ words: describePortalFailure(reason, text, text.interests.codes) });
      setBusy(false);
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!busy) {
      void send();
    }
  };
  const answer = (item: InterestItem, entries: Answers[InterestItem]): void =>
    setAnswers((before) => ({ ...before, [item]: entries }));
  return (
    <Dialog title={words.title} onClose={props.onClose} size="xl">
      <form className="dialog-form declare" noValidate onSubmit={submit}>
        <FormAlert words={failure?.words ?? null} cause={failure} />
        <p className="dialog-lead">{words.lead}</p>
        {interestItems.map((item) => (
          <ItemFields
            key={item}
            item={item}
            entries={answers[item]}
            isChecked={isChecked}
            onChange={(entries) => answer(item, entries)}
          />
        ))}
        <div className="dialog-actions">
          <Button variant="default" onClick={props.onClose}>
            {text.common.cancel}
          </Button>
          <Button type="submit" loading={busy}>
            {words.submit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function ItemFields(props: {
  readonly item: InterestItem;
  readonly entries: readonly EntryDraft[] | null;
  readonly isChecked: boolean;
  readonly onChange: (entries: readonly EntryDraft[]) => void;
}): ReactNode {
  const { item, entries, isChecked, onChange } = props;
  const words = useWords().interests;
  const { label, hint } = words.items[item];
  const some = entries !== null && entries.length > 0;
  return (
    <div className="declare__item">
      <Choices
        legend={label}
        hint={hint}
        inRow
        value={entries === null ? "" : some ? "some" : "none"}
        choices={[
          { value: "none", label: words.form.none },
          { value: "some", label: words.form.some },
        ]}
        error={isChecked && entries === null ? words.form.unanswered : null}
        onChange={(value) => onChange(value === "some" ? [emptyEntry()] : [])}
      />
      {some && (
        <>
          {entries.map((entry, at) => (
            <EntryFields
              key={entry.key}
              legend={words.form.entryLegend(label, at + 1)}
              removeLabel={words.form.remove(at + 1)}
              entry={entry}
              isChecked={isChecked}
              onChange={(next) => onChange(entries.map((each) => (each.key === entry.key ? next : each)))}
              onRemove={() => onChange(entries.filter(({ key }) => key !== entry.key))}
            />
          ))}
          <Button variant="default" size="compact-md" onClick={() => onChange([...entries, emptyEntry()])}>
            {words.form.add}
          </Button>
        </>
      )}
    </div>
  );
}

function EntryFields(props: {
  readonly legend: string;
  readonly removeLabel: string;
  readonly entry: EntryDraft;
  readonly isChecked: boolean;
  readonly onChange: (entry: EntryDraft) => void;
  readonly onRemove: () => void;
}): ReactNode {
  const { entry, onChange } = props;
  const text = useWords();
  const words = text.interests.form;
  const errors = props.isChecked ? errorsOf(entry, text) : {};
  const field = (
    name: "organisation" | "purpose" | "from" | "until",
  ): { value: string; error: string | undefined; onChange: (event: { currentTarget: { value: string } }) => void } => ({
    value: entry[name],
    error: errors[name],
    onChange: (event) => onChange({ ...entry, [name]: event.currentTarget.value }),
  });
  return (
    <fieldset className="declare__entry">
      <legend className="visually-hidden">{props.legend}</legend>
      <TextInput {...field("organisation")} label={words.organisation} className="declare__wide" />
      <TextInput {...field("purpose")} label={words.purpose} className="declare__wide" />
      <NativeSelect
        label={words.amount}
        value={entry.amount}
        data={[
          { value: "", label: words.noAmount },
          ...amounts.map((value) => ({ value: value as string, label: text.interests.amounts[value] })),
        ]}
        onChange={(event) => onChange({ ...entry, amount: event.currentTarget.value })}
      />
      <TextInput {...field("from")} label={words.from} placeholder={words.monthHint} />
      <TextInput {...field("until")} label={words.until} placeholder={words.monthHint} />
      <Checkbox
        label={words.ongoing}
        checked={entry.ongoing}
        onChange={(event) => onChange({ ...entry, ongoing: event.currentTarget.checked })}
      />
      <CloseButton aria-label={props.removeLabel} onClick={props.onRemove} className="declare__remove" />
    </fieldset>
  );
}
