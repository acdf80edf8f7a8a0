/** A document, open for as long as its page is: first what this device holds, then the server's state. */
import { useEffect, useState } from "react";
import { BODY_FIELD } from "../../editor/index.ts";
import { type DocumentName, hasTitle, type ReplicaDocument } from "../../sync/index.ts";
import { useApp } from "../context.tsx";

export type OpenDocument =
  | { readonly phase: "opening"; readonly document: ReplicaDocument | null }
  /** This device holds nothing of it and the server has not answered yet. */
  | { readonly phase: "awaited"; readonly document: ReplicaDocument }
  | { readonly phase: "open"; readonly document: ReplicaDocument };

/** @param again - another when the document is to be opened anew, as when it may be seen again */
export function useOpenDocument(name: DocumentName, again: unknown): OpenDocument {
  const { replica } = useApp();
  const [state, setState] = useState<OpenDocument>({ phase: "opening", document: null });
  // Rises when the view has to be made anew: the old one goes on as a fork, or holds edits that were refused.
  const [view, setView] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: opening it anew is what `again` is for.
  useEffect(() => {
    const document = replica.open(name);
    let current = true;
    const show = (phase: OpenDocument["phase"]): void => {
      if (current) {
        setState({ phase, document });
      }
    };
    show("opening");
    const load = async (): Promise<void> => {
      await document.whenReady;
      // An empty editor shown too early would look like a lost text, and invite to write it anew.
      if (!document.state.value.synced && !isHeld(document)) {
        show("awaited");
        await document.whenSynced;
      }
      show("open");
    };
    // A document that cannot be had says why in its state.
    load().catch(() => show("awaited"));
    void document.whenOutdated.then(() => current && setView(view + 1));
    return () => {
      current = false;
      document.dispose();
    };
  }, [replica, name, view, again]);

  return state;
}

function isHeld(document: ReplicaDocument): boolean {
  return hasTitle(document.doc) || document.doc.getXmlFragment(BODY_FIELD).length > 0;
}
