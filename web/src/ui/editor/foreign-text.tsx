/** A text that holds something which the editor could not bear: what can be read of it, and what can be done. */
import { UnstyledButton } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import { createReader, readable, takeOut } from "../../editor/index.ts";
import { type ReplicaDocument, readTitle } from "../../sync/index.ts";
import { useWords } from "../context.tsx";
import { piece } from "../pieces.ts";
import { fileNameOf } from "../shell/file-name.ts";
import { Notice } from "../shell/notice.tsx";
import { saveFile } from "../shell/save-file.ts";
import { useToast } from "../shell/toast.tsx";

const loadMarkdownWriter = piece(() => import("../../editor/formats/markdown-write.ts"));

export function ForeignNotice(props: { readonly document: ReplicaDocument; readonly readOnly: boolean }): ReactNode {
  const { readOnly } = props;
  const { doc } = props.document;
  const text = useWords();
  const words = text.foreign;
  const toast = useToast();

  const download = async (): Promise<void> => {
    try {
      const { writeMarkdown } = await loadMarkdownWriter();
      const title = readTitle(doc);
      saveFile(fileNameOf(title, text.common.untitled), writeMarkdown(readable(doc), title), "text/markdown");
    } catch {
      toast({ message: text.common.pieceMissing, tone: "alarm" });
    }
  };

  return (
    <Notice
      tone="alarm"
      title={words.title}
      action={
        <>
          <UnstyledButton className="notice__button" onClick={() => void download()}>
            {words.download}
          </UnstyledButton>
          {!readOnly && (
            <UnstyledButton
              className="notice__button"
              onClick={() => {
                takeOut(doc);
                toast({ message: words.takenOut });
              }}
            >
              {words.takeOut}
            </UnstyledButton>
          )}
        </>
      }
    >
      {words.body} {readOnly ? words.todoReader : words.todoWriter}
    </Notice>
  );
}

/** The rest of the text, for reading, as it is now. */
export function ForeignText(props: { readonly document: ReplicaDocument }): ReactNode {
  const { doc } = props.document;
  const text = useWords();
  const place = useRef<HTMLDivElement>(null);
  const words = useRef({
    text: text.editor.text,
    taskLabel: text.toolbar.taskLabel,
    questionLabel: text.questions.block.inPlace,
  });

  useEffect(() => {
    const element = place.current;
    if (element === null) {
      return;
    }
    const reader = createReader({ text: readable(doc), element, words: words.current });
    const show = (): void => {
      reader.commands.setContent(readable(doc).toJSON());
    };
    doc.on("update", show);
    return () => {
      doc.off("update", show);
      reader.destroy();
    };
  }, [doc]);

  return <div ref={place} className="sheet__text" />;
}
