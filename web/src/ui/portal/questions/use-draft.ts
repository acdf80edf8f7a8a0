/**
 * What somebody is typing into a field whose value is a register (ADR-0028).
 *
 * It is taken at a pause, when the field is left, and when the page goes away, so that what the page calls safe holds it.
 * It replaces what its author was shown when they began: what others set meanwhile does not change the field under their
 * fingers, and lies beside it until a person decides. Where people have to decide already, a pause is no decision.
 */
import { useCallback, useEffect, useRef, useState } from "react";
import {
  canonical,
  readValues,
  registerIn,
  type SettingId,
  setRegister,
  shownIn,
  stateOf,
} from "../../../sync/index.ts";
import { type Settable, useQuestion } from "./use-question.ts";

/** Long enough to finish a word or a number, short enough that others wait for nothing. */
const PAUSE_MS = 1000;

/** Reads and writes values of one kind. */
export interface TypedKind {
  /** What the value is; `undefined` for a text that is none, `null` for no text. */
  readonly parse: (text: string) => Settable | undefined;
  /** The text for the field; `null` for a value that is none. */
  readonly write: (value: unknown) => string | null;
}

export interface Draft {
  /** What the field shows. */
  readonly text: string;
  /** The field was left with a text that is no value. */
  readonly isUnfit: boolean;
  readonly change: (text: string) => void;
  /** The field is left, or Enter was pressed. */
  readonly finish: () => void;
}

interface Typing {
  text: string;
  /** What it replaces. */
  seen: ReadonlySet<SettingId>;
  /** What was there or was taken last, as one text; `null` where people have to decide. */
  last: string | null;
}

export function useDraft(name: string, kind: TypedKind): Draft {
  const { document, values, readOnly } = useQuestion();
  const { doc } = document;
  const register = registerIn(values, name);
  const state = stateOf(register);
  const [text, setText] = useState<string | null>(null);
  const [isUnfit, setUnfit] = useState(false);
  const typing = useRef<Typing | null>(null);
  const { parse } = kind;

  /** Whether what is typed is a value. */
  const take = useCallback((): boolean => {
    const current = typing.current;
    if (current === null || readOnly) {
      return true;
    }
    const value = parse(current.text.trim());
    // Nothing at all decides nothing.
    if (value === undefined || (value === null && current.last === null)) {
      return value === null;
    }
    if (canonical(value) !== current.last) {
      const settings = (): ReadonlySet<SettingId> => shownIn(registerIn(readValues(doc), name));
      const before = settings();
      setRegister(doc, name, value, Date.now(), current.seen);
      typing.current = {
        text: current.text,
        seen: new Set([...settings()].filter((id) => !before.has(id))),
        last: canonical(value),
      };
    }
    return true;
  }, [doc, name, parse, readOnly]);

  useEffect(() => {
    const isDecided = typing.current?.last !== null;
    const timer = text === null || !isDecided ? undefined : window.setTimeout(take, PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [text, take]);

  useEffect(() => {
    const takeDecided = (): void => {
      if (typing.current?.last !== null) {
        take();
      }
    };
    window.addEventListener("pagehide", takeDecided);
    return () => {
      window.removeEventListener("pagehide", takeDecided);
      takeDecided();
    };
  }, [take]);

  return {
    text: text ?? (state.kind === "settled" ? (kind.write(state.value) ?? "") : ""),
    isUnfit,
    change(next) {
      typing.current = {
        text: next,
        seen: typing.current?.seen ?? shownIn(register),
        last: typing.current === null ? lastOf(state) : typing.current.last,
      };
      setText(next);
      setUnfit(false);
    },
    finish() {
      const isFit = take();
      setUnfit(!isFit);
      if (isFit) {
        typing.current = null;
        setText(null);
      }
    },
  };
}

function lastOf(state: ReturnType<typeof stateOf>): string | null {
  switch (state.kind) {
    case "unset":
      return canonical(null);
    case "settled":
      return canonical(state.value);
    case "conflict":
      return null;
  }
}
