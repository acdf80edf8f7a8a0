/** The frame of the pages before one is in: a card with one thing to do. */
import { UnstyledButton } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { type ReactNode, useEffect, useRef } from "react";
import { languageOf, languages } from "../../../messages/index.ts";
import { useLanguage, useLanguageChoice, useWords } from "../../context.tsx";
import { LogoMark } from "../../shell/logo.tsx";

export function EntrancePage(props: {
  /** For the window; also what is read out on arrival, by way of the heading that has the focus. */
  readonly title: string;
  readonly heading: string;
  readonly lead?: ReactNode;
  readonly children?: ReactNode;
}): ReactNode {
  const text = useWords();
  const card = useRef<HTMLDivElement>(null);
  useDocumentTitle(`${props.title} – ${text.product}`);
  // The one thing to do here.
  useEffect(() => card.current?.querySelector<HTMLElement>("[data-autofocus]")?.focus(), []);
  return (
    <main className="welcome">
      <div ref={card} className="welcome__card entrance">
        <LogoMark size={52} />
        <h1>{props.heading}</h1>
        {props.lead !== undefined && <div className="entrance__lead">{props.lead}</div>}
        {props.children}
      </div>
      <p className="welcome__product">
        <strong>{text.product}</strong> {text.tagline}
      </p>
      <LanguageSwitch />
    </main>
  );
}

function LanguageSwitch(): ReactNode {
  const text = useWords();
  const language = useLanguage();
  const choose = useLanguageChoice();
  return (
    <fieldset className="entrance__languages">
      <legend className="visually-hidden">{text.account.language}</legend>
      {Object.entries(languages).map(([value, name]) => (
        <UnstyledButton
          key={value}
          lang={value}
          className="notice__button"
          aria-pressed={value === language}
          // Where it cannot be loaded, the words stay as they are.
          onClick={() => void choose(languageOf(value) ?? language).catch(() => undefined)}
        >
          {name}
        </UnstyledButton>
      ))}
    </fieldset>
  );
}
