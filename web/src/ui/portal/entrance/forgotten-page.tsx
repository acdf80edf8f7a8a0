/** A forgotten password: whoever has the account is written to. What is said is the same whether there is one. */
import { Button, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { Link } from "wouter";
import { useWords } from "../../context.tsx";
import { usePortal } from "../context.tsx";
import { FormView } from "../form/form-view.tsx";
import { checkEmail } from "../form/rules.ts";
import { useForm } from "../form/use-form.ts";
import { EntrancePage } from "./entrance-page.tsx";

export function ForgottenPage(): ReactNode {
  const text = useWords();
  const words = text.mail.forgotten;
  const portal = usePortal();
  const [askedFor, setAskedFor] = useState<string | null>(null);
  const form = useForm({
    initial: { email: "" },
    check: ({ email }) => ({ email: checkEmail(email, text.portal) }),
    send: async ({ email }) => {
      await portal.api.account.forgotten(email.trim());
      setAskedFor(email.trim());
    },
  });
  if (!portal.config.mail) {
    return (
      <EntrancePage title={words.pageTitle} heading={words.heading} lead={<p>{words.noMail}</p>}>
        <Button component={Link} href="/sign-in" size="md" data-autofocus>
          {words.back}
        </Button>
      </EntrancePage>
    );
  }
  if (askedFor !== null) {
    return (
      <EntrancePage
        key="asked"
        title={words.pageTitle}
        heading={words.askedHeading}
        lead={
          <>
            <p>{words.asked(askedFor)}</p>
            <p className="entrance__small">{words.askedHint}</p>
          </>
        }
      >
        <Button component={Link} href="/sign-in" size="md" data-autofocus>
          {words.back}
        </Button>
      </EntrancePage>
    );
  }
  return (
    <EntrancePage key="ask" title={words.pageTitle} heading={words.heading} lead={<p>{words.lead}</p>}>
      <FormView form={form}>
        <TextInput
          {...form.bind("email")}
          label={text.portal.form.email}
          type="email"
          size="md"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          data-autofocus
        />
        <Button type="submit" size="md" fullWidth loading={form.busy}>
          {words.submit}
        </Button>
      </FormView>
      <Link href="/sign-in" className="notice__button entrance__switch">
        {words.back}
      </Link>
    </EntrancePage>
  );
}
