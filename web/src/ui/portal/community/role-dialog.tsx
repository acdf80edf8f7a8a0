/** Makes somebody something else in the community, each role explained. */
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { type CommunityId, type CommunityMember, type Role, roles } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { useToast } from "../../shell/toast.tsx";
import { usePortal } from "../context.tsx";
import { Choices } from "../form/choices.tsx";
import { FormView } from "../form/form-view.tsx";
import { useForm } from "../form/use-form.ts";

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
  const form = useForm<{ readonly role: Role }>({
    initial: { role: member.role },
    check: () => ({}),
    send: async ({ role }) => {
      if (role !== member.role) {
        await portal.api.members.changeRole(community, member.accountId, role);
        toast({ message: words.changed(member.name, text.portal.roleInSentence[role]) });
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
