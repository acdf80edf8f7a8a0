/**
 * Inline styles of foreign HTML: what they mean is kept, how they look is not.
 *
 * The page's content security policy forbids style attributes, even in a document that is never shown: they would be
 * ignored, with a complaint each. So they are renamed before the HTML is parsed, read as text, and taken away.
 */

/** Where a style attribute is kept for reading. */
export const LOOK = "data-look";

const TAG = /<[a-z](?:"[^"]*"|'[^']*'|[^<>"'])*>/gi;

/** HTML that can be parsed under a strict policy: no styles, no handlers of events. */
export function disarm(html: string): string {
  return html
    .replace(/<style\b[\s\S]*?(?:<\/style\s*>|$)/gi, "")
    .replace(TAG, (tag) =>
      tag.replace(/(\s)style(?=\s*=)/gi, `$1${LOOK}`).replace(/(\s)on[a-z]+(?=\s*=)/gi, "$1data-on"),
    );
}

/** What a style means, and the element that says so. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/(?:^|;)\s*font-weight\s*:\s*(?:bold(?:er)?|[6-9]00)/i, "strong"],
  [/(?:^|;)\s*font-style\s*:\s*(?:italic|oblique)/i, "em"],
  [/(?:^|;)\s*text-decoration(?:-line)?\s*:[^;]*underline/i, "u"],
  [/(?:^|;)\s*text-decoration(?:-line)?\s*:[^;]*line-through/i, "s"],
  [/(?:^|;)\s*vertical-align\s*:\s*super/i, "sup"],
  [/(?:^|;)\s*vertical-align\s*:\s*sub/i, "sub"],
];

/** Turns renamed styles of `body` into elements where they mean something, and takes all of them away. */
export function readLooks(body: HTMLElement): void {
  for (const element of body.querySelectorAll<HTMLElement>(`[${LOOK}]`)) {
    const look = element.getAttribute(LOOK) ?? "";
    element.removeAttribute(LOOK);
    if (element.localName === "b" && /(?:^|;)\s*font-weight\s*:\s*(?:normal|[1-4]00)/i.test(look)) {
      // Google Docs wraps everything it copies into one of these.
      element.replaceWith(...element.childNodes);
    } else if (element.matches("span, a, font, p")) {
      for (const [pattern, tag] of MEANINGS) {
        // A link is underlined as it is.
        const isOfLink = tag === "u" && element.closest("a[href]") !== null;
        if (pattern.test(look) && !isOfLink) {
          wrapContent(element, tag);
        }
      }
    }
  }
}

function wrapContent(element: Element, tag: string): void {
  const wrapper = element.ownerDocument.createElement(tag);
  wrapper.append(...element.childNodes);
  element.append(wrapper);
}
