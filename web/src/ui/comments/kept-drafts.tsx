/** Comments that somebody began and cannot send where they belong: to read, to copy, and to discard. */
import { Button } from "@mantine/core";
import { Copy, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import type { CommentDrafts, KeptDraft } from "../../sync/index.ts";
import { useWords } from "../context.tsx";
import { useObservable } from "../hooks/use-observable.ts";
import { useToast } from "../shell/toast.tsx";
import { Quote } from "./quote.tsx";

export function KeptDrafts(props: {
  readonly drafts: CommentDrafts;
  /** Which of them; all when it is left out. */
  readonly shows?: (draft: KeptDraft) => boolean;
}): ReactNode {
  const { drafts, shows = () => true } = props;
  return useObservable(drafts.all)
    .filter(shows)
    .map((draft) => <KeptCard key={draft.place} draft={draft} drafts={drafts} />);
}

function KeptCard(props: { readonly draft: KeptDraft; readonly drafts: CommentDrafts }): ReactNode {
  const { draft, drafts } = props;
  const text = useWords();
  const words = text.comments.kept;
  const toast = useToast();
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(draft.text);
      toast({ message: text.aside.copied });
    } catch {
      toast({ message: text.common.copyFailed, tone: "alarm" });
    }
  };
  return (
    <section className="thread kept-draft" aria-label={words.title}>
      <p className="thread__about">{words.title}</p>
      {draft.passage !== null && <Quote text={draft.passage.quote} />}
      <p className="comment__text">{draft.text}</p>
      <p className="thread__gone">{words.where}</p>
      <div className="thread__actions">
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<Copy size={15} aria-hidden="true" />}
          onClick={() => void copy()}
        >
          {text.aside.copy}
        </Button>
        <Button
          size="compact-sm"
          variant="subtle"
          className="menu-danger"
          leftSection={<Trash2 size={15} aria-hidden="true" />}
          onClick={() => drafts.drop(draft.place)}
        >
          {words.discard}
        </Button>
      </div>
    </section>
  );
}
