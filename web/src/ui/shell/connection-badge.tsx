/** The state of the connection: in words, beside a dot whose form does not rely on colour alone. */
import { UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";
import { useApp, useWords } from "../context.tsx";
import { useNow } from "../hooks/use-now.ts";
import { useObservable } from "../hooks/use-observable.ts";
import { type ConnectionWords, describeConnection } from "../words/connection.ts";

export function useConnectionWords(): ConnectionWords {
  const text = useWords();
  const { replica } = useApp();
  const status = useObservable(replica.status);
  const now = useNow(1000, status.kind === "waiting");
  return describeConnection(status, now, text);
}

/** `words` say it where no document is open; there the replica has no reason to be connected. */
export function ConnectionBadge(props: { readonly words?: ConnectionWords }): ReactNode {
  const text = useWords();
  const { replica } = useApp();
  const ofReplica = useConnectionWords();
  const words = props.words ?? ofReplica;
  return (
    <span className={`connection connection--${words.tone}`}>
      <span className="connection__dot" aria-hidden="true" />
      <span className="connection__label" aria-hidden="true">
        {words.label}
      </span>
      {/* Read out at every change, but not at every second of a countdown. */}
      <span className="visually-hidden" role="status">
        {words.detail ?? words.label}
      </span>
      {words.canRetry && (
        <UnstyledButton className="connection__retry" onClick={() => replica.reconnect()}>
          {text.connection.tryNow}
        </UnstyledButton>
      )}
    </span>
  );
}
