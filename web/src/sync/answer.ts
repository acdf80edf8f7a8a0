/**
 * Reads answers of the server. One that is not understood is a failure of the server, never a half-read value.
 */
import { ApiError, isRecord } from "./rest.ts";

/** An answer, or a part of one, to be read field by field. */
export class Answer {
  readonly #fields: Readonly<Record<string, unknown>>;

  /** @throws ApiError when `value` is no record */
  constructor(value: unknown) {
    if (!isRecord(value)) {
      throw notUnderstood();
    }
    this.#fields = value;
  }

  /** A text. @throws ApiError when it is none */
  text<T extends string = string>(key: string): T {
    const value = this.#fields[key];
    if (typeof value !== "string") {
      throw notUnderstood();
    }
    return value as T;
  }

  /** A text; `null` when there is none. */
  maybeText<T extends string = string>(key: string): T | null {
    const value = this.#fields[key];
    return typeof value === "string" ? (value as T) : null;
  }

  /** A number. @throws ApiError when it is none */
  number(key: string): number {
    const value = this.#fields[key];
    if (typeof value !== "number") {
      throw notUnderstood();
    }
    return value;
  }

  /** A number; `null` when there is none. */
  maybeNumber(key: string): number | null {
    const value = this.#fields[key];
    return typeof value === "number" ? value : null;
  }

  /** True only for `true`. */
  flag(key: string): boolean {
    return this.#fields[key] === true;
  }

  /** One of `words`; `otherwise` when it is another. */
  word<T extends string>(key: string, words: readonly T[], otherwise: T): T {
    const value = this.#fields[key];
    return words.find((word) => word === value) ?? otherwise;
  }

  /** A part of the answer. @throws ApiError when it is none */
  part(key: string): Answer {
    return new Answer(this.#fields[key]);
  }

  /** A part of the answer; `null` when there is none. */
  maybePart(key: string): Answer | null {
    const value = this.#fields[key];
    return isRecord(value) ? new Answer(value) : null;
  }

  /** A list of texts. @throws ApiError when it is none */
  texts(key: string): readonly string[] {
    const value = this.#fields[key];
    if (!Array.isArray(value) || !value.every((entry) => typeof entry === "string")) {
      throw notUnderstood();
    }
    return value;
  }

  /** A list of numbers. @throws ApiError when it is none */
  numbers(key: string): readonly number[] {
    const value = this.#fields[key];
    if (!Array.isArray(value) || !value.every((entry) => typeof entry === "number")) {
      throw notUnderstood();
    }
    return value;
  }

  /** All fields as they came, where their names are data. */
  fields(): Readonly<Record<string, unknown>> {
    return this.#fields;
  }

  /** A value as it came. */
  raw(key: string): unknown {
    return this.#fields[key];
  }

  /** A list, each entry by `read`; one that is not understood is left out. @throws ApiError when it is no list */
  list<T>(key: string, read: (entry: Answer) => T): readonly T[] {
    const value = this.#fields[key];
    if (!Array.isArray(value)) {
      throw notUnderstood();
    }
    return value.flatMap((entry: unknown) => {
      try {
        return [read(new Answer(entry))];
      } catch {
        return [];
      }
    });
  }
}

/** A failure of the server: what it answered cannot be read. */
export function notUnderstood(): ApiError {
  return new ApiError({ kind: "server", reference: null });
}
