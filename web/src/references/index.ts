/** References of a document: what one is, where they are kept, and reading files of them. Knows no layer of the app. */
export { bringIn, type Choice, choices, type ImportRefusal, ImportError, planImport, type Plan, REFERENCES_BYTES_MAX, type Same } from "./importing.ts";
export {
  dateFields,
  type Field,
  familyOf,
  fields,
  type Item,
  type ItemDate,
  type ItemType,
  isWebAddress,
  itemOf,
  itemTypes,
  lineOf,
  type Name,
  nameFields,
  readDate,
  shortNameOf,
  type TextField,
  textFields,
  yearOf,
} from "./item.ts";
export {
  addReferences,
  type CitationStyle,
  changeReference,
  citationStyles,
  fillReference,
  type Library,
  newReferenceId,
  parseReferenceId,
  type ReferenceId,
  readLibrary,
  referencesOf,
  removeReference,
  restoreReference,
  setCitationStyle,
} from "./library.ts";
export type { FileFormat, Found, Problem, ReadingProblem } from "./reading.ts";
