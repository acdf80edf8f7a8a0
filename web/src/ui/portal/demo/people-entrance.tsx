/** The entrance of a demonstration: five people, and a click to be one of them. */
import { UnstyledButton } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { DemoPerson } from "../../../sync/index.ts";
import { wishedLook } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { Face } from "../../shell/face.tsx";
import { Notice } from "../../shell/notice.tsx";
import { Waiting } from "../../shell/plain-pages.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { usePortal } from "../context.tsx";
import { EntrancePage } from "../entrance/entrance-page.tsx";
import { SignInForm } from "../entrance/sign-in-form.tsx";
import type { DemoHere } from "./demo-host.tsx";
import { BegunAgainNotice } from "./demo-notice.tsx";

export function PeopleEntrance(props: {
  readonly demo: DemoHere;
  readonly why: "never" | "left" | "ended";
}): ReactNode {
  const { demo, why } = props;
  const text = useWords();
  const words = text.demo.entrance;
  const portal = usePortal();
  const [hasAccount, setHasAccount] = useState(false);
  const [busy, setBusy] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);

  const become = async (key: string): Promise<void> => {
    setBusy(key);
    setError(null);
    try {
      // Everything of this page goes with it.
      await portal.become(key);
    } catch (reason) {
      setError(reason);
      setBusy(null);
    }
  };

  if (demo.now === null) {
    return demo.isLost ? (
      <EntrancePage title={words.pageTitle} heading={words.pageTitle}>
        <Notice tone="alarm">{words.failed}</Notice>
      </EntrancePage>
    ) : (
      <Waiting />
    );
  }
  if (hasAccount) {
    return (
      <EntrancePage key="own" title={text.portal.signIn.pageTitle} heading={text.portal.signIn.heading}>
        <SignInForm submit={text.portal.signIn.submit} autoFocus />
        <UnstyledButton className="notice__button entrance__switch" onClick={() => setHasAccount(false)}>
          {words.back}
        </UnstyledButton>
      </EntrancePage>
    );
  }
  return (
    <EntrancePage key="people" title={words.pageTitle} heading={words.heading} lead={<p>{words.lead}</p>}>
      <BegunAgainNotice demo={demo} />
      {why !== "never" && !demo.hasBegunAgain && <Notice tone="plain">{words[why]}</Notice>}
      <div role="alert" className="form-whole demo-alert">
        {error !== null && <Notice tone="alarm">{describePortalFailure(error, text)}</Notice>}
      </div>
      <ul className="demo-people">
        {demo.now.people.map((person, at) => (
          <li key={person.key}>
            <UnstyledButton
              className="demo-person"
              data-autofocus={at === 0 ? true : undefined}
              aria-disabled={busy !== null}
              aria-busy={busy === person.key}
              onClick={() => {
                if (busy === null) {
                  void become(person.key);
                }
              }}
            >
              <PersonLine person={person} />
            </UnstyledButton>
          </li>
        ))}
      </ul>
      <p className="entrance__help">{words.two}</p>
      <UnstyledButton className="notice__button entrance__switch" onClick={() => setHasAccount(true)}>
        {words.own}
      </UnstyledButton>
    </EntrancePage>
  );
}

function PersonLine(props: { readonly person: DemoPerson }): ReactNode {
  const { person } = props;
  const text = useWords();
  const words = text.demo;
  const look = wishedLook(person.accountId);
  const role = person.role === null ? "" : text.portal.roles[person.role];
  return (
    <>
      <Face name={person.name} color={look.color} mark={look.mark} size={40} />
      <span className="demo-person__words">
        <span className="demo-person__name">{words.entrance.continueAs(person.name)}</span>
        <span className="demo-person__about">
          {role !== "" && <span className="demo-person__role">{role}. </span>}
          {words.about[person.key] ?? ""}
        </span>
        {person.simulated && <span className="demo-person__played">{words.entrance.played}</span>}
      </span>
    </>
  );
}
