/** An open question: what its registers say, who set what, and setting them. */
import { createContext, useContext, useEffect, useMemo, useState } from "react";
import {
  type AuthorsKnown,
  foreignRoots,
  type OutcomeId,
  plainName,
  type Register,
  type ReplicaDocument,
  readOutcomes,
  readValues,
  registerIn,
  setRegister,
  shownIn,
  type Values,
} from "../../../sync/index.ts";
import type { DiscussionPeople } from "../../comments/people.ts";
import { useAuthors } from "../../comments/use-authors.ts";
import { useWords } from "../../context.tsx";
import { isReadOnly } from "../../editor/problems.tsx";
import { useSelected } from "../../hooks/use-observable.ts";

/** What a register can be set to. */
export type Settable = object | string | number | null;

export interface OpenQuestion {
  readonly document: ReplicaDocument;
  readonly readOnly: boolean;
  readonly values: Values;
  readonly outcomes: readonly OutcomeId[];
  /** Roots that belong to no question. */
  readonly foreign: readonly string[];
  readonly known: AuthorsKnown;
  readonly me: { readonly id: string; readonly name: string };
}

export const QuestionContext = createContext<OpenQuestion | null>(null);

export function useQuestion(): OpenQuestion {
  const question = useContext(QuestionContext);
  if (question === null) {
    throw new Error("used outside a question");
  }
  return question;
}

/** One register of the open question, and a way to set it for who was shown this. */
export function useRegister(name: string): { readonly register: Register; readonly set: (value: Settable) => void } {
  const { document, values } = useQuestion();
  const register = registerIn(values, name);
  return {
    register,
    // Exactly what is on the screen: what came since stays beside it.
    set: (value) => setRegister(document.doc, name, value, Date.now(), shownIn(register)),
  };
}

/** The name of whoever owns a CRDT client, by the server's word. */
export function useNameOf(): (client: number) => string {
  const { document, known, me } = useQuestion();
  const { unknownName } = useWords().comments;
  return (client) => {
    const id = known.idOf(client);
    if (client === document.doc.clientID || id === me.id) {
      return me.name;
    }
    return plainName((id === null ? null : known.nameOf(id)) ?? "") || unknownName;
  };
}

/** Follows an open document that is a question. */
export function useOpenQuestion(document: ReplicaDocument, people: DiscussionPeople): OpenQuestion {
  const { doc } = document;
  const readOnly = useSelected(document.state, isReadOnly);
  const [content, setContent] = useState(() => contentOf(document));
  const { known, authors } = useAuthors(document.name as Parameters<typeof useAuthors>[0], people);

  useEffect(() => {
    const read = (): void => setContent(contentOf(document));
    read();
    doc.on("update", read);
    return () => doc.off("update", read);
  }, [document, doc]);

  const { values, outcomes, foreign } = content;
  useEffect(() => {
    if (authors === null) {
      return;
    }
    const clients = [...values.registers.values()].flatMap(({ current }) => current.map(({ client }) => client));
    if (clients.includes(doc.clientID)) {
      authors.claim(doc.clientID);
    }
    authors.want(new Set(clients));
  }, [authors, values, doc]);

  const { me } = people;
  return useMemo(
    () => ({ document, readOnly, values, outcomes, foreign, known, me }),
    [document, readOnly, values, outcomes, foreign, known, me],
  );
}

function contentOf({ doc }: ReplicaDocument): Pick<OpenQuestion, "values" | "outcomes" | "foreign"> {
  return { values: readValues(doc), outcomes: readOutcomes(doc), foreign: foreignRoots(doc) };
}
