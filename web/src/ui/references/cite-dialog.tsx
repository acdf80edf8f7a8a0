/** Cites references of the document at the caret, or changes the citation that is selected. */
import { Button, MultiSelect, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useMemo, useState } from "react";
import { Link } from "wouter";
import { type Editor, LOCATOR_LENGTH_MAX, selectedCitation } from "../../editor/index.ts";
import { type Item, type Library, type ReferenceId, shortNameOf } from "../../references/index.ts";
import { useWords } from "../context.tsx";
import { Dialog } from "../shell/dialog.tsx";
import { withEveryWord } from "./offered.ts";

/** The most references of one citation. */
const CITED_MAX = 20;

export function CiteDialog(props: {
  readonly editor: Editor;
  readonly library: Library;
  /** The page where references are added. */
  readonly page: string;
  readonly onClose: () => void;
}): ReactNode {
  const { editor, library, page, onClose } = props;
  const text = useWords();
  const words = text.references;
  const [before] = useState(() => selectedCitation(editor.state));
  const [chosen, setChosen] = useState<readonly string[]>(before?.refs ?? []);
  const [locator, setLocator] = useState(before?.locator ?? "");
  const offered = useMemo(() => {
    const known = [...library.items].map(([value, item]) => ({ value: value as string, label: optionOf(item) }));
    const gone = (before?.refs ?? []).filter((id) => !library.items.has(id as ReferenceId));
    return [...known, ...gone.map((id) => ({ value: id, label: words.missing(before?.label ?? "") }))];
  }, [library, before, words]);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (chosen.length === 0) {
      return;
    }
    onClose();
    const named = chosen.map((id) => {
      const item = library.items.get(id as ReferenceId);
      return item === undefined ? (before?.label ?? "?") : shortNameOf(item);
    });
    editor
      .chain()
      .focus(undefined, { scrollIntoView: false })
      .cite({
        refs: chosen.join(" "),
        locator: chosen.length === 1 ? locator.trim().slice(0, LOCATOR_LENGTH_MAX) : "",
        label: [...new Set(named)].join("; ").slice(0, 400),
      })
      .run();
    editor.view.focus();
  };

  return (
    <Dialog title={before === null ? words.cite : words.changeCitation} onClose={onClose} returnFocus={false}>
      {offered.length === 0 ? (
        <>
          <p>{words.nothingToCite}</p>
          <div className="dialog-actions">
            <Button component={Link} href={page}>
              {words.toPage}
            </Button>
          </div>
        </>
      ) : (
        <form className="dialog-form" onSubmit={submit} noValidate>
          <MultiSelect
            label={words.which}
            description={words.whichHint}
            placeholder={chosen.length === 0 ? words.find : ""}
            data={offered}
            filter={withEveryWord}
            maxValues={CITED_MAX}
            searchable
            clearable
            hidePickedOptions
            nothingFoundMessage={words.noneFound}
            data-autofocus
            value={[...chosen]}
            onChange={setChosen}
          />
          {chosen.length <= 1 && (
            <TextInput
              label={words.locator}
              description={words.locatorHint}
              maxLength={LOCATOR_LENGTH_MAX}
              autoComplete="off"
              value={locator}
              onChange={(event) => setLocator(event.currentTarget.value)}
            />
          )}
          <div className="dialog-actions">
            <Link href={page}>{words.toPage}</Link>
            <Button type="submit" disabled={chosen.length === 0}>
              {before === null ? words.citeNow : words.apply}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

/** What an option says: who, when, and what it is called. */
function optionOf(item: Item): string {
  const name = shortNameOf(item);
  return item.title === undefined || item.author === undefined ? name : `${name}. ${item.title}`;
}
