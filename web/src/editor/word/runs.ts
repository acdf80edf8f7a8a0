/**
 * The words of a paragraph as HTML: marks, links, breaks, notes. What was deleted under tracked changes is left out,
 * what was inserted is taken; both are counted, so that it can be said.
 */
import { attribute, chainOf, child, isOn, type ReadStyles } from "./parts.ts";
import { symbolOf } from "./symbols.ts";
import { htmlText } from "./tree.ts";

/** Deeper than anybody writes. */
export const DEPTH_MAX = 60;

/** The file is nested deeper than a text may be. */
export class DepthError extends Error {
  constructor() {
    super("nested too deep");
    this.name = "DepthError";
  }
}

/** What a text does not take over as it is, counted. */
export interface Counted {
  comments: number;
  deletions: number;
  formulas: number;
}

interface Field {
  code: string;
  isResult: boolean;
}

type NoteKind = "footnote" | "endnote";

/** Reads the runs of one file. */
export class RunReader {
  readonly #styles: ReadStyles;
  readonly #links: ReadonlyMap<string, string>;
  readonly counted: Counted = { comments: 0, deletions: 0, formulas: 0 };
  /** The notes that were met, in order. */
  readonly notes: { readonly kind: NoteKind; readonly id: string }[] = [];
  /** Boxes with text in them, which stand beside the paragraph that they hang on. */
  boxes: Element[] = [];
  /** Fields can go on over several paragraphs. */
  readonly #fields: Field[] = [];

  constructor(styles: ReadStyles, links: ReadonlyMap<string, string>) {
    this.#styles = styles;
    this.#links = links;
  }

  /** What is in `parent`, as HTML. @throws DepthError */
  inside(parent: Element, depth = 0): string {
    if (depth > DEPTH_MAX) {
      throw new DepthError();
    }
    let html = "";
    for (let each = parent.firstElementChild; each !== null; each = each.nextElementSibling) {
      html += this.#one(each, depth);
    }
    return html;
  }

  #one(element: Element, depth: number): string {
    switch (element.localName) {
      case "r":
        return this.#run(element, depth);
      case "hyperlink":
        return linked(
          this.#links.get(attribute(element, "id") ?? ""),
          attribute(element, "tooltip"),
          this.inside(element, depth + 1),
        );
      case "del":
      case "moveFrom":
        this.counted.deletions += 1;
        return "";
      case "oMath":
      case "oMathPara":
        this.counted.formulas += 1;
        return htmlText([...element.getElementsByTagNameNS("*", "t")].map((each) => each.textContent).join(""));
      case "sdt": {
        const content = child(element, "sdtContent");
        return content === null ? "" : this.inside(content, depth + 1);
      }
      case "ins":
      case "moveTo":
      case "smartTag":
      case "customXml":
      case "fldSimple":
      case "dir":
      case "bdo":
        return this.inside(element, depth + 1);
      default:
        return "";
    }
  }

  #run(run: Element, depth: number): string {
    const properties = child(run, "rPr");
    let html = "";
    for (let each = run.firstElementChild; each !== null; each = each.nextElementSibling) {
      html += this.#content(each, depth);
    }
    if (html === "") {
      return "";
    }
    const href = this.#hrefOfField();
    return linked(href, null, this.#marked(html, properties));
  }

  #content(element: Element, depth: number): string {
    switch (element.localName) {
      case "fldChar":
        this.#field(attribute(element, "fldCharType"));
        return "";
      case "instrText": {
        const field = this.#fields.at(-1);
        if (field !== undefined) {
          field.code += element.textContent;
        }
        return "";
      }
      case "commentReference":
        this.counted.comments += 1;
        return "";
      case "AlternateContent": {
        const choice = child(element, "Choice") ?? child(element, "Fallback");
        return choice === null || depth > DEPTH_MAX
          ? ""
          : [...choice.children].map((each) => this.#content(each, depth + 1)).join("");
      }
      default:
        return this.#fields.some(({ isResult }) => !isResult) ? "" : this.#letters(element);
    }
  }

  #letters(element: Element): string {
    switch (element.localName) {
      case "t":
        return htmlText(element.textContent);
      case "tab":
      case "ptab":
        return "\t";
      case "br":
        // Where a page or a column ends is up to the printer.
        return attribute(element, "type") === null || attribute(element, "type") === "textWrapping" ? "<br>" : "";
      case "cr":
        return "<br>";
      case "noBreakHyphen":
        return "\u2011";
      case "softHyphen":
        return "\u00ad";
      case "sym":
        return htmlText(symbolOf(attribute(element, "font") ?? "", attribute(element, "char") ?? ""));
      case "footnoteReference":
      case "endnoteReference": {
        const kind = element.localName === "footnoteReference" ? "footnote" : "endnote";
        return `<sup>${this.notes.push({ kind, id: attribute(element, "id") ?? "" })}</sup>`;
      }
      case "drawing":
      case "pict":
      case "object":
        return this.#drawing(element);
      default:
        return "";
    }
  }

  /** A box with text is read as text; anything else that is drawn is a picture. */
  #drawing(element: Element): string {
    const boxes = [...element.getElementsByTagNameNS("*", "txbxContent")];
    if (boxes.length > 0) {
      this.boxes.push(...boxes);
      return "";
    }
    const described = [...element.getElementsByTagNameNS("*", "docPr")][0] ?? null;
    return `<img alt="${htmlText(attribute(described, "descr") ?? "")}">`;
  }

  #field(what: string | null): void {
    switch (what) {
      case "begin":
        this.#fields.push({ code: "", isResult: false });
        break;
      case "separate": {
        const field = this.#fields.at(-1);
        if (field !== undefined) {
          field.isResult = true;
        }
        break;
      }
      case "end":
        this.#fields.pop();
        break;
      default:
    }
  }

  #hrefOfField(): string | undefined {
    const code = this.#fields.findLast((field) => field.isResult && /^\s*HYPERLINK\b/i.test(field.code))?.code;
    return /HYPERLINK\s+"([^"]+)"/i.exec(code ?? "")?.[1];
  }

  #marked(html: string, properties: Element | null): string {
    const chain = chainOf(this.#styles, attribute(child(properties, "rStyle"), "val"));
    const names = chain.map(({ base }) => base);
    if (names.some((name) => CODE_STYLES.has(name))) {
      return `<code>${html}</code>`;
    }
    // A link looks as it does because it is one.
    const looks = names.some((name) => LINK_STYLES.has(name))
      ? [properties]
      : [properties, ...chain.map(({ run }) => run)];
    const said = (name: string): Element | null =>
      looks.map((look) => child(look, name)).find((found) => found !== null) ?? null;
    const raised = attribute(said("vertAlign"), "val");
    return [
      ["strong", isOn(said("b"))],
      ["em", isOn(said("i"))],
      ["s", isOn(said("strike")) || isOn(said("dstrike"))],
      ["u", isOn(said("u"))],
      ["sup", raised === "superscript"],
      ["sub", raised === "subscript"],
    ].reduce((inner, [tag, has]) => (has === true ? `<${tag}>${inner}</${tag}>` : inner), html);
  }
}

const CODE_STYLES: ReadonlySet<string> = new Set(["verbatim char", "source text", "html code", "code", "inline code"]);
const LINK_STYLES: ReadonlySet<string> = new Set([
  "hyperlink",
  "followedhyperlink",
  "internet link",
  // What says that something is said, and not how it looks.
  "annotation reference",
  "footnote reference",
  "endnote reference",
  "footnote characters",
]);

function linked(href: string | undefined, title: string | null, html: string): string {
  if (href === undefined || href === "" || html === "") {
    return html;
  }
  const tip = title === null || title === "" ? "" : ` title="${htmlText(title)}"`;
  return `<a href="${htmlText(href)}"${tip}>${html}</a>`;
}
