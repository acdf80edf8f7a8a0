/** The app where nobody signs in: provides the visit to its pages and decides which page an address means. */
import { lazy, type ReactNode, Suspense } from "react";
import { Route, Switch } from "wouter";
import { memberCalled, parseDocumentName, type Session } from "../sync/index.ts";
import { AppProvider, useLanguage } from "./context.tsx";
import { DocumentsPage } from "./documents/documents-page.tsx";
import { piece } from "./pieces.ts";
import { Boundary } from "./shell/boundary.tsx";
import { LeaveWarning } from "./shell/leave-warning.tsx";
import { Welcome } from "./shell/name-form.tsx";
import { Broken, NotFound, Waiting } from "./shell/plain-pages.tsx";
import { ShortcutSheetHost } from "./shell/shortcut-sheet-host.tsx";
import { ToastProvider } from "./shell/toast.tsx";
import { UpdatePrompt } from "./shell/update-prompt.tsx";

const EditorPage = lazy(piece(() => import("./editor/editor-page.tsx")));
const AsidePage = lazy(piece(() => import("./aside/aside-page.tsx")));

export function App(props: { readonly session: Session }): ReactNode {
  // What is made once with its words, as an editor is, is made anew in another language.
  const language = useLanguage();
  return (
    <Boundary fallback={<Broken />}>
      <AppProvider
        session={props.session}
        introduction={(introduce) => <Welcome onName={(name) => introduce(memberCalled(name))} />}
      >
        <ToastProvider>
          <ShortcutSheetHost>
            <Pages key={language} />
            <UpdatePrompt />
            <LeaveWarning />
          </ShortcutSheetHost>
        </ToastProvider>
      </AppProvider>
    </Boundary>
  );
}

function Pages(): ReactNode {
  return (
    <Suspense fallback={<Waiting />}>
      <Switch>
        <Route path="/">
          <DocumentsPage section="documents" />
        </Route>
        <Route path="/bin">
          <DocumentsPage section="bin" />
        </Route>
        <Route path="/set-aside">
          <AsidePage document={null} />
        </Route>
        <Route path="/d/:name/set-aside">
          {(parameters) => {
            const name = parseDocumentName(parameters.name);
            return name === null ? <NotFound /> : <AsidePage key={name} document={name} />;
          }}
        </Route>
        <Route path="/d/:name">
          {(parameters) => {
            const name = parseDocumentName(parameters.name);
            return name === null ? <NotFound /> : <EditorPage key={name} name={name} />;
          }}
        </Route>
        <Route>
          <NotFound />
        </Route>
      </Switch>
    </Suspense>
  );
}
