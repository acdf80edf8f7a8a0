/** New documents: empty, or from files. Whether that needs the server is up to whoever starts them. */
import { Button } from "@mantine/core";
import { FileUp, Plus } from "lucide-react";
import { type ReactNode, useCallback, useEffect, useId, useRef, useState } from "react";
import { useLocation } from "wouter";
import type * as Y from "yjs";
import { ApiError, type DocumentName, writeTitle } from "../../sync/index.ts";
import { useWords } from "../context.tsx";
import { useFileDrop } from "../hooks/use-file-drop.ts";
import { piece } from "../pieces.ts";
import { useToast } from "../shell/toast.tsx";
import { describeFailure } from "../words/failure.ts";
import { describeFileFailure, describeImported, FILE_ACCEPT } from "./file-words.ts";

const loadFiles = piece(() => import("../../editor/formats/files.ts"));

export interface Starter {
  /** Starts a document and lets `write` fill it; settles with its name when it is kept. */
  start(write: (doc: Y.Doc) => void): Promise<DocumentName>;
}

export function Creation(props: {
  /** The same at every rendering; `null` where no document can be started. */
  readonly starter: Starter | null;
  /** Why none can be started at the moment. */
  readonly reason?: string | null;
  readonly onChange: () => void;
}): ReactNode {
  const { starter, reason = null } = props;
  const text = useWords();
  const reasonId = useId();
  const [, navigate] = useLocation();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const [starting, setStarting] = useState(false);
  // Known at once, unlike a state: of a double click, the second comes before anything is rendered.
  const underway = useRef(false);
  const chooser = useRef<HTMLInputElement>(null);

  const create = useCallback(async (): Promise<void> => {
    if (starter === null || reason !== null || underway.current) {
      return;
    }
    underway.current = true;
    setStarting(true);
    try {
      const name = await starter.start((doc) => writeTitle(doc, ""));
      navigate(`/d/${encodeURIComponent(name)}`);
    } catch (error) {
      toast({ message: describeFailure(error, text.api), tone: "alarm" });
      // After a success this page is gone in a moment, and until then one document is enough.
      underway.current = false;
      setStarting(false);
    }
  }, [starter, reason, navigate, toast, text]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.code === "KeyN" && event.altKey && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        if (!event.repeat) {
          void create();
        }
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [create]);

  const importFiles = async (files: readonly File[]): Promise<void> => {
    if (starter === null || reason !== null) {
      return;
    }
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
        last = await starter.start((doc) => reader.writeImported(doc, imported));
        const said = text.documents.imported(imported.title, imported.picturesLeftOut);
        toast({ message: describeImported(said, imported.leftOut, text) });
      } catch (error) {
        const message =
          error instanceof ApiError ? describeFailure(error, text.api) : describeFileFailure(error, file.name, text);
        toast({ message, tone: "alarm" });
      }
    }
    setBusy(false);
    if (last !== null && files.length === 1) {
      navigate(`/d/${encodeURIComponent(last)}`);
    } else {
      props.onChange();
    }
  };

  useFileDrop(starter === null ? null : (files) => void importFiles(files));

  // What nobody may start could never be sent.
  if (starter === null) {
    return null;
  }
  const described = reason === null ? {} : { "aria-describedby": reasonId };
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
        disabled={reason !== null}
        {...described}
        leftSection={<FileUp size={18} aria-hidden="true" />}
        onClick={() => chooser.current?.click()}
      >
        {text.documents.importFile}
      </Button>
      <Button
        loading={starting}
        disabled={reason !== null}
        {...described}
        leftSection={<Plus size={18} aria-hidden="true" />}
        onClick={() => void create()}
      >
        {text.documents.create}
      </Button>
      {reason !== null && (
        <span id={reasonId} className="button-reason">
          {reason}
        </span>
      )}
    </div>
  );
}
