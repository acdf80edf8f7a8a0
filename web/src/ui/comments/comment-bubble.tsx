/** A way to comment on what is selected, beside the selection. */
import { UnstyledButton } from "@mantine/core";
import { MessageSquarePlus } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import type { Editor } from "../../editor/index.ts";
import { useWords } from "../context.tsx";
import { keyLabel } from "../shell/keys.ts";
import type { Comments } from "./use-comments.ts";

/** From the selection to the bubble, in pixels. */
const DISTANCE_PX = 10;

/** As wide and as high as the bubble gets, in pixels. */
const WIDTH_PX = 150;
const HEIGHT_PX = 40;

/** What the bar at the bottom of the page takes, in pixels. */
const BAR_PX = 44;

interface Spot {
  readonly left: number;
  readonly top: number;
}

export function CommentBubble(props: { readonly comments: Comments; readonly editor: Editor }): ReactNode {
  const { comments, editor } = props;
  const words = useWords().comments;
  const mayBegin = comments.discussion?.voice === "speaks" && comments.draft === null;
  const spot = useSpot(editor, mayBegin);
  if (spot === null) {
    return null;
  }
  return (
    <UnstyledButton
      className="comment-bubble"
      style={spot}
      // The selection stays where it is.
      onMouseDown={(event) => event.preventDefault()}
      onClick={comments.begin}
      aria-label={`${words.begin} (${keyLabel("Mod+Alt+M")})`}
    >
      <MessageSquarePlus size={16} aria-hidden="true" />
      <span aria-hidden="true">{words.begin}</span>
    </UnstyledButton>
  );
}

/** Where the bubble is; `null` while nothing is selected, or the text has not the attention. */
function useSpot(editor: Editor, wanted: boolean): Spot | null {
  const [spot, setSpot] = useState<Spot | null>(null);
  useEffect(() => {
    if (!wanted) {
      setSpot(null);
      return;
    }
    const place = (): void => setSpot(spotOf(editor));
    place();
    editor.on("selectionUpdate", place);
    editor.on("update", place);
    editor.on("focus", place);
    editor.on("blur", place);
    window.addEventListener("scroll", place, { passive: true });
    window.addEventListener("resize", place);
    return () => {
      editor.off("selectionUpdate", place);
      editor.off("update", place);
      editor.off("focus", place);
      editor.off("blur", place);
      window.removeEventListener("scroll", place);
      window.removeEventListener("resize", place);
    };
  }, [editor, wanted]);
  return spot;
}

function spotOf({ view, state, isEditable }: Editor): Spot | null {
  const { from, to, empty } = state.selection;
  // A text that cannot be changed never has the focus; what is selected in it is all there is to go by.
  const hasAttention = isEditable ? view.hasFocus() : view.dom.contains(window.getSelection()?.anchorNode ?? null);
  if (empty || !hasAttention || view.isDestroyed) {
    return null;
  }
  const end = view.coordsAtPos(to, -1);
  if (end.bottom <= 0 || end.top >= window.innerHeight) {
    return null;
  }
  const below = end.bottom + DISTANCE_PX;
  const fits = below + HEIGHT_PX <= window.innerHeight - BAR_PX;
  return {
    left: Math.max(8, Math.min(end.left, window.innerWidth - WIDTH_PX - 8)),
    top: fits ? below : Math.min(view.coordsAtPos(from, 1).top - DISTANCE_PX, window.innerHeight - BAR_PX) - HEIGHT_PX,
  };
}
