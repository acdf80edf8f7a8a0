/** A document that is open to everybody, for whoever has its address: its text, whose it is, printing, taking along. */
import "../../editor/editor.css";
import "../../editor/prose.css";
import "../../editor/print.css";
import "./public.css";
import { Button } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { Download, Printer } from "lucide-react";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import * as Y from "yjs";
import { takeOut } from "../../../editor/foreign.ts";
import type { Editor } from "../../../editor/index.ts";
import { createReader } from "../../../editor/reader.ts";
import { readLibrary } from "../../../references/index.ts";
import {
  ApiError,
  type DocumentName,
  isUnreachable,
  type PublicDocument,
  readPublic,
  readTitle,
} from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { piece } from "../../pieces.ts";
import { ReferenceList } from "../../references/reference-list.tsx";
import { useCitations } from "../../references/use-citations.ts";
import { useReferences } from "../../references/use-library.ts";
import { writtenCitations } from "../../references/written.ts";
import { fileNameOf } from "../../shell/file-name.ts";
import { MessagePage } from "../../shell/message-page.tsx";
import { Waiting } from "../../shell/plain-pages.tsx";
import { saveFile } from "../../shell/save-file.ts";
import { describePortalFailure } from "../../words/form-failure.ts";
import { dayOf } from "../../words/time.ts";
import { Tile } from "../community/tile.tsx";
import { usePortal } from "../context.tsx";
import { useDress } from "../look/use-look.ts";
import { useAsked } from "../use-asked.ts";

const loadWritingOut = piece(() => import("../../../editor/written-out.ts"));
const loadMarkdownWriter = piece(() => import("../../../editor/formats/markdown-write.ts"));

export default function PublicPage(props: { readonly name: DocumentName }): ReactNode {
  const { name } = props;
  const text = useWords();
  const words = text.joining.public;
  const portal = usePortal();
  const { value, error } = useAsked(
    useCallback((signal: AbortSignal) => readPublic(portal.rest, name, signal), [portal, name]),
    undefined,
    "once",
  );
  if (value !== null) {
    return <Read name={name} found={value} />;
  }
  if (error === null) {
    return <Waiting />;
  }
  const isGone = error instanceof ApiError && error.failure.kind === "not-found";
  return isGone ? (
    <MessagePage title={words.gone} body={words.goneBody} />
  ) : (
    <MessagePage
      title={isUnreachable(error) ? text.portal.unreachable.title : words.failed}
      body={describePortalFailure(error, text)}
    />
  );
}

function Read(props: { readonly name: DocumentName; readonly found: PublicDocument }): ReactNode {
  const { found } = props;
  const text = useWords();
  const words = text.joining.public;
  const language = useLanguage();
  const place = useRef<HTMLDivElement>(null);
  const [failed, setFailed] = useState(false);
  useDress(found.community.accent);
  const doc = useMemo(() => {
    const made = new Y.Doc();
    Y.applyUpdate(made, found.update);
    // Of this copy, which is nobody else’s: the reader could not bear it.
    takeOut(made);
    return made;
  }, [found]);
  const title = readTitle(doc).trim() || found.title.trim() || text.common.untitled;
  useDocumentTitle(`${title} – ${found.community.name}`);

  const { text: label } = text.editor;
  const { taskLabel } = text.toolbar;
  const { inPlace: questionLabel } = text.questions.block;
  const [shown, setShown] = useState<Editor | null>(null);
  useEffect(() => {
    if (place.current === null) {
      return;
    }
    const reader = createReader({ doc, element: place.current, label, taskLabel, questionLabel });
    setShown(reader);
    return () => {
      setShown(null);
      reader.destroy();
    };
  }, [doc, label, taskLabel, questionLabel]);
  const citations = useCitations(shown, useReferences(doc));
  useEffect(() => () => doc.destroy(), [doc]);

  const download = async (): Promise<void> => {
    // A reader of its own: what is shown belongs to the page.
    const reader = createReader({ doc, element: document.createElement("div"), label, taskLabel, questionLabel });
    try {
      const { doc: body } = reader.state;
      const [{ writeMarkdown }, { unseenQuestions, writeOut }, said] = await Promise.all([
        loadMarkdownWriter(),
        loadWritingOut(),
        writtenCitations(body, readLibrary(doc), language, text.references),
      ]);
      const markdown = writeMarkdown(writeOut(body, said, unseenQuestions(questionLabel)).body, title);
      saveFile(fileNameOf(title, text.common.untitled), markdown, "text/markdown");
      setFailed(false);
    } catch {
      setFailed(true);
    }
    reader.destroy();
  };

  return (
    <div className="public-page">
      <a className="skip-link" href="#text">
        {text.common.skipToContent}
      </a>
      <header className="public-head">
        <Tile name={found.community.name} accent={found.community.accent} logo={found.community.logo} size={40} />
        <p className="public-head__whose">
          <strong>{words.by(found.community.name)}</strong>
          <span>{words.edited(dayOf(found.updatedAt, language))}</span>
        </p>
        <div className="public-head__tools">
          <Button
            variant="default"
            leftSection={<Printer size={16} aria-hidden="true" />}
            onClick={() => window.print()}
          >
            {words.print}
          </Button>
          <Button
            variant="default"
            leftSection={<Download size={16} aria-hidden="true" />}
            onClick={() => void download()}
          >
            {words.download}
          </Button>
          {failed && <p role="alert">{text.common.pieceMissing}</p>}
        </div>
      </header>
      <main className="sheet" id="text" tabIndex={-1}>
        <h1 className="public-title">{title}</h1>
        <div ref={place} className="sheet__text" />
        <ReferenceList state={citations} />
      </main>
    </div>
  );
}
