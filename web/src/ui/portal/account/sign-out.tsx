/**
 * Signing out, from anywhere: after saying what stays on this device, above all what the server does not have yet. Where
 * others use the device, everything of this person can be removed from it with it.
 */
import { Button, Checkbox } from "@mantine/core";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from "react";
import { useLocation } from "wouter";
import { documentsWithDrafts, forgetDrafts, type LocalDocument, partOf, type Replica } from "../../../sync/index.ts";
import { useApp, useWords } from "../../context.tsx";
import { useObservable } from "../../hooks/use-observable.ts";
import { Dialog } from "../../shell/dialog.tsx";
import { Notice } from "../../shell/notice.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { usePortal, useSignedIn } from "../context.tsx";
import { FormAlert } from "../form/form-alert.tsx";

const SignOutContext = createContext<() => void>(() => undefined);

/** Opens the dialog. */
export function useSignOut(): () => void {
  return useContext(SignOutContext);
}

export function SignOutHost(props: { readonly children: ReactNode }): ReactNode {
  const [asked, setAsked] = useState(false);
  const ask = useCallback(() => setAsked(true), []);
  return (
    <SignOutContext value={ask}>
      {props.children}
      {asked && <SignOutDialog onClose={() => setAsked(false)} />}
    </SignOutContext>
  );
}

function SignOutDialog(props: { readonly onClose: () => void }): ReactNode {
  const text = useWords();
  const words = text.portal.signOut;
  const portal = usePortal();
  const { replica } = useApp();
  const unsaved = useObservable(replica.unsaved);
  const unsent = useUnsent();
  const { account, memory } = useSignedIn();
  const [drafts] = useState(() => documentsWithDrafts(account.id));
  const [, navigate] = useLocation();
  const [removing, setRemoving] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const isLoss = removing && (unsent.length > 0 || drafts.length > 0);
  const signOut = async (): Promise<void> => {
    setBusy(true);
    try {
      // Everything of this page goes with it, the dialog too.
      await portal.signOut(async () => {
        if (removing) {
          // What is open cannot be removed.
          navigate("/");
          await removeAll(replica);
          forgetDrafts(account.id);
          memory.forgetAll();
        }
      });
    } catch (reason) {
      setError(reason);
      setBusy(false);
    }
  };

  return (
    <Dialog onClose={props.onClose} title={words.title}>
      <div className="dialog-form">
        <FormAlert words={error === null ? null : describePortalFailure(error, text)} cause={error} />
        {unsaved && <Notice tone="alarm">{words.unsaved}</Notice>}
        {unsent.length > 0 && (
          <Notice tone={removing ? "alarm" : "notice"}>
            {(removing ? words.unsentLost : words.unsent)(unsent.map((title) => title || text.common.untitled))}
          </Notice>
        )}
        {drafts.length > 0 && (
          <Notice tone={removing ? "alarm" : "notice"}>{removing ? words.draftsLost : words.drafts}</Notice>
        )}
        <p className="dialog-lead">{removing ? words.bodyRemoving : words.body}</p>
        <Checkbox
          label={words.remove}
          description={words.removeHint}
          checked={removing}
          onChange={(event) => setRemoving(event.currentTarget.checked)}
        />
        <div className="dialog-actions">
          <Button variant="default" onClick={props.onClose} data-autofocus>
            {words.stay}
          </Button>
          <Button
            loading={busy}
            disabled={unsaved}
            {...(isLoss ? { color: "red" } : {})}
            onClick={() => void signOut()}
          >
            {isLoss ? words.confirmLoss : removing ? words.confirmRemoving : words.confirm}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

/** Removes every copy that this member has on this device, with all that waits in it. */
async function removeAll(replica: Replica): Promise<void> {
  for (const { name } of await replica.localDocuments()) {
    // One that is open in another tab stays until that tab has heard; nothing else is kept because of it.
    await replica.forget(name, { discardUnconfirmed: true }).catch(() => undefined);
  }
}

/** How often the device is asked while the dialog is open, in milliseconds. */
const REFRESH_MS = 1_000;

/** The titles of documents with edits that the server has not confirmed. */
function useUnsent(): readonly string[] {
  const { replica } = useApp();
  const [titles, setTitles] = useState<readonly string[]>([]);
  useEffect(() => {
    let current = true;
    const read = (): void => {
      replica.localDocuments().then(
        (documents) => {
          if (current) {
            setTitles(titlesOf(documents));
          }
        },
        () => undefined,
      );
    };
    read();
    const timer = setInterval(read, REFRESH_MS);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [replica]);
  return titles;
}

/** The titles of those in which something waits; comments wait with the document that they are about. */
function titlesOf(documents: readonly LocalDocument[]): readonly string[] {
  const waiting = documents.filter(({ unconfirmed }) => unconfirmed > 0).map(({ name }) => partOf(name) ?? name);
  return documents.filter(({ name }) => waiting.includes(name)).map(({ title }) => title);
}
