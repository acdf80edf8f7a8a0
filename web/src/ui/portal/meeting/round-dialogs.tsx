/** Opens a formal vote about the text that is shown, under a rule that everybody reads; or calls one off. */
import { Button, NativeSelect, Textarea } from "@mantine/core";
import type { ReactNode } from "react";
import { type BallotAnonymity, ballotAnonymities, type Quorum } from "../../../sync/index.ts";
import { useApp, useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { Notice } from "../../shell/notice.tsx";
import { usePortal } from "../context.tsx";
import { Choices } from "../form/choices.tsx";
import { FormView } from "../form/form-view.tsx";
import { useForm } from "../form/use-form.ts";
import { areOptions, optionsIn } from "./options-text.ts";
import { ReasonDialog } from "./reason-dialog.tsx";
import { useRoom } from "./room-context.tsx";
import { hashOfText, hashOfWords } from "./text-hash.ts";

const quorums = {
  half: { numerator: 1, denominator: 2 },
  twoThirds: { numerator: 2, denominator: 3 },
  all: { numerator: 1, denominator: 1 },
  none: { numerator: 0, denominator: 1 },
} as const satisfies Readonly<Record<string, Quorum>>;
type QuorumWord = keyof typeof quorums;
const quorumWords = ["half", "twoThirds", "all", "none"] as const satisfies readonly QuorumWord[];

/** The longest rule, in characters. */
const RULE_LENGTH_MAX = 1_000;

export function RoundDialog(props: { readonly onClose: () => void }): ReactNode {
  const here = useRoom();
  const { inside } = here;
  const { replica } = useApp();
  const { api } = usePortal();
  const text = useWords();
  const words = text.meeting.round;
  const form = useForm<{
    readonly document: string;
    readonly rule: string;
    readonly options: string;
    readonly quorum: QuorumWord;
    readonly anonymity: BallotAnonymity;
  }>({
    initial: {
      document: here.shown ?? here.meeting.documents[0]?.name ?? "",
      rule: "",
      options: [words.yes, words.no].join("\n"),
      quorum: "half",
      anonymity: "named",
    },
    check: ({ rule, options }) => ({
      rule: rule.trim() === "" || rule.length > RULE_LENGTH_MAX ? words.ruleMissing : undefined,
      options: areOptions(optionsIn(options)) ? undefined : words.optionsWrong,
    }),
    send: async ({ document, rule, options, quorum, anonymity }) => {
      const about = here.meeting.documents.find(({ name }) => name === document);
      if (about === undefined || inside.current === null) {
        return;
      }
      const said = rule.trim();
      await here.command({
        do: "open-round",
        round: {
          item: inside.current,
          document: about.name,
          text: await hashOfText(replica, api.meetings, about.name),
          rule: { words: said, hash: await hashOfWords(said), quorum: quorums[quorum], anonymity },
          options: optionsIn(options),
        },
      });
      props.onClose();
    },
    codes: text.meeting.codes,
  });
  const title = here.meeting.documents.find(({ name }) => name === form.values.document)?.name;
  return (
    <Dialog title={words.title} onClose={props.onClose}>
      {inside.current === null ? (
        <Notice tone="plain">{words.needsItem}</Notice>
      ) : (
        <FormView form={form}>
          {here.meeting.documents.length > 1 && (
            <NativeSelect
              {...form.bind("document")}
              label={text.meeting.place.document}
              data={here.meeting.documents.map(({ name }) => ({ value: name, label: here.titleOf(name) }))}
            />
          )}
          <p className="dialog-lead">{title !== undefined && words.lead(here.titleOf(title))}</p>
          <Textarea {...form.bind("rule")} label={words.rule} description={words.ruleHint} rows={3} data-autofocus />
          <Textarea {...form.bind("options")} label={words.options} rows={3} />
          <NativeSelect
            {...form.bind("quorum")}
            label={words.quorum}
            data={quorumWords.map((word) => ({ value: word, label: words.quorums[word] }))}
          />
          <Choices
            legend={words.anonymity}
            value={form.values.anonymity}
            choices={ballotAnonymities.map((each) => ({ value: each, ...words.anonymities[each] }))}
            onChange={(each) => form.set("anonymity", each)}
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
      )}
    </Dialog>
  );
}

export function VoidDialog(props: { readonly round: number; readonly onClose: () => void }): ReactNode {
  const here = useRoom();
  const words = useWords().meeting.round;
  return (
    <ReasonDialog
      title={words.voidTitle}
      body={words.voidBody}
      label={words.voidReason}
      missing={words.voidReasonMissing}
      submit={words.voidSubmit}
      run={(reason) => here.command({ do: "void-round", round: props.round, reason })}
      onClose={props.onClose}
    />
  );
}
