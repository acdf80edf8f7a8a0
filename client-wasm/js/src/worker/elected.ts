/** The dedicated worker of one tab, for browsers without SharedWorker: runs the host if elected, else relays. */
import type { HostMessage, TabMessage } from "../messages.js";
import { messagePort } from "../ports.js";
import { standForElection, type WorkerSettings } from "./setup.js";

/** The part of DedicatedWorkerGlobalScope that is not in the DOM's types. */
interface DedicatedScope {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: MessageEvent) => void, options?: { once: boolean }): void;
  removeEventListener(type: "message", listener: (event: MessageEvent) => void): void;
  close(): void;
}

/** Tells the tab that this worker has ended itself and another is needed. */
export interface WorkerEnded {
  readonly type: "ended";
}

const scope = globalThis as unknown as DedicatedScope;

scope.addEventListener(
  "message",
  (first) => {
    const candidate = standForElection(first.data as WorkerSettings, () => {
      scope.postMessage({ type: "ended" } satisfies WorkerEnded);
      scope.close();
    });
    candidate.accept(messagePort<HostMessage, TabMessage>(scope, () => undefined));
  },
  { once: true },
);
