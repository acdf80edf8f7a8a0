/** The references of a document: adding, importing, mending and removing them, and how they are cited. */
import "../../editor/editor.css";
import "../../references/references.css";
import { ActionIcon, Button, Loader, Select, TextInput } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { FileUp, Pencil, Plus, RotateCcw, Trash2 } from "lucide-react";
import { type ReactNode, useCallback, useMemo, useState } from "react";
import { Link } from "wouter";
import {
  addReferences,
  changeReference,
  citationStyles,
  type Item,
  type ReferenceId,
  removeReference,
  restoreReference,
  setCitationStyle,
  shortNameOf,
} from "../../../references/index.ts";
import type { DocumentName, ReplicaDocument } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Empty } from "../../documents/document-list.tsx";
import { isDenied, isReadOnly, Problems } from "../../editor/problems.tsx";
import { SaveIndicator } from "../../editor/save-indicator.tsx";
import { useTitle } from "../../editor/title-field.tsx";
import { useOpenDocument } from "../../editor/use-open-document.ts";
import { useArrival } from "../../hooks/use-arrival.ts";
import { useSelected } from "../../hooks/use-observable.ts";
import { useReferences } from "../../references/use-library.ts";
import { AccountMenu } from "../../shell/account-menu.tsx";
import { ConnectionBadge } from "../../shell/connection-badge.tsx";
import { LogoMark } from "../../shell/logo.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { useToast } from "../../shell/toast.tsx";
import { documentPath } from "../branches/paths.ts";
import { Tile } from "../community/tile.tsx";
import { usePortal } from "../context.tsx";
import { LostPage } from "../editor/lost-page.tsx";
import { useDocumentLook } from "../look/use-look.ts";
import { ImportDialog } from "./import-dialog.tsx";
import { ReferenceForm } from "./reference-form.tsx";

/** So many are shown at once; whoever looks for another writes a word of it. */
const SHOWN_MAX = 200;

export default function ReferencesPage(props: { readonly document: DocumentName }): ReactNode {
  const { document } = props;
  const text = useWords();
  const [round, setRound] = useState(0);
  const openAgain = useCallback(() => setRound((last) => last + 1), []);
  const opened = useOpenDocument(document, round);
  if (opened.phase === "open") {
    return <SeenPage document={document} open={opened.document} openAgain={openAgain} />;
  }
  return (
    <>
      <PageHeader />
      <main className="waiting waiting--page" aria-busy="true">
        {opened.document !== null && <Problems name={document} document={opened.document} />}
        <Loader size="sm" role="img" aria-label={text.common.loading} />
        <Link href={documentPath(document)}>{text.references.toDocument}</Link>
      </main>
    </>
  );
}

interface Opened {
  readonly document: DocumentName;
  readonly open: ReplicaDocument;
  readonly openAgain: () => void;
}

function SeenPage(props: Opened): ReactNode {
  const { document, open, openAgain } = props;
  const portal = usePortal();
  const isLost = useSelected(open.state, isDenied);
  const ask = useCallback((signal: AbortSignal) => portal.api.documents.policy(document, signal), [portal, document]);
  return isLost ? (
    <LostPage name={document} document={open} ask={ask} openAgain={openAgain} />
  ) : (
    <OpenPage {...props} />
  );
}

type Doing =
  | { readonly kind: "nothing" }
  | { readonly kind: "importing" }
  | { readonly kind: "adding" }
  | { readonly kind: "mending"; readonly id: ReferenceId; readonly item: Item };

function OpenPage(props: Opened): ReactNode {
  const { document, open } = props;
  const { doc } = open;
  const text = useWords();
  const words = text.references;
  const main = useArrival();
  const toast = useToast();
  const look = useDocumentLook(document);
  const library = useReferences(doc);
  const readOnly = useSelected(open.state, isReadOnly);
  const title = useTitle(open).trim();
  const called = title === "" ? text.common.untitled : title;
  useDocumentTitle(`${words.heading} – ${called}`);
  const [sought, setSought] = useState("");
  const [doing, setDoing] = useState<Doing>({ kind: "nothing" });
  const done = (): void => setDoing({ kind: "nothing" });

  const found = useMemo(() => {
    const wanted = sought.trim().toLocaleLowerCase();
    const all = [...library.items].map(([id, item]) => ({ id, item, said: saidOf(item) }));
    return wanted === "" ? all : all.filter(({ said }) => said.toLocaleLowerCase().includes(wanted));
  }, [library, sought]);

  const remove = (id: ReferenceId, item: Item): void => {
    removeReference(doc, id);
    toast({
      message: words.removed(shortNameOf(item)),
      action: { label: text.common.undo, run: () => restoreReference(doc, id) },
    });
  };

  return (
    <div className="editor-page">
      <a className="skip-link" href="#content">
        {text.common.skipToContent}
      </a>
      <header className="editor-head">
        <div className="editor-bar">
          <Link href={documentPath(document)} className="editor-bar__back" aria-label={words.toDocument}>
            {look === null ? <LogoMark size={30} /> : <Tile {...look} size={30} />}
          </Link>
          <span className="editor-bar__title" aria-hidden="true">
            {called}
          </span>
          <div className="editor-bar__side">
            <SaveIndicator document={open} />
            <AccountMenu />
          </div>
        </div>
      </header>
      <main ref={main} className="references-page" id="content" tabIndex={-1}>
        <nav aria-label={text.documents.navigation} className="references-page__ways">
          <Link href={documentPath(document)}>{words.toDocument}</Link>
        </nav>
        <h1>{words.heading}</h1>
        <p className="references-page__lead">{words.lead}</p>
        <Problems name={document} document={open} />
        <div className="references-page__tools">
          {!readOnly && (
            <>
              <Button leftSection={<Plus size={16} aria-hidden="true" />} onClick={() => setDoing({ kind: "adding" })}>
                {words.add}
              </Button>
              <Button
                variant="default"
                leftSection={<FileUp size={16} aria-hidden="true" />}
                onClick={() => setDoing({ kind: "importing" })}
              >
                {words.import}
              </Button>
            </>
          )}
          <Select
            className="references-page__style"
            label={words.style}
            data={citationStyles.map((value) => ({ value, label: words.styles[value] }))}
            allowDeselect={false}
            disabled={readOnly}
            value={library.style}
            onChange={(value) => {
              const style = citationStyles.find((known) => known === value);
              if (style !== undefined) {
                setCitationStyle(doc, style);
              }
            }}
          />
        </div>
        {library.items.size === 0 ? (
          <Empty title={words.none} body={words.noneBody} />
        ) : (
          <>
            <TextInput
              className="references-page__find"
              label={words.find}
              type="search"
              autoComplete="off"
              value={sought}
              onChange={(event) => setSought(event.currentTarget.value)}
            />
            <p className="reference-hint" role="status">
              {words.count(found.length, library.items.size)}
            </p>
            <ul className="references-list">
              {found.slice(0, SHOWN_MAX).map(({ id, item }) => (
                <li key={id}>
                  <Said item={item} />
                  {!readOnly && (
                    <span className="references-list__tools">
                      <ActionIcon
                        variant="subtle"
                        color="gray"
                        size={36}
                        aria-label={words.edit(shortNameOf(item))}
                        onClick={() => setDoing({ kind: "mending", id, item })}
                      >
                        <Pencil size={16} aria-hidden="true" />
                      </ActionIcon>
                      <ActionIcon
                        variant="subtle"
                        color="gray"
                        size={36}
                        aria-label={words.remove(shortNameOf(item))}
                        onClick={() => remove(id, item)}
                      >
                        <Trash2 size={16} aria-hidden="true" />
                      </ActionIcon>
                    </span>
                  )}
                </li>
              ))}
            </ul>
            {found.length > SHOWN_MAX && <p className="reference-hint">{words.more(found.length - SHOWN_MAX)}</p>}
          </>
        )}
        {library.removed.size > 0 && (
          <section className="references-removed" aria-labelledby="removed">
            <h2 id="removed">{words.removedHeading}</h2>
            <p className="reference-hint">{words.removedLead}</p>
            <ul className="references-list">
              {[...library.removed].slice(0, SHOWN_MAX).map(([id, item]) => (
                <li key={id}>
                  <Said item={item} />
                  {!readOnly && (
                    <Button
                      variant="default"
                      size="compact-sm"
                      leftSection={<RotateCcw size={14} aria-hidden="true" />}
                      aria-label={words.restoreThis(shortNameOf(item))}
                      onClick={() => restoreReference(doc, id)}
                    >
                      {words.restore}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          </section>
        )}
      </main>
      <footer className="status-bar">
        <ConnectionBadge />
      </footer>
      {doing.kind === "importing" && <ImportDialog doc={doc} library={library} onClose={done} />}
      {doing.kind === "adding" && (
        <ReferenceForm item={null} onClose={done} onSave={(item) => addReferences(doc, [item])} />
      )}
      {doing.kind === "mending" && (
        <ReferenceForm
          item={doing.item}
          onClose={done}
          onSave={(item) => changeReference(doc, doing.id, doing.item, item)}
        />
      )}
    </div>
  );
}

function Said(props: { readonly item: Item }): ReactNode {
  const { item } = props;
  const rest = [item["container-title"], item.volume, item.page, item.DOI ?? item.URL].filter(
    (part) => part !== undefined,
  );
  return (
    <span className="references-list__what">
      <strong>{shortNameOf(item)}</strong>
      {item.title !== undefined && <span>{item.title}</span>}
      {rest.length > 0 && <span className="reference-hint">{rest.join(" · ")}</span>}
    </span>
  );
}

/** Everything that it can be found by. */
function saidOf(item: Item): string {
  const names = [...(item.author ?? []), ...(item.editor ?? [])].map(({ family, given, literal }) =>
    [given, family, literal].join(" "),
  );
  return [shortNameOf(item), item.title, item["container-title"], item.DOI, item.PMID, ...names].join(" ");
}
