/** Short messages at the foot of the page, one at a time, with at most one thing to do. Announced politely. */
import { Button, CloseButton } from "@mantine/core";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from "react";
import { useWords } from "../context.tsx";

export interface Toast {
  readonly message: string;
  readonly tone?: "plain" | "alarm";
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** How long a message stays at least and at most, and for each letter of it (15 are read in a second), in milliseconds. */
const TOAST_MIN_MS = 3_000;
const TOAST_MAX_MS = 8_000;
const LETTER_MS = 65;

/** The time that it takes to notice a message and read it; where something can be done about it, or went wrong, to do that. */
export function toastTime({ message, tone, action }: Toast): number {
  const reading = TOAST_MIN_MS + message.length * LETTER_MS;
  return tone === "alarm" || action !== undefined ? TOAST_MAX_MS : Math.min(TOAST_MAX_MS, reading);
}

const ToastContext = createContext<(toast: Toast) => void>(() => undefined);

/** Shows a message; a newer one takes the place of the older. */
export function useToast(): (toast: Toast) => void {
  return useContext(ToastContext);
}

export function ToastProvider(props: { readonly children: ReactNode }): ReactNode {
  const text = useWords();
  const [toast, setToast] = useState<Toast | null>(null);
  const [held, setHeld] = useState(false);
  const show = useCallback((next: Toast) => setToast(next), []);

  // What is taken away under the pointer or the focus is left by neither: the next one would stay for ever.
  useEffect(() => {
    if (toast === null) {
      setHeld(false);
    }
  }, [toast]);

  useEffect(() => {
    if (toast === null || held) {
      return;
    }
    const timer = setTimeout(() => setToast(null), toastTime(toast));
    return () => clearTimeout(timer);
  }, [toast, held]);

  const action = toast?.action;
  return (
    <ToastContext value={show}>
      {props.children}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: only keeps the message while it is pointed at. */}
      <div
        className="toast-region"
        onPointerEnter={() => setHeld(true)}
        onPointerLeave={() => setHeld(false)}
        onFocus={() => setHeld(true)}
        onBlur={() => setHeld(false)}
      >
        <div role="status">
          {toast !== null && (
            <p className={`toast__message toast__message--${toast.tone ?? "plain"}`}>{toast.message}</p>
          )}
        </div>
        {toast !== null && (
          <div className="toast__actions">
            {action !== undefined && (
              <Button
                size="compact-sm"
                variant="white"
                color="dark"
                onClick={() => {
                  setToast(null);
                  action.run();
                }}
              >
                {action.label}
              </Button>
            )}
            <CloseButton className="toast__close" aria-label={text.common.dismiss} onClick={() => setToast(null)} />
          </div>
        )}
      </div>
    </ToastContext>
  );
}
