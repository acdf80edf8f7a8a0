/** The words of edits, in their places: added words marked, removed words struck through. */
import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { EditContent, Stretch } from "../../sync/index.ts";
import { useWords } from "../context.tsx";

/** Passages that are shown at first; a pasted book has thousands. */
const SHOWN_AT_FIRST = 8;

/** Passages that are added by each press of the button. */
const SHOWN_MORE = 100;

export function PassagesView(props: { readonly content: EditContent }): ReactNode {
  const text = useWords();
  const { passages } = props.content;
  const [shown, setShown] = useState(SHOWN_AT_FIRST);
  if (passages.length === 0) {
    return <p className="passages__nothing">{text.aside.nothing}</p>;
  }
  return (
    <div className="passages">
      {passages.slice(0, shown).map((passage, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: passages have nothing but their order.
        <p key={index} className="passages__one">
          {passage.map((stretch, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: nor have stretches.
            <StretchView key={place} stretch={stretch} />
          ))}
        </p>
      ))}
      {passages.length > shown && (
        <Button
          variant="subtle"
          size="compact-sm"
          className="passages__more"
          onClick={() => setShown(shown + SHOWN_MORE)}
        >
          {text.aside.more(passages.length - shown)}
        </Button>
      )}
    </div>
  );
}

function StretchView(props: { readonly stretch: Stretch }): ReactNode {
  const { kind, text } = props.stretch;
  switch (kind) {
    case "kept":
      return text;
    case "added":
      return <ins>{text}</ins>;
    case "removed":
      return <del>{text}</del>;
  }
}
