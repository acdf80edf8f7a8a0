/** How certain the evidence about one outcome is, as its registers say: computed, or put in its place by the panel. */
import {
  type Caution,
  type Certainty,
  cautionsOf,
  certainties,
  certaintyOf,
  concerns,
  type Domains,
  largeEffects,
  lowering,
  type OutcomeId,
  type OutcomeRegister,
  presences,
  registerIn,
  registerNames,
  starts,
  stateOf,
  type Values,
} from "../../../sync/index.ts";

/** A rating in place of the computed one; one without a reason is none. */
export interface Instead {
  readonly certainty: Certainty;
  readonly reason: string;
}

export type Rated =
  /** It is not said what kind of studies there are. */
  | { readonly kind: "open" }
  /** People have to decide on a part of it. */
  | { readonly kind: "undecided" }
  | {
      readonly kind: "rated";
      readonly domains: Domains;
      readonly computed: Certainty;
      readonly holds: Certainty;
      readonly instead: Instead | null;
      readonly cautions: readonly Caution[];
    };

/** What a register says that was not set. */
const DEFAULTS = { concern: "no-concern", large: "no-change", presence: "absent" } as const;

export function rated(values: Values, id: OutcomeId): Rated {
  let isUndecided = false;
  const read = <T extends string>(register: OutcomeRegister, codes: readonly T[], unset: T | null): T | null => {
    const state = stateOf(registerIn(values, registerNames.outcome(id, register)));
    if (state.kind === "unset" || (state.kind === "settled" && state.value === null)) {
      return unset;
    }
    const code = state.kind === "settled" ? codes.find((each) => each === state.value) : undefined;
    // A code that nobody here knows is none to compute with either.
    isUndecided ||= code === undefined;
    return code ?? unset;
  };
  const start = read("start", starts, null);
  const judged = lowering.map((domain) => [domain, read(domain, concerns, DEFAULTS.concern)] as const);
  const largeEffect = read("large-effect", largeEffects, DEFAULTS.large);
  const doseResponse = read("dose-response", presences, DEFAULTS.presence);
  const plausibleConfounding = read("plausible-confounding", presences, DEFAULTS.presence);
  const override = stateOf(registerIn(values, registerNames.outcome(id, "certainty-instead")));
  if (isUndecided || override.kind === "conflict") {
    return { kind: "undecided" };
  }
  if (start === null) {
    return { kind: "open" };
  }
  const domains: Domains = {
    start,
    concerns: Object.fromEntries(
      judged.map(([domain, concern]) => [domain, concern ?? DEFAULTS.concern]),
    ) as Domains["concerns"],
    largeEffect: largeEffect ?? DEFAULTS.large,
    doseResponse: doseResponse ?? DEFAULTS.presence,
    plausibleConfounding: plausibleConfounding ?? DEFAULTS.presence,
  };
  const computed = certaintyOf(domains);
  const instead = override.kind === "settled" ? readInstead(override.value) : null;
  return {
    kind: "rated",
    domains,
    computed,
    holds: instead?.certainty ?? computed,
    instead,
    cautions: cautionsOf(domains),
  };
}

/** Reads a rating in place of the computed one; `null` for what is none. */
export function readInstead(value: unknown): Instead | null {
  if (typeof value !== "object" || value === null) {
    return null;
  }
  const { certainty, reason } = value as { readonly certainty?: unknown; readonly reason?: unknown };
  const level = certainties.find((each) => each === certainty);
  return level !== undefined && typeof reason === "string" && reason.trim() !== ""
    ? { certainty: level, reason: reason.trim() }
    : null;
}
