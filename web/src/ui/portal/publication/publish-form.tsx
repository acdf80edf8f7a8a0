/** Publishing a candidate for good, and withdrawing what was published; for those who lead. */
import { Button, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { licences, type PublicationPage } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { usePortal } from "../context.tsx";
import { FormView } from "../form/form-view.tsx";
import { useForm } from "../form/use-form.ts";
import { ReasonDialog } from "../rounds/reason-dialog.tsx";
import { isNumber, offersAfter, yearsAfter } from "./numbers.ts";

const NOTE_LENGTH_MAX = 2_000;

const YEARS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const;

export function PublishForm(props: {
  readonly page: PublicationPage;
  readonly onChange: (page: PublicationPage) => void;
}): ReactNode {
  const { page } = props;
  const text = useWords();
  const words = text.publication.publish;
  const portal = usePortal();
  const offers = offersAfter(page.others.map(({ number }) => number));
  const form = useForm({
    initial: { number: offers[0] ?? "", years: "3", licence: licences[0] as string, note: "" },
    check: ({ number, note }) => ({
      number: isNumber(number.trim()) ? undefined : words.numberWrong,
      note: [...note].length <= NOTE_LENGTH_MAX ? undefined : words.noteLong,
    }),
    send: async ({ number, years, licence, note }) => {
      const wish = {
        number: number.trim(),
        reviewBy: yearsAfter(page.now, Number(years)),
        licence: licences.find((each) => each === licence) ?? licences[0],
        note,
      };
      props.onChange(await portal.api.publications.publish(page.publication.id, wish));
    },
    codes: text.publication.codes,
  });
  return (
    <section className="version-box" aria-labelledby="version-publish">
      <h2 id="version-publish">{words.heading}</h2>
      {page.complete ? (
        <FormView form={form} className="version-form">
          <p className="version-lead">{words.lead}</p>
          <div className="version-form__row">
            <TextInput
              {...form.bind("number")}
              label={words.number}
              description={words.numberHint(offers.join(words.numberOr))}
              autoComplete="off"
              inputMode="decimal"
            />
            <NativeSelect
              {...form.bind("years")}
              label={words.review}
              data={YEARS.map((years) => ({ value: String(years), label: words.years(years) }))}
            />
            <NativeSelect
              {...form.bind("licence")}
              label={words.licence}
              data={licences.map((licence) => ({ value: licence, label: text.publication.licences[licence] }))}
            />
          </div>
          <Textarea {...form.bind("note")} label={words.note} rows={3} />
          <div className="version-box__acts">
            <Button type="submit" loading={form.busy}>
              {words.send}
            </Button>
          </div>
        </FormView>
      ) : (
        <p className="version-lead">{words.waiting}</p>
      )}
    </section>
  );
}

export function WithdrawButton(props: {
  readonly page: PublicationPage;
  readonly onChange: (page: PublicationPage) => void;
}): ReactNode {
  const { id } = props.page.publication;
  const words = useWords().publication.withdraw;
  const portal = usePortal();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="subtle" className="version-withdraw" onClick={() => setOpen(true)}>
        {words.open}
      </Button>
      {open && (
        <ReasonDialog
          title={words.title}
          lead={words.lead}
          label={words.label}
          submit={words.send}
          isDanger
          run={async (reason) => props.onChange(await portal.api.publications.withdraw(id, reason))}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
