/** Whom a document is open to by name: who, what they may do, until when; and letting in somebody else. */
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { UserCheck } from "lucide-react";
import { type ReactNode, useCallback } from "react";
import {
  belongs,
  type DocumentName,
  type Grantable,
  grantables,
  type NamedGrant,
  type Policy,
} from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { Notice } from "../../shell/notice.tsx";
import { useToast } from "../../shell/toast.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { dayOf } from "../../words/time.ts";
import { dayValue, endOfDay, isDayToCome } from "../community/term.ts";
import { usePortal } from "../context.tsx";
import { FormView } from "../form/form-view.tsx";
import { useForm } from "../form/use-form.ts";
import { useAsked } from "../use-asked.ts";

/** How many pages of members are offered: a guest who is not among them is let in by an invitation. */
const PAGES = 5;

export function GrantsEditor(props: {
  readonly name: DocumentName;
  readonly policy: Policy;
  readonly reachable: boolean;
}): ReactNode {
  const { name, policy, reachable } = props;
  const text = useWords();
  const words = text.joining.grants;
  const portal = usePortal();
  const {
    value: grants,
    error,
    refresh,
  } = useAsked(useCallback((signal: AbortSignal) => portal.api.joining.grants(name, signal), [portal, name]));
  return (
    <section className="portal-section" aria-labelledby="grants">
      <h3 id="grants" className="dialog-heading">
        {words.heading}
      </h3>
      <p className="choices__hint">{words.lead}</p>
      {error !== null && <Notice tone="plain">{describePortalFailure(error, text)}</Notice>}
      {grants?.length === 0 && <p className="portal-section__empty">{words.none}</p>}
      <ul className="plain-list">
        {(grants ?? []).map((grant) => (
          <GrantRow key={grant.accountId} name={name} grant={grant} reachable={reachable} onChange={refresh} />
        ))}
      </ul>
      {policy.privacy === "private" ? (
        <Notice tone="plain">{words.private}</Notice>
      ) : (
        reachable && grants !== null && <NewGrant name={name} policy={policy} grants={grants} onChange={refresh} />
      )}
    </section>
  );
}

function GrantRow(props: {
  readonly name: DocumentName;
  readonly grant: NamedGrant;
  readonly reachable: boolean;
  readonly onChange: () => void;
}): ReactNode {
  const { name, grant, reachable, onChange } = props;
  const text = useWords();
  const words = text.joining.grants;
  const language = useLanguage();
  const portal = usePortal();
  const toast = useToast();

  const settle = async (deed: Promise<void>, done: string): Promise<void> => {
    try {
      await deed;
      toast({ message: done });
    } catch (error) {
      toast({ message: describePortalFailure(error, text), tone: "alarm" });
    }
    onChange();
  };

  return (
    <li className="plain-row plain-row--wraps">
      <UserCheck size={20} aria-hidden="true" className="plain-row__icon" />
      <div className="plain-row__words">
        <p className="plain-row__title">{grant.name}</p>
        <p className="plain-row__facts">
          {text.portal.roles[grant.role]}
          {grant.until !== null && ` · ${words.until(dayOf(grant.until, language))}`}
          {` · ${words.by(grant.grantedBy)}`}
        </p>
      </div>
      <div className="plain-row__deeds">
        <NativeSelect
          aria-label={words.accessLabel(grant.name)}
          value={grant.access}
          disabled={!reachable}
          data={grantables.map((access) => ({ value: access, label: words.accessChoice[access] }))}
          onChange={(event) => {
            const access = grantables.find((each) => each === event.currentTarget.value) ?? grant.access;
            void settle(portal.api.joining.give(name, grant.accountId, access, grant.until), words.changed(grant.name));
          }}
        />
        <Button
          variant="default"
          disabled={!reachable}
          aria-label={words.removeLabel(grant.name)}
          onClick={() => void settle(portal.api.joining.takeBack(name, grant.accountId), words.removed(grant.name))}
        >
          {words.remove}
        </Button>
      </div>
    </li>
  );
}

type Values = { readonly accountId: string; readonly access: Grantable; readonly until: string };

function NewGrant(props: {
  readonly name: DocumentName;
  readonly policy: Policy;
  readonly grants: readonly NamedGrant[];
  readonly onChange: () => void;
}): ReactNode {
  const { name, policy, grants, onChange } = props;
  const text = useWords();
  const words = text.joining.grants;
  const portal = usePortal();
  const toast = useToast();
  const community = policy.community.id;
  const { value: members } = useAsked(
    useCallback((signal: AbortSignal) => portal.api.members.list(community, PAGES, signal), [portal, community]),
  );
  // Members see what is open to the community anyway, and listeners nothing by name.
  const people = (members?.items ?? []).filter(
    ({ accountId, role }) =>
      (role === "guest" || (belongs(role) && policy.privacy === "sub-group")) &&
      !grants.some((grant) => grant.accountId === accountId),
  );
  const empty: Values = { accountId: "", access: "comment", until: "" };
  const form = useForm<Values>({
    initial: empty,
    check: ({ accountId, until }) => ({
      accountId: accountId === "" ? words.choosePerson : undefined,
      until: until === "" || isDayToCome(until) ? undefined : text.portal.members.termPast,
    }),
    send: async ({ accountId, access, until }) => {
      const person = people.find((each) => each.accountId === accountId);
      if (person !== undefined) {
        await portal.api.joining.give(name, person.accountId, access, until === "" ? null : endOfDay(until));
        toast({ message: words.added(person.name) });
        form.reset(empty);
        onChange();
      }
    },
  });
  if (members === null) {
    return null;
  }
  if (people.length === 0) {
    return <p className="portal-section__empty">{words.nobody}</p>;
  }
  return (
    <FormView form={form}>
      <div className="field-row">
        <NativeSelect
          {...form.bind("accountId")}
          label={words.person}
          data={[
            { value: "", label: words.choosePerson },
            ...people.map(({ accountId, name: label }) => ({ value: accountId, label })),
          ]}
        />
        <NativeSelect
          {...form.bind("access")}
          label={words.may}
          data={grantables.map((access) => ({ value: access, label: words.accessChoice[access] }))}
        />
      </div>
      <TextInput
        {...form.bind("until")}
        type="date"
        min={dayValue(Date.now())}
        label={words.end}
        description={words.endHint}
      />
      <div className="dialog-actions">
        <Button type="submit" variant="default" loading={form.busy}>
          {words.add}
        </Button>
      </div>
    </FormView>
  );
}
