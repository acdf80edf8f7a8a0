/** One place of a merge review: what either side made of it, what the text says now, and what can be done. */
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import type { MergePiece, MergePlace, MergeSide } from "../../sync/index.ts";
import { useWords } from "../context.tsx";
import { placeName, sidesSaying } from "./place-words.ts";

export function PlaceCard(props: {
  readonly place: MergePlace;
  /** What the text says there now; null when it is not there. */
  readonly now: string | null;
  readonly readOnly: boolean;
  readonly onShow: () => void;
  readonly onEdit: () => void;
  readonly onKeep: (side: MergeSide) => void;
}): ReactNode {
  const { place, now, readOnly } = props;
  const words = useWords().mergeReview;
  const name = placeName(place, words);
  const saying = sidesSaying(place, now);
  const isBoth = place.who !== "mine" && place.who !== "theirs";
  const isHere = now !== null;
  const keep = (side: MergeSide, label: string): ReactNode => (
    <Button
      size="compact-sm"
      variant={saying.includes(side) ? "light" : "default"}
      aria-pressed={saying.includes(side)}
      aria-label={words.about(label, name)}
      onClick={() => props.onKeep(side)}
    >
      {label}
    </Button>
  );
  return (
    <li className="place" data-who={place.who}>
      <h4 className="place__name">{name}</h4>
      {place.isMoved && <p className="place__hint">{words.moved}</p>}
      {place.isFrame ? (
        <p className="place__hint">{words.frame}</p>
      ) : (
        place.isLooksOnly && <p className="place__hint">{words.looksOnly}</p>
      )}
      <dl className="place__sides">
        {(isBoth || place.who === "mine") && (
          <Side label={words.yours} pieces={place.mine} removed={words.youRemoved} />
        )}
        {(isBoth || place.who === "theirs") && (
          <Side label={words.others} pieces={place.theirs} removed={words.theyRemoved} />
        )}
        {isBoth && saying.length === 0 && (
          <div className="place__side place__side--now">
            <dt>{words.now}</dt>
            <dd>{now === null ? words.nothing : now === "" ? words.nothingSaid : now}</dd>
          </div>
        )}
      </dl>
      {!isHere && !readOnly && place.who !== "mine" && place.who !== "theirs" && (
        <p className="place__hint">{words.gone[place.who]}</p>
      )}
      <div className="place__actions">
        {!readOnly && keep("mine", words.keepMine)}
        {!readOnly && keep("theirs", words.keepTheirs)}
        {isHere && !readOnly && (
          <Button size="compact-sm" variant="default" aria-label={words.about(words.edit, name)} onClick={props.onEdit}>
            {words.edit}
          </Button>
        )}
        {isHere && (
          <Button size="compact-sm" variant="subtle" aria-label={words.about(words.show, name)} onClick={props.onShow}>
            {words.show}
          </Button>
        )}
      </div>
    </li>
  );
}

function Side(props: {
  readonly label: string;
  readonly pieces: readonly MergePiece[] | null;
  readonly removed: string;
}): ReactNode {
  const { label, pieces, removed } = props;
  const words = useWords().mergeReview;
  return (
    <div className="place__side">
      <dt>{label}</dt>
      <dd>
        {pieces === null && removed}
        {pieces?.every(({ text }) => text === "") === true && words.nothingSaid}
        {pieces?.map((piece, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces have nothing but their order.
          <Piece key={index} piece={piece} />
        ))}
      </dd>
    </div>
  );
}

/** Marked by more than colour, and said to those who do not see it. */
function Piece(props: { readonly piece: MergePiece }): ReactNode {
  const words = useWords().mergeReview;
  const { is, text } = props.piece;
  switch (is) {
    case "same":
      return text;
    case "inserted":
      return (
        <ins>
          <span className="visually-hidden">[{words.inserted}: </span>
          {text}
          <span className="visually-hidden">]</span>
        </ins>
      );
    case "deleted":
      return (
        <del>
          <span className="visually-hidden">[{words.deleted}: </span>
          {text}
          <span className="visually-hidden">]</span>
        </del>
      );
  }
}
