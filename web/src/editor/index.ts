/** What the interface may use of the editor. Reading and writing of files is in `formats/`, loaded when wanted. */
export type { Editor } from "@tiptap/core";
export { type BlockName, editBlock, revealBlock, type StandingBlock, standingBlocks } from "./block-places.ts";
export { BODY_FIELD } from "./body.ts";
export { type CitationAttributes, LOCATOR_LENGTH_MAX } from "./citation.ts";
export { citationsIn, type SaidCitation, type StandingCitation, sayCitations, selectedCitation } from "./citations.ts";
export { type ClosedSection, type NamedSection, sectionsOf, showClosedSections } from "./closed-sections.ts";
export {
  type CommentMarks,
  commentMarksKey,
  type Passage,
  revealPassage,
  selectedPassage,
  showCurrentPassage,
  showPassages,
} from "./comment-marks.ts";
export { createEditor, createReader, type EditorWords } from "./create.ts";
export {
  type FindQuery,
  type FindState,
  findKey,
  noQuery,
  replaceAll,
  replaceCurrent,
  setFindQuery,
  stepFind,
} from "./find.ts";
export { ForeignWatch, readable, takeOut } from "./foreign.ts";
export type { ReaderWords } from "./formats/html.ts";
export { caretPlace, editOf, HELD_LETTERS_MAX, heldAfter, typeHeld } from "./held-words.ts";
export { completeAddress, linkAtSelection, removeLink, setLink } from "./links.ts";
export { announce } from "./looks.ts";
export { countWords, headingAt, headingPosition, type OutlineEntry, outlineOf } from "./outline.ts";
export { ownLook, type Person, peopleIn, watchPeople } from "./presence.ts";
export { presentedBy, sayPresented, selectedWords } from "./presented.ts";
export { showPresentedPassage } from "./presented-passage.ts";
export { questionsIn } from "./question.ts";
export { type QuestionPlace, questionPlaces } from "./question-blocks.ts";
export { BEGINNING, heightOf, readingPlace } from "./reading-place.ts";
export { type HeadingLevel, headingLevels } from "./schema.ts";
export { asOwnStep } from "./undo.ts";
export { type Colouring, showWrittenBy, type WrittenRun, writtenRuns } from "./written-by.ts";
