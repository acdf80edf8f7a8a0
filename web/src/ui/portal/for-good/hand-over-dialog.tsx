/** Handing leadership over in one act: to whom, and what becomes of oneself. */
import { Button, Loader, NativeSelect } from "@mantine/core";
import { type ReactNode, useCallback } from "react";
import { useLocation } from "wouter";
import {
  type AccountId,
  type Afterwards,
  afterwards,
  type Community,
  type CommunityMember,
} from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { Notice } from "../../shell/notice.tsx";
import { useToast } from "../../shell/toast.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { usePortal, useSignedIn } from "../context.tsx";
import { Choices } from "../form/choices.tsx";
import { FormView } from "../form/form-view.tsx";
import { useForm } from "../form/use-form.ts";
import { useAsked } from "../use-asked.ts";

/** Pages of members among whom to choose: more than anybody scrolls through. */
const PAGES = 5;

export function HandOverDialog(props: {
  readonly community: Community;
  /** Whether this is the way out for the only leader. */
  readonly isLast: boolean;
  readonly onDone: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const text = useWords();
  const words = text.forGood.handOver;
  const portal = usePortal();
  const { id } = props.community;
  const ask = useCallback((signal: AbortSignal) => portal.api.members.list(id, PAGES, signal), [portal, id]);
  const { value, error } = useAsked(ask);
  const candidates = value?.items.filter(({ role }) => role === "deputy" || role === "member") ?? null;
  return (
    <Dialog title={words.title} onClose={props.onClose}>
      {error !== null && candidates === null && <Notice tone="plain">{describePortalFailure(error, text)}</Notice>}
      {candidates === null && error === null && <Loader size="sm" role="img" aria-label={words.loading} />}
      {candidates !== null && candidates.length === 0 && <p className="dialog-lead">{words.nobody}</p>}
      {candidates !== null && candidates.length > 0 && <HandOverForm {...props} candidates={candidates} />}
    </Dialog>
  );
}

type Values = { readonly to: string; readonly afterwards: Afterwards };

function HandOverForm(props: {
  readonly community: Community;
  readonly isLast: boolean;
  readonly candidates: readonly CommunityMember[];
  readonly onDone: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const { community, candidates, onDone, onClose } = props;
  const text = useWords();
  const words = text.forGood.handOver;
  const portal = usePortal();
  const { memory } = useSignedIn();
  const toast = useToast();
  const [, navigate] = useLocation();
  const form = useForm<Values>({
    initial: { to: candidates[0]?.accountId ?? "", afterwards: props.isLast ? "gone" : "deputy" },
    check: () => ({}),
    send: async (values) => {
      await portal.api.forGood.handOver(community.id, values.to as AccountId, values.afterwards);
      const name = candidates.find(({ accountId }) => accountId === values.to)?.name ?? "";
      toast({ message: words.done(name) });
      onClose();
      if (values.afterwards === "gone") {
        memory.forgetCommunity(community.id);
        navigate("/");
      } else {
        onDone();
      }
    },
    codes: words.codes,
  });
  return (
    <FormView form={form}>
      <p className="dialog-lead">{props.isLast ? words.leadOfLast : words.lead}</p>
      <NativeSelect
        {...form.bind("to")}
        label={words.to}
        description={words.toHint}
        data={candidates.map(({ accountId, name, role }) => ({
          value: accountId,
          label: words.option(name, text.portal.roles[role]),
        }))}
      />
      <Choices
        legend={words.andYou}
        value={form.values.afterwards}
        choices={afterwards.map((value) => ({ value, label: words.afterwards[value] }))}
        onChange={(value) => form.set("afterwards", value)}
      />
      <div className="dialog-actions">
        <Button variant="default" onClick={onClose}>
          {text.common.cancel}
        </Button>
        <Button type="submit" loading={form.busy}>
          {words.submit}
        </Button>
      </div>
    </FormView>
  );
}
