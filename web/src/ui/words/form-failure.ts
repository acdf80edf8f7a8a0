/** A refused form in words: beside the field that is wrong where the server names one, above the form otherwise. */
import type { Catalogue } from "../../messages/index.ts";
import { ApiError, type ApiProblem } from "../../sync/index.ts";
import { describeFailure } from "./failure.ts";

export interface FormErrors<F extends string> {
  readonly fields: ReadonlyMap<F, string>;
  /** What concerns no field; `null` when there is nothing. */
  readonly whole: string | null;
}

/** @param codes - words for codes that mean something particular in this form */
export function describeFormFailure<F extends string>(
  error: unknown,
  fields: readonly F[],
  text: Catalogue,
  codes: Readonly<Record<string, string>> = {},
): FormErrors<F> {
  const problem = error instanceof ApiError ? error.problem : null;
  const field = fields.find((known) => known === problem?.field);
  const said = problem === null ? undefined : (codes[problem.code] ?? text.portal.codes[problem.code]);
  if (field !== undefined) {
    return { fields: new Map([[field, said ?? text.portal.form.refused]]), whole: null };
  }
  return { fields: new Map(), whole: describePortalFailure(error, text, codes) };
}

/** What to tell a person about `error` in the portal, whatever it is. */
export function describePortalFailure(
  error: unknown,
  text: Catalogue,
  codes: Readonly<Record<string, string>> = {},
): string {
  const problem = error instanceof ApiError ? error.problem : null;
  const said =
    problem === null
      ? undefined
      : (sayRefusal(problem, text) ??
        codes[problem.code] ??
        text.portal.codes[problem.code] ??
        text.branches.codes[problem.code]);
  if (said === undefined) {
    return describeFailure(error, text.api);
  }
  const wait = problem?.waitSeconds ?? null;
  return wait === null ? said : `${said} ${text.portal.waitSeconds(wait)}`;
}

/** Which rule of a meeting said no, where one did. */
function sayRefusal({ refusal }: ApiProblem, text: Catalogue): string | undefined {
  return refusal === undefined ? undefined : text.meeting.refusals[refusal];
}
