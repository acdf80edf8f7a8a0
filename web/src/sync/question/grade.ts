/**
 * GRADE: certainty of evidence, the scales of judgements, and the words that follow strength and direction.
 *
 * The same codes and the same arithmetic as `model/src/grade`, which names the sources; both sides are held to
 * `model/vectors/grade.json`. Pure.
 */

export const certainties = ["very-low", "low", "moderate", "high"] as const;
export type Certainty = (typeof certainties)[number];

export const starts = ["randomised", "observational"] as const;
export type Start = (typeof starts)[number];

/** How much a domain lowers certainty, the least first: each one level more. */
export const concerns = ["no-concern", "serious-concern", "very-serious-concern", "extremely-serious-concern"] as const;
export type Concern = (typeof concerns)[number];

/** How much a large effect raises certainty, the least first: each one level more. */
export const largeEffects = ["no-change", "upcode1", "upcode2"] as const;
export type LargeEffect = (typeof largeEffects)[number];

/** Whether another reason raises certainty by one level. */
export const presences = ["absent", "present"] as const;
export type Presence = (typeof presences)[number];

/** The domains that lower certainty. */
export const lowering = ["risk-of-bias", "inconsistency", "indirectness", "imprecision", "publication-bias"] as const;
export type Lowering = (typeof lowering)[number];

/** The judgements about one outcome's evidence. */
export interface Domains {
  readonly start: Start;
  readonly concerns: Readonly<Record<Lowering, Concern>>;
  readonly largeEffect: LargeEffect;
  readonly doseResponse: Presence;
  readonly plausibleConfounding: Presence;
}

/** What a panel should look at again: GRADE hardly knows a case for it. */
export type Caution = "raised-despite-concern" | "raised-from-randomised";

/** The certainty that follows: all steps are added, and only the sum is held within the four levels. */
export function certaintyOf(domains: Domains): Certainty {
  const start = domains.start === "randomised" ? 3 : 1;
  const level = Math.max(0, Math.min(3, start + levelsUp(domains) - levelsDown(domains)));
  return certainties[level] ?? "very-low";
}

export function levelsDown(domains: Domains): number {
  return lowering.reduce((sum, domain) => sum + concerns.indexOf(domains.concerns[domain]), 0);
}

export function levelsUp({ largeEffect, doseResponse, plausibleConfounding }: Domains): number {
  return largeEffects.indexOf(largeEffect) + presences.indexOf(doseResponse) + presences.indexOf(plausibleConfounding);
}

export function cautionsOf(domains: Domains): readonly Caution[] {
  const isRaised = levelsUp(domains) > 0;
  return [
    ...(isRaised && levelsDown(domains) > 0 ? (["raised-despite-concern"] as const) : []),
    ...(isRaised && domains.start === "randomised" ? (["raised-from-randomised"] as const) : []),
  ];
}

const AGREEMENT = ["no", "probably-no", "probably-yes", "yes", "varies", "dont-know"] as const;
const SIZE = ["trivial", "small", "moderate", "large", "varies", "dont-know"] as const;
const CERTAINTY = ["very-low", "low", "moderate", "high", "no-included-studies"] as const;
const VALUES = [
  "important-variability",
  "possibly-important-variability",
  "probably-no-important-variability",
  "no-important-variability",
] as const;
const FAVOURS = [
  "favours-comparison",
  "probably-favours-comparison",
  "favours-neither",
  "probably-favours-intervention",
  "favours-intervention",
  "varies",
] as const;
const RESOURCES = [
  "large-costs",
  "moderate-costs",
  "negligible-costs-and-savings",
  "moderate-savings",
  "large-savings",
  "varies",
  "dont-know",
] as const;
const EQUITY = [
  "reduced",
  "probably-reduced",
  "probably-no-impact",
  "probably-increased",
  "increased",
  "varies",
  "dont-know",
] as const;

/** The criteria of an Evidence-to-Decision table in its order, each with its scale; what is off the scale last. */
export const scales = {
  problem: AGREEMENT,
  "desirable-effects": SIZE,
  "undesirable-effects": SIZE,
  certainty: CERTAINTY,
  values: VALUES,
  balance: [...FAVOURS, "dont-know"],
  resources: RESOURCES,
  "cost-effectiveness": [...FAVOURS, "no-included-studies"],
  equity: EQUITY,
  acceptability: AGREEMENT,
  feasibility: AGREEMENT,
} as const;
export type Criterion = keyof typeof scales;
export type Judgement = (typeof scales)[Criterion][number];
export const criteria = Object.keys(scales) as readonly Criterion[];

export const directions = ["for", "against"] as const;
export type Direction = (typeof directions)[number];

export const strengths = ["strong", "weak"] as const;
export type Strength = (typeof strengths)[number];

/** The language of a guideline's text. */
export type TextLanguage = "en" | "de";

const WORDING: Readonly<
  Record<TextLanguage, Readonly<Record<Strength, Readonly<Record<Direction, [string, string]>>>>>
> = {
  en: {
    strong: { for: ["We recommend", ""], against: ["We recommend against", ""] },
    weak: { for: ["We suggest", ""], against: ["We suggest against", ""] },
  },
  de: {
    strong: { for: ["Wir empfehlen", ""], against: ["Wir empfehlen den Verzicht auf", ""] },
    weak: { for: ["Wir schlagen", "vor"], against: ["Wir schlagen den Verzicht auf", "vor"] },
  },
};

/** How a recommendation of this strength and direction begins. */
export function beginningOf(language: TextLanguage, strength: Strength, direction: Direction): string {
  return WORDING[language][strength][direction][0];
}

/** The sentence about an action, which is a noun phrase. */
export function sentenceOf(language: TextLanguage, strength: Strength, direction: Direction, action: string): string {
  const [before, behind] = WORDING[language][strength][direction];
  const parts = [before, action.trim().replace(/\.+$/, ""), behind];
  return `${parts.filter((part) => part !== "").join(" ")}.`;
}

/** What importance means for a decision: 1 to 3, 4 to 6, 7 to 9. */
export type ImportanceClass = "not-important" | "important" | "critical";

export function importanceClass(importance: number): ImportanceClass {
  return importance >= 7 ? "critical" : importance >= 4 ? "important" : "not-important";
}
