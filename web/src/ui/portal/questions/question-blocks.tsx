/** Draws the clinical questions that stand in an open text into their blocks, live; of several blocks of one question, the first. */
import "./question-blocks.css";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { createPortal } from "react-dom";
import { type Editor, type QuestionPlace, questionPlaces } from "../../../editor/index.ts";
import type { DocumentName } from "../../../sync/index.ts";
import { usePortal, useSignedIn } from "../context.tsx";
import { useAsked } from "../use-asked.ts";
import { QuestionBlock } from "./question-block.tsx";

export function QuestionBlocks(props: { readonly document: DocumentName; readonly editor: Editor }): ReactNode {
  const { document, editor } = props;
  const places = useMemo(() => questionPlaces(editor.state), [editor]);
  const standing = useSyncExternalStore(
    useCallback((listener: () => void) => places?.subscribe(listener) ?? (() => undefined), [places]),
    () => places?.all() ?? none,
  );
  return standing.length === 0 ? null : <Drawn document={document} standing={standing} />;
}

const none: readonly QuestionPlace[] = [];

function Drawn(props: { readonly document: DocumentName; readonly standing: readonly QuestionPlace[] }): ReactNode {
  const { document: name, standing } = props;
  const portal = usePortal();
  const { memory } = useSignedIn();
  const ask = useCallback(
    async (signal: AbortSignal) => {
      const found = await portal.api.questions.of(name, signal);
      memory.rememberQuestions(name, found);
      return found;
    },
    [portal, memory, name],
  );
  // Once, and whenever there is a reason to doubt: the server reads every question to answer.
  const { value: listed, refresh } = useAsked(
    ask,
    useCallback(() => memory.questions(name), [memory, name]),
    "once",
  );
  const ids = [...new Set(standing.map(({ id }) => id))].sort().join(" ");
  const asked = useRef(ids);
  useEffect(() => {
    // A question that is new here may be none that was listed.
    if (asked.current !== ids) {
      asked.current = ids;
      refresh();
    }
  }, [ids, refresh]);
  useEffect(() => whenComeBack(refresh), [refresh]);
  const firsts = firstOfEach(standing);
  return standing.map((place) =>
    createPortal(
      <QuestionBlock
        document={name}
        id={place.id}
        block={place.block}
        isFirst={firsts.has(place)}
        listed={listed?.find(({ id }) => id === place.id) ?? null}
        onDoubt={refresh}
      />,
      place.element,
      String(place.key),
    ),
  );
}

/** How long a list is good for whoever comes back to the page, in milliseconds. */
const GOOD_MS = 15_000;

/** Calls `run` when somebody comes back to the page after a while. Returns the function that stops it. */
function whenComeBack(run: () => void): () => void {
  let last = Date.now();
  const look = (): void => {
    if (document.visibilityState === "visible" && Date.now() - last > GOOD_MS) {
      last = Date.now();
      run();
    }
  };
  document.addEventListener("visibilitychange", look);
  window.addEventListener("focus", look);
  return () => {
    document.removeEventListener("visibilitychange", look);
    window.removeEventListener("focus", look);
  };
}

/** Of each question the place that stands first in the text. */
function firstOfEach(standing: readonly QuestionPlace[]): ReadonlySet<QuestionPlace> {
  const firsts = new Map<string | null, QuestionPlace>();
  for (const place of standing) {
    const known = firsts.get(place.id);
    const isBefore =
      known !== undefined &&
      (place.element.compareDocumentPosition(known.element) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
    if (known === undefined || isBefore) {
      firsts.set(place.id, place);
    }
  }
  return new Set(firsts.values());
}
