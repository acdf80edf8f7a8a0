/**
 * A visit to a portal: who is signed in, in this tab and in the others of this browser.
 *
 * The server's cookie says who asks; this page only follows what the server says. A request that the server refuses
 * because nobody is signed in ends the visit of that person everywhere. What they wrote stays on the device. Whoever
 * signs out means to leave: their pages go at once. Where the session ended otherwise, somebody may be writing: the page
 * in which they do stays as it is until they sign in again.
 */
import type { Observable, Replica } from "@consilium/client";
import type { ServerConfig } from "../config.ts";
import { type MeetingsApi, meetingsApi } from "../meeting/meetings-api.ts";
import { ApiError, isUnreachable, type Rest, restAt } from "../rest.ts";
import { onceKept } from "../session.ts";
import { Settable } from "../settable.ts";
import { type AccountApi, accountApi, type FarewellProof } from "./account-api.ts";
import { type ArchivesApi, archivesApi } from "./archives-api.ts";
import { type BranchesApi, branchesApi } from "./branches-api.ts";
import { type CommunitiesApi, communitiesApi } from "./communities-api.ts";
import { type CommunityDocumentsApi, communityDocumentsApi } from "./community-documents-api.ts";
import { type DemoApi, demoApi } from "./demo-api.ts";
import { type DigestApi, digestApi } from "./digest-api.ts";
import { type DiscussionApi, discussionApi } from "./discussion-api.ts";
import { type ForGoodApi, forGoodApi } from "./for-good-api.ts";
import { type HistoryApi, historyApi } from "./history-api.ts";
import { type InterestsApi, interestsApi } from "./interests-api.ts";
import { type InvitationsApi, invitationsApi } from "./invitations-api.ts";
import { type JoiningApi, joiningApi } from "./joining-api.ts";
import { type LedgerApi, ledgerApi } from "./ledger-api.ts";
import { type LinksApi, linksApi, type NewPerson } from "./links-api.ts";
import { type LooksApi, looksApi } from "./looks-api.ts";
import { type MembersApi, membersApi } from "./members-api.ts";
import { forgetAccount, rememberAccount, rememberedAccount, rememberedWhy, rememberWhy } from "./memory.ts";
import { type NotificationsApi, notificationsApi } from "./notifications-api.ts";
import { type OpenIdApi, openIdApi } from "./openid-api.ts";
import { type PublicationsApi, publicationsApi } from "./publications-api.ts";
import { type QuestionsApi, questionsApi } from "./questions-api.ts";
import { type RoundsApi, roundsApi } from "./rounds-api.ts";
import { type SearchApi, searchApi } from "./search-api.ts";
import { type Account, type SessionApi, sessionApi } from "./session-api.ts";
import { beginning, type Event, isUnconfirmed, outWhy, type Standing, step } from "./standing.ts";
import { type TermsApi, termsApi } from "./terms-api.ts";

/** Everything that can be asked for, by those who are signed in. */
export interface PortalApi {
  readonly account: AccountApi;
  readonly links: LinksApi;
  readonly communities: CommunitiesApi;
  readonly members: MembersApi;
  readonly invitations: InvitationsApi;
  readonly documents: CommunityDocumentsApi;
  readonly ledger: LedgerApi;
  readonly archives: ArchivesApi;
  readonly looks: LooksApi;
  readonly history: HistoryApi;
  readonly discussion: DiscussionApi;
  readonly branches: BranchesApi;
  readonly joining: JoiningApi;
  readonly forGood: ForGoodApi;
  readonly openid: OpenIdApi;
  readonly notifications: NotificationsApi;
  readonly digest: DigestApi;
  readonly publications: PublicationsApi;
  readonly questions: QuestionsApi;
  readonly rounds: RoundsApi;
  readonly interests: InterestsApi;
  readonly search: SearchApi;
  readonly meetings: MeetingsApi;
  readonly terms: TermsApi;
}

/** Tells the other tabs of this browser that somebody signed in, or signed out. */
const CHANNEL = "consilium.portal";
type TabsWord = "changed" | "left";

/** How often the server is asked again while it does not answer, in milliseconds. */
const RETRY_MS = 5_000;

export class Portal {
  readonly config: ServerConfig;
  readonly api: PortalApi;
  /** The same requests, for interfaces that are not of the portal. */
  readonly rest: Rest;
  /** Without a word to this page when nobody is signed in: for signing in itself, and for tokens. */
  readonly sessions: SessionApi;
  /** What only a demonstration has; `null` on every other server. */
  readonly demo: DemoApi | null;
  readonly #links: LinksApi;
  readonly #standing: Settable<Standing>;
  readonly #tabs = new BroadcastChannel(CHANNEL);
  readonly #watch = new AbortController();
  readonly #doubts = new Settable(0);
  /** Rises when somebody signs in or out: an answer from before says nothing any more. */
  #round = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #replica: Replica | null = null;
  #isSpent = false;
  #beginsAt: string | null = null;
  #staying: Account | null = null;

  constructor(config: ServerConfig, base: string = location.origin) {
    this.config = config;
    this.#standing = new Settable(beginning(rememberedAccount()));
    const plain = restAt(base);
    this.sessions = sessionApi(plain);
    this.demo = config.mode === "demo" ? demoApi(plain) : null;
    this.#links = linksApi(plain);
    this.rest = attentive(
      plain,
      () => {
        // Of whoever stays it is known that they are not signed in.
        if (this.#staying === null) {
          void this.recheck();
        }
      },
      () => this.#doubts.set(this.#doubts.value + 1),
    );
    this.api = {
      account: accountApi(this.rest),
      links: linksApi(this.rest),
      communities: communitiesApi(this.rest),
      members: membersApi(this.rest),
      invitations: invitationsApi(this.rest),
      documents: communityDocumentsApi(this.rest),
      ledger: ledgerApi(this.rest),
      archives: archivesApi(this.rest),
      looks: looksApi(this.rest),
      history: historyApi(this.rest),
      discussion: discussionApi(this.rest),
      branches: branchesApi(this.rest),
      joining: joiningApi(this.rest),
      forGood: forGoodApi(this.rest),
      openid: openIdApi(this.rest),
      notifications: notificationsApi(this.rest),
      digest: digestApi(this.rest),
      publications: publicationsApi(this.rest),
      questions: questionsApi(this.rest),
      rounds: roundsApi(this.rest),
      interests: interestsApi(this.rest),
      search: searchApi(this.rest),
      meetings: meetingsApi(this.rest),
      terms: termsApi(this.rest),
    };
  }

  get standing(): Observable<Standing> {
    return this.#standing;
  }

  /** Rises whenever the server refuses an act that was offered: what this page knows of roles is out of date then. */
  get doubts(): Observable<number> {
    return this.#doubts;
  }

  /**
   * Whether somebody whose documents were open here is not signed in any more. The page has to begin anew then: nothing
   * of theirs is to stay in its memory, nor their tokens in the worker that it shares with other tabs.
   */
  get isSpent(): boolean {
    return this.#isSpent;
  }

  /**
   * Whose pages are still shown although their session has ended, elsewhere or by itself: they may be writing, and what
   * they write is kept on this device. `null` when that is so of nobody.
   */
  get staying(): Account | null {
    return this.#staying;
  }

  /** The path at which a spent page begins anew; `null` where it stands. */
  get beginsAt(): string | null {
    return this.#beginsAt;
  }

  /** What this page shows is gone: whenever it begins anew, it does so at `path`. */
  beginsAnewAt(path: string): void {
    this.#beginsAt = path;
    if (this.#isSpent) {
      // It may be loading the page that is gone already.
      this.#standing.set({ ...this.#standing.value });
    }
  }

  /** Whoever stays goes now, to sign in again. */
  beginAnew(): void {
    this.#staying = null;
    this.#isSpent = true;
    this.#standing.set({ ...this.#standing.value });
  }

  /** Documents are opened through `replica` now. */
  uses(replica: Replica): void {
    this.#replica = replica;
  }

  /** Calls `then` as soon as everything that was written in this page is kept. */
  onceKept(then: () => void): void {
    if (this.#replica === null) {
      then();
    } else {
      onceKept(this.#replica, then);
    }
  }

  /** Asks the server who is signed in, and again whenever that may have changed. */
  start(): void {
    const { signal } = this.#watch;
    this.#tabs.onmessage = ({ data }: MessageEvent<TabsWord>) => {
      if (data === "left") {
        this.#round++;
        this.#take({ type: "left" });
      } else {
        void this.recheck();
      }
    };
    window.addEventListener("online", () => void this.recheck(), { signal });
    document.addEventListener(
      "visibilitychange",
      () => {
        if (document.visibilityState === "visible") {
          void this.recheck();
        }
      },
      { signal },
    );
    void this.recheck();
  }

  /** Asks the server who is signed in. */
  async recheck(): Promise<void> {
    const round = this.#round;
    const event = await this.sessions.ask().then(
      (who): Event => (who === null ? { type: "nobody" } : { type: "told", who }),
      (error: unknown): Event | null =>
        error instanceof ApiError && error.failure.kind === "unauthorised"
          ? { type: "nobody" }
          : isUnreachable(error)
            ? { type: "unreachable" }
            : null,
    );
    if (round !== this.#round) {
      return;
    }
    this.#take(event ?? { type: "unreachable" });
    clearTimeout(this.#retry);
    const { value } = this.#standing;
    if (!this.#watch.signal.aborted && (value.kind === "unknown" || isUnconfirmed(value))) {
      this.#retry = setTimeout(() => void this.recheck(), RETRY_MS);
    }
  }

  async signIn(email: string, password: string): Promise<void> {
    this.#enter({ type: "told", who: await this.sessions.signIn(email, password) });
  }

  /** Becomes one of the people of a demonstration, whoever was signed in before. Rejects on every other server. */
  async become(person: string): Promise<void> {
    if (this.demo === null) {
      throw new Error("this is no demonstration");
    }
    this.#enter({ type: "told", who: await this.demo.become(person) });
  }

  async setPassword(secret: string, password: string): Promise<void> {
    this.#enter({ type: "told", who: await this.#links.setPassword(secret, password) });
  }

  async signUp(secret: string, person: NewPerson): Promise<void> {
    this.#enter({ type: "told", who: await this.#links.signUp(secret, person) });
  }

  /**
   * Rejects when the server cannot be reached: the session would go on without anybody knowing.
   *
   * @param meanwhile - what is to be done once the session has ended, before this page lets go of what it holds
   */
  async signOut(meanwhile: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    await this.sessions.signOut();
    try {
      await meanwhile();
    } finally {
      this.#enter({ type: "left" }, "left");
    }
  }

  /** Gives the account up; nobody is signed in then. */
  async giveUp(proof: FarewellProof, keepName: boolean, language: string): Promise<void> {
    await this.api.account.giveUp(proof, keepName, language);
    this.#enter({ type: "left" });
  }

  /** Takes a new name into use. */
  async rename(name: string): Promise<void> {
    this.#take({ type: "renamed", account: await this.api.account.rename(name) });
  }

  dispose(): void {
    this.#watch.abort();
    clearTimeout(this.#retry);
    this.#tabs.close();
  }

  #enter(event: Event, word: TabsWord = "changed"): void {
    this.#round++;
    this.#take(event);
    this.#tabs.postMessage(word);
  }

  #take(event: Event): void {
    const before = this.#standing.value;
    const after = outWhy(step(before, event), rememberedWhy());
    if (JSON.stringify(after) === JSON.stringify(before)) {
      return;
    }
    const was = before.kind === "in" ? before.account : this.#staying;
    if (was !== null && (after.kind !== "in" || after.account.id !== was.id)) {
      const mayWrite = this.demo === null && this.#replica !== null && isTouched();
      this.#staying = after.kind === "out" && after.why === "ended" && mayWrite ? was : null;
      this.#isSpent = this.#replica !== null && this.#staying === null;
    } else {
      this.#staying = null;
    }
    if (after.kind === "in") {
      rememberAccount(after.account);
      rememberWhy("");
    } else if (after.kind === "out") {
      forgetAccount();
      rememberWhy(after.why);
    }
    this.#standing.set(after);
  }
}

/** Whether somebody has pressed or typed anything in this page; a page that nobody has touched loses nothing. */
function isTouched(): boolean {
  return navigator.userActivation?.hasBeenActive ?? true;
}

/**
 * `rest`, with a word to `onRefused` whenever the server says that nobody is signed in, and to `onDoubt` when it says
 * that whoever is may not do what they tried, or does not see what they tried it with.
 */
function attentive(rest: Rest, onRefused: () => void, onDoubt: () => void): Rest {
  const attend = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof ApiError && error.failure.kind === "unauthorised") {
        onRefused();
      }
      throw error;
    }
  };
  return {
    get: (path, signal) => attend(rest.get(path, signal)),
    bytes: (path, signal) => attend(rest.bytes(path, signal)),
    async send(method, path, body) {
      try {
        return await attend(rest.send(method, path, body));
      } catch (error) {
        if (error instanceof ApiError && ["forbidden", "not-found"].includes(error.failure.kind)) {
          onDoubt();
        }
        throw error;
      }
    },
    download: (path) => attend(rest.download(path)),
    upload: (path, content, method) => attend(rest.upload(path, content, method)),
  };
}
