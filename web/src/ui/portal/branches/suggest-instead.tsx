/** For words that the document does not take because their author may only read it: a suggestion with one click. */
import { Button } from "@mantine/core";
import { SquarePen } from "lucide-react";
import { type ReactNode, useCallback, useContext, useState } from "react";
import { useLocation } from "wouter";
import {
  type DocumentName,
  type EditContent,
  hasCode,
  type Memory,
  type Portal,
  suggestInstead,
} from "../../../sync/index.ts";
import { useApp, useWords } from "../../context.tsx";
import { useReach } from "../../hooks/use-reach.ts";
import { useToast } from "../../shell/toast.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { PortalContext, useSignedIn } from "../context.tsx";
import { useAsked } from "../use-asked.ts";
import { suggestionsPath } from "./paths.ts";

interface Offered {
  readonly document: DocumentName;
  readonly read: () => Promise<EditContent | null>;
  /** They are in a suggestion now, and the server has them. */
  readonly forget: () => Promise<void>;
  readonly onFailure: () => void;
}

/** Nothing outside of a portal, where there are no suggestions, and nothing for those who may write. */
export function SuggestInstead(props: Offered): ReactNode {
  const portal = useContext(PortalContext);
  return portal === null ? null : <Offer {...props} portal={portal} />;
}

/**
 * What the words can be suggested for: the document that one may only read, or, where they were written in a suggestion
 * that was decided about meanwhile, the document that it was for.
 */
async function targetOf(
  portal: Portal,
  memory: Memory,
  document: DocumentName,
  signal: AbortSignal,
): Promise<{ readonly document: DocumentName | null }> {
  if (memory.branch(document) === null) {
    const { access } = await portal.api.documents.policy(document, signal);
    return { document: access === "read" ? document : null };
  }
  const branch = await portal.api.branches.one(document, signal);
  memory.rememberBranch(branch);
  return { document: branch.state === "open" ? null : branch.document.name };
}

function Offer(props: Offered & { readonly portal: Portal }): ReactNode {
  const { portal, document } = props;
  const text = useWords();
  const words = text.branches.aside;
  const { replica } = useApp();
  const toast = useToast();
  const reachable = useReach();
  const [, navigate] = useLocation();
  const [busy, setBusy] = useState(false);
  const { memory } = useSignedIn();
  const ask = useCallback(
    (signal: AbortSignal) => targetOf(portal, memory, document, signal),
    [portal, memory, document],
  );
  const target = useAsked(ask).value?.document ?? null;

  const suggest = async (of: DocumentName): Promise<void> => {
    setBusy(true);
    try {
      const content = await props.read();
      if (content === null) {
        throw new Error("there is nothing to suggest");
      }
      const branch = await suggestInstead(replica, portal.api.branches, of, content);
      // What is left here is in the suggestion as well: no harm, should it stay.
      await props.forget().catch(() => undefined);
      toast({ message: words.offered });
      navigate(`${suggestionsPath(of)}/${encodeURIComponent(branch)}`);
    } catch (error) {
      const isRefused = ["no-such-document", "members-only", "too-many-branches"].some((code) => hasCode(error, code));
      const said = isRefused ? describePortalFailure(error, text, text.branches.codes) : words.failed;
      toast({ message: said, tone: "alarm" });
      setBusy(false);
      props.onFailure();
    }
  };
  return target === null ? null : (
    <Button
      loading={busy}
      disabled={!reachable}
      leftSection={<SquarePen size={16} aria-hidden="true" />}
      onClick={() => void suggest(target)}
    >
      {words.offer}
    </Button>
  );
}
