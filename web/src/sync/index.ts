/** What the layers above may use of this one. */
export type {
  Access,
  ConnectionStatus,
  DocumentProblem,
  DocumentState,
  EditContent,
  LocalDocument,
  MergePiece,
  MergePlace,
  MergeReview,
  MergeSide,
  Observable,
  Replica,
  ReplicaDocument,
  SaveState,
  Stretch,
} from "@consilium/client";
export { type DocumentsApi, type ListedDocument, type ListOptions, QUERY_LENGTH_MAX, type Sharing } from "./api.ts";
export {
  contrast,
  houseColour,
  isHexColour,
  linearChannels,
  memberColours,
  memberProperties,
  shadesOf,
  textOn,
} from "./colours.ts";
export type { ServerConfig, ServerMode } from "./config.ts";
export * from "./discussion/index.ts";
export { type Grant, type Grants, readGrants } from "./grants.ts";
export { createDocument, whenKept } from "./keep.ts";
export { recallLanguage, rememberLanguage } from "./language.ts";
export { type LibraryEntry, mergeLibrary, type ServerLists } from "./library.ts";
export { type LookShades, lookShades, type Shades, tileShades } from "./look-shades.ts";
export { freeLook, isSameLook, type Look, MARKS, wishedLook } from "./looks.ts";
export * from "./meeting/index.ts";
export { lastName, type Member, memberCalled, NAME_LENGTH_MAX, plainName } from "./member.ts";
export { type DocumentName, newDocumentName, parseDocumentName } from "./names.ts";
export * from "./portal/index.ts";
export * from "./question/index.ts";
export {
  type CitationsRequest,
  type CitedPiece,
  type FormattedCitations,
  formatCitations,
} from "./references.ts";
export { ApiError, type ApiFailure, type ApiProblem, hasCode, isGone, isUnreachable } from "./rest.ts";
export { canKeepCopies, retire, type Session } from "./session.ts";
export {
  type AsideMatter,
  canBeOfferedAgain,
  HANDED_IN,
  type KeptCopy,
  mattersOf,
  type RefusedEdits,
} from "./set-aside.ts";
export {
  changeTitle,
  type DeltaStep,
  hasTitle,
  readTitle,
  smallestChange,
  type TextChange,
  TITLE_LENGTH_MAX,
  watchTitle,
  writeTitle,
} from "./title.ts";
export { stepsOf, TitleDraft } from "./title-draft.ts";
export type { TokenStanding } from "./token.ts";
export { openVisit, type Visit } from "./visit.ts";
