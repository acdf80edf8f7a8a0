/**
 * What a visit without network begins with: who was signed in on this device, their communities, and which of the
 * documents that this device holds belong to which.
 *
 * Contents are not here but in the replica's store. Each account has a memory of its own; signing out ends who is
 * signed in, not the memory, because copies and unsent edits stay on the device as well.
 */
import { Answer } from "../answer.ts";
import { recall, recallJson, remember, remembered, unremember } from "../browser-store.ts";
import type { DocumentAuthor } from "../discussion/authors.ts";
import type { DocumentName } from "../names.ts";
import { type Branch, type BranchState, branchStates } from "./branches-api.ts";
import { type Community, type CommunityEntry, readCommunity, readEntry } from "./communities-api.ts";
import { readAuthor } from "./discussion-api.ts";
import type { AccountId, CommunityId } from "./ids.ts";
import { type Question, readQuestion } from "./questions-api.ts";
import { type Account, readAccount } from "./session-api.ts";

const ACCOUNT_KEY = "consilium.account";

export function rememberedAccount(): Account | null {
  return attempt(() => readAccount(new Answer(recallJson("device", ACCOUNT_KEY))));
}

export function rememberAccount(account: Account): void {
  remember("device", ACCOUNT_KEY, JSON.stringify(account));
}

export function forgetAccount(): void {
  unremember("device", ACCOUNT_KEY);
}

const OUT_KEY = "consilium.out";

/** Why nobody is signed in in this tab, as it was known before the page began anew. */
export function rememberedWhy(): "left" | "ended" | null {
  const why = recall("tab", OUT_KEY);
  return why === "left" || why === "ended" ? why : null;
}

export function rememberWhy(why: string): void {
  remember("tab", OUT_KEY, why);
}

/** A suggestion as it was known last. */
export interface KnownBranch {
  /** What it is for. */
  readonly document: DocumentName;
  /** The title of that document. */
  readonly title: string;
  readonly state: BranchState;
}

/** The memory of one account. */
export class Memory {
  readonly #account: AccountId;
  /** As read or written last: asked for once a document. */
  readonly #documents = new Map<CommunityId, ReadonlySet<string>>();

  #branches: Readonly<Record<string, KnownBranch>> | null = null;

  constructor(account: AccountId) {
    this.#account = account;
  }

  communities(): readonly CommunityEntry[] | null {
    return attempt(() => new Answer(this.#recall("communities")).list("communities", readEntry));
  }

  rememberCommunities(communities: readonly CommunityEntry[]): void {
    this.#remember("communities", { communities });
  }

  community(id: CommunityId): Community | null {
    return attempt(() => readCommunity(this.#recall(`community.${id}`)));
  }

  rememberCommunity(community: Community): void {
    this.#remember(`community.${community.id}`, community);
  }

  /** The names of the documents that the server listed there last. */
  documents(id: CommunityId): ReadonlySet<string> {
    const held = this.#documents.get(id);
    if (held !== undefined) {
      return held;
    }
    const names = this.#recall(`documents.${id}`);
    const read = new Set<string>(Array.isArray(names) ? names.filter((name) => typeof name === "string") : []);
    this.#documents.set(id, read);
    return read;
  }

  /** The community that a document was listed in last, as far as this device knows. */
  communityOf(document: string): CommunityId | null {
    return this.communities()?.find(({ id }) => this.documents(id).has(document))?.id ?? null;
  }

  /** Adds to what is known: a list that was searched in holds a part only. */
  rememberDocuments(id: CommunityId, names: readonly string[]): void {
    const known = this.documents(id);
    if (names.some((name) => !known.has(name))) {
      const all = [...new Set([...names, ...known])].slice(0, NAMES_MAX);
      this.#documents.set(id, new Set(all));
      this.#remember(`documents.${id}`, all);
    }
  }

  /** Nothing of the community is left: the person does not belong to it any more. */
  forgetCommunity(id: CommunityId): void {
    unremember("device", this.#key(`community.${id}`));
    const communities = this.communities();
    if (communities !== null) {
      this.rememberCommunities(communities.filter((community) => community.id !== id));
    }
  }

  /** What was known last of a document that is a suggestion; `null` for one that is not, as far as is known. */
  branch(name: string): KnownBranch | null {
    return this.#knownBranches()[name] ?? null;
  }

  rememberBranch({ name, document, state }: Branch): void {
    const known = this.branch(name);
    if (known?.state !== state || known.title !== document.title) {
      const { [name]: _, ...others } = this.#knownBranches();
      const all = [
        [name, { document: document.name, title: document.title, state }] as const,
        ...Object.entries(others),
      ];
      this.#branches = Object.fromEntries(all.slice(0, NAMES_MAX));
      this.#remember("branches", this.#branches);
    }
  }

  #knownBranches(): Readonly<Record<string, KnownBranch>> {
    this.#branches ??= attempt(() => readBranches(this.#recall("branches"))) ?? {};
    return this.#branches;
  }

  /** Whose the clients of a document were when the server said so last. */
  authors(name: string): readonly DocumentAuthor[] {
    return attempt(() => new Answer(this.#recall(`authors.${name}`)).list("authors", readAuthor)) ?? [];
  }

  rememberAuthors(name: string, authors: readonly DocumentAuthor[]): void {
    this.#remember(`authors.${name}`, { authors });
  }

  /** The comments on a document that were taken away when the server said so last. */
  takenAway(name: string): readonly string[] {
    const places = this.#recall(`away.${name}`);
    return Array.isArray(places) ? places.filter((place) => typeof place === "string") : [];
  }

  rememberTakenAway(name: string, places: readonly string[]): void {
    // Of most documents there is nothing to remember.
    if (places.length > 0 || this.takenAway(name).length > 0) {
      this.#remember(`away.${name}`, places);
    }
  }

  /** The clinical questions of a document as the server listed them last. */
  questions(document: string): readonly Question[] | null {
    return attempt(() => new Answer(this.#recall(`questions.${document}`)).list("questions", readQuestion));
  }

  rememberQuestions(document: string, questions: readonly Question[]): void {
    this.#remember(`questions.${document}`, { questions });
  }

  /** Nothing of this account stays. */
  forgetAll(): void {
    for (const key of remembered("device", this.#key(""))) {
      unremember("device", key);
    }
  }

  #recall(what: string): unknown {
    return recallJson("device", this.#key(what));
  }

  #remember(what: string, value: unknown): void {
    remember("device", this.#key(what), JSON.stringify(value));
  }

  #key(what: string): string {
    return `consilium.portal.${this.#account}.${what}`;
  }
}

/** More documents than a device holds of one community. */
const NAMES_MAX = 5_000;

function readBranches(value: unknown): Readonly<Record<string, KnownBranch>> {
  const entries = Object.entries((value ?? {}) as Readonly<Record<string, unknown>>);
  return Object.fromEntries(
    entries.map(([name, entry]) => {
      const answer = new Answer(entry);
      const state = answer.word("state", branchStates, "open");
      return [name, { document: answer.text("document"), title: answer.text("title"), state }] as const;
    }),
  );
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    // Nothing there, or something else wrote it.
    return null;
  }
}
