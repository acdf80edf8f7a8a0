/**
 * Reading HTML: from a file, from the clipboard, or as the middle step of reading Markdown.
 *
 * The HTML is parsed into an inert document (no script runs, nothing is fetched), tidied into forms that the schema
 * knows, and then read through the schema, which is a whitelist: what it does not name does not arrive.
 */
import { type Node, DOMParser as ProseParser, type Schema, type Slice } from "@tiptap/pm/model";
import { proseSchema } from "../schema.ts";

/** Elements whose content is no text. */
const SILENT = "script, style, template, noscript, iframe, object, embed, head, meta, link, title, svg, canvas";

/** The text of `html` as a document. */
export function readHtml(html: string): Node {
  return ProseParser.fromSchema(proseSchema()).parse(tidy(html));
}

/** The text of `html` as a slice in the `schema` of the editor it is pasted into. */
export function readHtmlSlice(html: string, schema: Schema): Slice {
  return ProseParser.fromSchema(schema).parseSlice(tidy(html));
}

/** Tidied HTML, for the editor's own reader of the clipboard. */
export function normaliseHtml(html: string): string {
  return tidy(html).innerHTML;
}

/** The title that an HTML file gives itself. */
export function titleOfHtml(html: string): string | null {
  const title = new DOMParser().parseFromString(html, "text/html").querySelector("title")?.textContent?.trim();
  return title === undefined || title === "" ? null : title;
}

function tidy(html: string): HTMLElement {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  for (const element of body.querySelectorAll(SILENT)) {
    element.remove();
  }
  for (const image of body.querySelectorAll("img")) {
    replaceImage(image);
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

/** Pictures are not part of a text and may be fetched from anywhere: a link, or their description, stands in. */
function replaceImage(image: HTMLImageElement): void {
  const source = image.getAttribute("src") ?? "";
  const words = image.getAttribute("alt")?.trim() ?? "";
  if (/^https?:/i.test(source) && image.closest("a") === null) {
    const link = image.ownerDocument.createElement("a");
    link.href = source;
    link.textContent = words === "" ? source : words;
    image.replaceWith(link);
  } else {
    image.replaceWith(words);
  }
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
