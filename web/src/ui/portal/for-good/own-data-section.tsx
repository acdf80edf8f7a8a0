/** Everything that is one’s own, as one file. */
import { Button } from "@mantine/core";
import { Download } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { useLanguage, useWords } from "../../context.tsx";
import { saveFile } from "../../shell/save-file.ts";
import { useToast } from "../../shell/toast.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { usePortal } from "../context.tsx";

export function OwnDataSection(): ReactNode {
  const text = useWords();
  const words = text.forGood.ownData;
  const language = useLanguage();
  const portal = usePortal();
  const toast = useToast();
  const id = useId();
  const [busy, setBusy] = useState(false);

  const take = async (): Promise<void> => {
    setBusy(true);
    try {
      const archive = await portal.api.account.takeData(language);
      const name = `${words.file}-${new Date().toISOString().slice(0, 10)}.zip`;
      saveFile(name, archive, "application/zip");
      toast({ message: words.done(name) });
    } catch (error) {
      toast({ message: describePortalFailure(error, text, words.codes), tone: "alarm" });
    }
    setBusy(false);
  };

  return (
    <section className="panel" aria-labelledby={id}>
      <h2 id={id}>{words.heading}</h2>
      <p className="panel__lead" id={`${id}-about`}>
        {words.lead}
      </p>
      <div className="dialog-actions">
        <Button
          variant="default"
          loading={busy}
          aria-describedby={`${id}-about`}
          leftSection={<Download size={18} aria-hidden="true" />}
          onClick={() => void take()}
        >
          {words.button}
        </Button>
      </div>
    </section>
  );
}
