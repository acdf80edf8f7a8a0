/**
 * Says that the session has ended while the page stays as it is: whoever is writing goes on, and the focus is left where
 * it is.
 */
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { useWords } from "../../context.tsx";
import { useObservable } from "../../hooks/use-observable.ts";
import { usePortal } from "../context.tsx";

export function EndedNotice(): ReactNode {
  const words = useWords().portal.ended;
  const portal = usePortal();
  // What stays changes together with who is signed in.
  useObservable(portal.standing);
  return (
    // In the page before it has anything to say, so that it is read out when it does.
    <div role="alert">
      {portal.staying !== null && (
        <section className="update-prompt ended-notice" aria-label={words.title}>
          <p>
            <strong>{words.title}</strong> {words.body}
          </p>
          <div>
            <Button size="compact-sm" onClick={() => portal.beginAnew()}>
              {words.again}
            </Button>
          </div>
        </section>
      )}
    </div>
  );
}
