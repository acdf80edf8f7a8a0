/** Who wrote the text, by the colours that it is shown in. */
import { CloseButton } from "@mantine/core";
import type { ReactNode } from "react";
import type { Editor } from "../../editor/index.ts";
import type { DocumentName, ReplicaDocument } from "../../sync/index.ts";
import { useWords } from "../context.tsx";
import { Face } from "../shell/face.tsx";
import type { DiscussionPeople } from "./people.ts";
import { useWriters } from "./use-written-by.ts";

export function WrittenByLegend(props: {
  readonly name: DocumentName;
  readonly document: ReplicaDocument;
  readonly editor: Editor;
  readonly people: DiscussionPeople;
  readonly onClose: () => void;
}): ReactNode {
  const words = useWords().comments;
  const writers = useWriters(props);
  const all = writers.reduce((sum, { letters }) => sum + letters, 0);
  return (
    <section className="written-by" aria-label={words.writtenBy}>
      <h2 className="written-by__heading">{words.writtenBy}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard, and holds nothing else that is */}
      <ul className="written-by__list" tabIndex={0} aria-label={words.writtenBy}>
        {writers.map(({ id, name, look, letters }) => (
          <li key={id}>
            <Face name={name} color={look.color} mark={look.mark} size={24} />
            <span>{name}</span>
            <span className="written-by__share">{words.share(Math.round((100 * letters) / Math.max(all, 1)))}</span>
          </li>
        ))}
      </ul>
      <CloseButton aria-label={words.hideWrittenBy} onClick={props.onClose} />
    </section>
  );
}
