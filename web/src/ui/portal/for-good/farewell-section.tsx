/**
 * Giving one’s account up: not while one leads a community alone, and not by whoever sits down at an open browser. Who has a
 * password says it; who signs in with the provider only does so once more; who has neither types the address.
 */
import { Button, TextInput } from "@mantine/core";
import { type ReactNode, useId, useState } from "react";
import { useLocation, useSearch } from "wouter";
import type { WaysIn } from "../../../sync/index.ts";
import { useLanguage, useWords } from "../../context.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { Notice } from "../../shell/notice.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { usePortal, useSignedIn } from "../context.tsx";
import { Choices } from "../form/choices.tsx";
import { FormAlert } from "../form/form-alert.tsx";
import { FormView } from "../form/form-view.tsx";
import { PasswordField } from "../form/password-field.tsx";
import { checkPassword } from "../form/rules.ts";
import { useForm } from "../form/use-form.ts";
import { useSettingOut } from "../openid/continue-with.tsx";

type Values = { readonly name: "keep" | "former"; readonly current: string; readonly email: string };

/** How somebody shows that it is them. */
type Proof = "password" | "provider" | "address";

/** What the address says of whoever comes back from the provider. */
const AGAIN = "again";

function proofOf(ways: WaysIn, hasProvider: boolean): Proof {
  if (ways.hasPassword) {
    return "password";
  }
  return hasProvider && ways.identities.some(({ isUsable }) => isUsable) ? "provider" : "address";
}

export function FarewellSection(props: {
  /** `null` until the server has said. */
  readonly ways: WaysIn | null;
}): ReactNode {
  const words = useWords().forGood.farewell;
  const portal = usePortal();
  const id = useId();
  const [, navigate] = useLocation();
  const isBack = new URLSearchParams(useSearch()).has(AGAIN);
  const [asking, setAsking] = useState(isBack);
  // The people of a demonstration are everybody’s.
  if (portal.demo !== null) {
    return null;
  }
  const close = (): void => {
    setAsking(false);
    if (isBack) {
      navigate("/account", { replace: true });
    }
  };
  const { ways } = props;
  return (
    <section className="panel" aria-labelledby={id}>
      <h2 id={id}>{words.heading}</h2>
      <p className="panel__lead">{words.lead}</p>
      <div className="dialog-actions">
        <Button variant="default" className="menu-danger" disabled={ways === null} onClick={() => setAsking(true)}>
          {words.button}
        </Button>
      </div>
      {asking && ways !== null && (
        <FarewellDialog proof={proofOf(ways, portal.config.provider !== null)} isBack={isBack} onClose={close} />
      )}
    </section>
  );
}

function FarewellDialog(props: {
  readonly proof: Proof;
  /** Whether they have just signed in at the provider once more. */
  readonly isBack: boolean;
  readonly onClose: () => void;
}): ReactNode {
  const { proof, isBack, onClose } = props;
  const text = useWords();
  const words = text.forGood.farewell;
  if (proof === "provider" && !isBack) {
    return (
      <Dialog title={words.title} onClose={onClose}>
        <div className="dialog-form">
          <p className="dialog-lead">{words.body}</p>
          <SignInAgain onClose={onClose} />
        </div>
      </Dialog>
    );
  }
  return <LastForm proof={proof} onClose={onClose} />;
}

function SignInAgain(props: { readonly onClose: () => void }): ReactNode {
  const text = useWords();
  const words = text.forGood.farewell;
  const provider = usePortal().config.provider ?? "OpenID Connect";
  const { busy, error, setOut } = useSettingOut();
  return (
    <>
      <p className="dialog-lead">{words.again(provider)}</p>
      <FormAlert
        words={error === null ? null : describePortalFailure(error, text, text.signingIn.codes)}
        cause={error}
      />
      <div className="dialog-actions">
        <Button variant="default" onClick={props.onClose}>
          {text.common.cancel}
        </Button>
        <Button loading={busy} onClick={() => void setOut({ purpose: "prove" })}>
          {words.signInAgain(provider)}
        </Button>
      </div>
    </>
  );
}

function LastForm(props: { readonly proof: Proof; readonly onClose: () => void }): ReactNode {
  const { proof, onClose } = props;
  const text = useWords();
  const words = text.forGood.farewell;
  const language = useLanguage();
  const portal = usePortal();
  const { account } = useSignedIn();
  const form = useForm<Values>({
    initial: { name: "keep", current: "", email: "" },
    check: ({ current, email }) => ({
      current: proof === "password" ? checkPassword(current, text.portal) : undefined,
      email:
        proof === "address" && email.trim().toLowerCase() !== account.email.toLowerCase()
          ? words.addressWrong
          : undefined,
    }),
    send: ({ name, current, email }) => {
      const proofs = { password: { current }, address: { email: email.trim() }, provider: {} };
      return portal.giveUp(proofs[proof], name === "keep", language);
    },
    codes: { ...words.codes, "wrong-credentials": text.portal.account.currentWrong },
  });
  return (
    <Dialog title={words.title} onClose={onClose}>
      <FormView form={form}>
        <p className="dialog-lead">{words.body}</p>
        {proof === "provider" && (
          <Notice tone="plain">{words.proved(portal.config.provider ?? "OpenID Connect")}</Notice>
        )}
        <Choices
          legend={words.name}
          value={form.values.name}
          choices={[
            { value: "keep", label: words.keep, about: words.keepAbout },
            { value: "former", label: words.former, about: words.formerAbout },
          ]}
          onChange={(name) => form.set("name", name)}
        />
        {proof === "password" && (
          <PasswordField {...form.bind("current")} kind="current" label={text.portal.account.current} />
        )}
        {proof === "address" && (
          <TextInput
            {...form.bind("email")}
            type="email"
            autoComplete="off"
            label={words.address}
            description={words.addressHint(account.email)}
          />
        )}
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
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
