/** Choosing a password by a link, for a new account or a forgotten password. One is signed in by it. */
import { Button, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { useLocation } from "wouter";
import type { LinkWord } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { usePortal } from "../context.tsx";
import { FormView } from "../form/form-view.tsx";
import { PasswordField } from "../form/password-field.tsx";
import { checkNewPassword } from "../form/rules.ts";
import { useForm } from "../form/use-form.ts";
import { EntrancePage } from "./entrance-page.tsx";
import { LinkPage } from "./link-page.tsx";

export function SetPasswordPage(props: { readonly secret: string }): ReactNode {
  const { secret } = props;
  return (
    <LinkPage
      secret={secret}
      page={(link) => (link.kind === "set-password" ? <Choose secret={secret} link={link} /> : null)}
    />
  );
}

function Choose(props: {
  readonly secret: string;
  readonly link: Extract<LinkWord, { readonly kind: "set-password" }>;
}): ReactNode {
  const { secret, link } = props;
  const text = useWords();
  const words = text.portal.setPassword;
  const portal = usePortal();
  const [, navigate] = useLocation();
  const form = useForm({
    initial: { password: "" },
    check: ({ password }) => ({ password: checkNewPassword(password, link, text.portal) }),
    send: async ({ password }) => {
      await portal.setPassword(secret, password);
      navigate("/", { replace: true });
    },
  });
  return (
    <EntrancePage title={words.pageTitle} heading={words.heading(link.name)} lead={words.lead(link.email)}>
      <FormView form={form}>
        {/* For password managers, which have to know whose password it is. */}
        <TextInput
          className="visually-hidden"
          label={text.portal.form.email}
          type="email"
          autoComplete="username"
          value={link.email}
          readOnly
          tabIndex={-1}
        />
        <PasswordField
          {...form.bind("password")}
          kind="new"
          autoFocus
          label={text.portal.form.newPassword}
          hint={text.portal.form.passwordHint}
        />
        <Button type="submit" size="md" fullWidth loading={form.busy}>
          {words.submit}
        </Button>
      </FormView>
    </EntrancePage>
  );
}
