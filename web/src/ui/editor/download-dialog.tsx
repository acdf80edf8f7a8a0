/** Takes the document along as a file, in one of several forms. All but the one for other software are made on this device. */
import { Button, Checkbox } from "@mantine/core";
import { type ReactNode, useId, useState } from "react";
import type { Editor } from "../../editor/index.ts";
import { readLibrary } from "../../references/index.ts";
import { type DocumentName, type ReplicaDocument, readTitle } from "../../sync/index.ts";
import { nameOf } from "../comments/names.ts";
import type { Comments } from "../comments/use-comments.ts";
import { useApp, useLanguage, useWords } from "../context.tsx";
import { piece } from "../pieces.ts";
import { writtenCitations } from "../references/written.ts";
import { Dialog } from "../shell/dialog.tsx";
import { fileNameOf } from "../shell/file-name.ts";
import { saveFile } from "../shell/save-file.ts";
import { useToast } from "../shell/toast.tsx";
import type { QuestionsInText } from "./editor-page.tsx";

const loadWritingOut = piece(() => import("../../editor/written-out.ts"));
const loadMarkdownWriter = piece(() => import("../../editor/formats/markdown-write.ts"));
const loadHtmlWriter = piece(() => import("../../editor/formats/html-write.ts"));
const loadWordWriter = piece(() => import("../../editor/word/index.ts"));

type Format = "word" | "html" | "markdown" | "fhir";

export function DownloadDialog(props: {
  readonly name: DocumentName;
  readonly document: ReplicaDocument;
  readonly editor: Editor;
  readonly comments: Comments | null;
  readonly questions: QuestionsInText | null;
  readonly onClose: () => void;
}): ReactNode {
  const { name, document: open, editor, comments, questions, onClose } = props;
  const text = useWords();
  const words = text.formats;
  const language = useLanguage();
  const { member, session } = useApp();
  const toast = useToast();
  const [withComments, setWithComments] = useState(true);
  const [busy, setBusy] = useState<Format | null>(null);
  const threads = comments?.discussion?.threads ?? [];

  /** Who wrote it, as far as this device knows. */
  const authors = (): readonly string[] => {
    const known = comments?.people.authorSource(name).recall() ?? [];
    const names = known.flatMap((author) => (author.name === null ? [] : [author.name]));
    const me = comments?.people.me.name ?? member.name;
    return [...new Set([...names, ...(names.length === 0 && me !== "" ? [me] : [])])];
  };

  const save = async (format: Format): Promise<void> => {
    const title = readTitle(open.doc);
    const { doc: shown } = editor.state;
    const library = readLibrary(open.doc);
    const [{ writeOut }, cited, asked] = await Promise.all([
      loadWritingOut(),
      writtenCitations(shown, library, language, text.references),
      questions?.write(shown, library) ?? null,
    ]);
    const { body, placeOf } = writeOut(shown, cited, asked);
    const called = (extension: string): string => fileNameOf(title, text.common.untitled, extension);
    switch (format) {
      case "word": {
        const { writeWord, wordThreads, WORD_MEDIA_TYPE } = await loadWordWriter();
        const discussion = comments?.discussion ?? null;
        const said =
          comments === null || discussion === null || !withComments
            ? []
            : wordThreads(threads, editor.state, (comment) => nameOf(comment, discussion, comments, text.comments));
        const moved = said.map((thread) => ({
          ...thread,
          range: thread.range && { from: placeOf(thread.range.from, 1), to: placeOf(thread.range.to, -1) },
        }));
        const options = { language, authors: authors(), at: Date.now(), threads: moved, since: null };
        saveFile(called("docx"), await writeWord({ title, body }, options), WORD_MEDIA_TYPE);
        break;
      }
      case "html": {
        const { writeHtml } = await loadHtmlWriter();
        const content = writeHtml(title, body, {
          language,
          authors: authors(),
          skip: words.skip,
          untitled: text.common.untitled,
          taskLabel: text.toolbar.taskLabel,
        });
        saveFile(called("html"), content, "text/html");
        break;
      }
      case "markdown": {
        const { writeMarkdown } = await loadMarkdownWriter();
        saveFile(called("md"), writeMarkdown(body, title), "text/markdown");
        break;
      }
      case "fhir":
        saveFile(called("fhir.json"), await session.api.fhir(name), "application/fhir+json");
    }
  };

  const download = async (format: Format): Promise<void> => {
    setBusy(format);
    try {
      await save(format);
      onClose();
    } catch {
      toast({ message: format === "fhir" ? words.fhirFailed : words.failed, tone: "alarm" });
      setBusy(null);
    }
  };

  const choice = (format: Format, hint: string): ReactNode => (
    <Choice
      label={words[format]}
      hint={hint}
      isBusy={busy === format}
      isIdle={busy === null}
      run={() => void download(format)}
    />
  );

  return (
    <Dialog title={words.title} onClose={onClose}>
      <div className="downloads">
        <p className="downloads__lead">{words.lead}</p>
        {choice("word", words.wordHint)}
        {threads.length > 0 && (
          <Checkbox
            className="downloads__option"
            label={words.withComments(threads.length)}
            checked={withComments}
            onChange={(event) => setWithComments(event.currentTarget.checked)}
          />
        )}
        {choice("html", words.htmlHint)}
        {choice("markdown", words.markdownHint)}
        {choice("fhir", words.fhirHint)}
      </div>
    </Dialog>
  );
}

function Choice(props: {
  readonly label: string;
  readonly hint: string;
  readonly isBusy: boolean;
  readonly isIdle: boolean;
  readonly run: () => void;
}): ReactNode {
  const hintId = useId();
  return (
    <div className="downloads__choice">
      <Button
        variant="default"
        loading={props.isBusy}
        disabled={!props.isIdle && !props.isBusy}
        aria-describedby={hintId}
        onClick={props.run}
      >
        {props.label}
      </Button>
      <p id={hintId} className="downloads__hint">
        {props.hint}
      </p>
    </div>
  );
}
