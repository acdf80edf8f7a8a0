/** The sub-groups of a community: which there are, who is in them, making one, taking somebody in, leaving. */
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { LogOut, Plus, UsersRound } from "lucide-react";
import { type ReactNode, useCallback, useState } from "react";
import {
  type AccountId,
  belongs,
  type Community,
  type CommunityMember,
  leads,
  type SubGroup,
} from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { Notice } from "../../shell/notice.tsx";
import { useToast } from "../../shell/toast.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { usePortal, useSignedIn } from "../context.tsx";
import { FormView } from "../form/form-view.tsx";
import { useForm } from "../form/use-form.ts";
import { useAsked } from "../use-asked.ts";
import { useSubGroups } from "../use-sub-groups.ts";
import { ConfirmDialog } from "./confirm-dialog.tsx";

/** How many pages of members are offered. */
const PAGES = 5;

/** The longest name of a sub-group, in characters. */
const NAME_LENGTH_MAX = 80;

export function SubGroupsSection(props: { readonly community: Community }): ReactNode {
  const { community } = props;
  const text = useWords();
  const words = text.joining.groups;
  const groups = useSubGroups(community.id, belongs(community.role));
  const [making, setMaking] = useState(false);
  return (
    <>
      <div className="portal-section__head">
        <h2>{words.heading}</h2>
        <Button leftSection={<Plus size={18} aria-hidden="true" />} onClick={() => setMaking(true)}>
          {words.make}
        </Button>
      </div>
      <p className="portal-section__lead">{words.lead}</p>
      {groups.error !== null && <Notice tone="plain">{describePortalFailure(groups.error, text)}</Notice>}
      {groups.value?.length === 0 && <p className="portal-section__empty">{words.none}</p>}
      <ul className="plain-list">
        {(groups.value ?? []).map((group) => (
          <GroupRow key={group.id} group={group} community={community} onChange={groups.refresh} />
        ))}
      </ul>
      {making && (
        <MakeDialog
          community={community}
          onMade={() => {
            setMaking(false);
            groups.refresh();
          }}
          onClose={() => setMaking(false)}
        />
      )}
    </>
  );
}

function GroupRow(props: {
  readonly group: SubGroup;
  readonly community: Community;
  readonly onChange: () => void;
}): ReactNode {
  const { group, community, onChange } = props;
  const words = useWords().joining.groups;
  const portal = usePortal();
  const { account } = useSignedIn();
  const toast = useToast();
  const [dialog, setDialog] = useState<"members" | "leave" | null>(null);
  const close = (): void => setDialog(null);

  const leave = async (): Promise<void> => {
    await portal.api.joining.leaveSubGroup(community.id, group.id, account.id);
    close();
    toast({ message: words.left(group.name) });
    onChange();
  };

  return (
    <li className="plain-row plain-row--wraps">
      <UsersRound size={20} aria-hidden="true" className="plain-row__icon" />
      <div className="plain-row__words">
        <p className="plain-row__title">{group.name}</p>
        <p className="plain-row__facts">
          {group.memberCount === 0 ? words.empty : words.count(group.memberCount)}
          {group.isIn && ` · ${words.yours}`}
        </p>
      </div>
      <div className="plain-row__deeds">
        <Button variant="default" aria-label={`${words.show} ${group.name}`} onClick={() => setDialog("members")}>
          {words.show}
        </Button>
        {group.isIn && (
          <Button
            variant="default"
            leftSection={<LogOut size={16} aria-hidden="true" />}
            aria-label={words.leaveLabel(group.name)}
            onClick={() => setDialog("leave")}
          >
            {words.leave}
          </Button>
        )}
      </div>
      {dialog === "members" && (
        <MembersDialog group={group} community={community} onChange={onChange} onClose={close} />
      )}
      {dialog === "leave" && (
        <ConfirmDialog
          title={words.leaveTitle(group.name)}
          body={words.leaveBody}
          confirm={words.leave}
          run={leave}
          onClose={close}
        />
      )}
    </li>
  );
}

/** Those who belong to the community, by name; `null` until they are known. */
function useBelonging(community: Community): readonly CommunityMember[] | null {
  const portal = usePortal();
  const { value } = useAsked(
    useCallback((signal: AbortSignal) => portal.api.members.list(community.id, PAGES, signal), [portal, community.id]),
  );
  return value?.items.filter(({ role }) => belongs(role)) ?? null;
}

function MembersDialog(props: {
  readonly group: SubGroup;
  readonly community: Community;
  readonly onChange: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const { group, community, onChange, onClose } = props;
  const text = useWords();
  const words = text.joining.groups;
  const portal = usePortal();
  const { account } = useSignedIn();
  const toast = useToast();
  const { value, error, refresh } = useAsked(
    useCallback(
      (signal: AbortSignal) => portal.api.joining.subGroupMembers(community.id, group.id, signal),
      [portal, community.id, group.id],
    ),
  );
  const members = value ?? [];
  const isIn = members.some(({ accountId }) => accountId === account.id);
  const mayAdd = value !== null && (isIn || (members.length === 0 && leads(community.role)));
  const others = (useBelonging(community) ?? []).filter(
    ({ accountId }) => !members.some((member) => member.accountId === accountId),
  );

  const form = useForm<{ readonly accountId: string }>({
    initial: { accountId: "" },
    check: ({ accountId }) => ({ accountId: accountId === "" ? words.choose : undefined }),
    send: async ({ accountId }) => {
      const person = others.find((each) => each.accountId === accountId);
      if (person !== undefined) {
        await portal.api.joining.addToSubGroup(community.id, group.id, person.accountId);
        toast({ message: words.added(person.name) });
        form.reset({ accountId: "" });
        refresh();
        onChange();
      }
    },
  });

  return (
    <Dialog onClose={onClose} title={words.showLabel(group.name)}>
      <div className="dialog-form">
        {error !== null && <Notice tone="plain">{describePortalFailure(error, text)}</Notice>}
        <ul className="plain-list">
          {members.map((member) => (
            <li key={member.accountId} className="plain-row">
              <p className="plain-row__title">{member.name}</p>
            </li>
          ))}
        </ul>
        {mayAdd && others.length > 0 && (
          <FormView form={form}>
            <NativeSelect
              {...form.bind("accountId")}
              label={words.add}
              data={[
                { value: "", label: words.choose },
                ...others.map(({ accountId, name }) => ({ value: accountId, label: name })),
              ]}
            />
            <div className="dialog-actions">
              <Button type="submit" variant="default" loading={form.busy}>
                {words.add}
              </Button>
            </div>
          </FormView>
        )}
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {text.common.close}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function MakeDialog(props: {
  readonly community: Community;
  readonly onMade: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const { community, onMade, onClose } = props;
  const text = useWords();
  const words = text.joining.groups;
  const portal = usePortal();
  const { account } = useSignedIn();
  const toast = useToast();
  const [chosen, setChosen] = useState<ReadonlySet<AccountId>>(new Set());
  const others = useBelonging(community)?.filter(({ accountId }) => accountId !== account.id) ?? null;
  const form = useForm<{ readonly name: string }>({
    initial: { name: "" },
    check: ({ name }) => {
      const length = [...name.trim()].length;
      return { name: length === 0 || length > NAME_LENGTH_MAX ? words.nameMissing : undefined };
    },
    send: async ({ name }) => {
      const made = await portal.api.joining.makeSubGroup(community.id, name.trim(), [...chosen]);
      toast({ message: words.made(made.name) });
      onMade();
    },
  });
  const toggle = (id: AccountId): void =>
    setChosen((last) => new Set(last.has(id) ? [...last].filter((each) => each !== id) : [...last, id]));
  return (
    <Dialog onClose={onClose} title={words.makeTitle}>
      <FormView form={form}>
        <TextInput
          {...form.bind("name")}
          label={words.name}
          description={words.nameHint}
          autoComplete="off"
          data-autofocus
        />
        <fieldset className="choices">
          <legend>{words.who}</legend>
          {others?.length === 0 && <p className="choices__hint">{words.nobodyElse}</p>}
          {(others ?? []).map((member) => (
            <label key={member.accountId} className="check-row">
              <input type="checkbox" checked={chosen.has(member.accountId)} onChange={() => toggle(member.accountId)} />
              {member.name}
            </label>
          ))}
        </fieldset>
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {text.common.cancel}
          </Button>
          <Button type="submit" loading={form.busy}>
            {words.submit}
          </Button>
        </div>
      </FormView>
    </Dialog>
  );
}
