/** Has a link made with which a member sets a new password, and shows it where it does not go by mail. */
import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { CommunityId, CommunityMember } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { useToast } from "../../shell/toast.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { pointInTime } from "../../words/time.ts";
import { usePortal } from "../context.tsx";
import { FormAlert } from "../form/form-alert.tsx";
import { ShownOnce } from "./shown-once.tsx";

export function PasswordLinkDialog(props: {
  readonly member: CommunityMember;
  readonly community: CommunityId;
  readonly onClose: () => void;
}): ReactNode {
  const { member, community, onClose } = props;
  const text = useWords();
  const words = text.portal.passwordLink;
  const language = useLanguage();
  const portal = usePortal();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [made, setMade] = useState<{ readonly address: string; readonly lead: string } | null>(null);

  const make = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const { path, expiresAt } = await portal.api.members.makePasswordLink(community, member.accountId);
      if (path === null) {
        onClose();
        toast({ message: words.mailed(member.name) });
        return;
      }
      const until = pointInTime(expiresAt, language);
      setMade({ address: new URL(path, location.origin).href, lead: words.madeLead(member.name, until) });
    } catch (reason) {
      setError(reason);
      setBusy(false);
    }
  };

  // One dialog for both: another would send the focus back in between.
  return (
    <Dialog onClose={onClose} title={made === null ? words.title(member.name) : words.madeTitle}>
      {made !== null ? (
        <ShownOnce {...made} onClose={onClose} />
      ) : (
        <div className="dialog-form">
          <FormAlert words={error === null ? null : describePortalFailure(error, text, words.codes)} cause={error} />
          <p className="dialog-lead">{portal.config.mail ? words.byMail : words.byHand}</p>
          <p className="dialog-lead">{words.isTold(member.name)}</p>
          <div className="dialog-actions">
            <Button variant="default" onClick={onClose} data-autofocus>
              {text.common.cancel}
            </Button>
            <Button loading={busy} onClick={() => void make()}>
              {portal.config.mail ? words.mail : words.make}
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  );
}
