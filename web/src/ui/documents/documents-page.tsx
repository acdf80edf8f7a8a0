/** The documents, and the bin. */
import { Button, CloseButton, TextInput } from "@mantine/core";
import { useDebouncedValue, useDocumentTitle } from "@mantine/hooks";
import { FileUp, Plus, Search } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import { ApiError, type DocumentName, newDocumentName, whenKept, writeTitle } from "../../sync/index.ts";
import { useApp, useWords } from "../context.tsx";
import { hasMod } from "../shell/keys.ts";
import { Notice } from "../shell/notice.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { useToast } from "../shell/toast.tsx";
import { describeReach } from "../words/connection.ts";
import { describeFailure } from "../words/failure.ts";
import { BinList } from "./bin-list.tsx";
import { DocumentList } from "./document-list.tsx";
import { describeFileFailure, FILE_ACCEPT } from "./file-words.ts";
import { type Library, useLibrary } from "./use-library.ts";

/** How long to wait for the next letter before the server is asked, in milliseconds. */
const TYPING_PAUSE_MS = 200;

export function DocumentsPage(props: { readonly section: "documents" | "bin" }): ReactNode {
  const text = useWords();
  const { session } = useApp();
  const [query, setQuery] = useState("");
  const [settledQuery] = useDebouncedValue(query, TYPING_PAUSE_MS);
  const library = useLibrary(settledQuery.trim());
  const isBin = props.section === "bin";
  const heading = isBin ? text.documents.binHeading : text.documents.heading;
  const standing = session.token();
  useDocumentTitle(`${heading} – ${text.product}`);

  return (
    <>
      <a className="skip-link" href="#content">
        {text.common.skipToContent}
      </a>
      <PageHeader connection={describeReach(reachOf(library), text.connection)} />
      <main className="documents" id="content" tabIndex={-1}>
        {standing === "missing" && (
          <Notice tone="alarm" title={text.token.missingTitle}>
            {text.token.missingBody}
          </Notice>
        )}
        {standing === "expired" && (
          <Notice tone="alarm" title={text.token.expiredTitle}>
            {text.token.expiredBody}
          </Notice>
        )}
        <div className="documents__head">
          <h1>{heading}</h1>
          {!isBin && <Creation onChange={library.refresh} />}
        </div>
        <div className="documents__tools">
          <nav aria-label={text.documents.navigation} className="sections">
            <Link href="/" aria-current={isBin ? undefined : "page"}>
              {text.documents.heading}
            </Link>
            <Link href="/bin" aria-current={isBin ? "page" : undefined}>
              {text.documents.binHeading}
              {library.binned !== null && library.binned.length > 0 && (
                <span className="sections__count">{library.binned.length}</span>
              )}
            </Link>
          </nav>
          {!isBin && <SearchField query={query} onQuery={setQuery} />}
        </div>
        {library.error !== null && standing === "valid" && !isBin && (
          <Notice tone="plain">
            {isUnreachable(library.error) ? text.documents.offlineList : describeFailure(library.error, text.api)}
          </Notice>
        )}
        {isBin ? <BinList library={library} /> : <DocumentList library={library} query={settledQuery.trim()} />}
      </main>
    </>
  );
}

function reachOf(library: Library): "asking" | "reached" | "lost" {
  if (library.error !== null) {
    return isUnreachable(library.error) ? "lost" : "reached";
  }
  return library.binned === null ? "asking" : "reached";
}

function SearchField(props: { readonly query: string; readonly onQuery: (query: string) => void }): ReactNode {
  const text = useWords();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() === "k" && hasMod(event)) {
        event.preventDefault();
        field.current?.focus();
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  return (
    <search className="documents__search">
      <TextInput
        ref={field}
        type="text"
        inputMode="search"
        enterKeyHint="search"
        aria-label={text.documents.searchLabel}
        placeholder={text.documents.search}
        leftSection={<Search size={16} aria-hidden="true" />}
        rightSection={
          props.query === "" ? null : (
            <CloseButton
              size="sm"
              aria-label={text.documents.clearSearch}
              onClick={() => {
                props.onQuery("");
                field.current?.focus();
              }}
            />
          )
        }
        value={props.query}
        onChange={(event) => props.onQuery(event.currentTarget.value)}
      />
    </search>
  );
}

/** New documents: empty, or from files. Both work without network. */
function Creation(props: { readonly onChange: () => void }): ReactNode {
  const text = useWords();
  const { replica } = useApp();
  const [, navigate] = useLocation();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);

  const open = (name: DocumentName): void => navigate(`/d/${name}`);

  const create = useRef(() => undefined as undefined | Promise<void>);
  create.current = async () => {
    const name = newDocumentName();
    const document = replica.open(name);
    await document.whenReady;
    writeTitle(document.doc, "");
    await whenKept(document);
    document.dispose();
    open(name);
  };

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.code === "KeyN" && event.altKey && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        void create.current();
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);

  const importFiles = async (files: readonly File[]): Promise<void> => {
    setBusy(true);
    const { createFrom, readFile } = await import("../../editor/formats/files.ts");
    let last: DocumentName | null = null;
    for (const file of files) {
      try {
        const imported = await readFile(file);
        last = await createFrom(replica, imported);
        toast({ message: text.documents.imported(imported.title) });
      } catch (error) {
        toast({ message: describeFileFailure(error, file.name, text.documents), tone: "alarm" });
      }
    }
    setBusy(false);
    if (last !== null && files.length === 1) {
      open(last);
    } else {
      props.onChange();
    }
  };

  return (
    <div className="documents__create">
      <input
        ref={chooser}
        type="file"
        hidden
        multiple
        accept={FILE_ACCEPT}
        data-testid="import-file"
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = "";
          void importFiles(files);
        }}
      />
      <Button
        variant="default"
        loading={busy}
        leftSection={<FileUp size={18} aria-hidden="true" />}
        onClick={() => chooser.current?.click()}
      >
        {text.documents.importFile}
      </Button>
      <Button leftSection={<Plus size={18} aria-hidden="true" />} onClick={() => void create.current()}>
        {text.documents.create}
      </Button>
    </div>
  );
}

function isUnreachable(error: unknown): boolean {
  return error instanceof ApiError && error.failure.kind === "unreachable";
}
