/** The way from an open document to a vote about it; for those who lead. */
import { Vote } from "lucide-react";
import type { ReactNode } from "react";
import { type DocumentName, manages, type Policy } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { useReach } from "../../hooks/use-reach.ts";
import { ReasonedItem } from "../../shell/reasoned-item.tsx";
import { useSignedIn } from "../context.tsx";

export function PutToVoteItem(props: {
  readonly document: DocumentName;
  readonly policy: Policy;
  readonly onOpen: () => void;
}): ReactNode {
  const words = useWords().rounds;
  const reachable = useReach();
  const { memory } = useSignedIn();
  const { id } = props.policy.community;
  const role = memory.community(id)?.role ?? memory.communities()?.find((known) => known.id === id)?.role ?? null;
  if (role === null || !manages(role)) {
    return null;
  }
  const isPrivate = props.policy.privacy === "private";
  return (
    <ReasonedItem
      icon={<Vote size={16} aria-hidden="true" />}
      label={words.start.item}
      reason={isPrivate ? (words.codes["private-document"] ?? null) : reachable ? null : words.start.needsServer}
      run={props.onOpen}
    />
  );
}
