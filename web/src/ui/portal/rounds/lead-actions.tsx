/** What those who lead do with a vote: close it where that is allowed, or declare it void. */
import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { Round, RoundPage } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { useToast } from "../../shell/toast.tsx";
import { ConfirmDialog } from "../community/confirm-dialog.tsx";
import { usePortal } from "../context.tsx";
import { ReasonDialog } from "./reason-dialog.tsx";

export function LeadActions(props: { readonly round: Round; readonly onChange: (page: RoundPage) => void }): ReactNode {
  const { round, onChange } = props;
  const words = useWords().rounds.lead;
  const portal = usePortal();
  const toast = useToast();
  const [asking, setAsking] = useState<"close" | "void" | null>(null);
  if (!round.mayClose && !round.mayVoid) {
    return null;
  }
  return (
    <div className="round-lead">
      {round.mayClose && <Button onClick={() => setAsking("close")}>{words.close}</Button>}
      {round.mayVoid && (
        <Button variant="default" onClick={() => setAsking("void")}>
          {words.void}
        </Button>
      )}
      {asking === "close" && (
        <ConfirmDialog
          title={words.closeTitle}
          body={words.closeBody(round.voted, round.eligible)}
          confirm={words.close}
          run={async () => {
            onChange(await portal.api.rounds.close(round.id));
            toast({ message: words.closed });
            setAsking(null);
            // The result stands at the head of the page, and they pressed at its foot.
            scrollTo({ top: 0 });
          }}
          onClose={() => setAsking(null)}
        />
      )}
      {asking === "void" && (
        <ReasonDialog
          title={words.voidTitle}
          lead={words.voidLead}
          label={words.voidReason}
          submit={words.void}
          isDanger
          run={async (reason) => {
            onChange(await portal.api.rounds.void(round.id, reason));
            toast({ message: words.voided });
            scrollTo({ top: 0 });
          }}
          onClose={() => setAsking(null)}
        />
      )}
    </div>
  );
}
