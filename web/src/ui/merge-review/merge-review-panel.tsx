/**
 * What came together after an offline spell, beside the text: what both sides touched, what others changed, what of one's
 * own was merged. Each place can be made to say what either side said, as an edit that undo takes back; typing goes on
 * meanwhile. On small screens it is a sheet over the lower part of the text.
 */
import "./merge-review.css";
import { Button, CloseButton, NativeSelect } from "@mantine/core";
import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useMemo, useRef } from "react";
import { asOwnStep, type Editor, editBlock, revealBlock } from "../../editor/index.ts";
import type { MergePlace, MergeReview, MergeSide, ReplicaDocument } from "../../sync/index.ts";
import { useLanguage, useWords } from "../context.tsx";
import { useToast } from "../shell/toast.tsx";
import { pointInTime } from "../words/time.ts";
import { PlaceCard } from "./place-card.tsx";
import type { MergeReviewing } from "./use-merge-review.ts";
import { type Standing, saysNow, useStanding } from "./use-standing.ts";

/** From this width on, in pixels, the panel stands beside the text and covers none of it. */
const BESIDE_PX = 1024;

interface PanelProps {
  readonly review: MergeReviewing;
  readonly document: ReplicaDocument;
  readonly editor: Editor;
  readonly readOnly: boolean;
  readonly titleField: RefObject<HTMLTextAreaElement | null>;
}

export function MergeReviewPanel(props: PanelProps): ReactNode {
  const { review } = props;
  const words = useWords().mergeReview;
  const language = useLanguage();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  const { shown } = review;
  if (shown === null) {
    return null;
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && !event.defaultPrevented) {
      event.preventDefault();
      review.close();
    }
  };
  const span = ({ at, awayMs }: MergeReview): string =>
    words.span(pointInTime(at - awayMs, language), pointInTime(at, language));
  return (
    <aside className="comments merge-review" aria-label={words.heading} onKeyDown={onKeyDown}>
      <div className="comments__head">
        <h2 ref={heading} tabIndex={-1}>
          {words.heading}
        </h2>
        <CloseButton aria-label={words.close} onClick={review.close} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled with keys. */}
      <section className="merge-review__body" tabIndex={0} aria-label={words.heading}>
        {review.all.length > 1 && (
          <NativeSelect
            size="xs"
            label={words.which}
            value={shown.id}
            data={review.all.map((each) => ({ value: String(each.id), label: pointInTime(each.at, language) }))}
            onChange={(event) => review.open(Number(event.currentTarget.value))}
          />
        )}
        <p className="merge-review__span">{span(shown)}</p>
        {shown.isClosed && <p className="merge-review__span">{words.closed}</p>}
        {shown.report === null ? (
          <p>{words.opaque}</p>
        ) : (
          <Places {...props} shown={shown} places={shown.report.places} counts={shown.report.counts} />
        )}
      </section>
      {!shown.isClosed && (
        <div className="comments__foot">
          <Button fullWidth onClick={() => review.looksRight(shown.id)}>
            {words.looksRight}
          </Button>
        </div>
      )}
    </aside>
  );
}

interface Listed {
  readonly place: MergePlace;
  readonly index: number;
}

function Places(
  props: PanelProps & {
    readonly shown: MergeReview;
    readonly places: readonly MergePlace[];
    readonly counts: { readonly mine: number; readonly theirs: number; readonly both: number };
  },
): ReactNode {
  const { shown, places, counts, document, editor, readOnly, titleField } = props;
  const text = useWords();
  const words = text.mergeReview;
  const toast = useToast();
  const standing = useStanding(editor, document, places);
  const groups = useMemo(() => grouped(places), [places]);
  const more = counts.mine + counts.theirs + counts.both - places.length;

  const keep = async (index: number, side: MergeSide): Promise<void> => {
    try {
      const act = await document.decide(shown.id, index, side);
      asOwnStep(editor.state, act);
      toast({
        message: side === "mine" ? words.keptMine : words.keptTheirs,
        action: { label: text.common.undo, run: () => void editor.commands.undo() },
      });
    } catch {
      toast({ message: words.failed, tone: "alarm" });
    }
  };
  const show = (at: Standing): void => {
    if (at !== null && "from" in at) {
      revealBlock(editor.view, at, innerWidth < BESIDE_PX ? "top" : "centre");
    } else {
      titleField.current?.scrollIntoView({ block: "center" });
    }
  };
  const edit = (at: Standing): void => {
    show(at);
    if (at !== null && "from" in at) {
      editBlock(editor.view, at);
    } else {
      titleField.current?.focus();
    }
  };
  const group = (heading: string, listed: readonly Listed[]): ReactNode =>
    listed.length > 0 && (
      <>
        <h3 className="merge-review__group">{heading}</h3>
        <ul className="merge-review__list">
          {listed.map(({ place, index }) => {
            const at = standing[index] ?? null;
            return (
              <PlaceCard
                key={index}
                place={place}
                now={saysNow(at)}
                readOnly={readOnly}
                onShow={() => show(at)}
                onEdit={() => edit(at)}
                onKeep={(side) => void keep(index, side)}
              />
            );
          })}
        </ul>
      </>
    );
  return (
    <>
      {groups.both.length > 0 && <p>{words.intro}</p>}
      {group(words.both(counts.both), groups.both)}
      {group(words.theirs(counts.theirs), groups.theirs)}
      {group(words.mine(counts.mine), groups.mine)}
      {more > 0 && <p className="merge-review__span">{words.more(more)}</p>}
    </>
  );
}

function grouped(places: readonly MergePlace[]): Readonly<Record<"both" | "theirs" | "mine", readonly Listed[]>> {
  const all = places.map((place, index) => ({ place, index }));
  const of = (wanted: string): readonly Listed[] =>
    all.filter(({ place: { who } }) => (who === "mine" || who === "theirs" ? who : "both") === wanted);
  return { both: of("both"), theirs: of("theirs"), mine: of("mine") };
}
