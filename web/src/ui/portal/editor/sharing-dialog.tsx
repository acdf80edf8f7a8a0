/** Who can see a document, in words, and what this member may change about it. */
import { Button, NativeSelect, Textarea } from "@mantine/core";
import { type ReactNode, useCallback } from "react";
import {
  belongs,
  type DocumentName,
  isWider,
  type Policy,
  type Privacy,
  privacies,
  type Role,
  type SubGroupId,
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
import { useSubGroups } from "../use-sub-groups.ts";
import { GrantsEditor } from "./grants-editor.tsx";
import { obstacleTo } from "./sharing-rules.ts";

type Values = { readonly privacy: Privacy; readonly subGroup: string; readonly reason: string };

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
  const { account, memory } = useSignedIn();
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
  const groups = (useSubGroups(policy.community.id, role !== null && belongs(role)).value ?? []).filter(
    ({ isIn }) => isIn,
  );
  const viewer = { role, isCreator: policy.createdBy?.id === account.id, isInSubGroup: groups.length > 0 };
  const before = policy.subGroup?.id ?? "";
  /** Whether others than now would see it then. */
  const needsReason = ({ privacy, subGroup }: Values): boolean =>
    isWider(privacy, policy.privacy) ||
    (privacy === "sub-group" && policy.privacy === "sub-group" && subGroup !== before);
  const isAsItWas = ({ privacy, subGroup }: Values): boolean =>
    privacy === policy.privacy && (privacy !== "sub-group" || subGroup === before);

  const form = useForm<Values>({
    initial: { privacy: policy.privacy, subGroup: before, reason: "" },
    check: (values) => ({
      subGroup: values.privacy === "sub-group" && values.subGroup === "" ? text.joining.groups.chooseOne : undefined,
      reason: needsReason(values) ? checkReason(values.reason, text.portal) : undefined,
    }),
    send: async (values) => {
      const { privacy, subGroup, reason } = values;
      if (!isAsItWas(values)) {
        await portal.api.documents.setPrivacy(name, {
          privacy,
          ...(privacy === "sub-group" ? { subGroup: subGroup as SubGroupId } : {}),
          ...(needsReason(values) ? { reason: reason.trim() } : {}),
        });
        toast({ message: words.changed(text.portal.privacyInSentence[privacy]) });
        onChange();
      }
      onClose();
    },
  });
  const { privacy } = form.values;

  return (
    <Dialog onClose={onClose} title={words.title}>
      <FormView form={form}>
        {!reachable && <Notice tone="plain">{words.offline}</Notice>}
        <Choices
          legend={words.title}
          hideLegend
          hint={[
            words.lead(policy.community.name),
            ...(policy.createdBy === null ? [] : [text.joining.grants.startedBy(policy.createdBy.name)]),
          ].join(" ")}
          value={privacy}
          error={form.errors.fields.get("privacy") ?? null}
          choices={privacies.map((each) => ({
            value: each,
            label: each === policy.privacy ? `${text.portal.privacy[each]} (${words.now})` : text.portal.privacy[each],
            about: text.portal.privacyAbout[each],
            icon: <PrivacyIcon privacy={each} size={20} />,
            reason: obstacleTo(each, policy, viewer, text),
          }))}
          onChange={(next) => form.set("privacy", next)}
        />
        {privacy === "sub-group" && (
          <NativeSelect
            {...form.bind("subGroup")}
            label={text.joining.groups.which}
            disabled={!mayChange}
            data={[
              { value: "", label: text.joining.groups.chooseOne },
              ...(policy.subGroup === null || groups.some(({ id }) => id === policy.subGroup?.id)
                ? []
                : [{ value: policy.subGroup.id, label: policy.subGroup.name }]),
              ...groups.map(({ id, name: label }) => ({ value: id, label })),
            ]}
          />
        )}
        {policy.privacy === "public" && <PublicLink name={name} />}
        {needsReason(form.values) && (
          <Textarea {...form.bind("reason")} label={words.reason} description={words.reasonHint} rows={2} />
        )}
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {mayChange ? text.common.cancel : text.common.close}
          </Button>
          {mayChange && (
            <Button type="submit" loading={form.busy} disabled={isAsItWas(form.values)}>
              {words.submit}
            </Button>
          )}
        </div>
      </FormView>
      {policy.mayGrant && <GrantsEditor name={name} policy={policy} reachable={reachable} />}
    </Dialog>
  );
}

/** Where everybody can read it. */
function PublicLink(props: { readonly name: DocumentName }): ReactNode {
  const text = useWords();
  const words = text.joining.public;
  const toast = useToast();
  const path = `/public/${encodeURIComponent(props.name)}`;
  const address = `${location.origin}${path}`;
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(address);
      toast({ message: text.portal.invitations.copied });
    } catch {
      toast({ message: text.common.copyFailed, tone: "alarm" });
    }
  };
  return (
    <div className="dialog-form">
      <p className="dialog-lead public-link">
        {words.linkLead}{" "}
        <a href={path} target="_blank" rel="noopener">
          {address}
        </a>
      </p>
      <div className="dialog-actions">
        <Button variant="default" onClick={() => void copy()}>
          {words.link}
        </Button>
      </div>
    </div>
  );
}
