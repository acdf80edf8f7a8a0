/** Who wrote which part of the text, while somebody wants to see it. */
import { useCallback, useEffect, useMemo, useState } from "react";
import { type Colouring, type Editor, showWrittenBy, writtenRuns } from "../../editor/index.ts";
import { type DocumentName, freeLook, type Look, type ReplicaDocument, wishedLook } from "../../sync/index.ts";
import { useWords } from "../context.tsx";
import { useEditorState } from "../editor/use-editor.ts";
import type { DiscussionPeople } from "./people.ts";
import { useAuthors } from "./use-authors.ts";

export interface Writer {
  readonly id: string;
  readonly name: string;
  readonly look: Look;
  /** How many letters of the text are theirs. */
  readonly letters: number;
}

export interface WrittenBy {
  readonly isOn: boolean;
  readonly toggle: () => void;
}

/** Whether it is shown; `null` where nobody knows who wrote what. */
export function useWrittenBy(people: DiscussionPeople | null): WrittenBy | null {
  const [isOn, setOn] = useState(false);
  const toggle = useCallback(() => setOn((was) => !was), []);
  return useMemo(() => (people === null ? null : { isOn, toggle }), [people, isOn, toggle]);
}

/** Somebody whose name the server has not said. */
const UNKNOWN = "";

/** Colours the text as long as this is in the page; gives the writers, who wrote most first. */
export function useWriters(options: {
  readonly name: DocumentName;
  readonly document: ReplicaDocument;
  readonly editor: Editor;
  readonly people: DiscussionPeople;
}): readonly Writer[] {
  const { name, document, editor, people } = options;
  const words = useWords().comments;
  const { known, authors } = useAuthors(name, people);
  const letters = useEditorState(editor, ({ state }) => {
    const counts: Record<string, number> = {};
    for (const { client, from, to } of writtenRuns(state)) {
      counts[client] = (counts[client] ?? 0) + to - from;
    }
    return counts;
  });

  useEffect(() => {
    authors?.want(
      Object.keys(letters)
        .map(Number)
        .filter((client) => client !== document.doc.clientID),
    );
  }, [authors, letters, document]);

  const own = document.doc.clientID;
  const writers = useMemo(() => {
    const counts = new Map<string, number>();
    for (const [client, count] of Object.entries(letters)) {
      const id = Number(client) === own ? people.me.id : (known.idOf(Number(client)) ?? UNKNOWN);
      counts.set(id, (counts.get(id) ?? 0) + count);
    }
    const taken: Look[] = [];
    return [...counts]
      .sort(([one, many], [other, more]) => more - many || one.localeCompare(other))
      .map(([id, count]) => {
        const look = freeLook(wishedLook(id), taken);
        taken.push(look);
        return {
          id,
          letters: count,
          look,
          name: id === UNKNOWN ? words.unknownName : (known.nameOf(id) ?? words.unknownName),
        };
      });
  }, [letters, known, own, people, words]);

  const colouring = useMemo<Colouring>(() => {
    const byId = new Map(writers.map((writer) => [writer.id, writer]));
    return (client) => {
      const id = client === own ? people.me.id : (known.idOf(client) ?? UNKNOWN);
      const writer = byId.get(id);
      return writer === undefined ? null : { ...writer.look, name: writer.name };
    };
  }, [writers, known, own, people]);
  const signature = JSON.stringify(writers.map(({ id, look, name: called }) => [id, look, called]));
  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn anew when a writer comes or is known, not with each letter.
  useEffect(() => showWrittenBy(editor.view, colouring), [editor, signature, known]);
  useEffect(() => () => (editor.isDestroyed ? undefined : showWrittenBy(editor.view, null)), [editor]);
  return writers;
}
