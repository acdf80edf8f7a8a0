/** Makes somebody something else in the community, each role explained, for good or until a day. */
import { Button, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { type CommunityId, type CommunityMember, type MemberChange, type Role, roles } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { useToast } from "../../shell/toast.tsx";
import { usePortal } from "../context.tsx";
import { Choices } from "../form/choices.tsx";
import { FormView } from "../form/form-view.tsx";
import { useForm } from "../form/use-form.ts";
import { dayValue, endOfDay } from "./term.ts";

type Values = { readonly role: Role; readonly until: string };

export function RoleDialog(props: {
  readonly member: CommunityMember;
  readonly community: CommunityId;
  readonly onDone: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const { member, community, onDone, onClose } = props;
  const text = useWords();
  const words = text.portal.members;
  const portal = usePortal();
  const toast = useToast();
  const before: Values = { role: member.role, until: member.until === null ? "" : dayValue(member.until) };
  const form = useForm<Values>({
    initial: before,
    check: ({ until }) => ({
      until: until === "" || until === before.until || isToCome(until) ? undefined : words.termPast,
    }),
    send: async (after) => {
      const change = changeOf(before, after);
      if (Object.keys(change).length > 0) {
        await portal.api.members.change(community, member.accountId, change);
        toast({ message: words.changed(member.name, text.portal.roleInSentence[after.role]) });
      }
      onDone();
    },
  });
  return (
    <Dialog onClose={onClose} title={words.changeRoleTitle(member.name)}>
      <FormView form={form}>
        <Choices
          legend={words.changeRoleTitle(member.name)}
          hideLegend
          hint={words.changeRoleLead}
          value={form.values.role}
          error={form.errors.fields.get("role") ?? null}
          choices={roles.map((role) => ({
            value: role,
            label: text.portal.roles[role],
            about: text.portal.roleAbout[role],
          }))}
          onChange={(role) => form.set("role", role)}
        />
        <TextInput
          {...form.bind("until")}
          type="date"
          min={dayValue(Date.now())}
          label={words.term}
          description={words.termHint}
        />
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {text.common.cancel}
          </Button>
          <Button type="submit" loading={form.busy}>
            {text.common.save}
          </Button>
        </div>
      </FormView>
    </Dialog>
  );
}

function isToCome(day: string): boolean {
  const end = endOfDay(day);
  return end !== null && end > Date.now();
}

/** Only what differs. */
function changeOf(before: Values, { role, until }: Values): MemberChange {
  return {
    ...(role === before.role ? {} : { role }),
    ...(until === before.until ? {} : { until: endOfDay(until) }),
  };
}
