/** The list of documents, each with what can be done with it. */
import { ActionIcon, Loader, Menu } from "@mantine/core";
import { Archive, CloudOff, EllipsisVertical, HardDriveDownload, Link2, PencilLine, Trash2 } from "lucide-react";
import { type ReactNode, useContext, useState } from "react";
import { Link } from "wouter";
import type { LibraryEntry } from "../../sync/index.ts";
import { useApp, useLanguage, useWords } from "../context.tsx";
import { useNow } from "../hooks/use-now.ts";
import { suggestionsPath } from "../portal/branches/paths.ts";
import { SignedInContext } from "../portal/context.tsx";
import { LogoMark } from "../shell/logo.tsx";
import { PrivacyIcon } from "../shell/privacy-icon.tsx";
import { ReasonedItem } from "../shell/reasoned-item.tsx";
import { useToast } from "../shell/toast.tsx";
import { describeFailure } from "../words/failure.ts";
import { timeAgo } from "../words/time.ts";
import { ForgetDialog } from "./forget-dialog.tsx";
import { RenameDialog } from "./rename-dialog.tsx";
import type { Library } from "./use-library.ts";

const MINUTE_MS = 60_000;

export function DocumentList(props: {
  readonly library: Library;
  readonly query: string;
  /** Whether each says whose it is: where they are of several communities. */
  readonly whose?: boolean;
}): ReactNode {
  const text = useWords();
  const { session } = useApp();
  const { entries } = props.library;
  if (entries === null) {
    return (
      <div className="documents__waiting" aria-busy="true">
        <Loader size="sm" role="img" aria-label={text.common.loading} />
      </div>
    );
  }
  if (entries.length === 0) {
    return props.query === "" ? (
      <Empty
        title={text.documents.emptyTitle}
        body={session.grants().newNamesBegin === null ? text.documents.emptyForLink : text.documents.emptyBody}
      />
    ) : (
      <Empty title={text.documents.emptySearchTitle} body={text.documents.emptySearchBody(props.query)} />
    );
  }
  return (
    <>
      <p className="visually-hidden" role="status">
        {text.documents.count(entries.length)}
      </p>
      <ul className="document-list">
        {entries.map((entry) => (
          <DocumentRow
            key={entry.name}
            entry={entry}
            whose={props.whose === true}
            reachable={props.library.reachable}
            refresh={props.library.refresh}
          />
        ))}
      </ul>
    </>
  );
}

export function Empty(props: {
  readonly title: string;
  readonly body: string;
  readonly action?: ReactNode;
}): ReactNode {
  return (
    <div className="empty">
      <LogoMark size={44} />
      <h2>{props.title}</h2>
      <p>{props.body}</p>
      {props.action}
    </div>
  );
}

function DocumentRow(props: {
  readonly entry: LibraryEntry;
  readonly whose: boolean;
  readonly reachable: boolean;
  readonly refresh: () => void;
}): ReactNode {
  const { entry, reachable, refresh } = props;
  const text = useWords();
  const language = useLanguage();
  const now = useNow(MINUTE_MS);
  const called = entry.title === "" ? text.common.untitled : entry.title;
  // A suggestion is a copy of its document, title and all.
  const branch = useContext(SignedInContext)?.memory.branch(entry.name) ?? null;
  const title = branch === null ? called : text.branches.list.suggestionFor(called);
  const path = `/d/${encodeURIComponent(entry.name)}`;
  return (
    <li className="document-row">
      <Link
        href={branch === null ? path : `${suggestionsPath(branch.document)}/${encodeURIComponent(entry.name)}`}
        className="document-row__link"
      >
        <span className={`document-row__title${entry.title === "" ? " document-row__title--untitled" : ""}`}>
          {title}
        </span>
        <span className="document-row__facts">
          <span>{text.documents.edited(timeAgo(entry.updatedAt, now, language))}</span>
          {props.whose && entry.community !== undefined && <span>{entry.community}</span>}
          <Whereabouts entry={entry} />
          <Remarks entry={entry} />
        </span>
      </Link>
      <RowMenu entry={entry} title={title} reachable={reachable} refresh={refresh} />
    </li>
  );
}

/** What else is to be said of it: who sees it, that it is a copy, or that edits of it are set aside. */
function Remarks(props: { readonly entry: LibraryEntry }): ReactNode {
  const text = useWords();
  const { copyOf, setAside, sharing } = props.entry;
  return (
    <>
      {sharing !== undefined && (
        <span className="fact">
          <PrivacyIcon privacy={sharing.privacy} />
          {text.portal.privacy[sharing.privacy]}
        </span>
      )}
      {copyOf !== null && (
        <span className="fact">
          <Archive size={14} aria-hidden="true" />
          {text.aside.isCopy}
        </span>
      )}
      {setAside > 0 && (
        <span className="fact fact--busy">
          <Archive size={14} aria-hidden="true" />
          {text.aside.count(setAside)}
        </span>
      )}
    </>
  );
}

function Whereabouts(props: { readonly entry: LibraryEntry }): ReactNode {
  const text = useWords();
  const { entry } = props;
  if (entry.where === "here") {
    return (
      <span className="fact fact--busy">
        <CloudOff size={14} aria-hidden="true" />
        {text.documents.onlyHere}
      </span>
    );
  }
  if (entry.unconfirmed > 0) {
    return (
      <span className="fact fact--busy">
        <CloudOff size={14} aria-hidden="true" />
        {text.documents.waiting}
      </span>
    );
  }
  return entry.where === "both" || entry.where === "unsure" ? (
    <span className="fact">
      <HardDriveDownload size={14} aria-hidden="true" />
      {text.documents.onDevice}
    </span>
  ) : null;
}

function RowMenu(props: {
  readonly entry: LibraryEntry;
  readonly title: string;
  readonly reachable: boolean;
  readonly refresh: () => void;
}): ReactNode {
  const { entry, title, refresh } = props;
  const text = useWords();
  const { session } = useApp();
  const unreachable = props.reachable ? null : text.documents.needsServer;
  const access = entry.sharing?.access ?? session.grants().of(entry.name);
  const readOnly = access === "write" ? null : text.documents.needsWriting;
  const toast = useToast();
  const [dialog, setDialog] = useState<"rename" | "forget" | null>(null);

  const fail = (error: unknown): void => toast({ message: describeFailure(error, text.api), tone: "alarm" });

  const restore = async (): Promise<void> => {
    try {
      await session.api.restore(entry.name);
      toast({ message: text.documents.restored(title) });
    } catch (error) {
      fail(error);
    }
    refresh();
  };

  const remove = async (): Promise<void> => {
    try {
      await session.api.remove(entry.name);
      toast({
        message: text.documents.movedToBin(title),
        action: { label: text.common.undo, run: () => void restore() },
      });
    } catch (error) {
      fail(error);
    }
    refresh();
  };

  const copyLink = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(`${location.origin}/d/${encodeURIComponent(entry.name)}`);
      toast({ message: text.documents.copied });
    } catch {
      toast({ message: text.documents.copyFailed, tone: "alarm" });
    }
  };

  return (
    <>
      <Menu width={260}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={40} aria-label={text.common.more(title)}>
            <EllipsisVertical size={18} aria-hidden="true" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <ReasonedItem
            icon={<PencilLine size={16} aria-hidden="true" />}
            label={text.documents.rename}
            // A copy on this device can be renamed without anybody; what is not here has to be fetched.
            reason={readOnly ?? (entry.where === "there" ? unreachable : null)}
            run={() => setDialog("rename")}
          />
          <Menu.Item leftSection={<Link2 size={16} aria-hidden="true" />} onClick={() => void copyLink()}>
            {text.documents.copyLink}
          </Menu.Item>
          {(entry.setAside > 0 || entry.copyOf !== null) && (
            <Menu.Item
              component={Link}
              href={`/d/${encodeURIComponent(entry.name)}/set-aside`}
              leftSection={<Archive size={16} aria-hidden="true" />}
            >
              {text.editor.menuItems.setAside}
            </Menu.Item>
          )}
          {entry.where !== "there" && (
            <Menu.Item
              leftSection={<HardDriveDownload size={16} aria-hidden="true" />}
              onClick={() => setDialog("forget")}
            >
              {text.documents.forget}
            </Menu.Item>
          )}
          {entry.where !== "here" && (
            <>
              <Menu.Divider />
              <ReasonedItem
                danger
                icon={<Trash2 size={16} aria-hidden="true" />}
                label={text.documents.delete}
                reason={readOnly ?? unreachable}
                run={() => void remove()}
              />
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {dialog === "rename" && (
        <RenameDialog
          name={entry.name}
          title={entry.title}
          onClose={() => {
            setDialog(null);
            refresh();
          }}
        />
      )}
      {dialog === "forget" && (
        <ForgetDialog
          entry={entry}
          title={title}
          onClose={() => {
            setDialog(null);
            refresh();
          }}
        />
      )}
    </>
  );
}
