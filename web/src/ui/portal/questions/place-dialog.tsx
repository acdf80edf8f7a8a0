/** Puts a clinical question into the text: one that there is, or one that is begun here. */
import { Button, Loader, Select, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useCallback, useState } from "react";
import { type Editor, questionsIn } from "../../../editor/index.ts";
import { type DocumentName, isUnreachable, parseQuestionId, type QuestionId } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { usePortal, useSignedIn } from "../context.tsx";
import { FormAlert } from "../form/form-alert.tsx";
import { useAsked } from "../use-asked.ts";
import { QUESTION_TITLE_MAX } from "./questions-page.tsx";

/** The choice that begins a question. */
const ANOTHER = "another";

export function PlaceDialog(props: {
  readonly document: DocumentName;
  readonly editor: Editor;
  readonly onClose: () => void;
}): ReactNode {
  const { document, editor, onClose } = props;
  const text = useWords();
  const words = text.questions.block;
  const portal = usePortal();
  const { memory } = useSignedIn();
  const [chosen, setChosen] = useState<string | null>(null);
  const [title, setTitle] = useState("");
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const [placed] = useState(() => new Set(questionsIn(editor.state.doc).map(({ id }) => id)));
  const { value: questions, error } = useAsked(
    useCallback((signal: AbortSignal) => portal.api.questions.of(document, signal), [portal, document]),
    useCallback(() => memory.questions(document), [memory, document]),
    "once",
  );
  const isLost = isUnreachable(error);
  const wrong = failed ?? (isLost ? null : error);
  const offered = (questions ?? [])
    .filter(({ binnedAt }) => binnedAt === null)
    .map(({ id, title: called }) => {
      const shown = called === "" ? words.untitled : called;
      return { value: id as string, label: placed.has(id) ? words.alreadyPlaced(shown) : shown };
    });
  const begins = chosen === ANOTHER || (offered.length === 0 && questions !== null && !isLost);

  const put = (id: QuestionId): void => {
    onClose();
    editor.chain().focus(undefined, { scrollIntoView: false }).placeQuestion(id).run();
    editor.view.focus();
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!begins) {
      const id = chosen === null ? null : parseQuestionId(chosen);
      if (id !== null) {
        put(id);
      }
      return;
    }
    if (title.trim() === "" || busy) {
      return;
    }
    setBusy(true);
    setFailed(null);
    try {
      put(await portal.api.questions.make(document, title.trim()));
    } catch (reason) {
      setFailed(reason);
      setBusy(false);
    }
  };

  return (
    <Dialog title={words.dialogTitle} onClose={onClose} returnFocus={false}>
      <form className="dialog-form" onSubmit={(event) => void submit(event)} noValidate>
        <FormAlert
          words={wrong === null ? null : describePortalFailure(wrong, text, text.questions.codes)}
          cause={wrong}
        />
        <p>{words.dialogLead}</p>
        {isLost && <p>{words.offline}</p>}
        {questions === null && error === null && <Loader size="sm" role="img" aria-label={text.common.loading} />}
        {offered.length > 0 && (
          <Select
            label={words.which}
            placeholder={words.choose}
            data={[...offered, ...(isLost ? [] : [{ value: ANOTHER, label: words.another }])]}
            searchable
            data-autofocus
            value={chosen}
            onChange={setChosen}
          />
        )}
        {begins && (
          <TextInput
            label={text.questions.newLabel}
            placeholder={text.questions.newPlaceholder}
            maxLength={QUESTION_TITLE_MAX}
            value={title}
            onChange={(event) => setTitle(event.currentTarget.value)}
          />
        )}
        <div className="dialog-actions">
          <Button type="submit" loading={busy} disabled={begins ? title.trim() === "" : chosen === null}>
            {begins ? words.beginAndPlace : words.place}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
