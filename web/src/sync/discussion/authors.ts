/**
 * Whose a CRDT client is, by the server's word (D16): who wrote which letter of a text, and who said what.
 *
 * The answer is kept on the device, so that a discussion that is read without network has names. What this device itself
 * writes is its own before the server has said so.
 */
import type { Observable } from "@consilium/client";
import { Settable } from "../settable.ts";

/** Somebody who wrote in a document. */
export interface DocumentAuthor {
  readonly id: string;
  /** `null` when the server knows no name. */
  readonly name: string | null;
  readonly clients: readonly number[];
}

/** Who is known, and by which client. */
export interface AuthorsKnown {
  readonly idOf: (client: number) => string | null;
  readonly nameOf: (id: string) => string | null;
}

/** Where the answers come from, and where they are kept. */
export interface AuthorSource {
  readonly ask: () => Promise<readonly DocumentAuthor[]>;
  readonly recall: () => readonly DocumentAuthor[];
  readonly remember: (authors: readonly DocumentAuthor[]) => void;
}

/** How soon the server is asked again, in milliseconds. */
const AGAIN_MS = 3_000;

/** The authors of one document. Its owner disposes of it. */
export class Authors {
  readonly #source: AuthorSource;
  readonly #me: { readonly id: string; readonly name: string };
  readonly #known: Settable<AuthorsKnown>;
  #authors: Map<string, { name: string | null; readonly clients: Set<number> }>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Somebody wanted to know while the server was being asked, or had just been. */
  #isWanted = false;
  #disposed = false;

  constructor(source: AuthorSource, me: { readonly id: string; readonly name: string }) {
    this.#source = source;
    this.#me = me;
    this.#authors = new Map();
    this.#take(source.recall());
    this.#known = new Settable(this.#view());
  }

  get known(): Observable<AuthorsKnown> {
    return this.#known;
  }

  /** This client is of whoever is signed in here. */
  claim(client: number): void {
    if (this.#known.value.idOf(client) === null) {
      this.#take([{ ...this.#me, clients: [client] }]);
      this.#changed();
    }
  }

  /** Somebody wants to know these: those that are not known are asked for. */
  want(clients: Iterable<number>): void {
    const { idOf } = this.#known.value;
    if ([...clients].some((client) => idOf(client) === null)) {
      this.#isWanted = true;
      this.#askNow();
    }
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
  }

  /** Asks, unless the server was asked a moment ago; then it is asked a moment later. */
  #askNow(): void {
    if (this.#disposed || this.#timer !== undefined || !this.#isWanted) {
      return;
    }
    this.#isWanted = false;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#askNow();
    }, AGAIN_MS);
    void this.#ask();
  }

  async #ask(): Promise<void> {
    try {
      const authors = await this.#source.ask();
      if (!this.#disposed) {
        this.#take(authors);
        this.#changed();
      }
    } catch {
      // Without an answer, names are those of before; somebody will want to know again.
    }
  }

  #take(authors: readonly DocumentAuthor[]): void {
    for (const { id, name, clients } of authors) {
      const known = this.#authors.get(id) ?? { name: null, clients: new Set() };
      known.name = name ?? known.name;
      for (const client of clients) {
        known.clients.add(client);
      }
      this.#authors.set(id, known);
    }
  }

  #changed(): void {
    this.#known.set(this.#view());
    this.#source.remember([...this.#authors].map(([id, { name, clients }]) => ({ id, name, clients: [...clients] })));
  }

  #view(): AuthorsKnown {
    const ids = new Map<number, string>();
    const names = new Map<string, string | null>([[this.#me.id, this.#me.name]]);
    for (const [id, { name, clients }] of this.#authors) {
      if (!names.has(id)) {
        names.set(id, name);
      }
      for (const client of clients) {
        ids.set(client, id);
      }
    }
    return { idOf: (client) => ids.get(client) ?? null, nameOf: (id) => names.get(id) ?? null };
  }
}
