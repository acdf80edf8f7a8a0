/** New documents: empty, or from files. Both work without network. */
import { Button } from "@mantine/core";
import { FileUp, Plus } from "lucide-react";
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { createDocument, type DocumentName, writeTitle } from "../../sync/index.ts";
import { useApp, useWords } from "../context.tsx";
import { useFileDrop } from "../hooks/use-file-drop.ts";
import { piece } from "../pieces.ts";
import { useToast } from "../shell/toast.tsx";
import { describeFileFailure, FILE_ACCEPT } from "./file-words.ts";

const loadFiles = piece(() => import("../../editor/formats/files.ts"));

export function Creation(props: { readonly onChange: () => void }): ReactNode {
  const text = useWords();
  const { replica, session } = useApp();
  const prefix = session.grants().newNamesBegin;
  const [, navigate] = useLocation();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);

  const create = useCallback(async (): Promise<void> => {
    if (prefix !== null) {
      const name = await createDocument(replica, prefix, (doc) => writeTitle(doc, ""));
      navigate(`/d/${encodeURIComponent(name)}`);
    }
  }, [replica, prefix, navigate]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.code === "KeyN" && event.altKey && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        void create();
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [create]);

  const importFiles = async (files: readonly File[]): Promise<void> => {
    setBusy(true);
    const reader = await loadFiles().catch(() => null);
    if (reader === null) {
      setBusy(false);
      toast({ message: text.common.pieceMissing, tone: "alarm" });
      return;
    }
    let last: DocumentName | null = null;
    for (const file of files) {
      try {
        const imported = await reader.readFile(file, { picture: text.pictures.inPlace });
        last = await reader.createFrom(replica, prefix ?? "", imported);
        toast({ message: text.documents.imported(imported.title, imported.picturesLeftOut) });
      } catch (error) {
        toast({ message: describeFileFailure(error, file.name, text.documents), tone: "alarm" });
      }
    }
    setBusy(false);
    if (last !== null && files.length === 1) {
      navigate(`/d/${encodeURIComponent(last)}`);
    } else {
      props.onChange();
    }
  };

  useFileDrop(prefix === null ? null : (files) => void importFiles(files));

  // What the link does not cover could never be sent.
  if (prefix === null) {
    return null;
  }
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
      <Button leftSection={<Plus size={18} aria-hidden="true" />} onClick={() => void create()}>
        {text.documents.create}
      </Button>
    </div>
  );
}
