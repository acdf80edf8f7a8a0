/**
 * The replica for browsers. One engine serves all tabs: it holds the socket, the durable outbox and the local journal
 * (IndexedDB) in a worker; each tab holds a Y.Doc as its editor's view.
 *
 * @packageDocumentation
 */
import { BrowserHost } from "./browser-host.js";
import { type ReplicaOptions, replicaKey, socketUrl } from "./options.js";
import { PortReplica } from "./replica.js";
import { webLocks } from "./tabs.js";
import type { Replica } from "./types.js";
import { uuidV7 } from "./uuid.js";

export { ReplicaError, type ReplicaErrorCode } from "./errors.js";
export type { Member, ReplicaOptions } from "./options.js";
export type * from "./types.js";
export { uuidV7 } from "./uuid.js";

/**
 * Connects this tab to the browser's replica. Returns at once; everything works from the first moment, with or
 * without a network.
 *
 * @throws ReplicaError `invalid` for an address that cannot be one
 */
export function connectReplica(options: ReplicaOptions = {}): Replica {
  const socket = socketUrl(options.url, location.href);
  const key = replicaKey(socket, options.member);
  const liveness = "locks" in navigator ? webLocks(navigator.locks) : null;
  const tab = uuidV7();
  const lock = liveness === null ? null : `${key}:tab:${tab}`;
  const cleanups: (() => void)[] = [];
  const replica = new PortReplica({
    tab,
    lock,
    token: options.token,
    member: options.member,
    onFirstOpen: askForPersistence,
    onDispose: () => {
      for (const cleanup of cleanups.splice(0)) {
        cleanup();
      }
    },
  });
  if (!BrowserHost.supported(liveness)) {
    replica.refuse("unsupported");
    return replica;
  }
  // Listened to before the host is found; what is reported without a host is dropped, and said again at `welcome`.
  cleanups.push(watchSurroundings(replica));
  void start();
  return replica;

  async function start(): Promise<void> {
    if (liveness !== null && lock !== null) {
      // Held before we attach: whoever gets this lock knows that we are dead.
      cleanups.push(await liveness.hold(lock));
    }
    const host = new BrowserHost(
      { type: "settings", key, socket },
      liveness,
      (port) => replica.speakThrough(port),
      // Its first word is the true status, should it come up after all.
      () => replica.refuse("worker-failed"),
    );
    cleanups.push(() => host.dispose());
  }
}

/** Reports what only a page learns: the network, and that somebody looks at it again. */
function watchSurroundings(replica: PortReplica): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  addEventListener("online", () => replica.report({ type: "network", online: true }), { signal });
  addEventListener("offline", () => replica.report({ type: "network", online: false }), { signal });
  addEventListener("pageshow", () => replica.report({ type: "wake" }), { signal });
  document.addEventListener("resume", () => replica.report({ type: "wake" }), { signal });
  document.addEventListener(
    "visibilitychange",
    () => {
      if (document.visibilityState === "visible") {
        replica.report({ type: "wake" });
      }
    },
    { signal },
  );
  return () => stop.abort();
}

/** Asks the browser not to clear our data when the disk gets full. It may say no; nothing depends on it. */
function askForPersistence(): void {
  if ("storage" in navigator && "persist" in navigator.storage) {
    navigator.storage.persist().catch(() => false);
  }
}
