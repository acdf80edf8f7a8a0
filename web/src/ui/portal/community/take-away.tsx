/** Everything of the community that one may read, as one file. */
import { Button } from "@mantine/core";
import { Download } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import type { Community } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { saveFile } from "../../shell/save-file.ts";
import { useToast } from "../../shell/toast.tsx";
import { describeArchiveFailure } from "../../words/archive.ts";
import { usePortal } from "../context.tsx";

export function TakeAway(props: { readonly community: Community; readonly reachable: boolean }): ReactNode {
  const { community, reachable } = props;
  const text = useWords();
  const words = text.archive.take;
  const portal = usePortal();
  const toast = useToast();
  const aboutId = useId();
  const [busy, setBusy] = useState(false);

  const take = async (): Promise<void> => {
    setBusy(true);
    try {
      const archive = await portal.api.archives.take(community.id);
      const name = archiveName(community.name, words.file, new Date());
      saveFile(name, archive, "application/zip");
      toast({ message: words.done(name) });
    } catch (error) {
      toast({ message: describeArchiveFailure(error, "take", text), tone: "alarm" });
    }
    setBusy(false);
  };

  return (
    <section className="portal-section" aria-labelledby={`${aboutId}-heading`}>
      <h2 id={`${aboutId}-heading`}>{words.heading}</h2>
      <p id={aboutId} className="portal-section__lead">
        {words.lead}
      </p>
      <Button
        variant="default"
        loading={busy}
        disabled={!reachable}
        aria-describedby={aboutId}
        leftSection={<Download size={18} aria-hidden="true" />}
        onClick={() => void take()}
      >
        {words.button}
      </Button>
      {!reachable && <p className="button-reason">{words.offline}</p>}
    </section>
  );
}

/** Letters and digits of any script, words joined by hyphens, and the day. */
export function archiveName(community: string, fallback: string, today: Date): string {
  const words = community
    .normalize("NFKC")
    .toLocaleLowerCase()
    .match(/[\p{L}\p{N}]+/gu);
  return `${(words ?? [fallback]).join("-").slice(0, 80)}-${today.toISOString().slice(0, 10)}.zip`;
}
