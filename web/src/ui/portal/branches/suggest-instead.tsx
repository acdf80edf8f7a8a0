/** For words that were not taken because their author may not write the document any more: a suggestion with one click. */
import { Button } from "@mantine/core";
import { SquarePen } from "lucide-react";
import { type ReactNode, useContext, useState } from "react";
import { useLocation } from "wouter";
import { hasCode, type Portal, type RefusedEdits, suggestInstead } from "../../../sync/index.ts";
import { useApp, useWords } from "../../context.tsx";
import { useReach } from "../../hooks/use-reach.ts";
import { useToast } from "../../shell/toast.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { PortalContext } from "../context.tsx";
import { suggestionsPath } from "./paths.ts";

/** Nothing outside of a portal: there are no suggestions. */
export function SuggestInstead(props: { readonly matter: RefusedEdits; readonly onChange: () => void }): ReactNode {
  const portal = useContext(PortalContext);
  return portal === null ? null : <Offer {...props} portal={portal} />;
}

function Offer(props: {
  readonly portal: Portal;
  readonly matter: RefusedEdits;
  readonly onChange: () => void;
}): ReactNode {
  const { portal, matter, onChange } = props;
  const text = useWords();
  const words = text.branches.aside;
  const { replica } = useApp();
  const toast = useToast();
  const reachable = useReach();
  const [, navigate] = useLocation();
  const [busy, setBusy] = useState(false);

  const suggest = async (): Promise<void> => {
    setBusy(true);
    try {
      const branch = await suggestInstead(replica, portal.api.branches, matter.document, matter.ids);
      toast({ message: words.offered });
      navigate(`${suggestionsPath(matter.document)}/${encodeURIComponent(branch)}`);
    } catch (error) {
      const isRefused = ["no-such-document", "members-only", "too-many-branches"].some((code) => hasCode(error, code));
      const said = isRefused ? describePortalFailure(error, text, text.branches.codes) : words.failed;
      toast({ message: said, tone: "alarm" });
      setBusy(false);
      onChange();
    }
  };
  return (
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
