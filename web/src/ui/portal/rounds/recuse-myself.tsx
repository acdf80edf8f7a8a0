/** Recusing oneself, with a reason that everybody reads. */
import type { ReactNode } from "react";
import type { RoundId, RoundPage } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { usePortal } from "../context.tsx";
import { ReasonDialog } from "./reason-dialog.tsx";

export function RecuseMyself(props: {
  readonly id: RoundId;
  readonly onChange: (page: RoundPage) => void;
  readonly onClose: () => void;
}): ReactNode {
  const words = useWords().rounds.vote;
  const portal = usePortal();
  return (
    <ReasonDialog
      title={words.recuseTitle}
      lead={words.recuseLead}
      label={words.recuseReason}
      hint={words.recuseHint}
      submit={words.recuse}
      run={async (reason) => props.onChange(await portal.api.rounds.recuse(props.id, reason))}
      onClose={props.onClose}
    />
  );
}
