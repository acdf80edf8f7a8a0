/**
 * Where the replica gets its tokens.
 *
 * It takes one only when it asks, and asks again when the server did not take the last one. There is no better one then
 * until another personal link is opened: the answer waits for that, here or in another tab of the same person.
 */

export class TokenSource {
  readonly #held: () => string | null;
  #given: string | null = null;
  #answers: ((token: string | null) => void)[] = [];

  /** @param held - the token of this tab */
  constructor(held: () => string | null) {
    this.#held = held;
  }

  /** @param isRefused - whether the token that was given last was not taken, as far as is known */
  ask(isRefused: boolean): Promise<string | null> {
    const held = this.#held();
    if (held === null || held !== this.#given || !isRefused) {
      this.#given = held;
      return Promise.resolve(held);
    }
    return new Promise((resolve) => this.#answers.push(resolve));
  }

  /** The tab holds another token now. */
  renewed(): void {
    const answers = this.#answers;
    this.#answers = [];
    for (const answer of answers) {
      this.#given = this.#held();
      answer(this.#given);
    }
  }
}
