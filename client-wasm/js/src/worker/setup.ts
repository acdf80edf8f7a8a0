/** What both kinds of worker do: stand for election, and run a host when elected. */

import { systemClock } from "../host/clock.js";
import { doorBeside } from "../host/door.js";
import { type WebSocketLike, webSockets } from "../host/socket.js";
import { Host } from "../host.js";
import { Candidate } from "../leader.js";
import { IndexedDbStore } from "../stores/indexeddb.js";
import { inseparable, type Liveness, webLocks } from "../tabs.js";
import { uuidV7 } from "../uuid.js";
import { loadEngine } from "../wasm.js";

/** The first message to a worker: which replica it serves. The same from every tab. */
export interface WorkerSettings {
  readonly type: "settings";
  readonly key: string;
  readonly socket: string;
}

/** The liveness that this thread has. Plain http beyond localhost has no locks; SharedWorkers work without. */
export function ownLiveness(): Liveness {
  return "locks" in navigator ? webLocks(navigator.locks) : inseparable;
}

/**
 * Makes the candidate of this worker.
 *
 * @param onFatal - the worker is of no more use and ends itself, which frees its locks
 */
export function standForElection(settings: WorkerSettings, onFatal: (error: unknown) => void): Candidate {
  const liveness = ownLiveness();
  const startHost = async (): Promise<Host> => {
    const { engine, tools } = await loadEngine();
    return new Host({
      engine,
      tools,
      store: new IndexedDbStore(settings.key),
      connect: webSockets(() => new WebSocket(settings.socket) as WebSocketLike),
      door: doorBeside(settings.socket),
      clock: systemClock,
      liveness,
      newName: uuidV7,
      onFatal,
    });
  };
  return new Candidate(settings.key, liveness, uuidV7, startHost, onFatal);
}
