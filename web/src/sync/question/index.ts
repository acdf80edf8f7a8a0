/** What the layers above may use of clinical questions. */
export * from "./grade.ts";
export { isId, parseQuestionId, partOf, type QuestionId, questionIn, questionOf } from "./name.ts";
export {
  canonical,
  discardForeign,
  type Foreign,
  openConflicts,
  type Register,
  type RegisterState,
  readValues,
  registerIn,
  type Setting,
  type SettingId,
  setRegister,
  shownIn,
  stateOf,
  type Values,
  valuesOf,
} from "./registers.ts";
export {
  addOutcome,
  foreignRoots,
  isText,
  type OutcomeId,
  type OutcomeRegister,
  outcomesOf,
  type PicoPart,
  picoParts,
  type RecommendationText,
  readOutcomes,
  registerNames,
  textsOf,
} from "./shape.ts";
