/** Time that runs down to a moment of the server’s clock. Only this is drawn anew as it runs. */
import { type ReactNode, useEffect, useState } from "react";
import type { ServerClock } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";

/** How often the time is looked at, in milliseconds: so often that no second is skipped. */
const LOOK_MS = 250;

const SECOND_MS = 1_000;

/** The server’s time, renewed while it is looked at. */
export function useServerNow(clock: ServerClock, running = true): number {
  const [now, setNow] = useState(() => clock.now());
  useEffect(() => {
    setNow(clock.now());
    if (!running) {
      return;
    }
    const timer = setInterval(() => setNow(clock.now()), LOOK_MS);
    return () => clearInterval(timer);
  }, [clock, running]);
  return now;
}

export function Countdown(props: { readonly until: number; readonly clock: ServerClock }): ReactNode {
  const now = useServerNow(props.clock);
  return <Left span={props.until - now} />;
}

/** What is left, in milliseconds; nothing where it is over. */
export function Left(props: { readonly span: number }): ReactNode {
  const words = useWords().meeting.timer;
  const seconds = Math.max(0, Math.ceil(props.span / SECOND_MS));
  return (
    // In words for those who hear it, and not said anew each second.
    <span
      className="meeting-time"
      role="timer"
      aria-live="off"
      aria-label={words.left(Math.floor(seconds / 60), seconds % 60)}
    >
      {sayLeft(seconds)}
    </span>
  );
}

/** Minutes and seconds, and hours where there are any. */
export function sayLeft(seconds: number): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  return hours === 0 ? `${minutes}:${two(seconds % 60)}` : `${hours}:${two(minutes)}:${two(seconds % 60)}`;
}
