/** Who belongs to the community, as what; leaders change that, everybody can leave. */
import { ActionIcon, Button, Loader, Menu } from "@mantine/core";
import { EllipsisVertical, Handshake, KeyRound, LogOut, UserCog, UserMinus, UserPlus } from "lucide-react";
import { type ReactNode, useCallback, useState } from "react";
import { useLocation } from "wouter";
import { type Community, type CommunityMember, leads, manages, memberCalled } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { Face } from "../../shell/face.tsx";
import { Notice } from "../../shell/notice.tsx";
import { useToast } from "../../shell/toast.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { dayOf } from "../../words/time.ts";
import { ChosenRoles } from "../catching-up/chosen-roles.tsx";
import { usePortal, useSignedIn } from "../context.tsx";
import { HandOverDialog } from "../for-good/hand-over-dialog.tsx";
import { useAsked } from "../use-asked.ts";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { Invitations, useInvitations } from "./invitations.tsx";
import { InviteDialog } from "./invite-dialog.tsx";
import { JoinRequests } from "./join-requests.tsx";
import { PasswordLinkDialog } from "./password-link-dialog.tsx";
import { RoleDialog } from "./role-dialog.tsx";

export function MembersSection(props: { readonly community: Community; readonly onChange: () => void }): ReactNode {
  const { community, onChange } = props;
  const text = useWords();
  const words = text.portal.members;
  const portal = usePortal();
  const { account } = useSignedIn();
  const [pages, setPages] = useState(1);
  const ask = useCallback(
    (signal: AbortSignal) => portal.api.members.list(community.id, pages, signal),
    [portal, community.id, pages],
  );
  const { value, error, refresh } = useAsked(ask);
  const members = value?.items ?? null;
  const invitations = useInvitations(community);
  const [inviting, setInviting] = useState(false);
  const changed = useCallback(() => {
    refresh();
    onChange();
  }, [refresh, onChange]);

  return (
    <>
      {manages(community.role) && <JoinRequests community={community} onChange={changed} />}
      <div className="portal-section__head">
        <h2>{words.heading}</h2>
        {manages(community.role) && (
          <Button leftSection={<UserPlus size={18} aria-hidden="true" />} onClick={() => setInviting(true)}>
            {words.invite}
          </Button>
        )}
      </div>
      {error !== null && <Notice tone="plain">{describePortalFailure(error, text)}</Notice>}
      {members === null && error === null && (
        <div className="documents__waiting" aria-busy="true">
          <Loader size="sm" role="img" aria-label={text.common.loading} />
        </div>
      )}
      <ul className="plain-list">
        {(members ?? []).map((member) => (
          <MemberRow
            key={member.accountId}
            member={member}
            community={community}
            isLastLeader={isLastLeader(members ?? [], member)}
            onChange={changed}
          />
        ))}
      </ul>
      {value?.hasMore === true && (
        <Button variant="default" onClick={() => setPages((last) => last + 1)}>
          {text.joining.more}
        </Button>
      )}
      {members !== null && (
        <ChosenRoles
          community={community.id}
          chosen={members.find(({ accountId }) => accountId === account.id)?.chosen ?? []}
          onChange={refresh}
        />
      )}
      {manages(community.role) && <Invitations community={community} invitations={invitations} />}
      {inviting && (
        <InviteDialog community={community} onMade={invitations.refresh} onClose={() => setInviting(false)} />
      )}
    </>
  );
}

/** Whether nobody would lead for good without them. Leaders come first in the list, so its first page is enough. */
function isLastLeader(members: readonly CommunityMember[], member: CommunityMember): boolean {
  const leaders = members.filter(({ role, until }) => leads(role) && until === null);
  return leaders.length === 1 && leaders[0]?.accountId === member.accountId;
}

function MemberRow(props: {
  readonly member: CommunityMember;
  readonly community: Community;
  readonly isLastLeader: boolean;
  readonly onChange: () => void;
}): ReactNode {
  const { member } = props;
  const text = useWords();
  const words = text.portal.members;
  const language = useLanguage();
  const { account } = useSignedIn();
  const isMe = member.accountId === account.id;
  const { chosen } = text.catchingUp;
  const hereAs = chosen.here(member.chosen.map((role) => chosen.roles[role]).join(", "));
  const facts = [
    ...(member.email === null ? [] : [member.email]),
    ...(member.since === 0 ? [] : [words.since(dayOf(member.since, language))]),
    ...(member.until === null ? [] : [words.until(dayOf(member.until, language))]),
    ...(member.steppedBackAt === null ? [] : [text.forGood.away.steppedBack(dayOf(member.steppedBackAt, language))]),
  ];
  return (
    <li className="plain-row">
      <Face name={member.name} color={memberCalled(member.name, member.accountId).color} size={40} />
      <div className="plain-row__words">
        <p className="plain-row__title">
          {member.name}
          {isMe && <span className="tag">{words.you}</span>}
        </p>
        <p className="plain-row__facts">
          <span className="plain-row__role">{text.portal.roles[member.role]}</span>
          {member.chosen.length > 0 && ` · ${hereAs}`}
          {facts.map((fact) => ` · ${fact}`)}
        </p>
      </div>
      {(isMe || leads(props.community.role)) && <MemberMenu {...props} isMe={isMe} />}
    </li>
  );
}

function MemberMenu(props: {
  readonly member: CommunityMember;
  readonly community: Community;
  readonly isLastLeader: boolean;
  readonly isMe: boolean;
  readonly onChange: () => void;
}): ReactNode {
  const { member, community, isMe, onChange } = props;
  const text = useWords();
  const words = text.portal.members;
  const portal = usePortal();
  const { memory } = useSignedIn();
  const toast = useToast();
  const [, navigate] = useLocation();
  const [dialog, setDialog] = useState<"role" | "password" | "remove" | "hand-over" | "leave-as-last" | null>(null);
  const close = (): void => setDialog(null);

  const remove = async (): Promise<void> => {
    await portal.api.members.remove(community.id, member.accountId);
    close();
    if (isMe) {
      memory.forgetCommunity(community.id);
      navigate("/");
      toast({ message: words.left(community.name) });
    } else {
      toast({ message: words.removed(member.name) });
      onChange();
    }
  };

  return (
    <>
      <Menu width={260}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={40} aria-label={words.more(member.name)}>
            <EllipsisVertical size={18} aria-hidden="true" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {leads(community.role) && (
            <Menu.Item leftSection={<UserCog size={16} aria-hidden="true" />} onClick={() => setDialog("role")}>
              {words.changeRole}
            </Menu.Item>
          )}
          {isMe && leads(community.role) && (
            <Menu.Item leftSection={<Handshake size={16} aria-hidden="true" />} onClick={() => setDialog("hand-over")}>
              {text.forGood.handOver.item}
            </Menu.Item>
          )}
          {!isMe && leads(community.role) && (
            <Menu.Item leftSection={<KeyRound size={16} aria-hidden="true" />} onClick={() => setDialog("password")}>
              {text.portal.passwordLink.item}
            </Menu.Item>
          )}
          <Menu.Item
            className="menu-danger"
            leftSection={isMe ? <LogOut size={16} aria-hidden="true" /> : <UserMinus size={16} aria-hidden="true" />}
            onClick={() => setDialog(isMe && props.isLastLeader ? "leave-as-last" : "remove")}
          >
            {isMe ? words.leave : words.remove}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog === "role" && (
        <RoleDialog
          member={member}
          community={community.id}
          onDone={() => {
            close();
            onChange();
          }}
          onClose={close}
        />
      )}
      {dialog === "password" && <PasswordLinkDialog member={member} community={community.id} onClose={close} />}
      {(dialog === "hand-over" || dialog === "leave-as-last") && (
        <HandOverDialog community={community} isLast={dialog === "leave-as-last"} onDone={onChange} onClose={close} />
      )}
      {dialog === "remove" && (
        <ConfirmDialog
          title={isMe ? words.leaveTitle : words.removeTitle(member.name)}
          body={isMe ? words.leaveBody : words.removeBody(member.name)}
          confirm={isMe ? words.leaveConfirm : words.removeConfirm}
          run={remove}
          onClose={close}
        />
      )}
    </>
  );
}
