/** Find and replace in the text. */
import { EditorState, TextSelection } from "@tiptap/pm/state";
import { EditorView } from "@tiptap/pm/view";
import { beforeAll, describe, expect, test } from "vitest";
import {
  type FindQuery,
  findKey,
  findMatches,
  findPlugin,
  noQuery,
  replaceAll,
  replaceCurrent,
  setFindQuery,
  stepFind,
} from "../../src/editor/find.ts";
import { readMarkdown } from "../../src/editor/formats/markdown-read.ts";

beforeAll(() => {
  // The test environment lays nothing out, so there is nothing to scroll to.
  Element.prototype.scrollIntoView = () => undefined;
});

const query = (text: string, options: Partial<FindQuery> = {}): FindQuery => ({ ...noQuery, text, ...options });

function viewOf(markdown: string): EditorView {
  const state = EditorState.create({ doc: readMarkdown(markdown), plugins: [findPlugin()] });
  return new EditorView(document.createElement("div"), { state });
}

function found(markdown: string, wanted: FindQuery): readonly string[] {
  const doc = readMarkdown(markdown);
  return findMatches(doc, wanted).map((match) => doc.textBetween(match.from, match.to));
}

const standing = (view: EditorView) => {
  const state = findKey.getState(view.state);
  return [state?.current, state?.matches.length];
};

describe("matches", () => {
  test("are found without regard to case, unless asked for", () => {
    expect(found("Dose dose DOSE", query("dose"))).toEqual(["Dose", "dose", "DOSE"]);
    expect(found("Dose dose DOSE", query("dose", { matchCase: true }))).toEqual(["dose"]);
  });

  test("cross changes of style, not the borders of blocks", () => {
    expect(found("5 **mg** daily", query("5 mg daily"))).toEqual(["5 mg daily"]);
    expect(found("one\n\ntwo", query("onetwo"))).toEqual([]);
  });

  test("are found in lists, quotes, tables and code", () => {
    expect(found("- x\n\n> x\n\n| x |\n| --- |\n| x |\n\n```\nx\n```", query("x"))).toHaveLength(5);
  });

  test("take signs literally", () => {
    expect(found("a.b axb (c) [d]", query("a.b"))).toEqual(["a.b"]);
    expect(found("a.b axb (c) \\[d\\] e-f", query("[d] e-f"))).toEqual(["[d] e-f"]);
  });

  test("can be whole words, in every script", () => {
    expect(found("mg mgs 5mg über übermut", query("mg", { wholeWord: true }))).toEqual(["mg"]);
    expect(found("mg mgs 5mg über übermut", query("über", { wholeWord: true }))).toEqual(["über"]);
  });

  test("of nothing are none", () => {
    expect(found("text", query(""))).toEqual([]);
  });
});

describe("moving", () => {
  test("goes round the ends in both directions", () => {
    const view = viewOf("x x x");
    setFindQuery(view, query("x"));
    expect(standing(view)).toEqual([0, 3]);
    stepFind(view, -1);
    expect(standing(view)).toEqual([2, 3]);
    stepFind(view, 1);
    expect(standing(view)).toEqual([0, 3]);
  });

  test("begins at the cursor", () => {
    const view = viewOf("x x x");
    view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, 3)));
    setFindQuery(view, query("x"));
    expect(standing(view)).toEqual([1, 3]);
  });

  test("matches follow the text as it changes", () => {
    const view = viewOf("x and x");
    setFindQuery(view, query("x"));
    stepFind(view, 1);
    view.dispatch(view.state.tr.insertText("x ", 1));
    expect(standing(view)).toEqual([2, 3]);
    view.dispatch(view.state.tr.delete(1, view.state.doc.content.size - 1));
    expect(standing(view)).toEqual([-1, 0]);
  });
});

describe("replacing", () => {
  test("one goes on to the next, also when the replacement holds what is looked for", () => {
    const view = viewOf("mg mg");
    setFindQuery(view, query("mg"));
    expect(replaceCurrent(view, "mg mg")).toBe(true);
    expect(view.state.doc.textContent).toBe("mg mg mg");
    expect(standing(view)).toEqual([2, 3]);
  });

  test("all keeps the style of what is replaced", () => {
    const view = viewOf("a **b** a");
    setFindQuery(view, query("b"));
    expect(replaceAll(view, "c")).toBe(1);
    expect(view.state.doc.firstChild?.child(1).marks.map((mark) => mark.type.name)).toEqual(["bold"]);
  });

  test("all is one step, whatever the lengths", () => {
    const view = viewOf("a b a\n\na");
    let steps = 0;
    const dispatch = view.dispatch.bind(view);
    view.dispatch = (transaction) => {
      steps += transaction.docChanged ? 1 : 0;
      dispatch(transaction);
    };
    setFindQuery(view, query("a"));
    expect(replaceAll(view, "longer")).toBe(3);
    expect(view.state.doc.textBetween(0, view.state.doc.content.size, " ")).toBe("longer b longer longer");
    expect(steps).toBe(1);
  });

  test("with nothing deletes", () => {
    const view = viewOf("a b");
    setFindQuery(view, query("a "));
    replaceAll(view, "");
    expect(view.state.doc.textContent).toBe("b");
  });
});
