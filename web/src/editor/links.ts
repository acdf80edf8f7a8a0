/** Links: what may be one, and setting it on the text. */
import type { Editor } from "@tiptap/core";

const ALLOWED = new Set(["http:", "https:", "mailto:", "tel:"]);

const MAIL_ADDRESS = /^[^@/?]+@[^@/?]+\.[^@/?]+$/;

/** Whether somebody may have meant it: a slip is better said at once than found by a reader. */
function isPlausible(url: URL, hasScheme: boolean): boolean {
  switch (url.protocol) {
    case "mailto:":
      return MAIL_ADDRESS.test(url.pathname);
    case "tel:":
      return /\d/.test(url.pathname);
    default:
      return hasScheme || url.hostname.includes(".") || url.hostname === "localhost";
  }
}

/** Completes what a person typed to an address; `null` when it can be none. */
export function completeAddress(typed: string): string | null {
  const text = typed.trim();
  if (text === "" || /\s/.test(text) || text.startsWith("/")) {
    return null;
  }
  const hasScheme = /^[a-z][a-z0-9+.-]*:(?!\d)/i.test(text);
  const complete = hasScheme ? text : MAIL_ADDRESS.test(text) ? `mailto:${text}` : `https://${text}`;
  if (!URL.canParse(complete)) {
    return null;
  }
  const url = new URL(complete);
  return ALLOWED.has(url.protocol) && isPlausible(url, hasScheme) ? complete : null;
}

/** The address and the text of the link at the selection, or the selected text that may become one. */
export function linkAtSelection(editor: Editor): { readonly address: string; readonly text: string } {
  const address: unknown = editor.getAttributes("link")["href"];
  const { from, to } = editor.state.selection;
  return {
    address: typeof address === "string" ? address : "",
    text: editor.state.doc.textBetween(from, to, " "),
  };
}

/** Links the selection, or the link it stands in, to `address`; with nothing selected, inserts `text` as a link. */
export function setLink(editor: Editor, address: string, text: string): void {
  const { empty } = editor.state.selection;
  if (empty && !editor.isActive("link")) {
    editor
      .chain()
      .focus()
      .insertContent({
        type: "text",
        text: text === "" ? address : text,
        marks: [{ type: "link", attrs: { href: address } }],
      })
      .run();
  } else {
    editor.chain().focus().extendMarkRange("link").setLink({ href: address }).run();
  }
}

export function removeLink(editor: Editor): void {
  editor.chain().focus().extendMarkRange("link").unsetLink().run();
}
