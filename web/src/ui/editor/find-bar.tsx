/** Find and replace, over the text. */
import { ActionIcon, Button, Checkbox, CloseButton, TextInput } from "@mantine/core";
import { ArrowDown, ArrowUp } from "lucide-react";
import { type KeyboardEvent, type MouseEvent, type ReactNode, useEffect, useRef, useState } from "react";
import {
  type Editor,
  type FindQuery,
  findKey,
  noQuery,
  replaceAll,
  replaceCurrent,
  setFindQuery,
  stepFind,
} from "../../editor/index.ts";
import { useWords } from "../context.tsx";
import { hasMod } from "../shell/keys.ts";
import { useToast } from "../shell/toast.tsx";
import { useEditorState } from "./use-editor.ts";

/** Screens up to this width, in pixels, show what is asked for only. */
const PHONE_PX = 480;

export function FindBar(props: {
  readonly editor: Editor;
  readonly readOnly: boolean;
  readonly onClose: () => void;
  /** What is looked for at first; what is selected, where it is empty. */
  readonly begin: string;
  /** Rises each time find is asked for: the field is focused again. */
  readonly summons: number;
}): ReactNode {
  const { editor, readOnly, onClose, summons, begin } = props;
  const text = useWords();
  const toast = useToast();
  const field = useRef<HTMLInputElement>(null);
  const [query, setQuery] = useState<FindQuery>(() => ({
    ...noQuery,
    text: begin === "" ? selectedText(editor) : begin,
  }));
  /** Whether something was typed into a field since something was replaced. */
  const typedLast = useRef(true);
  const [replacement, setReplacement] = useState("");
  // On a phone the text needs the room more.
  const [replacing, setReplacing] = useState(() => window.innerWidth > PHONE_PX);
  const { total, current } = useEditorState(editor, ({ state }) => {
    const find = findKey.getState(state);
    return { total: find?.matches.length ?? 0, current: find?.current ?? -1 };
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new summons means focusing again.
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, [summons]);

  useEffect(() => setFindQuery(editor.view, query), [editor, query]);

  // A disabled button would drop the focus onto the page, and every key with it, as soon as the last match is gone.
  const idle = total === 0 ? { "data-disabled": true, "aria-disabled": true } : {};

  const replace = (act: () => void) => (event: MouseEvent<HTMLElement>) => {
    if (total > 0) {
      // Not every browser does so by itself.
      event.currentTarget.focus();
      act();
      typedLast.current = false;
    }
  };

  const close = (): void => {
    const match = findKey.getState(editor.state)?.matches[current];
    setFindQuery(editor.view, noQuery);
    if (match !== undefined) {
      editor.commands.setTextSelection({ from: match.from, to: match.to });
    }
    // At once, not with the next frame: what is typed now belongs to the text.
    editor.view.focus();
    onClose();
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape") {
      event.preventDefault();
      close();
    }
    // Of what was typed into a field the field takes care, of what was replaced in the text the text.
    const key = event.key.toLowerCase();
    if (hasMod(event.nativeEvent) && !event.altKey && (key === "z" || key === "y") && !typedLast.current) {
      event.preventDefault();
      if (key === "y" || event.shiftKey) {
        editor.commands.redo();
      } else {
        editor.commands.undo();
      }
    }
  };

  return (
    <search className="find-bar" aria-label={text.find.label} onKeyDown={onKeyDown}>
      <div className="find-bar__row">
        <TextInput
          ref={field}
          className="find-bar__field"
          aria-label={text.find.find}
          placeholder={text.find.find}
          value={query.text}
          onChange={(event) => {
            typedLast.current = true;
            setQuery({ ...query, text: event.currentTarget.value });
          }}
          onKeyDown={(event) => {
            if (event.key === "Enter") {
              event.preventDefault();
              stepFind(editor.view, event.shiftKey ? -1 : 1);
            }
          }}
        />
        <span className="find-bar__count" role="status">
          {query.text === "" ? "" : text.find.count(current + 1, total)}
        </span>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={36}
          {...idle}
          aria-label={text.find.previous}
          onClick={() => stepFind(editor.view, -1)}
        >
          <ArrowUp size={18} aria-hidden="true" />
        </ActionIcon>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={36}
          {...idle}
          aria-label={text.find.next}
          onClick={() => stepFind(editor.view, 1)}
        >
          <ArrowDown size={18} aria-hidden="true" />
        </ActionIcon>
        <CloseButton size={36} iconSize={20} aria-label={text.find.close} onClick={close} />
      </div>
      {!readOnly && replacing && (
        <div className="find-bar__row find-bar__row--replace">
          <TextInput
            className="find-bar__field"
            aria-label={text.find.replace}
            placeholder={text.find.replace}
            value={replacement}
            onChange={(event) => {
              typedLast.current = true;
              setReplacement(event.currentTarget.value);
            }}
            onKeyDown={(event) => {
              if (event.key === "Enter") {
                event.preventDefault();
                typedLast.current = !replaceCurrent(editor.view, replacement) && typedLast.current;
              }
            }}
          />
          <Button
            variant="default"
            size="sm"
            {...idle}
            onClick={replace(() => replaceCurrent(editor.view, replacement))}
          >
            {text.find.replaceOne}
          </Button>
          <Button
            variant="default"
            size="sm"
            {...idle}
            onClick={replace(() => toast({ message: text.find.replaced(replaceAll(editor.view, replacement)) }))}
          >
            {text.find.replaceAll}
          </Button>
        </div>
      )}
      <div className="find-bar__options">
        {!readOnly && !replacing && (
          <Button variant="subtle" size="compact-sm" onClick={() => setReplacing(true)}>
            {text.find.showReplace}
          </Button>
        )}
        <Checkbox
          size="sm"
          label={text.find.matchCase}
          checked={query.matchCase}
          onChange={(event) => setQuery({ ...query, matchCase: event.currentTarget.checked })}
        />
        <Checkbox
          size="sm"
          label={text.find.wholeWord}
          checked={query.wholeWord}
          onChange={(event) => setQuery({ ...query, wholeWord: event.currentTarget.checked })}
        />
      </div>
    </search>
  );
}

/** What is selected, when it is short enough to be looked for. */
function selectedText(editor: Editor): string {
  const { from, to } = editor.state.selection;
  const text = editor.state.doc.textBetween(from, to, "\n");
  return text.length <= 80 && !text.includes("\n") ? text : "";
}
