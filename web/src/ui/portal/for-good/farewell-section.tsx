/** Giving one’s account up: not while one leads a community alone. */
import { Button } from "@mantine/core";
import { type ReactNode, useId, useState } from "react";
import { useLanguage, useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { usePortal } from "../context.tsx";
import { Choices } from "../form/choices.tsx";
import { FormView } from "../form/form-view.tsx";
import { PasswordField } from "../form/password-field.tsx";
import { checkPassword } from "../form/rules.ts";
import { useForm } from "../form/use-form.ts";

type Values = { readonly name: "keep" | "former"; readonly current: string };

export function FarewellSection(): ReactNode {
  const words = useWords().forGood.farewell;
  const portal = usePortal();
  const id = useId();
  const [asking, setAsking] = useState(false);
  // The people of a demonstration are everybody’s.
  if (portal.demo !== null) {
    return null;
  }
  return (
    <section className="panel" aria-labelledby={id}>
      <h2 id={id}>{words.heading}</h2>
      <p className="panel__lead">{words.lead}</p>
      <div className="dialog-actions">
        <Button variant="default" className="menu-danger" onClick={() => setAsking(true)}>
          {words.button}
        </Button>
      </div>
      {asking && <FarewellDialog onClose={() => setAsking(false)} />}
    </section>
  );
}

function FarewellDialog(props: { readonly onClose: () => void }): ReactNode {
  const text = useWords();
  const words = text.forGood.farewell;
  const language = useLanguage();
  const portal = usePortal();
  const form = useForm<Values>({
    initial: { name: "keep", current: "" },
    check: ({ current }) => ({ current: checkPassword(current, text.portal) }),
    send: (values) => portal.giveUp(values.current, values.name === "keep", language),
    codes: { ...words.codes, "wrong-credentials": text.portal.account.currentWrong },
  });
  return (
    <Dialog title={words.title} onClose={props.onClose}>
      <FormView form={form}>
        <p className="dialog-lead">{words.body}</p>
        <Choices
          legend={words.name}
          value={form.values.name}
          choices={[
            { value: "keep", label: words.keep, about: words.keepAbout },
            { value: "former", label: words.former, about: words.formerAbout },
          ]}
          onChange={(name) => form.set("name", name)}
        />
        <PasswordField {...form.bind("current")} kind="current" label={text.portal.account.current} />
        <div className="dialog-actions">
          <Button variant="default" onClick={props.onClose}>
            {text.common.cancel}
          </Button>
          <Button type="submit" className="button-danger" loading={form.busy}>
            {words.submit}
          </Button>
        </div>
      </FormView>
    </Dialog>
  );
}
