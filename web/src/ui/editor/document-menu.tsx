/** What can be done with the document as a whole. */
import { ActionIcon, Menu } from "@mantine/core";
import {
  Archive,
  Clipboard,
  Download,
  EllipsisVertical,
  FileInput,
  GitMerge,
  History,
  Keyboard,
  Link2,
  ListTree,
  Printer,
  Search,
  Trash2,
  UserPen,
} from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import type { Editor } from "../../editor/index.ts";
import { readLibrary } from "../../references/index.ts";
import { type DocumentName, type ReplicaDocument, readTitle } from "../../sync/index.ts";
import type { Comments } from "../comments/use-comments.ts";
import type { WrittenBy } from "../comments/use-written-by.ts";
import { useApp, useLanguage, useWords } from "../context.tsx";
import { describeFileFailure, describeImported, FILE_ACCEPT } from "../documents/file-words.ts";
import { useFileDrop } from "../hooks/use-file-drop.ts";
import { useReach } from "../hooks/use-reach.ts";
import { piece } from "../pieces.ts";
import { writtenCitations } from "../references/written.ts";
import { IN_HEAD } from "../shell/in-head.ts";
import { ReasonedItem } from "../shell/reasoned-item.tsx";
import { useShortcutSheet } from "../shell/shortcut-sheet-host.tsx";
import { useToast } from "../shell/toast.tsx";
import { describeFailure } from "../words/failure.ts";
import { DownloadDialog } from "./download-dialog.tsx";
import type { QuestionsInText } from "./editor-page.tsx";

const loadFiles = piece(() => import("../../editor/formats/files.ts"));
const loadWritingOut = piece(() => import("../../editor/written-out.ts"));
const loadMarkdownWriter = piece(() => import("../../editor/formats/markdown-write.ts"));

export function DocumentMenu(props: {
  readonly name: DocumentName;
  readonly document: ReplicaDocument;
  readonly editor: Editor;
  readonly readOnly: boolean;
  /** Whether something of this document is set aside on this device. */
  readonly hasAside: boolean;
  /** Whether it lies in the bin already. */
  readonly isBinned: boolean;
  /** The page that lists it. */
  readonly home: string;
  /** The page of its past; `null` where there is none. */
  readonly history: string | null;
  /** What can be done besides. */
  readonly further: ReactNode;
  /** Whether this is somebody’s proposal: it is discarded, and never in the bin. */
  readonly isBranch: boolean;
  readonly onFind: () => void;
  readonly onOutline: () => void;
  /** Shows what came together after the last offline spell; `null` where there was none. */
  readonly onMergeReview: (() => void) | null;
  /** Shows and hides who wrote what, where that is known. */
  readonly writtenBy: WrittenBy | null;
  /** What is said about the text; `null` where nobody can say anything. */
  readonly comments: Comments | null;
  /** The clinical questions in the text; `null` where there are none. */
  readonly questions: QuestionsInText | null;
}): ReactNode {
  const { name, document: open, editor, readOnly } = props;
  const text = useWords();
  const language = useLanguage();
  const { session } = useApp();
  const [, navigate] = useLocation();
  const toast = useToast();
  const showShortcuts = useShortcutSheet();
  const reachable = useReach();
  const chooser = useRef<HTMLInputElement>(null);
  const [downloading, setDownloading] = useState(false);
  const items = text.editor.menuItems;

  const markdown = async (): Promise<string> => {
    const { doc: body } = editor.state;
    const library = readLibrary(open.doc);
    const [{ writeMarkdown }, { writeOut }, said, asked] = await Promise.all([
      loadMarkdownWriter(),
      loadWritingOut(),
      writtenCitations(body, library, language, text.references),
      props.questions?.write(body, library) ?? null,
    ]);
    return writeMarkdown(writeOut(body, said, asked).body, readTitle(open.doc));
  };

  const pieceMissing = (): void => toast({ message: text.common.pieceMissing, tone: "alarm" });

  const copy = async (content: string, done: string): Promise<void> => {
    try {
      await navigator.clipboard.writeText(content);
      toast({ message: done });
    } catch {
      toast({ message: text.common.copyFailed, tone: "alarm" });
    }
  };

  const insertFile = async (file: File): Promise<void> => {
    try {
      const { readFile } = await loadFiles();
      const { whole, picturesLeftOut, leftOut } = await readFile(file, { picture: text.pictures.inPlace });
      editor.chain().focus().insertContent(whole.content.toJSON()).run();
      toast({ message: describeImported(text.editor.inserted(file.name, picturesLeftOut), leftOut, text) });
    } catch (error) {
      toast({ message: describeFileFailure(error, file.name, text), tone: "alarm" });
    }
  };

  const insertDropped = async (files: readonly File[]): Promise<void> => {
    const pictures = files.filter(({ type }) => type.startsWith("image/"));
    for (const file of files.filter((dropped) => !pictures.includes(dropped))) {
      await insertFile(file);
    }
    if (pictures.length > 0) {
      toast({ message: text.pictures.leftOut(pictures.length) });
    }
  };
  useFileDrop(readOnly ? null : (files) => void insertDropped(files));

  const restore = async (): Promise<void> => {
    try {
      await session.api.restore(name);
      navigate(`/d/${encodeURIComponent(name)}`);
    } catch (error) {
      toast({ message: describeFailure(error, text.api), tone: "alarm" });
    }
  };

  const remove = async (): Promise<void> => {
    const title = readTitle(open.doc);
    try {
      await session.api.remove(name);
      navigate(props.home);
      toast({
        message: text.editor.binned(title === "" ? text.common.untitled : title),
        action: { label: text.common.undo, run: () => void restore() },
      });
    } catch (error) {
      toast({ message: describeFailure(error, text.api), tone: "alarm" });
    }
  };

  const icon = (Icon: typeof Search): ReactNode => <Icon size={16} aria-hidden="true" />;

  return (
    <>
      <input
        ref={chooser}
        type="file"
        hidden
        accept={FILE_ACCEPT}
        data-testid="insert-file"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = "";
          if (file !== undefined) {
            void insertFile(file);
          }
        }}
      />
      <Menu {...IN_HEAD} width={260}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={40} aria-label={text.editor.menu}>
            <EllipsisVertical size={20} aria-hidden="true" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={icon(Search)} onClick={props.onFind}>
            {items.find}
          </Menu.Item>
          <Menu.Item className="menu-outline" leftSection={icon(ListTree)} onClick={props.onOutline}>
            {items.outline}
          </Menu.Item>
          {!readOnly && (
            <Menu.Item leftSection={icon(FileInput)} onClick={() => chooser.current?.click()}>
              {items.insertFile}
            </Menu.Item>
          )}
          {props.history !== null && (
            <Menu.Item component={Link} href={props.history} leftSection={icon(History)}>
              {text.history.menuItem}
            </Menu.Item>
          )}
          {props.onMergeReview !== null && (
            <Menu.Item leftSection={icon(GitMerge)} onClick={props.onMergeReview}>
              {text.mergeReview.menuItem}
            </Menu.Item>
          )}
          {props.writtenBy !== null && (
            <Menu.Item leftSection={icon(UserPen)} onClick={props.writtenBy.toggle}>
              {props.writtenBy.isOn ? text.comments.hideWrittenBy : text.comments.writtenBy}
            </Menu.Item>
          )}
          <Menu.Divider />
          <Menu.Item leftSection={icon(Download)} onClick={() => setDownloading(true)}>
            {text.formats.menuItem}
          </Menu.Item>
          <Menu.Item
            leftSection={icon(Clipboard)}
            onClick={() => markdown().then((content) => copy(content, text.editor.copiedMarkdown), pieceMissing)}
          >
            {items.copyMarkdown}
          </Menu.Item>
          <Menu.Item leftSection={icon(Printer)} onClick={() => window.print()}>
            {items.print}
          </Menu.Item>
          <Menu.Item
            leftSection={icon(Link2)}
            onClick={() => void copy(`${location.origin}/d/${encodeURIComponent(name)}`, text.documents.copied)}
          >
            {items.copyLink}
          </Menu.Item>
          <Menu.Item leftSection={icon(Keyboard)} onClick={showShortcuts}>
            {items.shortcuts}
          </Menu.Item>
          {props.hasAside && (
            <Menu.Item component={Link} href={`/d/${encodeURIComponent(name)}/set-aside`} leftSection={icon(Archive)}>
              {items.setAside}
            </Menu.Item>
          )}
          {props.further}
          {!readOnly && !props.isBinned && !props.isBranch && (
            <>
              <Menu.Divider />
              <ReasonedItem
                danger
                icon={icon(Trash2)}
                label={items.delete}
                reason={reachable ? null : text.documents.needsServer}
                run={() => void remove()}
              />
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {downloading && (
        <DownloadDialog
          name={name}
          document={open}
          editor={editor}
          comments={props.comments}
          questions={props.questions}
          onClose={() => setDownloading(false)}
        />
      )}
    </>
  );
}
