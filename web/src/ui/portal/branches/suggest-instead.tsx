/** For words that the document does not take because their author may only read it: a suggestion with one click. */
import { Button } from "@mantine/core";
import { SquarePen } from "lucide-react";
import { type ReactNode, useCallback, useContext, useState } from "react";
import { useLocation } from "wouter";
import { type DocumentName, type EditContent, hasCode, type Portal, suggestInstead } from "../../../sync/index.ts";
import { useApp, useWords } from "../../context.tsx";
import { useReach } from "../../hooks/use-reach.ts";
import { useToast } from "../../shell/toast.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { PortalContext } from "../context.tsx";
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

function Offer(props: Offered & { readonly portal: Portal }): ReactNode {
  const { portal, document } = props;
  const text = useWords();
  const words = text.branches.aside;
  const { replica } = useApp();
  const toast = useToast();
  const reachable = useReach();
  const [, navigate] = useLocation();
  const [busy, setBusy] = useState(false);
  const ask = useCallback((signal: AbortSignal) => portal.api.documents.policy(document, signal), [portal, document]);
  const { value: policy } = useAsked(ask);

  const suggest = async (): Promise<void> => {
    setBusy(true);
    try {
      const content = await props.read();
      if (content === null) {
        throw new Error("there is nothing to suggest");
      }
      const branch = await suggestInstead(replica, portal.api.branches, document, content);
      // What is left here is in the suggestion as well: no harm, should it stay.
      await props.forget().catch(() => undefined);
      toast({ message: words.offered });
      navigate(`${suggestionsPath(document)}/${encodeURIComponent(branch)}`);
    } catch (error) {
      const isRefused = ["no-such-document", "members-only", "too-many-branches"].some((code) => hasCode(error, code));
      const said = isRefused ? describePortalFailure(error, text, text.branches.codes) : words.failed;
      toast({ message: said, tone: "alarm" });
      setBusy(false);
      props.onFailure();
    }
  };
  return policy?.access !== "read" ? null : (
    <Button
      loading={busy}
      disabled={!reachable}
      leftSection={<SquarePen size={16} aria-hidden="true" />}
      onClick={() => void suggest()}
    >
      {words.offer}
    </Button>
  );
}
