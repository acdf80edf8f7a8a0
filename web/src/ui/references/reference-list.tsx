/** The list of references below a text, in the order of its style. */
import "./references.css";
import type { ReactNode } from "react";
import { isWebAddress } from "../../references/index.ts";
import type { CitedPiece } from "../../sync/index.ts";
import { useWords } from "../context.tsx";
import type { CitationsState } from "./use-citations.ts";

export function ReferenceList(props: { readonly state: CitationsState }): ReactNode {
  const { state } = props;
  const words = useWords().references;
  if (state.phase === "none") {
    return null;
  }
  return (
    <section className="reference-list" aria-labelledby="reference-list">
      <h2 id="reference-list">{words.heading}</h2>
      {state.phase === "loading" && <p className="reference-list__note">{words.formatting}</p>}
      {state.phase === "failed" && (
        <p className="reference-list__note">
          {words.notFormatted}{" "}
          <button type="button" className="notice__button" onClick={state.again}>
            {words.again}
          </button>
        </p>
      )}
      {state.phase === "here" && (
        <ul>
          {state.references.map(({ id, label, text }) => (
            <li key={id} className={label === "" ? "reference-list__hanging" : "reference-list__numbered"}>
              {label !== "" && <span className="reference-list__label">{label}</span>}
              <span>
                <Pieces pieces={text} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Formatted text: its looks, and links that lead to web pages. */
export function Pieces(props: { readonly pieces: readonly CitedPiece[] }): ReactNode {
  return props.pieces.map((piece, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces have nothing but their order.
    <Piece key={index} piece={piece} />
  ));
}

function Piece(props: { readonly piece: CitedPiece }): ReactNode {
  const { text, italic, bold, raised, lowered, href } = props.piece;
  let shown: ReactNode = text;
  if (raised === true) {
    shown = <sup>{shown}</sup>;
  } else if (lowered === true) {
    shown = <sub>{shown}</sub>;
  }
  if (bold === true) {
    shown = <strong>{shown}</strong>;
  }
  if (italic === true) {
    shown = <em>{shown}</em>;
  }
  return href !== undefined && isWebAddress(href) ? (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {shown}
    </a>
  ) : (
    shown
  );
}
