/** A community from the file that “Download everything” gave, here or elsewhere. */
import { Button, Loader } from "@mantine/core";
import { FileUp } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import { ARCHIVE_BYTES_MAX, type ArchivedLedger, type Community } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { useFileDrop } from "../../hooks/use-file-drop.ts";
import { Notice } from "../../shell/notice.tsx";
import { useToast } from "../../shell/toast.tsx";
import { describeArchiveFailure } from "../../words/archive.ts";
import { usePortal, useSignedIn } from "../context.tsx";
import { FormAlert } from "../form/form-alert.tsx";

const MEGABYTE = 1024 * 1024;

type State =
  | { readonly kind: "waiting" }
  | { readonly kind: "busy"; readonly file: string }
  | { readonly kind: "refused"; readonly words: string }
  /** It is here, and not all of it. */
  | {
      readonly kind: "partly";
      readonly community: Community;
      readonly documents: number;
      readonly refused: readonly string[];
      readonly ledger: ArchivedLedger;
    };

export function BringAlong(): ReactNode {
  const text = useWords();
  const words = text.archive.bring;
  const portal = usePortal();
  const { memory } = useSignedIn();
  const toast = useToast();
  const [, navigate] = useLocation();
  const chooser = useRef<HTMLInputElement>(null);
  const underway = useRef(false);
  const [state, setState] = useState<State>({ kind: "waiting" });

  const bring = async (files: readonly File[]): Promise<void> => {
    const [file, ...others] = files;
    if (file === undefined || underway.current) {
      return;
    }
    if (others.length > 0) {
      setState({ kind: "refused", words: words.severalFiles });
      return;
    }
    if (file.size > ARCHIVE_BYTES_MAX) {
      setState({ kind: "refused", words: text.archive.refused.tooLarge(ARCHIVE_BYTES_MAX / MEGABYTE) });
      return;
    }
    underway.current = true;
    setState({ kind: "busy", file: file.name });
    try {
      const { community, documents, refused, ledger } = await portal.api.archives.bring(file);
      memory.rememberCommunity(community);
      if (refused.length === 0 && ledger === "whole") {
        navigate(`/c/${community.id}`);
        toast({ message: words.done(community.name, documents) });
      } else {
        setState({ kind: "partly", community, documents, refused, ledger });
      }
    } catch (error) {
      setState({ kind: "refused", words: describeArchiveFailure(error, "bring", text) });
    }
    underway.current = false;
  };
  useFileDrop((files) => void bring(files));

  return (
    <section className="portal-section" aria-labelledby="bring-along">
      <h2 id="bring-along">{words.heading}</h2>
      <p id="bring-along-about" className="portal-section__lead">
        {words.lead}
      </p>
      <FormAlert words={state.kind === "refused" ? state.words : null} cause={state} />
      <div role="status">
        {state.kind === "busy" && (
          <p className="bring-along__busy">
            <Loader size="xs" aria-hidden="true" />
            {words.busy(state.file)}
          </p>
        )}
        {state.kind === "partly" && (
          <Notice
            tone="notice"
            title={
              state.refused.length === 0
                ? words.done(state.community.name, state.documents)
                : words.partly(state.community.name, state.documents)
            }
            action={<Link href={`/c/${state.community.id}`}>{words.goThere}</Link>}
          >
            {[...new Set(state.refused)].map((title) => (
              <span key={title} className="bring-along__refused">
                {title === "" ? text.common.untitled : title}
              </span>
            ))}
            {state.refused.length > 0 && <span className="bring-along__refused">{words.partlyTodo}</span>}
            {state.ledger !== "whole" && words.ledger[state.ledger]}
          </Notice>
        )}
      </div>
      <input
        ref={chooser}
        type="file"
        hidden
        accept=".zip,application/zip"
        data-testid="archive-file"
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = "";
          void bring(files);
        }}
      />
      <Button
        variant="default"
        loading={state.kind === "busy"}
        aria-describedby="bring-along-about"
        leftSection={<FileUp size={18} aria-hidden="true" />}
        onClick={() => chooser.current?.click()}
      >
        {words.button}
      </Button>
    </section>
  );
}
