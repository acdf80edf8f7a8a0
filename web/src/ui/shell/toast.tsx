/** Short messages at the foot of the page, one at a time, with at most one thing to do. Announced politely. */
import { Button, CloseButton } from "@mantine/core";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from "react";
import { useWords } from "../context.tsx";

export interface Toast {
  readonly message: string;
  readonly tone?: "plain" | "alarm";
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** How long a message stays, in milliseconds: long enough to read two lines and reach the button. */
const TOAST_MS = 8000;

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

  useEffect(() => {
    if (toast === null || held) {
      return;
    }
    const timer = setTimeout(() => setToast(null), TOAST_MS);
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
