/**
 * Reading HTML: from a file, from the clipboard, or as the middle step of reading Markdown.
 *
 * The HTML is parsed into an inert document (no script runs, nothing is fetched), tidied into forms that the schema
 * knows, and then read through the schema, which is a whitelist: what it does not name does not arrive.
 */
import { type Node, DOMParser as ProseParser, type Schema, type Slice } from "@tiptap/pm/model";
import { proseSchema } from "../schema.ts";
import { disarm, readLooks } from "./looks.ts";
import { tidyOffice } from "./office.ts";

/** Elements whose content is no text. */
const SILENT =
  "script, style, template, noscript, iframe, object, embed, head, meta, link, title, svg, canvas, col, br.Apple-interchange-newline, [data-not-text]";

/** How wide and on which side: a table here fits itself to the page. */
const TABLE_LOOKS = ["width", "height", "align", "valign", "colwidth", "data-colwidth"] as const;

/** Words that stand in for what a text cannot hold. */
export interface ReaderWords {
  /** For a picture, with its description, which may be empty. */
  readonly picture: (description: string) => string;
}

/** Nothing but the description itself. */
const plainWords: ReaderWords = { picture: (description) => description };

/**
 * The text of `html` as a document.
 *
 * @param spaces - whether every space counts, as it does where no person has set out the HTML
 */
export function readHtml(
  html: string,
  words: ReaderWords = plainWords,
  spaces: "collapsed" | "kept" = "collapsed",
): Node {
  const parser = ProseParser.fromSchema(proseSchema());
  return parser.parse(tidy(html, words), { preserveWhitespace: spaces === "kept" });
}

/** The text of `html` as a slice in the `schema` of the editor it is pasted into. */
export function readHtmlSlice(html: string, schema: Schema, words: ReaderWords = plainWords): Slice {
  return ProseParser.fromSchema(schema).parseSlice(tidy(html, words));
}

/** Tidied HTML, for the editor's own reader of the clipboard. */
export function normaliseHtml(html: string, words: ReaderWords = plainWords): string {
  return tidy(html, words).innerHTML;
}

/** How many pictures `html` holds. */
export function countPictures(html: string): number {
  return parse(html).querySelectorAll("img").length;
}

/** The title that an HTML file gives itself. */
export function titleOfHtml(html: string): string | null {
  const title = parse(html).querySelector("title")?.textContent?.trim();
  return title === undefined || title === "" ? null : title;
}

/** An inert document: no script runs, nothing is fetched. */
function parse(html: string): Document {
  return new DOMParser().parseFromString(disarm(html), "text/html");
}

function tidy(html: string, words: ReaderWords): HTMLElement {
  const { body } = parse(html);
  for (const element of body.querySelectorAll(SILENT)) {
    element.remove();
  }
  for (const image of body.querySelectorAll("img")) {
    // Pictures are not part of a text yet, and their addresses may be anybody's.
    image.replaceWith(words.picture(image.getAttribute("alt")?.trim() ?? ""));
  }
  tidyOffice(body);
  readLooks(body);
  for (const part of body.querySelectorAll("table, tbody, thead, tr, td, th")) {
    for (const look of TABLE_LOOKS) {
      part.removeAttribute(look);
    }
  }
  for (const heading of body.querySelectorAll("h5, h6")) {
    rename(heading, "h4");
  }
  for (const caption of body.querySelectorAll("table > caption")) {
    caption.closest("table")?.before(rename(caption, "p"));
  }
  for (const code of body.querySelectorAll("pre > code")) {
    code.textContent = (code.textContent ?? "").replace(/\n$/, "");
  }
  for (const list of [...body.querySelectorAll("ul")]) {
    markTasks(list);
  }
  return body;
}

function rename(element: Element, tag: string): HTMLElement {
  const renamed = element.ownerDocument.createElement(tag);
  renamed.append(...element.childNodes);
  element.replaceWith(renamed);
  return renamed;
}

/**
 * Turns list items that begin with a checkbox into task items. A list that mixes both kinds is split into runs,
 * because a list of the schema holds one kind.
 */
function markTasks(list: HTMLUListElement): void {
  if (list.dataset["type"] === "taskList") {
    return;
  }
  const items = [...list.children].filter((child): child is HTMLLIElement => child.localName === "li");
  if (!items.some((item) => checkboxOf(item) !== null)) {
    return;
  }
  let run: HTMLUListElement | null = null;
  let runIsTasks = false;
  for (const item of items) {
    const checkbox = checkboxOf(item);
    const isTask = checkbox !== null;
    if (run === null || isTask !== runIsTasks) {
      run = list.ownerDocument.createElement("ul");
      if (isTask) {
        run.dataset["type"] = "taskList";
      }
      runIsTasks = isTask;
      list.before(run);
    }
    if (checkbox !== null) {
      item.dataset["type"] = "taskItem";
      item.dataset["checked"] = String(checkbox.hasAttribute("checked"));
      checkbox.remove();
      wrapContent(item);
    }
    run.append(item);
  }
  list.remove();
}

/** The checkbox that an item begins with, as the common Markdown renderers write it. */
function checkboxOf(item: Element): HTMLInputElement | null {
  return item.querySelector<HTMLInputElement>(
    ":scope > input[type=checkbox]:first-child, :scope > p:first-child > input[type=checkbox]:first-child, :scope > label:first-child > input[type=checkbox]:first-child",
  );
}

/** The schema's reader takes a task item's content from its first `div`. */
function wrapContent(item: HTMLLIElement): void {
  const content = item.ownerDocument.createElement("div");
  content.append(...item.childNodes);
  item.append(content);
}
