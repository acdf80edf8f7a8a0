/** The app where people have accounts: who may come in, and which page an address means. */
import "./portal.css";
import "./demo/demo.css";
import { type ComponentType, lazy, type ReactNode, Suspense, useEffect, useMemo, useState } from "react";
import { Redirect, Route, Switch, useLocation, useSearch } from "wouter";
import {
  type Account,
  type DocumentName,
  discussedIn,
  Memory,
  type Portal,
  parseCommunityId,
  parseDocumentName,
  parseMeetingId,
  parsePublicationId,
  parseQuestionId,
  parseRoundId,
  portalSession,
  questionIn,
} from "../../sync/index.ts";
import { AppProvider, useLanguage, useWords } from "../context.tsx";
import { useObservable } from "../hooks/use-observable.ts";
import { piece } from "../pieces.ts";
import { Boundary } from "../shell/boundary.tsx";
import { LeaveWarning } from "../shell/leave-warning.tsx";
import { MessagePage } from "../shell/message-page.tsx";
import { Broken, NotFound, Waiting } from "../shell/plain-pages.tsx";
import { ShortcutSheetHost } from "../shell/shortcut-sheet-host.tsx";
import { ToastProvider } from "../shell/toast.tsx";
import { UpdatePrompt } from "../shell/update-prompt.tsx";
import { AccountItems } from "./account/account-items.tsx";
import { AccountPage } from "./account/account-page.tsx";
import { SignOutHost } from "./account/sign-out.tsx";
import { ChangesPage } from "./branches/changes-page.tsx";
import { SuggestionsPage } from "./branches/suggestions-page.tsx";
import { Bell } from "./catching-up/bell.tsx";
import { BellHost } from "./catching-up/bell-host.tsx";
import { CommunityPage, parseSection } from "./community/community-page.tsx";
import { FoundPage } from "./community/found-page.tsx";
import { PortalContext, SignedInContext, usePortal } from "./context.tsx";
import { DemoBar } from "./demo/demo-bar.tsx";
import { DemoHost } from "./demo/demo-host.tsx";
import { EndedNotice } from "./entrance/ended-notice.tsx";
import { ForgottenPage } from "./entrance/forgotten-page.tsx";
import { JoinPage } from "./entrance/join-page.tsx";
import { SetPasswordPage } from "./entrance/set-password-page.tsx";
import { SignInPage } from "./entrance/sign-in-page.tsx";
import { HomePage } from "./home-page.tsx";
import { JoinablePage } from "./joinable-page.tsx";
import { LibraryPage } from "./library-page.tsx";
import { AttendingHost, WayBack } from "./meeting/way-back.tsx";
import { nextOf, signInPath } from "./next.ts";
import { EndingPage } from "./openid/ending-page.tsx";
import { questionPath } from "./questions/paths.ts";
import { BallotsHost } from "./rounds/ballots-host.tsx";
import { HeaderSearch } from "./search/header-search.tsx";
import { SearchPage } from "./search/search-page.tsx";

const PortalEditorPage = lazy(piece(() => import("./editor/portal-editor-page.tsx")));
const HistoryPage = lazy(piece(() => import("./history/history-page.tsx")));
const QuestionsPage = lazy(piece(() => import("./questions/questions-page.tsx")));
const QuestionPage = lazy(piece(() => import("./questions/question-page.tsx")));
const ReferencesPage = lazy(piece(() => import("./references/references-page.tsx")));
const BranchEditorPage = lazy(piece(() => import("./branches/branch-editor-page.tsx")));
const PublicPage = lazy(piece(() => import("./public/public-page.tsx")));
const MeetingPage = lazy(piece(() => import("./meeting/meeting-page.tsx")));
const PublicationPage = lazy(piece(() => import("./publication/publication-page.tsx")));
const VersionPage = lazy(piece(() => import("./publication/version-page.tsx")));
const RoundPage = lazy(piece(() => import("./rounds/round-page.tsx")));
const AsidePage = lazy(piece(() => import("../aside/aside-page.tsx")));

export default function PortalApp(props: { readonly portal: Portal }): ReactNode {
  return (
    <Boundary fallback={<Broken />}>
      <PortalContext value={props.portal}>
        <DemoHost>
          <Switch>
            <Route path="/set-password/:secret">
              {({ secret }) => <SetPasswordPage key={secret} secret={secret} />}
            </Route>
            <Route path="/join/:secret">{({ secret }) => <JoinPage key={secret} secret={secret} />}</Route>
            <Route path="/forgotten">
              <ForgottenPage />
            </Route>
            <Route path="/openid/:word">{({ word }) => <EndingPage key={word} word={word} />}</Route>
            <Route path="/public/:name">
              {(parameters) => {
                const name = parseDocumentName(parameters.name);
                return (
                  <Suspense fallback={<Waiting />}>
                    {name === null ? <NotFound /> : <PublicPage key={name} name={name} />}
                  </Suspense>
                );
              }}
            </Route>
            <Route>
              <Entrance />
            </Route>
          </Switch>
        </DemoHost>
      </PortalContext>
    </Boundary>
  );
}

/** Lets in whoever is signed in. */
function Entrance(): ReactNode {
  const text = useWords();
  const portal = usePortal();
  const standing = useObservable(portal.standing);
  const [path] = useLocation();
  const search = useSearch();
  const isSigningIn = path === "/sign-in";
  // What is published may be for everybody; the server says so.
  const published = path.startsWith("/p/") ? parsePublicationId(path.slice(3)) : null;
  if (portal.isSpent) {
    return <BeginAnew />;
  }
  if (portal.staying !== null && !isSigningIn) {
    return <Inside key={portal.staying.id} account={portal.staying} />;
  }
  switch (standing.kind) {
    case "unknown":
      return standing.reach === "asking" ? (
        <Waiting />
      ) : (
        <MessagePage title={text.portal.unreachable.title} body={text.portal.unreachable.body} />
      );
    case "out":
      if (published !== null) {
        return (
          <Suspense fallback={<Waiting />}>
            <VersionPage key={published} id={published} isKnown={false} />
          </Suspense>
        );
      }
      return isSigningIn ? (
        <SignInPage why={standing.why} />
      ) : (
        <Redirect to={signInPath(search === "" ? path : `${path}?${search}`)} replace />
      );
    case "in":
      return isSigningIn ? (
        <Redirect to={nextOf(search)} replace />
      ) : (
        <Inside key={standing.account.id} account={standing.account} />
      );
  }
}

/**
 * Loads the page again, as soon as nothing is lost by it. Where somebody left for good, whoever comes next does not want
 * to go where they were.
 */
function BeginAnew(): ReactNode {
  const portal = usePortal();
  const standing = useObservable(portal.standing);
  const elsewhere = standing.kind === "out" && standing.why === "left" ? "/sign-in" : portal.beginsAt;
  useEffect(
    () =>
      portal.onceKept(() => {
        if (elsewhere === null) {
          location.reload();
        } else {
          location.replace(elsewhere);
        }
      }),
    [portal, elsewhere],
  );
  return <Waiting />;
}

function Inside(props: { readonly account: Account }): ReactNode {
  const { account } = props;
  const portal = usePortal();
  const language = useLanguage();
  const [session] = useState(() => portalSession(portal, account));
  const [memory] = useState(() => new Memory(account.id));
  const here = useMemo(() => ({ account, memory }), [account, memory]);
  return (
    <SignedInContext value={here}>
      <AppProvider
        session={session}
        introduction={() => <Waiting />}
        accountItems={<AccountItems />}
        besideAccount={<Bell />}
        headerTools={<HeaderSearch />}
      >
        <ToastProvider>
          <ShortcutSheetHost>
            <SignOutHost>
              <BellHost>
                <BallotsHost>
                  <DemoBar />
                  <AttendingHost>
                    <Suspense fallback={<Waiting />}>
                      {/* What is made once with its words, as an editor is, is made anew in another language. */}
                      <Pages key={language} />
                    </Suspense>
                    <WayBack />
                  </AttendingHost>
                  <UpdatePrompt />
                  <LeaveWarning />
                  <EndedNotice />
                </BallotsHost>
              </BellHost>
            </SignOutHost>
          </ShortcutSheetHost>
        </ToastProvider>
      </AppProvider>
    </SignedInContext>
  );
}

function Pages(): ReactNode {
  return (
    <Switch>
      <Route path="/">
        <HomePage />
      </Route>
      <Route path="/found">
        <FoundPage />
      </Route>
      <Route path="/communities">
        <JoinablePage />
      </Route>
      <Route path="/library">
        <LibraryPage />
      </Route>
      <Route path="/search">
        <SearchPage />
      </Route>
      <Route path="/account">
        <AccountPage />
      </Route>
      <Route path="/c/:id/rounds/:round">
        {(parameters) => {
          const id = parseCommunityId(parameters.id);
          const round = parseRoundId(parameters.round);
          return id === null || round === null ? <NotFound /> : <RoundPage key={round} community={id} id={round} />;
        }}
      </Route>
      <Route path="/c/:id/:section?">
        {(parameters) => {
          const id = parseCommunityId(parameters.id);
          const section = parseSection(parameters.section);
          return id === null || section === null ? <NotFound /> : <CommunityPage key={id} id={id} section={section} />;
        }}
      </Route>
      <Route path="/m/:id/:show?">
        {(parameters) => {
          const id = parseMeetingId(parameters.id);
          const show = parameters.show === undefined ? "room" : parameters.show === "projector" ? "projector" : null;
          return id === null || show === null ? <NotFound /> : <MeetingPage key={id} id={id} show={show} />;
        }}
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
      <Route path="/d/:name/history">
        {(parameters) => {
          const name = parseDocumentName(parameters.name);
          return name === null ? <NotFound /> : <HistoryPage key={name} name={name} />;
        }}
      </Route>
      <Route path="/p/:id">
        {(parameters) => {
          const id = parsePublicationId(parameters.id);
          return id === null ? <NotFound /> : <VersionPage key={id} id={id} isKnown />;
        }}
      </Route>
      <Route path="/d/:name/publication">
        {(parameters) => {
          const document = parseDocumentName(parameters.name);
          return document === null ? <NotFound /> : <PublicationPage key={document} document={document} />;
        }}
      </Route>
      <Route path="/d/:name/questions">
        {(parameters) => {
          const document = parseDocumentName(parameters.name);
          return document === null ? <NotFound /> : <QuestionsPage key={document} document={document} />;
        }}
      </Route>
      <Route path="/d/:name/questions/:id">
        {(parameters) => {
          const document = parseDocumentName(parameters.name);
          const id = parseQuestionId(parameters.id);
          return document === null || id === null ? (
            <NotFound />
          ) : (
            <QuestionPage key={id} document={document} id={id} />
          );
        }}
      </Route>
      <Route path="/d/:name/references">
        {(parameters) => {
          const document = parseDocumentName(parameters.name);
          return document === null ? <NotFound /> : <ReferencesPage key={document} document={document} />;
        }}
      </Route>
      <Route path="/d/:name/suggestions">
        {(parameters) => {
          const document = parseDocumentName(parameters.name);
          return document === null ? <NotFound /> : <SuggestionsPage key={document} document={document} />;
        }}
      </Route>
      <Route path="/d/:name/suggestions/:branch">
        {(parameters) => <BranchPage {...parameters} page={BranchEditorPage} />}
      </Route>
      <Route path="/d/:name/suggestions/:branch/changes">
        {(parameters) => <BranchPage {...parameters} page={ChangesPage} />}
      </Route>
      <Route path="/d/:name">
        {(parameters) => {
          const name = parseDocumentName(parameters.name);
          // A discussion is shown beside its document.
          const discussed = name === null ? null : discussedIn(name);
          if (discussed !== null) {
            return <Redirect to={`/d/${encodeURIComponent(discussed)}`} replace />;
          }
          const asked = name === null ? null : questionIn(name);
          if (asked !== null) {
            return <Redirect to={questionPath(asked.document, asked.id)} replace />;
          }
          return name === null ? <NotFound /> : <PortalEditorPage key={name} name={name} />;
        }}
      </Route>
      <Route>
        <NotFound />
      </Route>
    </Switch>
  );
}

/** A page of one suggestion, by the names in its address. */
function BranchPage(props: {
  readonly name: string;
  readonly branch: string;
  readonly page: ComponentType<{ readonly document: DocumentName; readonly name: DocumentName }>;
}): ReactNode {
  const { page: Page } = props;
  const document = parseDocumentName(props.name);
  const name = parseDocumentName(props.branch);
  return document === null || name === null ? <NotFound /> : <Page key={name} document={document} name={name} />;
}
