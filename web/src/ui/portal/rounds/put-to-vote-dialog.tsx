/** Putting a text to the vote: what is asked, about which part, by which rule, with or without names, and for how long. */
import "./rounds.css";
import { Button, CloseButton, Loader, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { type ReactNode, useCallback, useId, useState } from "react";
import { useLocation } from "wouter";
import type { Catalogue } from "../../../messages/index.ts";
import {
  type Anonymity,
  anonymities,
  belongs,
  type CommunityId,
  type CommunityMember,
  type DocumentName,
  type InterestJudgement,
} from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { Notice } from "../../shell/notice.tsx";
import { useToast } from "../../shell/toast.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { sayRule } from "../../words/rule.ts";
import { usePortal } from "../context.tsx";
import { Choices } from "../form/choices.tsx";
import { FormView } from "../form/form-view.tsx";
import { REASON_LENGTH_MAX } from "../form/rules.ts";
import { useForm } from "../form/use-form.ts";
import { nothing, useAsked } from "../use-asked.ts";
import { type Section, sectionsOf } from "./passages.ts";
import { roundPath } from "./paths.ts";
import { isReason } from "./reason-dialog.tsx";
import { denominators, durations, methods, quorums, ruleText, thresholds } from "./wish.ts";

const QUESTION_LENGTH_MAX = 500;

/** Pages of members among whom somebody is recused. */
const PAGES = 10;

export function PutToVoteDialog(props: {
  readonly document: DocumentName;
  readonly community: CommunityId;
  readonly onClose: () => void;
}): ReactNode {
  const { document, community, onClose } = props;
  const text = useWords();
  const words = text.rounds.start;
  const portal = usePortal();
  const ask = useCallback(
    async (signal: AbortSignal) => {
      const [update, members, { judgements }] = await Promise.all([
        portal.api.rounds.present(document),
        portal.api.members.list(community, PAGES, signal),
        portal.api.interests.about(document, signal),
      ]);
      const narrow = judgements.filter(({ verdict }) => verdict !== "full");
      return {
        sections: sectionsOf(update),
        members: members.items.filter(({ role }) => belongs(role)),
        judged: narrow.filter(({ question }) => question === null),
        judgedElsewhere: narrow.filter(({ question }) => question !== null),
      };
    },
    [portal, document, community],
  );
  const { value, error } = useAsked(ask, nothing, "once");
  return (
    <Dialog title={words.title} onClose={onClose} size="lg">
      {value === null && error === null && <Loader size="sm" role="img" aria-label={words.loading} />}
      {value === null && error !== null && (
        <Notice tone="plain">{describePortalFailure(error, text, text.rounds.codes)}</Notice>
      )}
      {value !== null && <PutToVoteForm {...props} {...value} />}
    </Dialog>
  );
}

interface Recusal {
  readonly account: string;
  readonly reason: string;
}

function PutToVoteForm(props: {
  readonly document: DocumentName;
  readonly community: CommunityId;
  readonly sections: readonly Section[];
  readonly members: readonly CommunityMember[];
  /** Whose interests were judged about the document: they are recused by themselves. */
  readonly judged: readonly InterestJudgement[];
  /** Whose interests were judged about one of its questions: whether that concerns this vote, a person says. */
  readonly judgedElsewhere: readonly InterestJudgement[];
  readonly onClose: () => void;
}): ReactNode {
  const { document, community, sections, judged, onClose } = props;
  const members = props.members.filter(({ accountId }) => judged.every(({ member }) => member.id !== accountId));
  const text = useWords();
  const words = text.rounds.start;
  const portal = usePortal();
  const toast = useToast();
  const [, navigate] = useLocation();
  const [recused, setRecused] = useState(() => offered(props.judgedElsewhere, members, text));
  const [recusalError, setRecusalError] = useState<string | null>(null);
  const form = useForm<Record<Field, string>>({
    initial: {
      question: "",
      subject: "",
      method: "awmf",
      disagreement: "ipras",
      threshold: "at-least:3/4",
      denominator: "votes",
      objections: "none",
      quorum: "none",
      anonymity: "named",
      duration: "10080",
    },
    check: ({ question }) => {
      const { length } = [...question.trim()];
      const isWrong = recused.some(({ reason }) => !isReason(reason));
      setRecusalError(isWrong ? words.recusalNeeded : null);
      return { question: length === 0 || length > QUESTION_LENGTH_MAX ? words.questionNeeded : undefined };
    },
    send: async (values) => {
      if (recused.some(({ reason }) => !isReason(reason))) {
        return;
      }
      const section = sections[Number.parseInt(values.subject, 10)];
      const { round } = await portal.api.rounds.open(community, {
        document,
        passage: section === undefined ? null : { first: section.first, last: section.last },
        question: values.question.trim(),
        rule: ruleText(values),
        anonymity: values.anonymity as Anonymity,
        openMinutes: values.duration === "" ? null : Number(values.duration),
        recused: recused.map(({ account, reason }) => ({ account, reason: reason.trim() })),
      });
      toast({ message: words.done });
      onClose();
      navigate(roundPath(community, round.id));
    },
    codes: text.rounds.codes,
  });
  const { method, anonymity } = form.values;
  const labelled = <T extends string>(
    values: readonly T[],
    labels: Readonly<Record<T, string>>,
  ): { readonly value: T; readonly label: string }[] => values.map((value) => ({ value, label: labels[value] }));
  return (
    <FormView form={form}>
      <Textarea
        {...form.bind("question")}
        label={words.question}
        description={words.questionHint}
        rows={2}
        data-autofocus
      />
      <NativeSelect
        {...form.bind("subject")}
        label={words.subject}
        description={words.subjectHint}
        data={[
          { value: "", label: words.whole },
          ...sections.map(({ heading }, at) => ({ value: String(at), label: words.section(heading) })),
        ]}
      />
      <NativeSelect
        {...form.bind("method")}
        label={words.method}
        data={methods.map((value) => ({ value, label: text.rounds.methods[value] ?? value }))}
      />
      {method === "rand-ucla" && (
        <NativeSelect
          {...form.bind("disagreement")}
          label={words.disagreement}
          data={[
            { value: "ipras", label: words.ipras },
            { value: "classic", label: words.classic },
          ]}
        />
      )}
      {method === "approval" && (
        <>
          <NativeSelect
            {...form.bind("threshold")}
            label={words.threshold}
            data={labelled(thresholds, words.thresholds)}
          />
          <NativeSelect
            {...form.bind("objections")}
            label={words.objections}
            data={[
              { value: "none", label: words.objectionsNone },
              { value: "0", label: words.objectionsAny },
            ]}
          />
        </>
      )}
      {(method === "approval" || method === "awmf") && (
        <NativeSelect
          {...form.bind("denominator")}
          label={words.denominator}
          data={labelled(denominators, words.denominators)}
        />
      )}
      <Choices
        legend={words.secrecy}
        inRow
        value={anonymity}
        choices={anonymities.map((value) => ({
          value: value as string,
          label: words.secrecies[value],
          about: value === "named" ? words.aboutNamed : words.aboutAnonymous,
        }))}
        onChange={(value) => form.set("anonymity", value)}
      />
      <NativeSelect
        {...form.bind("quorum")}
        label={words.quorum}
        data={quorums.map((value) => ({
          value,
          label: value === "none" && anonymity === "anonymous" ? words.quorumOfThree : words.quorums[value],
        }))}
      />
      <NativeSelect
        {...form.bind("duration")}
        label={words.duration}
        data={durations.map((value) => ({ value, label: words.durations[value] }))}
      />
      {judged.length > 0 && <JudgedVoters judged={judged} />}
      <Recusals members={members} recused={recused} error={recusalError} onChange={setRecused} />
      <div className="in-words">
        <p className="in-words__head">{words.inWords}</p>
        <p aria-live="polite">{sayRule(ruleText(form.values), text).join(" ")}</p>
      </div>
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

type Field =
  | "question"
  | "subject"
  | "method"
  | "disagreement"
  | "threshold"
  | "denominator"
  | "objections"
  | "quorum"
  | "anonymity"
  | "duration";

/** Those who are recused because of a judgement, which is not taken back here. */
function JudgedVoters(props: { readonly judged: readonly InterestJudgement[] }): ReactNode {
  const words = useWords().interests;
  const lead = useId();
  return (
    <div className="recusals">
      <p className="recusals__head">{words.rounds.judgedHeading}</p>
      <p className="recusals__lead" id={lead}>
        {words.rounds.judgedLead}
      </p>
      <ul aria-describedby={lead}>
        {props.judged.map(({ member, verdict, reason }) => (
          <li key={member.id}>{words.line.others(member.name, words.short[verdict], reason)}</li>
        ))}
      </ul>
    </div>
  );
}

/** Recusals to begin with: of those who were judged about a question of the document. They can be taken away. */
function offered(
  judgements: readonly InterestJudgement[],
  members: readonly CommunityMember[],
  text: Catalogue,
): readonly Recusal[] {
  const first = new Map<string, Recusal>();
  for (const { member, questionTitle, reason } of judgements) {
    if (members.some(({ accountId }) => accountId === member.id) && !first.has(member.id)) {
      const why = text.interests.rounds.suggested(questionTitle ?? text.common.untitled);
      first.set(member.id, { account: member.id, reason: `${why}: ${reason}`.slice(0, REASON_LENGTH_MAX) });
    }
  }
  return [...first.values()];
}

function Recusals(props: {
  readonly members: readonly CommunityMember[];
  readonly recused: readonly Recusal[];
  readonly error: string | null;
  readonly onChange: (recused: readonly Recusal[]) => void;
}): ReactNode {
  const { members, recused, error, onChange } = props;
  const words = useWords().rounds.start;
  const free = members.filter(({ accountId }) => !recused.some(({ account }) => account === accountId));
  const nameOf = (account: string): string => members.find(({ accountId }) => accountId === account)?.name ?? "";
  const change = (at: number, next: Partial<Recusal>): void =>
    onChange(recused.map((each, place) => (place === at ? { ...each, ...next } : each)));
  const first = free[0];
  return (
    <fieldset className="recusals">
      <legend>{words.recusals}</legend>
      <p className="recusals__lead">{words.recusalsLead}</p>
      {error !== null && (
        <p role="alert" className="choices__error">
          {error}
        </p>
      )}
      {recused.map(({ account, reason }, at) => (
        <div key={account} className="recusal">
          <NativeSelect
            label={words.member}
            value={account}
            data={members
              .filter(({ accountId }) => accountId === account || free.some((other) => other.accountId === accountId))
              .map(({ accountId, name }) => ({ value: accountId as string, label: name }))}
            onChange={(event) => change(at, { account: event.currentTarget.value })}
          />
          <TextInput
            label={words.because}
            value={reason}
            onChange={(event) => change(at, { reason: event.currentTarget.value })}
          />
          <CloseButton
            aria-label={words.removeRecusal(nameOf(account))}
            onClick={() => onChange(recused.filter((_, place) => place !== at))}
          />
        </div>
      ))}
      {first !== undefined && (
        <Button
          variant="default"
          size="compact-md"
          onClick={() => onChange([...recused, { account: first.accountId, reason: "" }])}
        >
          {words.recuse}
        </Button>
      )}
    </fieldset>
  );
}
