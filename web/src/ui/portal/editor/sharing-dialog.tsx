/** Who can see a document, in words, and what this member may change about it. */
import { Button, Textarea } from "@mantine/core";
import { type ReactNode, useCallback } from "react";
import {
  type DocumentName,
  isWider,
  leads,
  type Policy,
  type Privacy,
  privacies,
  type Role,
} from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { Notice } from "../../shell/notice.tsx";
import { PrivacyIcon } from "../../shell/privacy-icon.tsx";
import { useToast } from "../../shell/toast.tsx";
import { usePortal, useSignedIn } from "../context.tsx";
import { Choices } from "../form/choices.tsx";
import { FormView } from "../form/form-view.tsx";
import { checkReason } from "../form/rules.ts";
import { useForm } from "../form/use-form.ts";
import { useAsked } from "../use-asked.ts";
import { obstacleTo } from "./sharing-rules.ts";

type Values = { readonly privacy: Privacy; readonly reason: string };

export function SharingDialog(props: {
  readonly name: DocumentName;
  readonly policy: Policy;
  readonly reachable: boolean;
  readonly onChange: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const { name, policy, reachable, onChange, onClose } = props;
  const text = useWords();
  const words = text.portal.sharing;
  const portal = usePortal();
  const toast = useToast();
  const { memory } = useSignedIn();
  const community = policy.community.id;
  const askRole = useCallback(
    async (signal: AbortSignal): Promise<Role> => {
      const found = await portal.api.communities.one(community, signal);
      memory.rememberCommunity(found);
      return found.role;
    },
    [portal, memory, community],
  );
  const { value: role } = useAsked(
    askRole,
    useCallback(() => memory.community(community)?.role ?? null, [memory, community]),
    "once",
  );
  const mayChange = reachable && (policy.mayNarrow || policy.mayWiden);

  const form = useForm<Values>({
    initial: { privacy: policy.privacy, reason: "" },
    check: ({ privacy, reason }) => ({
      reason: isWider(privacy, policy.privacy) ? checkReason(reason, text.portal) : undefined,
    }),
    send: async ({ privacy, reason }) => {
      if (privacy !== policy.privacy) {
        const why = isWider(privacy, policy.privacy) ? reason.trim() : undefined;
        await portal.api.documents.setPrivacy(name, privacy, why);
        toast({ message: words.changed(text.portal.privacyInSentence[privacy]) });
        onChange();
      }
      onClose();
    },
  });
  const { privacy } = form.values;
  const hides = privacy === "private" && policy.privacy !== "private" && role !== null && leads(role);

  return (
    <Dialog onClose={onClose} title={words.title}>
      <FormView form={form}>
        {!reachable && <Notice tone="plain">{words.offline}</Notice>}
        <Choices
          legend={words.title}
          hideLegend
          hint={words.lead(policy.community.name)}
          value={privacy}
          error={form.errors.fields.get("privacy") ?? null}
          choices={privacies.map((each) => ({
            value: each,
            label: each === policy.privacy ? `${text.portal.privacy[each]} (${words.now})` : text.portal.privacy[each],
            about: text.portal.privacyAbout[each],
            icon: <PrivacyIcon privacy={each} size={20} />,
            reason: obstacleTo(each, policy, role, words),
          }))}
          onChange={(next) => form.set("privacy", next)}
        />
        {hides && <Notice tone="notice">{words.losing}</Notice>}
        {isWider(privacy, policy.privacy) && (
          <Textarea {...form.bind("reason")} label={words.reason} description={words.reasonHint} rows={2} />
        )}
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {mayChange ? text.common.cancel : text.common.close}
          </Button>
          {mayChange && (
            <Button type="submit" loading={form.busy} disabled={privacy === policy.privacy}>
              {words.submit}
            </Button>
          )}
        </div>
      </FormView>
    </Dialog>
  );
}
