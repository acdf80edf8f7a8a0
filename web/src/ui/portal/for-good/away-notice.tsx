/** Asks a member who was away whether they are still there; tells one who stepped back how to come back. */
import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { CommunityEntry } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { Notice } from "../../shell/notice.tsx";
import { useToast } from "../../shell/toast.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { dayOf } from "../../words/time.ts";
import { usePortal } from "../context.tsx";

const DAY_MS = 86_400_000;

export function AwayNotice(props: { readonly community: CommunityEntry; readonly onAnswered: () => void }): ReactNode {
  const { community } = props;
  const text = useWords();
  const words = text.forGood.away;
  const language = useLanguage();
  const portal = usePortal();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const { askedAt, steppedBackAt, stepBackAfterDays } = community;

  const answer = async (): Promise<void> => {
    setBusy(true);
    try {
      await portal.api.forGood.sayPresent(community.id);
      toast({ message: words.done(community.name) });
      props.onAnswered();
    } catch (error) {
      toast({ message: describePortalFailure(error, text), tone: "alarm" });
    }
    setBusy(false);
  };
  const button = (label: string): ReactNode => (
    <Button loading={busy} onClick={() => void answer()}>
      {label}
    </Button>
  );

  if (steppedBackAt !== null) {
    return (
      <Notice tone="notice" title={words.backTitle(community.name)} action={button(words.iAmBack)}>
        {words.back(dayOf(steppedBackAt, language))}
      </Notice>
    );
  }
  if (askedAt === null || stepBackAfterDays === null) {
    return null;
  }
  const until = dayOf(askedAt + stepBackAfterDays * DAY_MS, language);
  return (
    <Notice tone="notice" title={words.askTitle(community.name)} action={button(words.yes)}>
      {words.ask(dayOf(askedAt, language), until)}
      {community.role === "leader" && ` ${words.askLeader}`}
    </Notice>
  );
}
