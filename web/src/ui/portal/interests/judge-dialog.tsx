/** Judging how far somebody takes part: about which document or question, how far, and why. */
import { Button, NativeSelect, Textarea } from "@mantine/core";
import { type ReactNode, useCallback } from "react";
import {
  type AccountId,
  type CommunityId,
  type DocumentName,
  parseQuestionId,
  type QuestionId,
  type Verdict,
  verdicts,
} from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { Notice } from "../../shell/notice.tsx";
import { useToast } from "../../shell/toast.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { usePortal } from "../context.tsx";
import { Choices } from "../form/choices.tsx";
import { FormView } from "../form/form-view.tsx";
import { useForm } from "../form/use-form.ts";
import { isReason } from "../rounds/reason-dialog.tsx";
import { nothing, useAsked } from "../use-asked.ts";

/** Somebody who is to be judged. */
export interface Person {
  readonly id: AccountId;
  readonly name: string;
}

/** What it is to be about. */
export interface Subject {
  readonly document: DocumentName;
  readonly title: string;
  /** A question of it; `null` for the document as a whole. */
  readonly question: QuestionId | null;
}

export function JudgeDialog(props: {
  readonly community: CommunityId;
  readonly member: Person;
  /** What is offered first, where the dialog was opened from there. */
  readonly subject?: Subject;
  readonly onDone: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const { community, subject } = props;
  const text = useWords();
  const words = text.interests.judge;
  const portal = usePortal();
  const ask = useCallback(
    async (signal: AbortSignal) => {
      if (subject !== undefined) {
        return [subject];
      }
      const found = await portal.api.documents.list(community, { query: "", deleted: false, signal });
      // Nobody is judged about what is somebody's own.
      const open = found.filter(({ sharing }) => sharing?.privacy !== "private");
      return open.map(({ name, title }) => ({ document: name, title, question: null }));
    },
    [portal, community, subject],
  );
  const { value, error } = useAsked(ask, nothing, "once");
  return (
    <Dialog title={words.title(props.member.name)} onClose={props.onClose} size="lg">
      {error !== null && <Notice tone="plain">{describePortalFailure(error, text, text.interests.codes)}</Notice>}
      {value !== null && value.length === 0 && <p className="dialog-lead">{words.noDocuments}</p>}
      {value?.[0] !== undefined && <JudgeForm {...props} subjects={value} first={value[0]} />}
    </Dialog>
  );
}

interface Values extends Readonly<Record<string, string>> {
  readonly document: string;
  /** Empty: the document as a whole. */
  readonly question: string;
  readonly verdict: string;
  readonly reason: string;
}

function JudgeForm(props: {
  readonly member: Person;
  readonly subjects: readonly Subject[];
  readonly first: Subject;
  readonly onDone: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const { member, subjects, first } = props;
  const text = useWords();
  const words = text.interests.judge;
  const portal = usePortal();
  const toast = useToast();
  const form = useForm<Values>({
    initial: { document: first.document, question: first.question ?? "", verdict: "discusses", reason: "" },
    check: ({ reason }) => ({ reason: isReason(reason) ? undefined : text.rounds.vote.reasonNeeded }),
    send: async ({ document, question, verdict, reason }) => {
      await portal.api.interests.judge(document as DocumentName, {
        member: member.id,
        question: question === "" ? null : parseQuestionId(question),
        verdict: verdict as Verdict,
        reason: reason.trim(),
      });
      toast({ message: words.done(member.name) });
      props.onDone();
      props.onClose();
    },
    codes: text.interests.codes,
  });
  const { document, question, verdict } = form.values;
  const ask = useCallback(
    (signal: AbortSignal) => portal.api.questions.of(document as DocumentName, signal),
    [portal, document],
  );
  const questions = useAsked(ask, nothing, "once").value ?? [];
  const titled = (title: string): string => (title.trim() === "" ? text.common.untitled : title);
  return (
    <FormView form={form}>
      <p className="dialog-lead">{words.lead}</p>
      <NativeSelect
        label={words.document}
        value={document}
        data={subjects.map((subject) => ({ value: subject.document as string, label: titled(subject.title) }))}
        onChange={(event) => {
          form.set("document", event.currentTarget.value);
          form.set("question", "");
        }}
      />
      <NativeSelect
        {...form.bind("question")}
        label={words.subject}
        value={questions.some(({ id }) => id === question) ? question : ""}
        data={[
          { value: "", label: words.whole },
          ...questions
            .filter(({ binnedAt }) => binnedAt === null)
            .map(({ id, title }) => ({ value: id as string, label: titled(title) })),
        ]}
      />
      <Choices
        legend={words.verdict}
        value={verdict}
        choices={verdicts.map((value) => ({ value: value as string, ...words.verdicts[value] }))}
        onChange={(value) => form.set("verdict", value)}
      />
      {verdict !== "full" && question === "" && <p className="dialog-lead">{words.openVotes}</p>}
      <Textarea {...form.bind("reason")} label={words.reason} description={words.reasonHint} rows={3} />
      <div className="dialog-actions">
        <Button variant="default" onClick={props.onClose}>
          {text.common.cancel}
        </Button>
        <Button type="submit" loading={form.busy}>
          {words.submit}
        </Button>
      </div>
    </FormView>
  );
}
