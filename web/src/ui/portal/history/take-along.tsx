/** Takes versions along as Word files: one as it was, or a later one with what was changed since. */
import { Button, Menu } from "@mantine/core";
import { Download } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { PastText } from "../../../editor/past/index.ts";
import type { DocumentName, VersionId } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { piece } from "../../pieces.ts";
import { fileNameOf } from "../../shell/file-name.ts";
import { saveFile } from "../../shell/save-file.ts";
import { useToast } from "../../shell/toast.tsx";
import { usePortal } from "../context.tsx";
import { loadPast } from "./use-comparison.ts";

const loadWordWriter = piece(() => import("../../../editor/word/index.ts"));

interface Version {
  readonly id: VersionId;
  readonly called: string;
}

export function TakeAlong(props: {
  readonly name: DocumentName;
  readonly older: Version;
  /** `null` for what the document says now. */
  readonly newer: Version | null;
}): ReactNode {
  const { name, older, newer } = props;
  const text = useWords();
  const words = text.formats;
  const language = useLanguage();
  const portal = usePortal();
  const toast = useToast();
  const [busy, setBusy] = useState(false);

  const read = async (version: VersionId | null): Promise<PastText> => {
    const [{ readPast }, update] = await Promise.all([loadPast(), portal.api.history.read(name, version)]);
    return readPast(update);
  };

  const authors = async (): Promise<readonly string[]> => {
    const known = await portal.api.discussion.authors(name);
    return known.flatMap((author) => (author.name === null ? [] : [author.name]));
  };

  /** @param since - whether `newer` is wanted, with the changes since `older`; else `older` as it was */
  const save = async (since: boolean): Promise<void> => {
    const [before, after, by, { writeWord, WORD_MEDIA_TYPE }] = await Promise.all([
      read(older.id),
      since ? read(newer?.id ?? null) : null,
      authors(),
      loadWordWriter(),
    ]);
    const at = Date.now();
    const changes = { text: before, author: words.changesSince(older.called), at };
    const bytes = await writeWord(after ?? before, {
      language,
      authors: by,
      at,
      threads: [],
      since: after === null ? null : changes,
    });
    const title = (after ?? before).title || text.common.untitled;
    saveFile(fileNameOf(`${title} ${after === null ? older.called : ""}`, title, "docx"), bytes, WORD_MEDIA_TYPE);
  };

  const take = async (since: boolean): Promise<void> => {
    setBusy(true);
    try {
      await save(since);
    } catch {
      toast({ message: words.versionFailed, tone: "alarm" });
    }
    setBusy(false);
  };

  return (
    <Menu width={300}>
      <Menu.Target>
        <Button variant="default" loading={busy} leftSection={<Download size={16} aria-hidden="true" />}>
          {words.menuItem}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void take(true)}>
          {words.wordWithChanges(older.called, newer?.called ?? text.history.present)}
        </Menu.Item>
        <Menu.Item onClick={() => void take(false)}>{words.wordOfVersion(older.called)}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
