/**
 * What a text may hold: the nodes and marks of the document, without collaboration and without behaviour of a page.
 *
 * The one place that decides the schema. A node that one client knows and another does not is dropped by the binding
 * on the other side, so take nothing away from here once it has been in use.
 */
import { type Extensions, getSchema } from "@tiptap/core";
import { Blockquote } from "@tiptap/extension-blockquote";
import { Bold } from "@tiptap/extension-bold";
import { Code } from "@tiptap/extension-code";
import { CodeBlock } from "@tiptap/extension-code-block";
import { Document } from "@tiptap/extension-document";
import { HardBreak } from "@tiptap/extension-hard-break";
import { Heading } from "@tiptap/extension-heading";
import { HorizontalRule } from "@tiptap/extension-horizontal-rule";
import { Italic } from "@tiptap/extension-italic";
import { Link } from "@tiptap/extension-link";
import { BulletList, ListItem, ListKeymap, OrderedList, TaskItem, TaskList } from "@tiptap/extension-list";
import { Paragraph } from "@tiptap/extension-paragraph";
import { Strike } from "@tiptap/extension-strike";
import { Table, TableCell, TableHeader, TableRow } from "@tiptap/extension-table";
import { Text } from "@tiptap/extension-text";
import { Underline } from "@tiptap/extension-underline";
import type { Schema } from "@tiptap/pm/model";
import { Citation } from "./citation.ts";
import { QUESTION, Question } from "./question.ts";
import { Subscript, Superscript } from "./scripts.ts";

/** The heading levels of a document; its title stands above them. */
export const headingLevels = [1, 2, 3, 4] as const;
export type HeadingLevel = (typeof headingLevels)[number];

export interface ProseOptions {
  /** The accessible name of a task's checkbox. */
  readonly taskLabel: (text: string) => string;
  /** Two at signs were written, to cite something; they are letters where this is left out. */
  readonly onCite?: () => void;
  /** What stands for a clinical question that nobody draws; a sign where this is left out. */
  readonly questionLabel?: string;
}

/** The extensions that make up the schema, with their commands and keys. */
export function proseExtensions(options: ProseOptions): Extensions {
  return [
    // A question stands between blocks and not within one: what it becomes in files are headings and tables.
    Document.extend({ content: `(block | ${QUESTION})+` }),
    Paragraph,
    Text,
    Heading.configure({ levels: [...headingLevels] }),
    Bold,
    Italic,
    Underline,
    Strike,
    Superscript,
    Subscript,
    Code,
    Link.configure({
      openOnClick: false,
      defaultProtocol: "https",
      HTMLAttributes: { target: "_blank", rel: "noopener noreferrer nofollow" },
    }),
    Blockquote,
    CodeBlock.configure({ exitOnTripleEnter: true }),
    HorizontalRule,
    HardBreak,
    BulletList,
    OrderedList,
    ListItem,
    TaskList,
    TaskItem.configure({ nested: true, a11y: { checkboxLabel: (node) => options.taskLabel(node.textContent) } }),
    ListKeymap,
    Table.configure({ resizable: false, renderWrapper: true }),
    TableRow,
    TableHeader,
    TableCell,
    Citation.configure({ onAsked: options.onCite ?? null }),
    Question.configure({ label: options.questionLabel ?? null }),
  ];
}

let shared: Schema | null = null;

/** The schema alone, for reading and writing files without an editor. */
export function proseSchema(): Schema {
  shared ??= getSchema(proseExtensions({ taskLabel: (text) => text }));
  return shared;
}
