/** Branches of documents: what people suggest, what it changes, and what becomes of it. */
import { Answer } from "../answer.ts";
import type { DocumentName } from "../names.ts";
import type { Rest } from "../rest.ts";
import type { AccountId, CommunityId } from "./ids.ts";
import { type Privacy, privacies } from "./roles.ts";

export const branchKinds = ["draft", "suggestion", "left-behind"] as const;
/**
 * `draft`: only its author sees it. `suggestion`: everybody who reads the document. `left-behind`: what came after its
 * author's access had ended, for those who write the document.
 */
export type BranchKind = (typeof branchKinds)[number];

export const branchStates = ["open", "merged", "discarded"] as const;
export type BranchState = (typeof branchStates)[number];

export interface Branch {
  /** Opens its text like that of any document. */
  readonly name: DocumentName;
  readonly document: {
    readonly name: DocumentName;
    readonly title: string;
    readonly community: CommunityId;
    readonly privacy: Privacy;
  };
  readonly author: { readonly id: AccountId; readonly name: string };
  readonly kind: BranchKind;
  readonly state: BranchState;
  readonly note: string;
  /** Milliseconds since the epoch. */
  readonly madeAt: number;
  /** When it was merged or discarded, and by whom; `null` while it is open. */
  readonly closed: { readonly at: number; readonly by: string } | null;
  readonly takenInPart: boolean;
  /** Of what was left behind: when something last came, in milliseconds since the epoch; `null` for others. */
  readonly leftAt: number | null;
  readonly mine: boolean;
  readonly mayMerge: boolean;
  /** Discard it, or open it again. */
  readonly mayDiscard: boolean;
}

/** A piece of a compared text. */
export interface ComparedText {
  readonly is: "same" | "inserted" | "deleted";
  readonly text: string;
}

/** One place that a branch changes. */
export interface BranchChange {
  /** Another as soon as anything about the change is otherwise. */
  readonly id: string;
  readonly what: "title" | "changed" | "inserted" | "deleted";
  /** The editor’s name for the block; empty for the title. */
  readonly block: string;
  readonly under: string;
  readonly pieces: readonly ComparedText[];
  /** What the document says there now, where it was changed in the same place too. */
  readonly now: readonly ComparedText[] | null;
  readonly looksOnly: boolean;
}

export interface BranchesApi {
  /** Open ones first, then the latest first. */
  of(document: DocumentName, signal?: AbortSignal): Promise<readonly Branch[]>;
  make(document: DocumentName, kind: BranchKind): Promise<Branch>;
  /** Rejects with `no-such-branch` for everybody who may not see it. */
  one(branch: DocumentName, signal?: AbortSignal): Promise<Branch>;
  changes(branch: DocumentName, signal?: AbortSignal): Promise<readonly BranchChange[]>;
  handIn(branch: DocumentName, note: string): Promise<Branch>;
  /** All that there are when `changes` is null. Rejects with `branch-changed` when one of them is no longer what it was. */
  merge(branch: DocumentName, changes: readonly string[] | null): Promise<Branch>;
  discard(branch: DocumentName): Promise<Branch>;
  reopen(branch: DocumentName): Promise<Branch>;
}

export function branchesApi(rest: Rest): BranchesApi {
  const ofDocument = (name: DocumentName): string => `/api/v1/documents/${encodeURIComponent(name)}/branches`;
  const path = (name: DocumentName, act = ""): string => `/api/v1/branches/${encodeURIComponent(name)}${act}`;
  const act = async (name: DocumentName, what: string, body?: object): Promise<Branch> =>
    readBranch(new Answer(await rest.send("POST", path(name, what), body)));
  return {
    of: async (document, signal) =>
      new Answer(await rest.get(ofDocument(document), signal)).list("branches", readBranch),
    make: async (document, kind) => readBranch(new Answer(await rest.send("POST", ofDocument(document), { kind }))),
    one: async (branch, signal) => readBranch(new Answer(await rest.get(path(branch), signal))),
    changes: async (branch, signal) =>
      new Answer(await rest.get(path(branch, "/changes"), signal)).list("changes", readChange),
    handIn: (branch, note) => act(branch, "/hand-in", { note }),
    merge: (branch, changes) => act(branch, "/merge", changes === null ? {} : { changes }),
    discard: (branch) => act(branch, "/discard"),
    reopen: (branch) => act(branch, "/reopen"),
  };
}

export function readBranch(answer: Answer): Branch {
  const document = answer.part("document");
  const author = answer.part("author");
  const closedAt = answer.maybeNumber("closedAt");
  return {
    name: answer.text("name"),
    document: {
      name: document.text("name"),
      title: document.text("title").trim(),
      community: document.text("community"),
      privacy: document.word("privacy", privacies, "community"),
    },
    author: { id: author.text("id"), name: author.text("name") },
    kind: answer.word("kind", branchKinds, "suggestion"),
    state: answer.word("state", branchStates, "open"),
    note: answer.maybeText("note") ?? "",
    madeAt: answer.number("madeAt"),
    closed: closedAt === null ? null : { at: closedAt, by: answer.maybePart("closedBy")?.maybeText("name") ?? "" },
    takenInPart: answer.flag("takenInPart"),
    leftAt: answer.maybeNumber("leftAt"),
    mine: answer.flag("mine"),
    mayMerge: answer.flag("mayMerge"),
    mayDiscard: answer.flag("mayDiscard"),
  };
}

export function readChange(answer: Answer): BranchChange {
  const pieces = (key: string): readonly ComparedText[] =>
    answer.list(key, (piece) => ({
      is: piece.word("is", ["same", "inserted", "deleted"], "same"),
      text: piece.text("text"),
    }));
  return {
    id: answer.text("id"),
    what: answer.word("what", ["title", "changed", "inserted", "deleted"], "changed"),
    block: answer.maybeText("block") ?? "",
    under: answer.maybeText("under") ?? "",
    pieces: pieces("pieces"),
    now: answer.raw("now") === undefined ? null : pieces("now"),
    looksOnly: answer.flag("looksOnly"),
  };
}
