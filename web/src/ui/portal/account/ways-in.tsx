/** By what one signs in: a password, and whoever one is at the provider. */
import { Button } from "@mantine/core";
import { KeyRound, Link2 } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { type ConnectedIdentity, isUnreachable, type WaysIn } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { useNow } from "../../hooks/use-now.ts";
import { Notice } from "../../shell/notice.tsx";
import { useToast } from "../../shell/toast.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { timeAgo } from "../../words/time.ts";
import { usePortal } from "../context.tsx";
import { FormAlert } from "../form/form-alert.tsx";
import { useSettingOut } from "../openid/continue-with.tsx";

export function WaysInSection(props: {
  /** `null` until the server has said. */
  readonly ways: WaysIn | null;
  readonly error: unknown;
  readonly onChanged: () => void;
}): ReactNode {
  const { ways, error } = props;
  const text = useWords();
  const words = text.signingIn.ways;
  const { provider } = usePortal().config;
  const id = useId();
  return (
    <section className="panel" aria-labelledby={id}>
      <h2 id={id}>{words.heading}</h2>
      {error !== null && (
        <Notice tone="plain">
          {isUnreachable(error) ? text.portal.account.needsServer : describePortalFailure(error, text)}
        </Notice>
      )}
      {ways !== null && (
        <>
          <ul className="plain-list">
            <li className="plain-row plain-row--wraps">
              <KeyRound size={20} aria-hidden="true" className="plain-row__icon" />
              <div className="plain-row__words">
                <p className="plain-row__title">{words.password}</p>
                <p className="plain-row__facts">{ways.hasPassword ? words.passwordSet : words.passwordNone}</p>
              </div>
            </li>
            {ways.identities.map((identity) => (
              <IdentityRow
                key={identity.id}
                identity={identity}
                isLast={!ways.hasPassword && !ways.identities.some((other) => other !== identity && other.isUsable)}
                onChanged={props.onChanged}
              />
            ))}
            {provider !== null && !ways.identities.some(({ isUsable }) => isUsable) && <ConnectRow name={provider} />}
          </ul>
          {provider !== null && <p className="panel__lead">{words.signOut(provider)}</p>}
        </>
      )}
    </section>
  );
}

function IdentityRow(props: {
  readonly identity: ConnectedIdentity;
  readonly isLast: boolean;
  readonly onChanged: () => void;
}): ReactNode {
  const { identity, isLast } = props;
  const text = useWords();
  const words = text.signingIn.ways;
  const language = useLanguage();
  const portal = usePortal();
  const toast = useToast();
  const now = useNow(60_000);
  const [busy, setBusy] = useState(false);
  const name = identity.isUsable ? (portal.config.provider ?? identity.issuer) : identity.issuer;

  const disconnect = async (): Promise<void> => {
    setBusy(true);
    try {
      await portal.api.openid.disconnect(identity.id);
      toast({ message: words.disconnected(name) });
    } catch (reason) {
      toast({ message: describePortalFailure(reason, text, text.signingIn.codes), tone: "alarm" });
    }
    setBusy(false);
    props.onChanged();
  };

  return (
    <li className="plain-row plain-row--wraps">
      <Link2 size={20} aria-hidden="true" className="plain-row__icon" />
      <div className="plain-row__words">
        <p className="plain-row__title">{name}</p>
        <p className="plain-row__facts">
          {[
            identity.isUsable ? words.provider(name) : words.another(identity.issuer),
            ...(identity.shownAs === "" ? [] : [words.as(identity.shownAs)]),
            `${words.since(timeAgo(identity.since, now, language))}.`,
            ...(isLast ? [portal.config.mail ? text.mail.account.lastWay : words.lastWay] : []),
          ].join(" ")}
        </p>
      </div>
      {!isLast && (
        <Button
          variant="default"
          loading={busy}
          aria-label={words.disconnectLabel(name)}
          onClick={() => void disconnect()}
        >
          {words.disconnect}
        </Button>
      )}
    </li>
  );
}

function ConnectRow(props: { readonly name: string }): ReactNode {
  const text = useWords();
  const words = text.signingIn.ways;
  const { busy, error, setOut } = useSettingOut();
  return (
    <li className="plain-row plain-row--wraps">
      <Link2 size={20} aria-hidden="true" className="plain-row__icon" />
      <div className="plain-row__words">
        <p className="plain-row__title">{props.name}</p>
        <p className="plain-row__facts">{words.connectHint(props.name)}</p>
        <FormAlert
          words={error === null ? null : describePortalFailure(error, text, text.signingIn.codes)}
          cause={error}
        />
      </div>
      <Button variant="default" loading={busy} onClick={() => void setOut({ purpose: "connect" })}>
        {words.connect(props.name)}
      </Button>
    </li>
  );
}
