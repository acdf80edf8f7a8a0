/** A text with what came and what went: marked by more than colour, and said to those who do not see it. */
import type { ReactNode } from "react";
import type { ComparedText } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";

export function ComparedTextView(props: { readonly pieces: readonly ComparedText[] }): ReactNode {
  const words = useWords().branches.changes;
  if (props.pieces.every(({ text }) => text === "")) {
    return <p className="compared compared--empty">{words.nothingSaid}</p>;
  }
  return (
    <p className="compared">
      {props.pieces.map((piece, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces have nothing but their order.
        <Piece key={index} piece={piece} />
      ))}
    </p>
  );
}

function Piece(props: { readonly piece: ComparedText }): ReactNode {
  const words = useWords().branches.changes;
  const { is, text } = props.piece;
  switch (is) {
    case "same":
      return text;
    case "inserted":
      return (
        <ins>
          <span className="visually-hidden">[{words.insertedMark}: </span>
          {text}
          <span className="visually-hidden">]</span>
        </ins>
      );
    case "deleted":
      return (
        <del>
          <span className="visually-hidden">[{words.deletedMark}: </span>
          {text}
          <span className="visually-hidden">]</span>
        </del>
      );
  }
}
