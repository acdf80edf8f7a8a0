/**
 * How a tab finds its host: through the SharedWorker where there is one, else through a dedicated worker of its own
 * that takes part in the election. A worker that dies is replaced; the replica hears of each new port.
 */
import type { HostMessage, TabMessage } from "./messages.js";
import { messagePort, type Port } from "./ports.js";
import type { Liveness } from "./tabs.js";
import type { WorkerEnded } from "./worker/elected.js";
import type { WorkerSettings } from "./worker/setup.js";
import type { WorkerIntroduction } from "./worker/shared.js";

/** Waits before a dead worker is replaced, in milliseconds: at once first, so that a crash goes unnoticed. */
const RESTART_WAITS_MS = [0, 500, 2_000, 10_000] as const;

/** A worker that lived this long did not die of its start. */
const SETTLED_AFTER_MS = 30_000;

/** Keeps a tab connected to a worker. */
export class BrowserHost {
  readonly #settings: WorkerSettings;
  readonly #liveness: Liveness | null;
  readonly #onPort: (port: Port<TabMessage, HostMessage>) => void;
  readonly #onTrouble: () => void;
  #stop: () => void = () => undefined;
  #deaths = 0;
  #startedAt = 0;
  #disposed = false;

  /**
   * @param liveness - null where there are no Web Locks
   * @param onPort - hears of the port, and of another one whenever a worker had to be replaced
   * @param onTrouble - hears when workers keep dying; trying goes on
   */
  constructor(
    settings: WorkerSettings,
    liveness: Liveness | null,
    onPort: (port: Port<TabMessage, HostMessage>) => void,
    onTrouble: () => void,
  ) {
    this.#settings = settings;
    this.#liveness = liveness;
    this.#onPort = onPort;
    this.#onTrouble = onTrouble;
    this.#start();
  }

  /** Whether this browser can run a host at all. */
  static supported(liveness: Liveness | null): boolean {
    return "SharedWorker" in globalThis || (liveness !== null && "Worker" in globalThis);
  }

  dispose(): void {
    this.#disposed = true;
    this.#stop();
  }

  #start(): void {
    if (this.#disposed) {
      return;
    }
    this.#startedAt = Date.now();
    if ("SharedWorker" in globalThis) {
      this.#startShared();
    } else {
      this.#startDedicated();
    }
  }

  #startShared(): void {
    const worker = new SharedWorker(new URL("./worker/shared.js", import.meta.url), {
      type: "module",
      name: this.#settings.key,
    });
    const { port } = worker;
    let live = true;
    const died = (): void => {
      if (live) {
        live = false;
        this.#restart();
      }
    };
    // The script could not be loaded or did not compile.
    worker.addEventListener("error", died);
    this.#stop = () => {
      live = false;
    };
    const onIntroduction = (event: MessageEvent): void => {
      port.removeEventListener("message", onIntroduction);
      const { lock } = event.data as WorkerIntroduction;
      if (lock !== null && live) {
        const unwatch = this.#liveness?.watch(lock, died);
        this.#stop = () => {
          live = false;
          unwatch?.();
        };
      }
      if (live) {
        this.#onPort(messagePort<TabMessage, HostMessage>(port, () => port.close()));
      }
    };
    port.addEventListener("message", onIntroduction);
    port.start();
    port.postMessage(this.#settings);
  }

  #startDedicated(): void {
    const worker = new Worker(new URL("./worker/elected.js", import.meta.url), {
      type: "module",
      name: this.#settings.key,
    });
    let live = true;
    const died = (): void => {
      if (live) {
        live = false;
        worker.terminate();
        this.#restart();
      }
    };
    worker.addEventListener("error", died);
    worker.addEventListener("message", (event: MessageEvent) => {
      if ((event.data as HostMessage | WorkerEnded).type === "ended") {
        died();
      }
    });
    this.#stop = () => {
      live = false;
      worker.terminate();
    };
    worker.postMessage(this.#settings);
    this.#onPort(messagePort<TabMessage, HostMessage>(worker, () => worker.terminate()));
  }

  #restart(): void {
    if (Date.now() - this.#startedAt > SETTLED_AFTER_MS) {
      this.#deaths = 0;
    }
    const wait = RESTART_WAITS_MS[Math.min(this.#deaths, RESTART_WAITS_MS.length - 1)] ?? 0;
    this.#deaths += 1;
    if (this.#deaths >= RESTART_WAITS_MS.length) {
      this.#onTrouble();
    }
    setTimeout(() => this.#start(), wait);
  }
}
