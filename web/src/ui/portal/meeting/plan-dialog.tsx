/** Plans a meeting: what it is called, when, about what, and who takes over. */
import { Button, TextInput } from "@mantine/core";
import { type ReactNode, useCallback, useState } from "react";
import { useLocation } from "wouter";
import {
  type AccountId,
  type Community,
  type DocumentName,
  type Lobby,
  lobbies,
  manages,
} from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { Notice } from "../../shell/notice.tsx";
import { usePortal, useSignedIn } from "../context.tsx";
import { Choices } from "../form/choices.tsx";
import { FormView } from "../form/form-view.tsx";
import { useForm } from "../form/use-form.ts";
import { useAsked } from "../use-asked.ts";
import { LINE_LENGTH_MAX } from "./agenda-dialogs.tsx";
import { ChoosePeople } from "./choose-people.tsx";
import { meetingPagePath } from "./paths.ts";

const DOCUMENTS_MAX = 20;
const DEPUTIES_MAX = 5;

/** How many pages of members are offered as deputies. */
const MEMBER_PAGES = 5;

type Values = {
  readonly title: string;
  /** As the field for a day and a time gives it, in this device’s time zone; empty for no time. */
  readonly startsAt: string;
  readonly lead: "chair" | "peers";
  readonly lobby: Lobby;
  /** Only for what is wrong with the boxes. */
  readonly documents: string;
  readonly deputies: string;
};

export function PlanDialog(props: { readonly community: Community; readonly onClose: () => void }): ReactNode {
  const { community } = props;
  const text = useWords();
  const words = text.meeting.plan;
  const { api } = usePortal();
  const { account } = useSignedIn();
  const [, navigate] = useLocation();
  const mayLead = manages(community.role);
  const [documents, setDocuments] = useState<readonly DocumentName[]>([]);
  const [deputies, setDeputies] = useState<readonly AccountId[]>([]);
  const { value: listed } = useAsked(
    useCallback(
      (signal: AbortSignal) => api.documents.list(community.id, { query: "", deleted: false, signal }),
      [api, community.id],
    ),
  );
  const { value: members } = useAsked(
    useCallback((signal: AbortSignal) => api.members.list(community.id, MEMBER_PAGES, signal), [api, community.id]),
  );
  const form = useForm<Values>({
    initial: {
      title: "",
      startsAt: "",
      lead: mayLead ? "chair" : "peers",
      lobby: "open",
      documents: "",
      deputies: "",
    },
    check: ({ title, startsAt }) => ({
      title:
        title.trim() === ""
          ? words.nameMissing
          : [...title.trim()].length > LINE_LENGTH_MAX
            ? words.nameTooLong
            : undefined,
      startsAt: startsAt !== "" && Number.isNaN(momentOf(startsAt)) ? words.whenWrong : undefined,
      documents:
        documents.length === 0
          ? words.documentsMissing
          : documents.length > DOCUMENTS_MAX
            ? words.documentsTooMany
            : undefined,
      deputies: deputies.length > DEPUTIES_MAX ? words.deputiesTooMany : undefined,
    }),
    send: async ({ title, startsAt, lead, lobby }) => {
      const isLed = lead === "chair";
      const meeting = await api.meetings.plan(community.id, {
        title: title.trim(),
        startsAt: startsAt === "" ? null : momentOf(startsAt),
        documents,
        deputies: isLed ? deputies : [],
        lobby,
        peers: !isLed,
      });
      navigate(meetingPagePath(meeting.id));
    },
    codes: text.meeting.codes,
  });
  const candidates = (members?.items ?? [])
    .filter(({ accountId, role }) => accountId !== account.id && ["leader", "deputy", "member"].includes(role))
    .map(({ accountId, name }) => ({ id: accountId, name }));
  return (
    <Dialog title={words.title} onClose={props.onClose} size="lg">
      <FormView form={form}>
        {!mayLead && (
          <Notice tone="plain" title={words.membersTitle}>
            {words.membersBody}
          </Notice>
        )}
        <TextInput {...form.bind("title")} label={words.name} autoComplete="off" data-autofocus />
        <TextInput {...form.bind("startsAt")} type="datetime-local" label={words.when} description={words.whenHint} />
        <DocumentBoxes
          listed={listed}
          chosen={documents}
          error={form.errors.fields.get("documents") ?? null}
          onChange={(chosen) => {
            setDocuments(chosen);
            form.set("documents", "");
          }}
        />
        {mayLead && (
          <Choices
            legend={words.lead}
            inRow
            value={form.values.lead}
            choices={(["chair", "peers"] as const).map((lead) => ({ value: lead, ...words.leads[lead] }))}
            onChange={(lead) => form.set("lead", lead)}
          />
        )}
        {form.values.lead === "chair" && candidates.length > 0 && (
          <ChoosePeople
            legend={words.deputies}
            hint={words.deputiesHint}
            error={form.errors.fields.get("deputies") ?? null}
            people={candidates}
            chosen={deputies}
            onChange={setDeputies}
          />
        )}
        <Choices
          legend={words.lobby}
          inRow
          value={form.values.lobby}
          choices={lobbies.map((lobby) => ({ value: lobby, ...words.lobbies[lobby] }))}
          onChange={(lobby) => form.set("lobby", lobby)}
        />
        <div className="dialog-actions">
          <Button variant="default" onClick={props.onClose}>
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

function DocumentBoxes(props: {
  readonly listed: readonly { readonly name: DocumentName; readonly title: string }[] | null;
  readonly chosen: readonly DocumentName[];
  readonly error: string | null;
  readonly onChange: (chosen: readonly DocumentName[]) => void;
}): ReactNode {
  const { listed, chosen, error, onChange } = props;
  const text = useWords();
  const words = text.meeting.plan;
  return (
    <fieldset className="choices">
      <legend>{words.documents}</legend>
      <p className="choices__hint">
        {listed?.length === 0 ? words.noDocuments : words.documentsHint}
        {error !== null && <span className="choices__error">{error}</span>}
      </p>
      <div className="choose-people">
        {(listed ?? []).map(({ name, title }) => (
          <label key={name} className="check-row">
            <input
              type="checkbox"
              checked={chosen.includes(name)}
              onChange={(event) =>
                onChange(event.currentTarget.checked ? [...chosen, name] : chosen.filter((each) => each !== name))
              }
            />
            {title === "" ? text.common.untitled : title}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** Milliseconds since the epoch; not a number for what is no time. */
function momentOf(text: string): number {
  return new Date(text).getTime();
}
