/** The browsers in which the account is signed in, each with the way to end that. */
import { Button } from "@mantine/core";
import { Monitor } from "lucide-react";
import { type ReactNode, useCallback, useId, useState } from "react";
import { isUnreachable, type Place } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { useNow } from "../../hooks/use-now.ts";
import { Notice } from "../../shell/notice.tsx";
import { useToast } from "../../shell/toast.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { timeAgo } from "../../words/time.ts";
import { describeBrowser } from "../browser-words.ts";
import { usePortal } from "../context.tsx";
import { useAsked } from "../use-asked.ts";

export function Places(): ReactNode {
  const text = useWords();
  const words = text.portal.account;
  const portal = usePortal();
  const id = useId();
  const ask = useCallback((signal: AbortSignal) => portal.api.account.places(signal), [portal]);
  const { value, error, refresh } = useAsked(ask);
  return (
    <section className="panel" aria-labelledby={id}>
      <h2 id={id}>{words.placesHeading}</h2>
      {error !== null && (
        <Notice tone="plain">{isUnreachable(error) ? words.needsServer : describePortalFailure(error, text)}</Notice>
      )}
      <ul className="plain-list">
        {(value ?? []).map((place) => (
          <PlaceRow key={place.id} place={place} onEnded={refresh} />
        ))}
      </ul>
    </section>
  );
}

function PlaceRow(props: { readonly place: Place; readonly onEnded: () => void }): ReactNode {
  const { place, onEnded } = props;
  const text = useWords();
  const words = text.portal.account;
  const language = useLanguage();
  const portal = usePortal();
  const toast = useToast();
  const now = useNow(60_000);
  const [busy, setBusy] = useState(false);
  const name = describeBrowser(place.userAgent, words);

  const end = async (): Promise<void> => {
    setBusy(true);
    try {
      await portal.api.account.signOutThere(place.id);
      toast({ message: words.signedOutThere });
    } catch (error) {
      toast({ message: describePortalFailure(error, text), tone: "alarm" });
    }
    setBusy(false);
    onEnded();
  };

  return (
    <li className="plain-row plain-row--wraps">
      <Monitor size={20} aria-hidden="true" className="plain-row__icon" />
      <div className="plain-row__words">
        <p className="plain-row__title">
          {name}
          {place.isThis && <span className="tag">{words.here}</span>}
        </p>
        <p className="plain-row__facts">
          {[
            words.lastSeen(timeAgo(place.lastSeenAt, now, language)),
            words.signedInAt(timeAgo(place.createdAt, now, language)),
            ...(place.address === "" ? [] : [place.address]),
          ].join(" · ")}
        </p>
      </div>
      {!place.isThis && (
        <Button variant="default" loading={busy} aria-label={words.signOutThereLabel(name)} onClick={() => void end()}>
          {words.signOutThere}
        </Button>
      )}
    </li>
  );
}
