/** The invitations that are open, each with the way to withdraw it. */
import { Button } from "@mantine/core";
import { Mail } from "lucide-react";
import { type ReactNode, useCallback, useRef, useState } from "react";
import { type Community, type Invitation, manages, type Page } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { Notice } from "../../shell/notice.tsx";
import { useToast } from "../../shell/toast.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { dayOf, pointInTime } from "../../words/time.ts";
import { usePortal } from "../context.tsx";
import { type Asked, useAsked } from "../use-asked.ts";

export interface OpenInvitations extends Asked<Page<Invitation>> {
  /** Shows another page. */
  readonly more: () => void;
}

/** None for those who may not know them. */
export function useInvitations({ id, role }: Community): OpenInvitations {
  const portal = usePortal();
  const may = manages(role);
  const [pages, setPages] = useState(1);
  const ask = useCallback(
    (signal: AbortSignal) => (may ? portal.api.invitations.list(id, pages, signal) : Promise.resolve(noInvitations)),
    [portal, id, may, pages],
  );
  return { ...useAsked(ask), more: () => setPages((last) => last + 1) };
}

const noInvitations: Page<Invitation> = { items: [], hasMore: false };

export function Invitations(props: {
  readonly community: Community;
  readonly invitations: OpenInvitations;
}): ReactNode {
  const { community, invitations } = props;
  const text = useWords();
  const words = text.portal.invitations;
  return (
    <section className="portal-section" aria-labelledby="invitations">
      <h2 id="invitations">{words.heading}</h2>
      <p className="portal-section__lead">{words.lead}</p>
      {invitations.error !== null && <Notice tone="plain">{describePortalFailure(invitations.error, text)}</Notice>}
      {invitations.value?.items.length === 0 && <p className="portal-section__empty">{words.none}</p>}
      <ul className="plain-list">
        {(invitations.value?.items ?? []).map((invitation) => (
          <InvitationRow
            key={invitation.id}
            invitation={invitation}
            community={community}
            onChange={invitations.refresh}
          />
        ))}
      </ul>
      {invitations.value?.hasMore === true && (
        <Button variant="default" onClick={invitations.more}>
          {text.joining.more}
        </Button>
      )}
    </section>
  );
}

function InvitationRow(props: {
  readonly invitation: Invitation;
  readonly community: Community;
  readonly onChange: () => void;
}): ReactNode {
  const { invitation, community, onChange } = props;
  const text = useWords();
  const words = text.portal.invitations;
  const language = useLanguage();
  const portal = usePortal();
  const toast = useToast();
  const role = text.portal.roles[invitation.role];
  const [busy, setBusy] = useState(false);
  // Known at once, unlike a state: of a double click, the second comes before anything is rendered.
  const underway = useRef(false);

  const withdraw = async (): Promise<void> => {
    if (underway.current) {
      return;
    }
    underway.current = true;
    setBusy(true);
    try {
      await portal.api.invitations.withdraw(community.id, invitation.id);
      toast({ message: words.withdrawn });
    } catch (error) {
      toast({
        message: describePortalFailure(error, text, { "leaders-only": text.portal.managersOnly }),
        tone: "alarm",
      });
      // Once it is withdrawn, this row stays only until the list is read again.
      underway.current = false;
      setBusy(false);
    }
    onChange();
  };

  return (
    <li className="plain-row plain-row--wraps">
      <Mail size={20} aria-hidden="true" className="plain-row__icon" />
      <div className="plain-row__words">
        <p className="plain-row__title">{role}</p>
        <p className="plain-row__facts">
          {words.expiresAt(pointInTime(invitation.expiresAt, language))} ·{" "}
          {words.used(invitation.uses, invitation.usesMax)}
          {invitation.documentCount > 0 && ` · ${text.joining.guests.carries(invitation.documentCount)}`}
          {invitation.until !== null && ` · ${text.portal.members.until(dayOf(invitation.until, language))}`}
        </p>
      </div>
      <Button variant="default" loading={busy} aria-label={words.withdrawLabel(role)} onClick={() => void withdraw()}>
        {words.withdraw}
      </Button>
    </li>
  );
}
