/** Says when a newer version of the app has been fetched, and loads it when asked to. Never by itself. */

import { useRegisterSW } from "virtual:pwa-register/react";
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { useWords } from "../context.tsx";

export function UpdatePrompt(): ReactNode {
  const text = useWords();
  const {
    needRefresh: [ready, setReady],
    updateServiceWorker,
  } = useRegisterSW();
  if (!ready) {
    return null;
  }
  return (
    <div className="update-prompt" role="status">
      <p>
        <strong>{text.update.ready}</strong> {text.update.note}
      </p>
      <div>
        <Button size="compact-sm" onClick={() => void updateServiceWorker(true)}>
          {text.update.apply}
        </Button>
        <Button size="compact-sm" variant="subtle" onClick={() => setReady(false)}>
          {text.update.later}
        </Button>
      </div>
    </div>
  );
}
