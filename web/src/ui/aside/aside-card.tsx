/** One matter that was set aside: what happened, what it means, what it says, and what can be done. */
import { Button, Menu } from "@mantine/core";
import { ChevronDown, Copy, Download, Trash2, Undo2 } from "lucide-react";
import { type ReactNode, useCallback, useContext, useEffect, useState } from "react";
import { Link } from "wouter";
import {
  type AsideMatter,
  canBeOfferedAgain,
  canKeepCopies,
  type DocumentName,
  type EditContent,
  HANDED_IN,
  type KeptCopy,
  type RefusedEdits,
} from "../../sync/index.ts";
import { useApp, useLanguage, useWords } from "../context.tsx";
import { useNow } from "../hooks/use-now.ts";
import { piece } from "../pieces.ts";
import { SuggestInstead } from "../portal/branches/suggest-instead.tsx";
import { SignedInContext } from "../portal/context.tsx";
import { useTombstone } from "../portal/for-good/use-tombstone.ts";
import { fileNameOf } from "../shell/file-name.ts";
import { saveFile } from "../shell/save-file.ts";
import { useToast } from "../shell/toast.tsx";
import { type AsideWords, describeAside, transcript, wordsIn } from "../words/aside.ts";
import { pointInTime, timeAgo } from "../words/time.ts";
import { DeleteDialog } from "./delete-dialog.tsx";
import { offerAgain } from "./offer-again.ts";
import { PassagesView } from "./passages-view.tsx";

const loadFiles = piece(() => import("../../editor/formats/files.ts"));

const MINUTE_MS = 60_000;

export function AsideCard(props: { readonly matter: AsideMatter; readonly onChange: () => void }): ReactNode {
  const { matter, onChange } = props;
  const text = useWords();
  const words = describeAside(matter, text);
  return matter.kind === "copy" ? (
    <CopyCard matter={matter} words={words} onChange={onChange} />
  ) : (
    <EditsCard matter={matter} words={words} onChange={onChange} />
  );
}

function EditsCard(props: {
  readonly matter: RefusedEdits;
  readonly words: AsideWords;
  readonly onChange: () => void;
}): ReactNode {
  const { matter, words, onChange } = props;
  const { document, ids } = matter;
  const text = useWords();
  const { replica } = useApp();
  const toast = useToast();
  const [deleting, setDeleting] = useState(false);
  const [busy, setBusy] = useState(false);
  const when = useWhen(matter.at);
  // The list is read again and again; the same ids are the same edits.
  const key = ids.join();
  const content = useContent(
    useCallback(() => replica.readSetAside(document, key.split(",").map(Number)), [replica, document, key]),
  );

  const offer = async (): Promise<void> => {
    setBusy(true);
    const outcome = await offerAgain(replica, document, ids);
    setBusy(false);
    const said = { back: text.aside.offered, nothing: text.aside.offeredNothing } as const;
    const failed = {
      dependent: text.aside.offerDependent,
      "read-only": text.aside.offerReadOnly,
      failed: text.aside.offerFailed,
    } as const;
    if (outcome === "back" || outcome === "nothing") {
      toast({ message: said[outcome] });
    } else {
      toast({ message: failed[outcome], tone: "alarm" });
    }
    onChange();
  };

  const discard = async (): Promise<void> => {
    try {
      await replica.discardSetAside(document, ids);
      toast({ message: text.aside.deleted });
    } catch {
      toast({ message: text.aside.failed, tone: "alarm" });
    }
    onChange();
  };

  return (
    <article className="aside-card" aria-label={`${words.title}. ${when}`}>
      <CardHead words={words} when={when} />
      <EditText content={content} />
      <div className="aside-card__actions">
        {matter.reason === "read-only" && (
          <SuggestInstead
            document={document}
            read={() => replica.readSetAside(document, ids)}
            forget={() => replica.discardSetAside(document, ids)}
            onFailure={onChange}
          />
        )}
        {canBeOfferedAgain(matter) && (
          <Button loading={busy} leftSection={<Undo2 size={16} aria-hidden="true" />} onClick={() => void offer()}>
            {text.aside.offer}
          </Button>
        )}
        <Takeaway content={content} document={document} title={matter.title} when={when} />
        <Button
          variant="subtle"
          className="menu-danger"
          leftSection={<Trash2 size={16} aria-hidden="true" />}
          onClick={() => setDeleting(true)}
        >
          {text.aside.delete}
        </Button>
      </div>
      {deleting && (
        <DeleteDialog
          body={
            matter.reason === HANDED_IN
              ? text.leftBehind.forget
              : matter.onServer === "all"
                ? text.aside.deleteServerBody
                : text.aside.deleteBody
          }
          onDelete={() => void discard()}
          onClose={() => setDeleting(false)}
        />
      )}
    </article>
  );
}

function CopyCard(props: {
  readonly matter: KeptCopy;
  readonly words: AsideWords;
  readonly onChange: () => void;
}): ReactNode {
  const { matter, words, onChange } = props;
  const { copy, unconfirmed } = matter;
  const text = useWords();
  const { replica, session } = useApp();
  const toast = useToast();
  const [deleting, setDeleting] = useState(false);
  const when = useWhen(matter.at, "changed");

  const act = async (work: () => Promise<void>, done: string): Promise<void> => {
    try {
      await work();
      toast({ message: done });
    } catch {
      toast({ message: text.aside.failed, tone: "alarm" });
    }
    onChange();
  };

  return (
    <article className="aside-card" aria-label={`${words.title}. ${when}`}>
      <CardHead words={words} when={when} />
      <div className="aside-card__actions">
        <Button component={Link} href={`/d/${encodeURIComponent(copy)}`}>
          {text.problems.forkedLink}
        </Button>
        {canKeepCopies(session) && (
          <Button variant="default" onClick={() => void act(() => replica.keepFork(copy), text.problems.copyKept)}>
            {text.problems.copyKeep}
          </Button>
        )}
        <Button
          variant="subtle"
          className="menu-danger"
          leftSection={<Trash2 size={16} aria-hidden="true" />}
          onClick={() => setDeleting(true)}
        >
          {text.aside.delete}
        </Button>
      </div>
      {deleting && (
        <DeleteDialog
          body={unconfirmed > 0 ? text.aside.deleteCopyHere : text.aside.deleteCopyThere}
          onDelete={() =>
            void act(() => replica.forget(copy, { discardUnconfirmed: unconfirmed > 0 }), text.aside.deleted)
          }
          onClose={() => setDeleting(false)}
        />
      )}
    </article>
  );
}

/** Edits that wait for the server: nothing has happened to them yet, but they can be read and taken away. */
export function UnsentCard(props: {
  readonly document: DocumentName;
  readonly title: string;
  readonly count: number;
}): ReactNode {
  const { document, title, count } = props;
  const text = useWords();
  const { replica } = useApp();
  // biome-ignore lint/correctness/useExhaustiveDependencies: more edits mean reading again.
  const content = useContent(useCallback(() => replica.readUnsent(document), [replica, document, count]));
  const branch = useContext(SignedInContext)?.memory.branch(document) ?? null;
  const toast = useToast();
  const language = useLanguage();
  const stone = useTombstone(document);
  const [deleting, setDeleting] = useState(false);
  const discard = async (): Promise<void> => {
    try {
      await replica.forget(document, { discardUnconfirmed: true });
      toast({ message: text.aside.deleted });
    } catch {
      toast({ message: text.aside.failed, tone: "alarm" });
    }
  };
  const isClosed = branch !== null && branch.state !== "open";
  const unsentMeans =
    stone === null
      ? text.aside.unsentMeans
      : text.forGood.gone.kept(stone.deletedBy, pointInTime(stone.deletedAt, language));
  const words: AsideWords = {
    title: isClosed ? text.aside.editsTitle(count) : text.aside.unsentTitle(count),
    happened: isClosed ? text.branches.late.happened : text.aside.unsentHappened,
    means: isClosed ? text.branches.late.means : unsentMeans,
    todo: isClosed ? text.branches.late.todo : "",
  };
  return (
    <article className="aside-card" aria-label={words.title}>
      <CardHead words={words} when={null} />
      <EditText content={content} />
      <div className="aside-card__actions">
        <SuggestInstead
          document={document}
          read={() => replica.readUnsent(document)}
          forget={() => replica.forget(document, { discardUnconfirmed: true })}
          onFailure={() => undefined}
        />
        <Takeaway content={content} document={document} title={title} when="" />
        {isClosed && (
          <Button
            variant="subtle"
            className="menu-danger"
            leftSection={<Trash2 size={16} aria-hidden="true" />}
            onClick={() => setDeleting(true)}
          >
            {text.aside.delete}
          </Button>
        )}
      </div>
      {deleting && (
        <DeleteDialog body={text.aside.deleteBody} onDelete={() => void discard()} onClose={() => setDeleting(false)} />
      )}
    </article>
  );
}

function CardHead(props: { readonly words: AsideWords; readonly when: string | null }): ReactNode {
  const { words, when } = props;
  return (
    <>
      <h3>{words.title}</h3>
      {when !== null && <p className="aside-card__when">{when}</p>}
      <p>
        {words.happened} {words.means} {words.todo}
      </p>
    </>
  );
}

function EditText(props: { readonly content: EditContent | null }): ReactNode {
  const text = useWords();
  return props.content === null ? null : (
    <>
      <h4>{text.aside.text}</h4>
      <PassagesView content={props.content} />
    </>
  );
}

/** The ways to keep a copy elsewhere. */
function Takeaway(props: {
  readonly content: EditContent | null;
  readonly document: DocumentName;
  readonly title: string;
  readonly when: string;
}): ReactNode {
  const { content, when } = props;
  const text = useWords();
  const toast = useToast();
  const title = props.title === "" ? text.common.untitled : props.title;
  if (content === null) {
    return null;
  }
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(wordsIn(content));
      toast({ message: text.aside.copied });
    } catch {
      toast({ message: text.common.copyFailed, tone: "alarm" });
    }
  };
  const download = async (what: "text" | "whole"): Promise<void> => {
    try {
      const { markdownOf } = await loadFiles();
      const name = fileNameOf(`${title} ${text.aside.pageTitle}`, text.common.untitled);
      if (what === "whole") {
        saveFile(name, markdownOf([...content.base, ...content.updates]), "text/markdown");
      } else {
        const head = text.aside.fileHead(title, when);
        saveFile(name.replace(/\.md$/, ".txt"), `${head}\n\n${transcript(content, text.aside)}\n`, "text/plain");
      }
    } catch {
      toast({ message: text.common.pieceMissing, tone: "alarm" });
    }
  };
  return (
    <>
      <Button variant="default" leftSection={<Copy size={16} aria-hidden="true" />} onClick={() => void copy()}>
        {text.aside.copy}
      </Button>
      <Menu width={300} position="bottom-start">
        <Menu.Target>
          <Button
            variant="default"
            leftSection={<Download size={16} aria-hidden="true" />}
            rightSection={<ChevronDown size={14} aria-hidden="true" />}
          >
            {text.aside.download}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => void download("text")}>{text.aside.downloadText}</Menu.Item>
          <Menu.Item onClick={() => void download("whole")}>{text.aside.downloadWhole}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

function useWhen(at: number, verb: "at" | "changed" = "at"): string {
  const text = useWords();
  const language = useLanguage();
  const now = useNow(MINUTE_MS);
  return at === 0 ? text.aside.before : text.aside[verb](timeAgo(at, now, language));
}

/** The content of edits; `null` until it has been read, or when it cannot be. `read` is called when it changes. */
function useContent(read: () => Promise<EditContent | null>): EditContent | null {
  const [content, setContent] = useState<EditContent | null>(null);
  useEffect(() => {
    let current = true;
    read().then(
      (found) => current && setContent(found),
      () => current && setContent(null),
    );
    return () => {
      current = false;
    };
  }, [read]);
  return content;
}
