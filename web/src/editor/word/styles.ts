/** The styles of a Word file: the ones that are always there, and those that a text needs besides. */

import { INDENT } from "./numbering.ts";
import { NAMESPACES, STYLE_NAMES, withPlace } from "./vocabulary.ts";
import { element, xmlDocument } from "./xml.ts";

/** What a paragraph is. */
export type ParagraphLook =
  | { readonly kind: "plain" | "title" | "rule" | "tableHeading" | "separator" }
  | { readonly kind: "heading"; readonly level: number }
  | { readonly kind: "code"; readonly language: string | null };

/** In half points: of headings 1 to 4. */
const HEADING_SIZES = [32, 26, 24, 22] as const;

const INK = "1F2937";
const FAINT = "6B7280";

/** The styles of one file. */
export class Styles {
  readonly #further = new Map<string, { readonly id: string; readonly xml: string }>();
  readonly #language: string;

  /** @param language - of the words (BCP 47) */
  constructor(language: string) {
    this.#language = language;
  }

  /** The id of a paragraph's style; `null` for the plain one. */
  paragraph(look: ParagraphLook, quotes: number): string | null {
    switch (look.kind) {
      case "plain":
        return quotes === 0 ? null : this.#quote(quotes);
      case "title":
        return "Title";
      case "separator":
        return "TableSeparator";
      case "tableHeading":
        return quotes === 0 ? "TableHeading" : this.#quote(quotes);
      case "rule":
        return this.#placed("HorizontalLine", STYLE_NAMES.rule, quotes);
      case "heading": {
        const level = Math.min(4, Math.max(1, look.level));
        return this.#placed(`Heading${level}`, `heading ${level}`, quotes);
      }
      case "code": {
        const language = look.language?.replace(/[(),\s]/g, "") ?? "";
        const name = language === "" ? STYLE_NAMES.code : `${STYLE_NAMES.code} (${language})`;
        const id = language === "" ? "SourceCode" : this.#add(name, "SourceCode", "");
        return this.#placed(id, name, quotes);
      }
    }
  }

  /** The id of the style of a table that stands in so many lists and quotes. */
  table(lists: number, quotes: number): string {
    if (lists === 0 && quotes === 0) {
      return "TableGrid";
    }
    const name = withPlace(STYLE_NAMES.grid, quotes, lists);
    const indent = element("w:tblInd", { "w:w": INDENT * (lists + quotes), "w:type": "dxa" });
    return this.#add(name, "TableGrid", element("w:tblPr", {}, indent), "table");
  }

  #quote(quotes: number): string {
    return quotes === 1 ? "Quote" : this.#add(`${STYLE_NAMES.quote} ${quotes}`, "Quote", quoted(quotes));
  }

  #placed(id: string, name: string, quotes: number): string {
    return quotes === 0 ? id : this.#add(withPlace(name, quotes), id, quoted(quotes));
  }

  /** The id of the style of this name, which is made when it is wanted first. */
  #add(name: string, basedOn: string, look: string, type = "paragraph"): string {
    const known = this.#further.get(name);
    if (known !== undefined) {
      return known.id;
    }
    const plain = name.replace(/[^A-Za-z0-9]+/g, "_");
    // Names can differ only in signs that no id may hold.
    const isTaken = [...this.#further.values()].some(({ id }) => id === plain);
    const id = isTaken ? `${plain}_${this.#further.size}` : plain;
    this.#further.set(name, { id, xml: style(type, id, name, basedOn, look, true) });
    return id;
  }

  xml(): string {
    return xmlDocument(
      element(
        "w:styles",
        NAMESPACES,
        defaults(this.#language),
        ...always(),
        ...[...this.#further.values()].map(({ xml }) => xml),
      ),
    );
  }
}

function nameOf(name: string): string {
  return element("w:name", { "w:val": name });
}

function style(type: string, id: string, name: string, basedOn: string | null, look: string, isOwn = false): string {
  return element(
    "w:style",
    { "w:type": type, "w:styleId": id, ...(isOwn ? { "w:customStyle": 1 } : {}) },
    nameOf(name),
    basedOn === null ? "" : element("w:basedOn", { "w:val": basedOn }),
    element("w:qFormat"),
    look,
  );
}

function defaults(language: string): string {
  const fonts = { "w:ascii": "Calibri", "w:hAnsi": "Calibri", "w:cs": "Calibri", "w:eastAsia": "Calibri" };
  return element(
    "w:docDefaults",
    {},
    element(
      "w:rPrDefault",
      {},
      element(
        "w:rPr",
        {},
        element("w:rFonts", fonts),
        element("w:sz", { "w:val": 22 }),
        element("w:lang", { "w:val": withRegion(language) }),
      ),
    ),
    element(
      "w:pPrDefault",
      {},
      element("w:pPr", {}, element("w:spacing", { "w:after": 120, "w:line": 276, "w:lineRule": "auto" })),
    ),
  );
}

/** Word knows languages by their regions: “de-DE”. */
function withRegion(language: string): string {
  const { language: spoken, region } = new Intl.Locale(language).maximize();
  return region === undefined ? spoken : `${spoken}-${region}`;
}

function quoted(quotes: number): string {
  return element(
    "w:pPr",
    {},
    element("w:pBdr", {}, border("w:left", 18, "9CA3AF", 8)),
    element("w:ind", { "w:left": INDENT * quotes }),
  );
}

function border(side: string, size: number, color: string, space = 0): string {
  return element(side, { "w:val": "single", "w:sz": size, "w:space": space, "w:color": color });
}

function always(): readonly string[] {
  const monospace = element("w:rFonts", { "w:ascii": "Consolas", "w:hAnsi": "Consolas", "w:cs": "Consolas" });
  const spacing = (before: number, after: number): string =>
    element("w:spacing", { "w:before": before, "w:after": after });
  const heading = (level: number): string =>
    style(
      "paragraph",
      `Heading${level}`,
      `heading ${level}`,
      "Normal",
      [
        element("w:pPr", {}, element("w:keepNext"), spacing(240, 80), element("w:outlineLvl", { "w:val": level - 1 })),
        element("w:rPr", {}, element("w:b"), element("w:sz", { "w:val": HEADING_SIZES[level - 1] ?? 22 })),
      ].join(""),
    );
  return [
    element(
      "w:style",
      { "w:type": "paragraph", "w:default": 1, "w:styleId": "Normal" },
      nameOf("Normal"),
      element("w:qFormat"),
    ),
    element(
      "w:style",
      { "w:type": "character", "w:default": 1, "w:styleId": "DefaultParagraphFont" },
      nameOf("Default Paragraph Font"),
    ),
    style(
      "paragraph",
      "Title",
      STYLE_NAMES.title,
      "Normal",
      element("w:pPr", {}, element("w:keepNext"), spacing(0, 240)) +
        element("w:rPr", {}, element("w:b"), element("w:sz", { "w:val": 44 })),
    ),
    ...[1, 2, 3, 4].map(heading),
    style("paragraph", "Quote", STYLE_NAMES.quote, "Normal", quoted(1)),
    style(
      "paragraph",
      "SourceCode",
      STYLE_NAMES.code,
      "Normal",
      element("w:pPr", {}, element("w:shd", { "w:val": "clear", "w:color": "auto", "w:fill": "F3F4F6" })) +
        element("w:rPr", {}, monospace, element("w:sz", { "w:val": 20 })),
    ),
    style(
      "paragraph",
      "HorizontalLine",
      STYLE_NAMES.rule,
      "Normal",
      element("w:pPr", {}, element("w:pBdr", {}, border("w:bottom", 6, "9CA3AF", 1))),
    ),
    style("paragraph", "TableHeading", STYLE_NAMES.tableHeading, "Normal", element("w:rPr", {}, element("w:b"))),
    style(
      "paragraph",
      "TableSeparator",
      STYLE_NAMES.separator,
      "Normal",
      element("w:pPr", {}, element("w:spacing", { "w:before": 0, "w:after": 0, "w:line": 120, "w:lineRule": "exact" })),
    ),
    style("character", "VerbatimChar", STYLE_NAMES.codeWords, null, element("w:rPr", {}, monospace)),
    style(
      "character",
      "Hyperlink",
      "Hyperlink",
      null,
      element("w:rPr", {}, element("w:color", { "w:val": "0F5F57" }), element("w:u", { "w:val": "single" })),
    ),
    style("paragraph", "CommentText", "annotation text", "Normal", ""),
    style(
      "character",
      "CommentReference",
      "annotation reference",
      null,
      element("w:rPr", {}, element("w:color", { "w:val": FAINT }), element("w:sz", { "w:val": 16 })),
    ),
    element(
      "w:style",
      { "w:type": "table", "w:default": 1, "w:styleId": "TableNormal" },
      nameOf("Normal Table"),
      element(
        "w:tblPr",
        {},
        element("w:tblInd", { "w:w": 0, "w:type": "dxa" }),
        element(
          "w:tblCellMar",
          {},
          ...["w:top", "w:left", "w:bottom", "w:right"].map((side) =>
            element(side, { "w:w": side === "w:top" || side === "w:bottom" ? 40 : 108, "w:type": "dxa" }),
          ),
        ),
      ),
    ),
    style(
      "table",
      "TableGrid",
      STYLE_NAMES.grid,
      "TableNormal",
      element(
        "w:tblPr",
        {},
        element(
          "w:tblBorders",
          {},
          ...["w:top", "w:left", "w:bottom", "w:right", "w:insideH", "w:insideV"].map((side) => border(side, 4, INK)),
        ),
      ),
    ),
  ];
}
