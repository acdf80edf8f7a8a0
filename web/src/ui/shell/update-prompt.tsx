/** Offers a newer version of the app. It is loaded when asked for, and not before the newest words are stored. */
import { Button } from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";
import { useApp, useWords } from "../context.tsx";
import { useObservable } from "../hooks/use-observable.ts";
import { putOffUpdate, stepToUpdate, updateOffer, watchForUpdates } from "./app-update.ts";

export function UpdatePrompt(): ReactNode {
  const text = useWords();
  const { replica } = useApp();
  const offer = useObservable(updateOffer);
  const unsaved = useObservable(replica.unsaved);
  /** Asked for: as soon as everything typed is stored. */
  const [waiting, setWaiting] = useState(false);

  useEffect(() => watchForUpdates(replica), [replica]);

  useEffect(() => {
    if (waiting && !unsaved) {
      void stepToUpdate(offer);
    }
  }, [waiting, unsaved, offer]);

  const words = offer.kind === "superseded" ? text.update.superseded : text.update.ready;
  return (
    // In the page before it has anything to say, so that it is read out when it does.
    <div className="update-region" role="status">
      {offer.kind !== "none" && !offer.putOff && (
        <div className="update-prompt">
          <p>
            <strong>{words.title}</strong> {waiting && unsaved ? text.update.waiting : words.note}
          </p>
          <div>
            <Button size="compact-sm" loading={waiting} onClick={() => setWaiting(true)}>
              {text.update.apply}
            </Button>
            <Button
              size="compact-sm"
              variant="subtle"
              onClick={() => (waiting ? setWaiting(false) : putOffUpdate(true))}
            >
              {waiting ? text.common.cancel : text.update.later}
            </Button>
          </div>
        </div>
      )}
    </div>
  );
}
