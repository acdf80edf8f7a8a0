/** Signing in. Where one wanted to go follows from the address, once one is in. */
import type { ReactNode } from "react";
import { Link, useSearch } from "wouter";
import { useWords } from "../../context.tsx";
import { Notice } from "../../shell/notice.tsx";
import { usePortal } from "../context.tsx";
import { useDemo } from "../demo/demo-host.tsx";
import { PeopleEntrance } from "../demo/people-entrance.tsx";
import { nextOf } from "../next.ts";
import { ContinueWith } from "../openid/continue-with.tsx";
import { EntrancePage } from "./entrance-page.tsx";
import { SignInForm } from "./sign-in-form.tsx";

export function SignInPage(props: { readonly why: "never" | "left" | "ended" }): ReactNode {
  const text = useWords();
  const words = text.portal.signIn;
  const demo = useDemo();
  const portal = usePortal();
  const search = useSearch();
  if (demo !== null) {
    return <PeopleEntrance demo={demo} why={props.why} />;
  }
  return (
    <EntrancePage title={words.pageTitle} heading={words.heading}>
      {props.why !== "never" && <Notice tone={props.why === "ended" ? "notice" : "plain"}>{words[props.why]}</Notice>}
      <SignInForm submit={words.submit} autoFocus />
      <ContinueWith wish={{ purpose: "sign-in", next: nextOf(search) }} />
      {portal.config.mail ? (
        <>
          <Link href="/forgotten" className="notice__button entrance__switch">
            {text.mail.forgotten.link}
          </Link>
          <p className="entrance__help">{text.mail.signInHelp}</p>
        </>
      ) : (
        <p className="entrance__help">{words.help}</p>
      )}
    </EntrancePage>
  );
}
