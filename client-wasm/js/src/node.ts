/**
 * The replica for scripts in Node: the same engine and the same documents, headless, in this process.
 *
 * @packageDocumentation
 */
import { readFile } from "node:fs/promises";
import { WebSocket } from "ws";
import { ReplicaError } from "./errors.js";
import { systemClock } from "./host/clock.js";
import { type Door, noDoor } from "./host/door.js";
import { type WebSocketLike, webSockets } from "./host/socket.js";
import { Host } from "./host.js";
import type { HostMessage, TabMessage } from "./messages.js";
import { type ReplicaOptions, socketUrl } from "./options.js";
import { portPair } from "./ports.js";
import { PortReplica } from "./replica.js";
import { FileStore } from "./stores/file.js";
import { MemoryStore } from "./stores/memory.js";
import type { Store } from "./stores/store.js";
import { inseparable } from "./tabs.js";
import type { Replica } from "./types.js";
import { uuidV7 } from "./uuid.js";
import { loadEngine } from "./wasm.js";

export { ReplicaError, type ReplicaErrorCode } from "./errors.js";
export type { Door, DoorAnswer } from "./host/door.js";
export type { Member, ReplicaOptions } from "./options.js";
export type { Store } from "./stores/store.js";
export type * from "./types.js";
export { uuidV7 } from "./uuid.js";

/** Options of `connectReplica` in Node. */
export interface NodeReplicaOptions extends ReplicaOptions {
  /** Where the server is: `https://host`, or the whole address of its socket. */
  readonly url: string;
  /** Where documents and unconfirmed edits are kept; {@link memory} if left out. */
  readonly store?: Store;
  /** Where edits go whose author has lost the document; left out, they stay in the store. */
  readonly door?: Door;
}

/** A replica in this process. */
export interface NodeReplica extends Replica {
  /** Disposes of the replica; settles when everything unconfirmed is in the store and the store is released. */
  close(): Promise<void>;
}

/** Keeps nothing beyond this process. Call `flush()` before it ends. */
export function memory(): Store {
  return new MemoryStore();
}

/**
 * Keeps documents in a folder, crash-safe; one process at a time.
 *
 * @param folder - made if it does not exist
 */
export function file(folder: string): Store {
  return new FileStore(folder);
}

/** The compiled modules beside this package's code. */
const ENGINE = new URL("../wasm/consilium_client_bg.wasm", import.meta.url);
const REVIEWER = new URL("../wasm/consilium_review_bg.wasm", import.meta.url);

/**
 * Connects this process to a server. Returns at once.
 *
 * @throws ReplicaError `invalid` for an address that cannot be one
 */
export function connectReplica(options: NodeReplicaOptions): NodeReplica {
  const socket = socketUrl(options.url, undefined);
  const store = options.store ?? memory();
  let finish: () => Promise<void> = () => store.close();
  const replica = new PortReplica({
    tab: uuidV7(),
    lock: null,
    token: options.token,
    member: options.member,
    onFirstOpen: () => undefined,
    onDispose: () => undefined,
  });
  const started = start();
  return {
    status: replica.status,
    unsaved: replica.unsaved,
    open: (name) => replica.open(name),
    localDocuments: () => replica.localDocuments(),
    forget: (name, forgetOptions) => replica.forget(name, forgetOptions),
    setAside: (document) => replica.setAside(document),
    readSetAside: (document, ids) => replica.readSetAside(document, ids),
    readUnsent: (document) => replica.readUnsent(document),
    discardSetAside: (document, ids) => replica.discardSetAside(document, ids),
    keepFork: (fork) => replica.keepFork(fork),
    reconnect: () => replica.reconnect(),
    dispose: () => void close(),
    close,
  };

  async function start(): Promise<void> {
    try {
      const { engine, tools } = await loadEngine({
        engine: new Uint8Array(await readFile(ENGINE)),
        reviewer: async () => new Uint8Array(await readFile(REVIEWER)),
      });
      // Before anything is said: a folder that another process uses is the caller's mistake, not a failing disk.
      await store.list();
      const host = new Host({
        engine,
        tools,
        store,
        connect: webSockets(() => new WebSocket(socket) as WebSocketLike),
        door: options.door ?? noDoor,
        clock: systemClock,
        liveness: inseparable,
        newName: uuidV7,
        onFatal: (error) => replica.fail(new ReplicaError("failed", String(error), { cause: error })),
      });
      finish = () => host.dispose();
      const [tabEnd, hostEnd] = portPair<TabMessage, HostMessage>();
      host.accept(hostEnd);
      replica.speakThrough(tabEnd);
    } catch (error) {
      replica.fail(
        error instanceof ReplicaError ? error : new ReplicaError("storage", String(error), { cause: error }),
      );
    }
  }

  async function close(): Promise<void> {
    await started;
    replica.dispose();
    // Whatever the replica said last is on its way through the port.
    await new Promise((resolve) => setImmediate(resolve));
    await finish();
  }
}
