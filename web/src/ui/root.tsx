/** Puts the app on the page: words, look, and the visit. */
import { Button, MantineProvider } from "@mantine/core";
import { lazy, type ReactNode, Suspense } from "react";
import { type Catalogue, wordsInPortal } from "../messages/index.ts";
import type { Visit } from "../sync/index.ts";
import { App } from "./app.tsx";
import { useWords, type Words, WordsProvider } from "./context.tsx";
import { piece } from "./pieces.ts";
import { MessagePage } from "./shell/message-page.tsx";
import { Waiting } from "./shell/plain-pages.tsx";
import { theme } from "./theme/theme.ts";

const PortalApp = lazy(piece(() => import("./portal/portal-app.tsx")));

/** `visit` is `null` when it could not be started. */
export function Root(props: { readonly visit: Visit | null; readonly words: Words }): ReactNode {
  const { visit, words } = props;
  return (
    // The variables and classes of the theme are in style sheets, so that no style element is injected.
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      <WordsProvider words={words} adapt={visit?.kind === "portal" ? wordsInPortal : asTheyAre}>
        <Suspense fallback={<Waiting />}>
          <Opened visit={visit} />
        </Suspense>
      </WordsProvider>
    </MantineProvider>
  );
}

function asTheyAre(text: Catalogue): Catalogue {
  return text;
}

function Opened(props: { readonly visit: Visit | null }): ReactNode {
  const { visit } = props;
  switch (visit?.kind) {
    case undefined:
      return <Unreachable />;
    case "tab":
      return <App session={visit.session} />;
    case "portal":
      return <PortalApp portal={visit.portal} />;
  }
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
