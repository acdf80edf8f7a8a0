/** Freezing the text as it is and naming who is to sign it; for those who lead. */
import { Button, Checkbox } from "@mantine/core";
import { type ReactNode, type SubmitEvent, useState } from "react";
import { useLocation } from "wouter";
import type { AccountId, DocumentName, DocumentPublications } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { usePortal } from "../context.tsx";
import { FormAlert } from "../form/form-alert.tsx";
import { versionPath } from "./paths.ts";

const SIGNATORIES_MAX = 50;

export function PrepareForm(props: {
  readonly document: DocumentName;
  readonly people: DocumentPublications["maySign"];
  /** Whether there is a candidate, in whose place this one comes. */
  readonly replaces: boolean;
  /** What is in the way may have changed. */
  readonly onRefused: () => void;
}): ReactNode {
  const { document, people } = props;
  const text = useWords();
  const words = text.publication;
  const portal = usePortal();
  const [, navigate] = useLocation();
  const [named, setNamed] = useState<ReadonlySet<AccountId>>(new Set());
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const chosen = people.filter(({ id }) => named.has(id)).map(({ id }) => id);
  const isFit = chosen.length > 0 && chosen.length <= SIGNATORIES_MAX;

  const prepare = async (): Promise<void> => {
    setBusy(true);
    try {
      const { publication } = await portal.api.publications.prepare(document, chosen);
      navigate(versionPath(publication.id));
    } catch (reason) {
      setError(reason);
      props.onRefused();
      setBusy(false);
    }
  };
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!busy && isFit) {
      void prepare();
    }
  };
  const toggle = (id: AccountId, isNamed: boolean): void => {
    setNamed((last) => new Set(isNamed ? [...last, id] : [...last].filter((each) => each !== id)));
  };
  return (
    <form className="version-box" aria-labelledby="prepare" noValidate onSubmit={submit}>
      <h2 id="prepare">{words.prepareHeading}</h2>
      <FormAlert words={error === null ? null : describePortalFailure(error, text, words.codes)} cause={error} />
      <p className="version-lead">
        {words.prepareLead} {props.replaces && words.prepareAgain}
      </p>
      <fieldset className="version-people">
        <legend>{words.signatoriesLegend}</legend>
        {people.map(({ id, name }) => (
          <Checkbox
            key={id}
            label={name}
            checked={named.has(id)}
            onChange={(event) => toggle(id, event.currentTarget.checked)}
          />
        ))}
      </fieldset>
      <div className="version-box__acts">
        <Button type="submit" loading={busy} disabled={!isFit}>
          {words.prepare}
        </Button>
        {!isFit && <span>{words.nobodyNamed}</span>}
      </div>
    </form>
  );
}
