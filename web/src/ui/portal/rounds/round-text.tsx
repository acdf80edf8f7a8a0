/** What is put to the vote, exactly as it stood: from the server's copy for this vote, never from the document. */
import "../../editor/editor.css";
import "../../editor/prose.css";
import { Loader } from "@mantine/core";
import { type ReactNode, useCallback, useEffect, useRef } from "react";
import * as Y from "yjs";
import { takeOut } from "../../../editor/foreign.ts";
import { createReader } from "../../../editor/reader.ts";
import type { RoundId } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Notice } from "../../shell/notice.tsx";
import { usePortal } from "../context.tsx";
import { nothing, useAsked } from "../use-asked.ts";

export function RoundText(props: { readonly id: RoundId }): ReactNode {
  const text = useWords();
  const portal = usePortal();
  const ask = useCallback((signal: AbortSignal) => portal.api.rounds.text(props.id, signal), [portal, props.id]);
  const { value, error } = useAsked(ask, nothing, "once");
  if (value !== null) {
    return <Shown update={value} />;
  }
  return error === null ? (
    <Loader size="sm" role="img" aria-label={text.common.loading} />
  ) : (
    <Notice tone="alarm">{text.rounds.page.textFailed}</Notice>
  );
}

function Shown(props: { readonly update: Uint8Array }): ReactNode {
  const { update } = props;
  const text = useWords();
  const place = useRef<HTMLDivElement>(null);
  const label = text.rounds.page.textLabel;
  const { taskLabel } = text.toolbar;
  const { inPlace: questionLabel } = text.questions.block;
  useEffect(() => {
    if (place.current === null) {
      return;
    }
    const doc = new Y.Doc();
    Y.applyUpdate(doc, update);
    // Of this copy, which is nobody else’s: the reader could not bear it.
    takeOut(doc);
    const reader = createReader({ doc, element: place.current, label, taskLabel, questionLabel });
    return () => {
      reader.destroy();
      doc.destroy();
    };
  }, [update, label, taskLabel, questionLabel]);
  return <div ref={place} className="sheet__text round-text" />;
}
