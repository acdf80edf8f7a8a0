/** Who was named to sign a version, and what they did; and signing it oneself. */
import { Button, Textarea } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { PublicationPage } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { Notice } from "../../shell/notice.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { pointInTime } from "../../words/time.ts";
import { usePortal } from "../context.tsx";
import { FormView } from "../form/form-view.tsx";
import { useForm } from "../form/use-form.ts";
import { isReason } from "../rounds/reason-dialog.tsx";

export function Signatures(props: { readonly page: PublicationPage }): ReactNode {
  const { page } = props;
  const words = useWords().publication.page;
  const language = useLanguage();
  const { origin } = page.publication.published ?? { origin: null };
  const brought = origin?.signatories.map(({ name, at, declined }) => ({ key: name, name, at, declined, hash: null }));
  const shown =
    brought ??
    page.signatures.map(({ who, at, declined, hash }) => ({ key: who.id, name: who.name, at, declined, hash }));
  return (
    <section className="version-signatures" aria-labelledby="version-signatures">
      <h2 id="version-signatures">{words.signaturesHeading}</h2>
      <ul>
        {shown.map(({ key, name, at, declined, hash }) => (
          <li key={key}>
            <strong>{name}</strong>
            <span>
              {at === null
                ? words.waiting
                : declined === null
                  ? words.signedOn(pointInTime(at, language))
                  : words.declinedOn(pointInTime(at, language))}
            </span>
            {declined !== null && (
              <blockquote>
                <span className="visually-hidden">{words.declinedBecause}: </span>
                {declined}
              </blockquote>
            )}
            {hash !== null && (
              <span className="version-hash">
                {hash === page.publication.hash ? (
                  words.signedThis
                ) : (
                  <>
                    {words.signedHash} <code>{hash}</code>
                  </>
                )}
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** For those who were named and have not decided. */
export function SignControls(props: {
  readonly page: PublicationPage;
  readonly onChange: (page: PublicationPage) => void;
}): ReactNode {
  const { publication, mine } = props.page;
  const text = useWords();
  const words = text.publication.sign;
  const portal = usePortal();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [declining, setDeclining] = useState(false);
  if (publication.state !== "candidate" || mine === "none") {
    return null;
  }
  const sign = async (): Promise<void> => {
    setBusy(true);
    try {
      props.onChange(await portal.api.publications.sign(publication.id, publication.hash));
      setError(null);
    } catch (reason) {
      setError(reason);
    }
    setBusy(false);
  };
  return (
    <section className="version-box" aria-labelledby="version-sign">
      <h2 id="version-sign">{words.heading}</h2>
      {error !== null && <Notice tone="alarm">{describePortalFailure(error, text, text.publication.codes)}</Notice>}
      {mine === "waiting" ? (
        <>
          <p className="version-lead">{words.lead}</p>
          <div className="version-box__acts">
            <Button loading={busy} onClick={() => void sign()}>
              {words.sign}
            </Button>
            <Button variant="default" onClick={() => setDeclining(true)}>
              {words.decline}
            </Button>
          </div>
        </>
      ) : (
        <p role="status">{mine === "signed" ? words.done : words.declined}</p>
      )}
      {declining && <DeclineDialog {...props} onClose={() => setDeclining(false)} />}
    </section>
  );
}

function DeclineDialog(props: {
  readonly page: PublicationPage;
  readonly onChange: (page: PublicationPage) => void;
  readonly onClose: () => void;
}): ReactNode {
  const { publication } = props.page;
  const text = useWords();
  const words = text.publication.sign;
  const portal = usePortal();
  const form = useForm({
    initial: { reason: "" },
    check: ({ reason }) => ({ reason: isReason(reason) ? undefined : text.rounds.vote.reasonNeeded }),
    send: async ({ reason }) => {
      props.onChange(await portal.api.publications.decline(publication.id, publication.hash, reason.trim()));
      props.onClose();
    },
    codes: text.publication.codes,
  });
  return (
    <Dialog title={words.declineTitle} onClose={props.onClose}>
      <FormView form={form}>
        <p className="dialog-lead">{words.declineLead}</p>
        <Textarea {...form.bind("reason")} label={words.declineLabel} rows={4} data-autofocus />
        <div className="dialog-actions">
          <Button variant="default" onClick={props.onClose}>
            {text.common.cancel}
          </Button>
          <Button type="submit" loading={form.busy}>
            {words.declineSend}
          </Button>
        </div>
      </FormView>
    </Dialog>
  );
}
