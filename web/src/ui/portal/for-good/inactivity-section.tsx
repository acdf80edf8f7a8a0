/** What a community does about members who are away: leaders decide, deputies see it. */
import { Button, TextInput } from "@mantine/core";
import { type ReactNode, useId } from "react";
import { type Community, leads } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { useToast } from "../../shell/toast.tsx";
import { usePortal } from "../context.tsx";
import { Choices } from "../form/choices.tsx";
import { FormView } from "../form/form-view.tsx";
import { useForm } from "../form/use-form.ts";

/** As the server has them, in days. */
const ASK = { least: 14, most: 1_095, first: 180 };
const STEP_BACK = { least: 7, most: 365, first: 30 };

type Values = { readonly what: "off" | "on"; readonly askAfterDays: string; readonly stepBackAfterDays: string };

export function InactivitySection(props: {
  readonly community: Community;
  readonly onChange: (community: Community) => void;
}): ReactNode {
  const { community, onChange } = props;
  const text = useWords();
  const words = text.forGood.away;
  const portal = usePortal();
  const toast = useToast();
  const id = useId();
  const { askAfterDays, stepBackAfterDays } = community;
  const mayDecide = leads(community.role);
  const form = useForm<Values>({
    initial: {
      what: askAfterDays === null ? "off" : "on",
      askAfterDays: String(askAfterDays ?? ASK.first),
      stepBackAfterDays: String(stepBackAfterDays ?? STEP_BACK.first),
    },
    check: (values) =>
      values.what === "off"
        ? {}
        : {
            askAfterDays: isWithin(values.askAfterDays, ASK) ? undefined : words.wrong(ASK.least, ASK.most),
            stepBackAfterDays: isWithin(values.stepBackAfterDays, STEP_BACK)
              ? undefined
              : words.wrong(STEP_BACK.least, STEP_BACK.most),
          },
    send: async (values) => {
      const rule =
        values.what === "off"
          ? null
          : { askAfterDays: Number(values.askAfterDays), stepBackAfterDays: Number(values.stepBackAfterDays) };
      onChange(await portal.api.forGood.decideAboutAbsence(community.id, rule));
      toast({ message: words.saved });
    },
    codes: { "leaders-only": words.leadersOnly },
  });
  return (
    <section className="portal-section" aria-labelledby={id}>
      <h2 id={id}>{words.heading}</h2>
      <p className="portal-section__lead">{words.lead}</p>
      {!mayDecide && (
        <p className="portal-section__lead">
          {askAfterDays === null || stepBackAfterDays === null
            ? words.offAbout
            : words.now(askAfterDays, stepBackAfterDays)}{" "}
          {words.leadersOnly}
        </p>
      )}
      {mayDecide && (
        <FormView form={form} className="dialog-form portal-form">
          <Choices
            legend={words.choice}
            value={form.values.what}
            choices={[
              { value: "off", label: words.off, about: words.offAbout },
              { value: "on", label: words.on, about: words.onAbout },
            ]}
            onChange={(what) => form.set("what", what)}
          />
          {form.values.what === "on" && (
            <>
              <TextInput
                {...form.bind("askAfterDays")}
                inputMode="numeric"
                label={words.askAfter}
                description={words.askAfterHint}
              />
              <TextInput
                {...form.bind("stepBackAfterDays")}
                inputMode="numeric"
                label={words.stepBackAfter}
                description={words.stepBackAfterHint}
              />
            </>
          )}
          <div className="dialog-actions">
            <Button type="submit" loading={form.busy}>
              {words.save}
            </Button>
          </div>
        </FormView>
      )}
    </section>
  );
}

function isWithin(days: string, { least, most }: { readonly least: number; readonly most: number }): boolean {
  return /^\d{1,4}$/.test(days.trim()) && Number(days) >= least && Number(days) <= most;
}
