/** The communities that take people in: joining one at once, or asking with a sentence. */
import { Button, Textarea } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { type ReactNode, useCallback, useState } from "react";
import { useLocation } from "wouter";
import { isUnreachable, type Joinable } from "../../sync/index.ts";
import { useWords } from "../context.tsx";
import { Empty } from "../documents/document-list.tsx";
import { useArrival } from "../hooks/use-arrival.ts";
import { Dialog } from "../shell/dialog.tsx";
import { Notice } from "../shell/notice.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { useToast } from "../shell/toast.tsx";
import { describeReach } from "../words/connection.ts";
import { describePortalFailure } from "../words/form-failure.ts";
import { Tile } from "./community/tile.tsx";
import { usePortal } from "./context.tsx";
import { FormView } from "./form/form-view.tsx";
import { REASON_LENGTH_MAX, REASON_LENGTH_MIN } from "./form/rules.ts";
import { useForm } from "./form/use-form.ts";
import { useAsked } from "./use-asked.ts";

export function JoinablePage(): ReactNode {
  const text = useWords();
  const words = text.joining.join;
  const main = useArrival();
  const portal = usePortal();
  const [pages, setPages] = useState(1);
  useDocumentTitle(`${words.pageTitle} – ${text.product}`);
  const { value, error, refresh } = useAsked(
    useCallback((signal: AbortSignal) => portal.api.joining.joinable(pages, signal), [portal, pages]),
  );
  const reach = isUnreachable(error) ? "lost" : value === null && error === null ? "asking" : "reached";
  return (
    <>
      <a className="skip-link" href="#content">
        {text.common.skipToContent}
      </a>
      <PageHeader connection={describeReach(reach, text.connection)} />
      <main ref={main} className="documents portal-page" id="content" tabIndex={-1}>
        <div className="portal-intro">
          <h1>{words.heading}</h1>
          <p>{words.lead}</p>
        </div>
        {error !== null && <Notice tone="plain">{describePortalFailure(error, text)}</Notice>}
        {value?.items.length === 0 && <Empty title={words.noneTitle} body={words.none} />}
        <ul className="plain-list">
          {(value?.items ?? []).map((community) => (
            <JoinableRow key={community.id} community={community} onChange={refresh} />
          ))}
        </ul>
        {value?.hasMore === true && (
          <Button variant="default" onClick={() => setPages((last) => last + 1)}>
            {words.more}
          </Button>
        )}
      </main>
    </>
  );
}

function JoinableRow(props: { readonly community: Joinable; readonly onChange: () => void }): ReactNode {
  const { community, onChange } = props;
  const words = useWords().joining.join;
  return (
    <li className="plain-row plain-row--wraps">
      <Tile name={community.name} accent={community.accent} logo={community.logo} />
      <div className="plain-row__words">
        <p className="plain-row__title">{community.name}</p>
        {community.description !== "" && <p className="plain-row__about">{community.description}</p>}
        {community.wasRemoved && community.request === "none" && <p className="plain-row__facts">{words.removed}</p>}
        {community.joinPolicy === "request" && community.request !== "none" && (
          <p className="plain-row__facts">{community.request === "open" ? words.waiting : words.declined}</p>
        )}
      </div>
      <Way community={community} onChange={onChange} />
    </li>
  );
}

/** What can be done about it now. */
function Way(props: { readonly community: Joinable; readonly onChange: () => void }): ReactNode {
  const { community, onChange } = props;
  const text = useWords();
  const words = text.joining.join;
  const portal = usePortal();
  const toast = useToast();
  const [, navigate] = useLocation();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);

  const attempt = async (run: () => Promise<void>): Promise<void> => {
    setBusy(true);
    try {
      await run();
    } catch (error) {
      toast({ message: describePortalFailure(error, text), tone: "alarm" });
    }
    setBusy(false);
    onChange();
  };

  const join = async (): Promise<void> => {
    await portal.api.joining.ask(community.id, null);
    toast({ message: words.joined(community.name) });
    navigate(`/c/${community.id}`);
  };

  const withdraw = async (): Promise<void> => {
    await portal.api.joining.withdraw(community.id);
    toast({ message: words.withdrawn });
  };

  if (community.joinPolicy === "open") {
    return (
      <Button loading={busy} aria-label={words.joinLabel(community.name)} onClick={() => void attempt(join)}>
        {words.join}
      </Button>
    );
  }
  if (community.request === "open") {
    return (
      <Button
        variant="default"
        loading={busy}
        aria-label={words.withdrawLabel(community.name)}
        onClick={() => void attempt(withdraw)}
      >
        {words.withdraw}
      </Button>
    );
  }
  return (
    <>
      <Button aria-label={words.askLabel(community.name)} onClick={() => setAsking(true)}>
        {words.ask}
      </Button>
      {asking && (
        <AskDialog
          community={community}
          onAsked={() => {
            setAsking(false);
            onChange();
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

function AskDialog(props: {
  readonly community: Joinable;
  readonly onAsked: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const { community, onAsked, onClose } = props;
  const text = useWords();
  const words = text.joining.join;
  const portal = usePortal();
  const toast = useToast();
  const form = useForm<{ readonly sentence: string }>({
    initial: { sentence: "" },
    check: ({ sentence }) => {
      const length = [...sentence.trim()].length;
      const isFit = length >= REASON_LENGTH_MIN && length <= REASON_LENGTH_MAX;
      return { sentence: isFit ? undefined : words.sentenceMissing };
    },
    send: async ({ sentence }) => {
      const isIn = await portal.api.joining.ask(community.id, sentence.trim());
      toast({ message: isIn ? words.joined(community.name) : words.asked });
      onAsked();
    },
  });
  return (
    <Dialog onClose={onClose} title={words.askTitle(community.name)}>
      <FormView form={form}>
        <Textarea
          {...form.bind("sentence")}
          label={words.sentence}
          description={words.sentenceHint}
          rows={3}
          data-autofocus
        />
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
