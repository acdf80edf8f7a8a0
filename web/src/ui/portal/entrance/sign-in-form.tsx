/** E-mail and password of an account that there is. */
import { Button, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { useWords } from "../../context.tsx";
import { usePortal } from "../context.tsx";
import { FormView } from "../form/form-view.tsx";
import { PasswordField } from "../form/password-field.tsx";
import { checkEmail, checkPassword } from "../form/rules.ts";
import { useForm } from "../form/use-form.ts";

export function SignInForm(props: {
  readonly submit: string;
  readonly autoFocus: boolean;
  /** What follows when it is done. */
  readonly onSignedIn?: () => Promise<void>;
}): ReactNode {
  const text = useWords();
  const portal = usePortal();
  const form = useForm({
    initial: { email: "", password: "" },
    check: ({ email, password }) => ({
      email: checkEmail(email, text.portal),
      password: checkPassword(password, text.portal),
    }),
    send: async ({ email, password }) => {
      await portal.signIn(email.trim(), password);
      await props.onSignedIn?.();
    },
  });
  return (
    <FormView form={form}>
      <TextInput
        {...form.bind("email")}
        label={text.portal.form.email}
        type="email"
        size="md"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        data-autofocus={props.autoFocus ? true : undefined}
      />
      <PasswordField {...form.bind("password")} kind="current" label={text.portal.form.password} />
      <Button type="submit" size="md" fullWidth loading={form.busy}>
        {props.submit}
      </Button>
    </FormView>
  );
}
