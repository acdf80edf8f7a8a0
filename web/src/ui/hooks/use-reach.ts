/** Whether the server can be reached, as far as this tab knows. */
import { useApp } from "../context.tsx";
import { useObservable } from "./use-observable.ts";

/** False while the connection is known to be lost: what needs the server is not offered then. */
export function useReach(): boolean {
  const { replica } = useApp();
  const { kind } = useObservable(replica.status);
  return kind === "online" || kind === "connecting";
}
