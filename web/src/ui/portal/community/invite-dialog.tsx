/** Makes an invitation and shows its link, which is not shown again. */
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { type ReactNode, useCallback, useState } from "react";
import {
  type Community,
  type DocumentName,
  type Grantable,
  grantables,
  invitableBy,
  type Role,
} from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { usePortal } from "../context.tsx";
import { Choices } from "../form/choices.tsx";
import { FormView } from "../form/form-view.tsx";
import { checkEmail } from "../form/rules.ts";
import { type Form, useForm } from "../form/use-form.ts";
import { useAsked } from "../use-asked.ts";
import { ShownOnce } from "./shown-once.tsx";
import { dayValue, endOfDay, isDayToCome } from "./term.ts";

/** How long an invitation may be open, in days. */
const DAYS = [1, 7, 30] as const;

/** How many people may use it; `undefined` without a limit. */
const USES = { one: 1, ten: 10, any: undefined } as const;

/** How many documents are offered, and may be named in one invitation. */
const DOCUMENTS_MAX = 50;

type Values = {
  readonly role: Role;
  readonly days: string;
  readonly uses: keyof typeof USES;
  /** For guests: the last day; empty for no end. */
  readonly until: string;
  /** Whom to send it by mail; empty for nobody. */
  readonly email: string;
};

/** What guests may do in which documents. */
type Asked = ReadonlyMap<DocumentName, Grantable>;

export function InviteDialog(props: {
  readonly community: Community;
  readonly onMade: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const { community, onMade, onClose } = props;
  const text = useWords();
  const words = text.portal.invitations;
  const portal = usePortal();
  const [made, setMade] = useState<{ readonly address: string; readonly lead: string } | null>(null);
  const [asked, setAsked] = useState<Asked>(new Map());
  const form = useForm<Values>({
    initial: { role: "member", days: "7", uses: "one", until: "", email: "" },
    check: ({ role, until, email }) => ({
      email: email.trim() === "" ? undefined : checkEmail(email, text.portal),
      until: role !== "guest" || until === "" || isDayToCome(until) ? undefined : text.portal.members.termPast,
    }),
    send: async ({ role, days, uses, until, email }) => {
      const to = email.trim();
      const usesMax = USES[uses];
      const end = role === "guest" ? endOfDay(until) : null;
      const documents = role === "guest" ? [...asked].map(([name, access]) => ({ name, access })) : [];
      const { path, mailed } = await portal.api.invitations.create(community.id, {
        role,
        expiresInDays: Number(days),
        ...(usesMax === undefined ? {} : { usesMax }),
        ...(end === null ? {} : { until: end }),
        ...(documents.length === 0 ? {} : { documents }),
        ...(to === "" ? {} : { email: to }),
      });
      const mail = text.mail.invitation;
      setMade({
        address: new URL(path, location.origin).href,
        lead: to === "" ? words.madeLead : mailed ? mail.mailed(to) : mail.notMailed,
      });
      onMade();
    },
    codes: { "leaders-only": text.portal.invitersOnly, "too-many": text.joining.tooMany.invitations },
  });
  // One dialog for both: another would send the focus back in between.
  return (
    <Dialog onClose={onClose} title={made === null ? words.createTitle : words.madeTitle}>
      {made === null ? (
        <Wish community={community} form={form} asked={asked} onAsked={setAsked} onClose={onClose} />
      ) : (
        <ShownOnce {...made} onClose={onClose} />
      )}
    </Dialog>
  );
}

function Wish(props: {
  readonly community: Community;
  readonly form: Form<Values>;
  readonly asked: Asked;
  readonly onAsked: (asked: Asked) => void;
  readonly onClose: () => void;
}): ReactNode {
  const { community, form, onClose } = props;
  const text = useWords();
  const portal = usePortal();
  const words = text.portal.invitations;
  return (
    <FormView form={form}>
      <Choices
        legend={words.role}
        value={form.values.role}
        error={form.errors.fields.get("role") ?? null}
        choices={invitableBy(community.role).map((role) => ({
          value: role,
          label: text.portal.roles[role],
          about: text.portal.roleAbout[role],
        }))}
        onChange={(role) => form.set("role", role)}
      />
      {form.values.role === "guest" && (
        <>
          <GuestDocuments community={community} asked={props.asked} onAsked={props.onAsked} />
          <TextInput
            {...form.bind("until")}
            type="date"
            min={dayValue(Date.now())}
            label={text.joining.guests.end}
            description={text.joining.guests.endHint}
          />
        </>
      )}
      <div className="field-row">
        <NativeSelect
          {...form.bind("days")}
          label={words.expires}
          data={DAYS.map((days) => ({ value: String(days), label: words.days(days) }))}
        />
        <NativeSelect
          {...form.bind("uses")}
          label={words.uses}
          data={(["one", "ten", "any"] as const).map((uses) => ({ value: uses, label: words.usesOptions[uses] }))}
        />
      </div>
      {portal.config.mail && (
        <TextInput
          {...form.bind("email")}
          type="email"
          label={text.mail.invitation.email}
          description={text.mail.invitation.emailHint}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
      )}
      <div className="dialog-actions">
        <Button variant="default" onClick={onClose}>
          {text.common.cancel}
        </Button>
        <Button type="submit" loading={form.busy}>
          {words.submit}
        </Button>
      </div>
    </FormView>
  );
}

/** The documents that guests can be asked about, each with what they may do there. */
function GuestDocuments(props: {
  readonly community: Community;
  readonly asked: Asked;
  readonly onAsked: (asked: Asked) => void;
}): ReactNode {
  const { community, asked, onAsked } = props;
  const text = useWords();
  const words = text.joining.guests;
  const portal = usePortal();
  const { value } = useAsked(
    useCallback(
      (signal: AbortSignal) => portal.api.documents.list(community.id, { query: "", deleted: false, signal }),
      [portal, community.id],
    ),
  );
  const documents = (value ?? []).filter(({ sharing }) => sharing?.privacy !== "private").slice(0, DOCUMENTS_MAX);
  const set = (name: DocumentName, access: Grantable | null): void => {
    const next = new Map(asked);
    if (access === null) {
      next.delete(name);
    } else {
      next.set(name, access);
    }
    onAsked(next);
  };
  return (
    <fieldset className="choices">
      <legend>{words.documents}</legend>
      <p className="choices__hint">{words.documentsHint}</p>
      {value !== null && documents.length === 0 && <p className="choices__hint">{words.noDocuments}</p>}
      {documents.map(({ name, title }) => {
        const shown = title === "" ? text.common.untitled : title;
        const access = asked.get(name);
        return (
          <div key={name} className="guest-document">
            <label className="check-row">
              <input
                type="checkbox"
                checked={access !== undefined}
                onChange={(event) => set(name, event.currentTarget.checked ? "comment" : null)}
              />
              {shown}
            </label>
            {access !== undefined && (
              <NativeSelect
                aria-label={words.may(shown)}
                value={access}
                data={grantables.map((each) => ({ value: each, label: text.joining.grants.accessChoice[each] }))}
                onChange={(event) => set(name, grantables.find((each) => each === event.currentTarget.value) ?? access)}
              />
            )}
          </div>
        );
      })}
    </fieldset>
  );
}
