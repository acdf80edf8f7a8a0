/**
 * What a visit without network begins with: who was signed in on this device, their communities, and which of the
 * documents that this device holds belong to which.
 *
 * Contents are not here but in the replica's store. Each account has a memory of its own; signing out ends who is
 * signed in, not the memory, because copies and unsent edits stay on the device as well.
 */
import { Answer } from "../answer.ts";
import { recall, recallJson, remember, unremember } from "../browser-store.ts";
import type { DocumentAuthor } from "../discussion/authors.ts";
import { type Community, type CommunityEntry, readCommunity, readEntry } from "./communities-api.ts";
import { readAuthor } from "./discussion-api.ts";
import type { AccountId, CommunityId } from "./ids.ts";
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

/** The memory of one account. */
export class Memory {
  readonly #account: AccountId;
  /** As read or written last: asked for once a document. */
  readonly #documents = new Map<CommunityId, ReadonlySet<string>>();

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

  /** Whose the clients of a document were when the server said so last. */
  authors(name: string): readonly DocumentAuthor[] {
    return attempt(() => new Answer(this.#recall(`authors.${name}`)).list("authors", readAuthor)) ?? [];
  }

  rememberAuthors(name: string, authors: readonly DocumentAuthor[]): void {
    this.#remember(`authors.${name}`, { authors });
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

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    // Nothing there, or something else wrote it.
    return null;
  }
}
