/** What can be done with a suggestion besides taking it: hand it in, discard it, open it again. */
import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { Branch } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { useReach } from "../../hooks/use-reach.ts";
import { useToast } from "../../shell/toast.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { ConfirmDialog } from "../community/confirm-dialog.tsx";
import { usePortal } from "../context.tsx";
import { HandInDialog } from "./hand-in-dialog.tsx";

export function BranchActions(props: {
  readonly branch: Branch;
  readonly onChange: (branch: Branch) => void;
  /** Drawn before the others. */
  readonly children?: ReactNode;
}): ReactNode {
  const { branch, onChange } = props;
  const text = useWords();
  const words = text.branches;
  const { branches } = usePortal().api;
  const toast = useToast();
  const reachable = useReach();
  const [asking, setAsking] = useState<"hand-in" | "discard" | null>(null);
  const close = (): void => setAsking(null);

  const reopen = async (): Promise<void> => {
    try {
      onChange(await branches.reopen(branch.name));
      toast({ message: words.reopened });
    } catch (error) {
      toast({ message: describePortalFailure(error, text, words.codes), tone: "alarm" });
    }
  };
  const isOpen = branch.state === "open";
  return (
    <div className="branch-actions">
      {isOpen && branch.mine && branch.kind === "draft" && (
        <Button disabled={!reachable} onClick={() => setAsking("hand-in")}>
          {words.handIn}
        </Button>
      )}
      {props.children}
      {isOpen && branch.mayDiscard && (
        <Button variant="subtle" className="menu-danger" disabled={!reachable} onClick={() => setAsking("discard")}>
          {words.discard}
        </Button>
      )}
      {branch.state === "discarded" && branch.mayDiscard && (
        <Button variant="default" disabled={!reachable} onClick={() => void reopen()}>
          {words.reopen}
        </Button>
      )}
      {asking === "hand-in" && <HandInDialog branch={branch} onChange={onChange} onClose={close} />}
      {asking === "discard" && (
        <ConfirmDialog
          title={words.discardTitle}
          body={words.discardBody}
          confirm={words.discard}
          run={async () => {
            onChange(await branches.discard(branch.name));
            toast({ message: words.discarded });
            close();
          }}
          onClose={close}
        />
      )}
    </div>
  );
}
