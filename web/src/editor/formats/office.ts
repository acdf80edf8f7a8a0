/**
 * What word processors mean by their HTML.
 *
 * Word writes lists as paragraphs with a class and a number in their style; Google Docs puts a list below a list
 * without an item between. Brought into the forms that the schema knows. Works on an inert document whose styles have
 * been renamed (looks.ts); knows nothing of the schema.
 */
import { LOOK } from "./looks.ts";

/** Brings the content of `body` into ordinary HTML, if a word processor has made it. */
export function tidyOffice(body: HTMLElement): void {
  if (body.querySelector(`[class^="Mso"], [class*=" Mso"], [${LOOK}*="mso-"]`) !== null) {
    nameBlocks(body);
    gatherLists(body);
    removeSpacers(body);
  }
  for (const list of body.querySelectorAll("ul > ul, ul > ol, ol > ul, ol > ol")) {
    moveIntoItem(list);
  }
}

/** Word's names for blocks that HTML has elements for. */
const BLOCKS: Readonly<Record<string, string>> = {
  MsoTitle: "h1",
  MsoQuote: "blockquote",
  MsoIntenseQuote: "blockquote",
};

function nameBlocks(body: HTMLElement): void {
  for (const [name, tag] of Object.entries(BLOCKS)) {
    for (const block of body.querySelectorAll(`p.${name}`)) {
      const named = block.ownerDocument.createElement(tag);
      if (tag === "blockquote") {
        const paragraph = block.ownerDocument.createElement("p");
        paragraph.append(...block.childNodes);
        named.append(paragraph);
      } else {
        named.append(...block.childNodes);
      }
      block.replaceWith(named);
    }
  }
}

/** Turns the paragraphs that Word means as list items into lists, nested by their level. */
function gatherLists(body: HTMLElement): void {
  let open: { readonly list: HTMLElement; readonly level: number }[] = [];
  let last: Element | null = null;
  for (const paragraph of [...body.querySelectorAll<HTMLElement>("p")]) {
    const place = listPlaceOf(paragraph);
    if (place === null) {
      continue;
    }
    if (last === null || last.nextElementSibling !== paragraph) {
      // Something stands between: another list begins.
      open = [];
    }
    const { level, tag, start } = place;
    while ((open.at(-1)?.level ?? 0) > level) {
      open.pop();
    }
    let current = open.at(-1);
    if (current === undefined || current.level < level || current.list.localName !== tag) {
      if (current?.level === level) {
        open.pop();
      }
      const list = paragraph.ownerDocument.createElement(tag);
      if (tag === "ol" && start > 1) {
        list.setAttribute("start", String(start));
      }
      const above = open.at(-1)?.list.lastElementChild;
      if (above === null || above === undefined) {
        paragraph.before(list);
        last = list;
      } else {
        above.append(list);
      }
      current = { list, level };
      open.push(current);
    }
    const item = paragraph.ownerDocument.createElement("li");
    const content = paragraph.ownerDocument.createElement("p");
    content.append(...paragraph.childNodes);
    item.append(content);
    current.list.append(item);
    paragraph.remove();
  }
}

interface ListPlace {
  /** From 1. */
  readonly level: number;
  readonly tag: "ul" | "ol";
  readonly start: number;
}

/** Where a paragraph stands in a list of Word's; `null` when in none. Takes the written marker out of it. */
function listPlaceOf(paragraph: HTMLElement): ListPlace | null {
  const style = paragraph.getAttribute(LOOK) ?? "";
  const level = /mso-list:[^;]*\blevel(\d+)/i.exec(style)?.[1];
  if (level === undefined) {
    return null;
  }
  const marker = [...paragraph.querySelectorAll(`[${LOOK}]`)].find((element) =>
    /mso-list:\s*ignore/i.test(element.getAttribute(LOOK) ?? ""),
  );
  const text = (marker?.textContent ?? "").replace(/[\s\u00a0]+/g, "");
  marker?.remove();
  const number = /^\(?(\d+|[a-z]|[ivxlc]+)[.)]/i.exec(text)?.[1];
  return { level: Number(level), tag: number === undefined ? "ul" : "ol", start: Number(number) || 1 };
}

/** Word keeps blocks apart by paragraphs with a space; here the style sheet does. */
function removeSpacers(body: HTMLElement): void {
  for (const paragraph of body.querySelectorAll("p")) {
    if (/^[\s\u00a0]*$/.test(paragraph.textContent) && paragraph.querySelector("img, br") === null) {
      paragraph.remove();
    }
  }
}

/** A list right below a list belongs to the item before it. */
function moveIntoItem(list: Element): void {
  const before = list.previousElementSibling;
  if (before?.localName === "li") {
    before.append(list);
  } else {
    const item = list.ownerDocument.createElement("li");
    list.before(item);
    item.append(list);
  }
}
