/** One's own account: name, password, and where one is signed in. */
import { Button, TextInput } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { type ReactNode, useCallback, useId } from "react";
import { useWords } from "../../context.tsx";
import { useArrival } from "../../hooks/use-arrival.ts";
import { PageHeader } from "../../shell/page-header.tsx";
import { useToast } from "../../shell/toast.tsx";
import { Silences } from "../catching-up/silences.tsx";
import { usePortal, useSignedIn } from "../context.tsx";
import { FarewellSection } from "../for-good/farewell-section.tsx";
import { OwnDataSection } from "../for-good/own-data-section.tsx";
import { FormView } from "../form/form-view.tsx";
import { PasswordField } from "../form/password-field.tsx";
import { checkName, checkNewPassword, checkPassword } from "../form/rules.ts";
import { useForm } from "../form/use-form.ts";
import { useAsked } from "../use-asked.ts";
import { Places } from "./places.tsx";
import { WaysInSection } from "./ways-in.tsx";

export function AccountPage(): ReactNode {
  const text = useWords();
  const words = text.portal.account;
  const main = useArrival();
  useDocumentTitle(`${words.pageTitle} – ${text.product}`);
  const portal = usePortal();
  const ask = useCallback((signal: AbortSignal) => portal.api.openid.waysIn(signal), [portal]);
  const { value: ways, error, refresh } = useAsked(ask);
  return (
    <>
      <a className="skip-link" href="#content">
        {text.common.skipToContent}
      </a>
      <PageHeader connection={null} />
      <main ref={main} className="documents portal-page portal-page--narrow" id="content" tabIndex={-1}>
        <div className="documents__head">
          <h1>{words.heading}</h1>
        </div>
        <NameSection />
        <WaysInSection ways={ways} error={error} onChanged={refresh} />
        {ways?.hasPassword !== false && <PasswordSection />}
        <Silences />
        <Places />
        <OwnDataSection />
        <FarewellSection ways={ways} />
      </main>
    </>
  );
}

function NameSection(): ReactNode {
  const text = useWords();
  const words = text.portal.account;
  const portal = usePortal();
  const { account } = useSignedIn();
  const toast = useToast();
  const id = useId();
  const form = useForm({
    initial: { name: account.name },
    check: ({ name }) => ({ name: checkName(name, text.portal) }),
    send: async ({ name }) => {
      await portal.rename(name.trim());
      toast({ message: words.nameSaved });
    },
  });
  return (
    <section className="panel" aria-labelledby={id}>
      <h2 id={id}>{words.nameHeading}</h2>
      <p className="panel__lead">{words.emailIs(account.email)}</p>
      <FormView form={form}>
        <TextInput
          {...form.bind("name")}
          label={text.portal.form.name}
          description={text.portal.form.nameHint}
          autoComplete="name"
        />
        <div className="dialog-actions">
          <Button type="submit" loading={form.busy}>
            {text.common.save}
          </Button>
        </div>
      </FormView>
    </section>
  );
}

function PasswordSection(): ReactNode {
  const text = useWords();
  const words = text.portal.account;
  const portal = usePortal();
  const { account } = useSignedIn();
  const toast = useToast();
  const id = useId();
  const empty = { current: "", new: "" };
  const form = useForm({
    initial: empty,
    check: (values) => ({
      current: checkPassword(values.current, text.portal),
      new: checkNewPassword(values.new, account, text.portal),
    }),
    send: async (values) => {
      await portal.api.account.changePassword(values.current, values.new);
      form.reset(empty);
      toast({ message: words.passwordSaved });
    },
    codes: { "wrong-credentials": words.currentWrong },
  });
  return (
    <section className="panel" aria-labelledby={id}>
      <h2 id={id}>{words.passwordHeading}</h2>
      <FormView form={form}>
        <PasswordField {...form.bind("current")} kind="current" label={words.current} />
        <PasswordField
          {...form.bind("new")}
          kind="new"
          label={text.portal.form.newPassword}
          hint={text.portal.form.passwordHint}
        />
        <div className="dialog-actions">
          <Button type="submit" loading={form.busy}>
            {words.passwordSubmit}
          </Button>
        </div>
      </FormView>
    </section>
  );
}
