/** Names behind an @ in what somebody writes. Pure functions. */
import type { Mention, Reader } from "../../sync/index.ts";

/** As many names are offered at once. */
const OFFERED_MAX = 6;

/** A part of a text; with whom it speaks to, if it is a name. */
export interface TextPart {
  readonly text: string;
  readonly mention: Mention | null;
}

/** A text cut at the names in it that stand for somebody; of two that begin alike, the longer one counts. */
export function splitMentions(text: string, mentions: readonly Mention[]): readonly TextPart[] {
  const longestFirst = [...mentions].sort((one, other) => other.name.length - one.name.length);
  const parts: TextPart[] = [];
  let plain = "";
  let at = 0;
  while (at < text.length) {
    const mention = text[at] === "@" ? longestFirst.find(({ name }) => text.startsWith(name, at + 1)) : undefined;
    if (mention === undefined) {
      plain += text.charAt(at);
      at += 1;
      continue;
    }
    if (plain !== "") {
      parts.push({ text: plain, mention: null });
      plain = "";
    }
    parts.push({ text: `@${mention.name}`, mention });
    at += mention.name.length + 1;
  }
  return plain === "" ? parts : [...parts, { text: plain, mention: null }];
}

/** Those of `mentions` that are spoken to in the text still. */
export function spokenTo(text: string, mentions: readonly Mention[]): readonly Mention[] {
  const named = new Set(splitMentions(text, mentions).flatMap(({ mention }) => mention?.id ?? []));
  return mentions.filter(({ id }, place) => named.has(id) && mentions.findIndex((other) => other.id === id) === place);
}

/** What is being typed behind an @ at `caret`; `null` when it is no name. */
export function nameBeingTyped(text: string, caret: number): { readonly at: number; readonly typed: string } | null {
  const found = /(?:^|[\s(])@([^@\n]{0,40})$/u.exec(text.slice(0, caret));
  const typed = found?.[1];
  return typed === undefined ? null : { at: caret - typed.length - 1, typed };
}

/** Readers with a word in their name that begins with what is typed. */
export function offered(readers: readonly Reader[], typed: string): readonly Reader[] {
  const wanted = typed.toLocaleLowerCase();
  return readers
    .filter(({ name }) => {
      const lower = name.toLocaleLowerCase();
      return lower.startsWith(wanted) || lower.includes(` ${wanted}`);
    })
    .slice(0, OFFERED_MAX);
}
