/**
 * The SharedWorker: one thread for all tabs of the browser that run the same build of the app.
 *
 * Holds the lock `<key>:worker:<id>`, so that tabs learn of its death and start another.
 */
import type { Candidate } from "../leader.js";
import type { HostMessage, TabMessage } from "../messages.js";
import { messagePort } from "../ports.js";
import { uuidV7 } from "../uuid.js";
import { ownLiveness, standForElection, type WorkerSettings } from "./setup.js";

/** The part of SharedWorkerGlobalScope that is not in the DOM's types. */
interface SharedScope {
  onconnect: ((event: MessageEvent) => void) | null;
  close(): void;
}

/** The first message to a tab: how it learns of our death; null where there are no locks. */
export interface WorkerIntroduction {
  readonly type: "worker";
  readonly lock: string | null;
}

const scope = globalThis as unknown as SharedScope;
let candidate: Candidate | undefined;
let introduction: Promise<WorkerIntroduction> | undefined;

async function introduce(key: string): Promise<WorkerIntroduction> {
  if (!("locks" in navigator)) {
    return { type: "worker", lock: null };
  }
  const lock = `${key}:worker:${uuidV7()}`;
  await ownLiveness().hold(lock);
  return { type: "worker", lock };
}

scope.onconnect = (event) => {
  const [port] = event.ports;
  if (port === undefined) {
    return;
  }
  port.addEventListener("message", (first: MessageEvent) => void welcome(port, first.data as WorkerSettings), {
    once: true,
  });
  port.start();
};

async function welcome(port: MessagePort, settings: WorkerSettings): Promise<void> {
  introduction ??= introduce(settings.key);
  // Before anything is awaited, so that no message of the tab is missed.
  const tab = messagePort<HostMessage, TabMessage>(port, () => port.close());
  port.postMessage(await introduction);
  candidate ??= standForElection(settings, () => scope.close());
  candidate.accept(tab);
}
