/** Above the text, wherever in it one is: that writing was taken from one, and what to do with what was typed on. */
import { Button, CloseButton } from "@mantine/core";
import { type ReactNode, useContext, useState } from "react";
import { type Editor, editOf, typeHeld } from "../../editor/index.ts";
import type { ReplicaDocument } from "../../sync/index.ts";
import { useWords } from "../context.tsx";
import { useToast } from "../shell/toast.tsx";
import { HeldUpContext } from "./held-up.ts";
import type { HeldWords } from "./use-held-words.ts";

export function HeldWordsBar(props: {
  readonly held: HeldWords;
  readonly document: ReplicaDocument;
  readonly editor: Editor;
  /** Whether they may not write, as is. */
  readonly readOnly: boolean;
}): ReactNode {
  const { held, document, editor, readOnly } = props;
  const text = useWords();
  const words = text.heldWords;
  const { why, suggest } = useContext(HeldUpContext);
  const toast = useToast();
  const [busy, setBusy] = useState(false);

  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(held.words);
      toast({ message: words.copied });
    } catch {
      toast({ message: text.common.copyFailed, tone: "alarm" });
    }
  };
  const insert = (): void => {
    typeHeld(editor, held.words);
    held.forget();
  };
  const offer = async (send: NonNullable<typeof suggest>): Promise<void> => {
    setBusy(true);
    try {
      await send(editOf(document.doc, held.words, held.place));
      held.forget();
      toast({ message: words.suggested });
    } catch {
      toast({ message: words.failed, tone: "alarm" });
    }
    setBusy(false);
  };

  return (
    <section className="held-words" aria-label={words.region}>
      <div className="held-words__says" role="alert">
        <p className="held-words__title">{readOnly ? words.title : words.backTitle}</p>
        {readOnly && <p>{why ?? words.body}</p>}
      </div>
      {held.words === "" ? (
        <p className="held-words__soft">{words.nothingYet}</p>
      ) : (
        <>
          <p className="held-words__soft">{words.notTaken}</p>
          <blockquote className="held-words__words">{held.words}</blockquote>
          <div className="held-words__actions">
            {!readOnly && (
              <Button size="compact-sm" onClick={insert}>
                {words.insert}
              </Button>
            )}
            {readOnly && suggest !== null && (
              <Button size="compact-sm" loading={busy} onClick={() => void offer(suggest)}>
                {words.suggest}
              </Button>
            )}
            <Button size="compact-sm" variant="default" onClick={() => void copy()}>
              {words.copy}
            </Button>
          </div>
        </>
      )}
      <CloseButton
        className="held-words__close"
        aria-label={held.words === "" ? text.common.dismiss : words.discard}
        onClick={held.forget}
      />
    </section>
  );
}
