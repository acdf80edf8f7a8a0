/** An invitation: to which community, by whom, as what. Whoever has no account makes one here. */
import { Button, TextInput, UnstyledButton } from "@mantine/core";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Redirect, useLocation } from "wouter";
import { joinedBy, type LinkWord, rememberJoined } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { useObservable } from "../../hooks/use-observable.ts";
import { Waiting } from "../../shell/plain-pages.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { dayOf, pointInTime } from "../../words/time.ts";
import { usePortal } from "../context.tsx";
import { FormAlert } from "../form/form-alert.tsx";
import { FormView } from "../form/form-view.tsx";
import { PasswordField } from "../form/password-field.tsx";
import { checkEmail, checkName, checkNewPassword } from "../form/rules.ts";
import { useForm } from "../form/use-form.ts";
import { EntrancePage } from "./entrance-page.tsx";
import { GonePage, LinkPage } from "./link-page.tsx";
import { SignInForm } from "./sign-in-form.tsx";

type Invitation = Extract<LinkWord, { readonly kind: "invitation" }>;

export function JoinPage(props: { readonly secret: string }): ReactNode {
  const { secret } = props;
  return (
    <LinkPage
      secret={secret}
      page={(link) => (link.kind === "invitation" ? <Invited secret={secret} invitation={link} /> : null)}
      gone={<UsedUp secret={secret} />}
    />
  );
}

/** Whoever used the link themselves goes where it led. */
function UsedUp(props: { readonly secret: string }): ReactNode {
  const standing = useObservable(usePortal().standing);
  const community = joinedBy(props.secret);
  if (community !== null && standing.kind === "unknown") {
    return <Waiting />;
  }
  return community !== null && standing.kind === "in" ? <Redirect to={`/c/${community}`} replace /> : <GonePage />;
}

function Invited(props: { readonly secret: string; readonly invitation: Invitation }): ReactNode {
  const { secret, invitation } = props;
  const text = useWords();
  const language = useLanguage();
  const words = text.portal.join;
  const standing = useObservable(usePortal().standing);
  const role = text.portal.roleInSentence[invitation.role];
  if (standing.kind === "unknown") {
    return <Waiting />;
  }
  return (
    <EntrancePage
      // The one thing to do changes when somebody signs in or out.
      key={standing.kind}
      title={words.pageTitle}
      heading={words.heading(invitation.community.name)}
      lead={
        <>
          <p>{invitation.invitedBy === "" ? words.leadUnnamed(role) : words.lead(invitation.invitedBy, role)}</p>
          <p>{text.portal.roleAbout[invitation.role]}</p>
          {invitation.documentCount > 0 && <p>{text.joining.guests.asksFor(invitation.documentCount)}</p>}
          {invitation.until !== null && <p>{text.joining.guests.gone(dayOf(invitation.until, language))}</p>}
          <p className="entrance__small">{words.until(pointInTime(invitation.expiresAt, language))}</p>
        </>
      }
    >
      {standing.kind === "in" ? (
        <JoinAs secret={secret} name={standing.account.name} email={standing.account.email} />
      ) : (
        <Newcomer secret={secret} invitation={invitation} />
      )}
    </EntrancePage>
  );
}

/** For somebody who is signed in. */
function JoinAs(props: { readonly secret: string; readonly name: string; readonly email: string }): ReactNode {
  const text = useWords();
  const words = text.portal.join;
  const portal = usePortal();
  const [, navigate] = useLocation();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const attempt = async (act: () => Promise<void>): Promise<void> => {
    setBusy(true);
    try {
      await act();
    } catch (reason) {
      setError(reason);
    }
    setBusy(false);
  };

  const join = async (): Promise<void> => {
    const { id } = await portal.api.links.join(props.secret);
    rememberJoined(props.secret, id);
    navigate(`/c/${id}`, { replace: true });
  };

  return (
    <div className="dialog-form entrance__form">
      <FormAlert words={error === null ? null : describePortalFailure(error, text)} cause={error} />
      <p className="dialog-lead">{words.as(props.name, props.email)}</p>
      <Button size="md" fullWidth loading={busy} data-autofocus onClick={() => void attempt(join)}>
        {words.join}
      </Button>
      <UnstyledButton className="notice__button" onClick={() => void attempt(() => portal.signOut())}>
        {words.other}
      </UnstyledButton>
    </div>
  );
}

/** For somebody who is not signed in: a new account, or the one that they have. */
function Newcomer(props: { readonly secret: string; readonly invitation: Invitation }): ReactNode {
  const { secret, invitation } = props;
  const text = useWords();
  const words = text.portal.join;
  const portal = usePortal();
  const [, navigate] = useLocation();
  const [hasAccount, setHasAccount] = useState(false);
  const place = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  const toCommunity = (): void => {
    rememberJoined(secret, invitation.community.id);
    navigate(`/c/${invitation.community.id}`, { replace: true });
  };

  const form = useForm({
    initial: { name: "", email: "", password: "" },
    check: ({ name, email, password }) => ({
      name: checkName(name, text.portal),
      email: checkEmail(email, text.portal),
      password: checkNewPassword(password, { name, email }, text.portal),
    }),
    send: async ({ name, email, password }) => {
      await portal.signUp(secret, { name: name.trim(), email: email.trim(), password });
      toCommunity();
    },
  });

  // What had the focus is gone with the other form.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another form means another first field.
  useEffect(() => {
    if (!isFirst.current) {
      place.current?.querySelector("input")?.focus();
    }
    isFirst.current = false;
  }, [hasAccount]);

  if (hasAccount) {
    return (
      <section ref={place} className="entrance__form" aria-label={text.portal.signIn.heading}>
        <SignInForm
          submit={words.signIn}
          autoFocus={false}
          onSignedIn={async () => {
            await portal.api.links.join(secret);
            toCommunity();
          }}
        />
        <UnstyledButton className="notice__button entrance__switch" onClick={() => setHasAccount(false)}>
          {words.signUp}
        </UnstyledButton>
      </section>
    );
  }
  return (
    <section ref={place} className="entrance__form" aria-label={words.signUpHeading}>
      <FormView form={form}>
        <TextInput
          {...form.bind("name")}
          label={text.portal.form.name}
          description={text.portal.form.nameHint}
          size="md"
          autoComplete="name"
          data-autofocus
        />
        <TextInput
          {...form.bind("email")}
          label={text.portal.form.email}
          type="email"
          size="md"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
        />
        <PasswordField
          {...form.bind("password")}
          kind="new"
          label={text.portal.form.password}
          hint={text.portal.form.passwordHint}
        />
        <Button type="submit" size="md" fullWidth loading={form.busy}>
          {words.signUp}
        </Button>
      </FormView>
      <UnstyledButton className="notice__button entrance__switch" onClick={() => setHasAccount(true)}>
        {text.portal.signIn.another}
      </UnstyledButton>
    </section>
  );
}
