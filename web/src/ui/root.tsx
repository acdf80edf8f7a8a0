/** Puts the app on the page: words, look, and the visit. */
import { Button, MantineProvider } from "@mantine/core";
import type { ReactNode } from "react";
import type { Catalogue } from "../messages/index.ts";
import type { Session } from "../sync/index.ts";
import { App } from "./app.tsx";
import { useWords, WordsProvider } from "./context.tsx";
import { MessagePage } from "./shell/message-page.tsx";
import { theme } from "./theme/theme.ts";

/** `session` is `null` when the visit could not be started. */
export function Root(props: {
  readonly session: Session | null;
  readonly text: Catalogue;
  readonly language: string;
}): ReactNode {
  return (
    // The variables and classes of the theme are in style sheets, so that no style element is injected.
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      <WordsProvider text={props.text} language={props.language}>
        {props.session === null ? <Unreachable /> : <App session={props.session} />}
      </WordsProvider>
    </MantineProvider>
  );
}

function Unreachable(): ReactNode {
  const text = useWords();
  return (
    <MessagePage
      title={text.boot.unreachableTitle}
      body={text.boot.unreachableBody}
      action={<Button onClick={() => location.reload()}>{text.common.retry}</Button>}
    />
  );
}
