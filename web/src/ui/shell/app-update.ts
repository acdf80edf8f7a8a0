/**
 * Newer versions of the app: looked for while the page is open, loaded only when the person says so.
 *
 * The service worker fetches a newer version as a whole and keeps it waiting. Loading it in one tab takes it into use
 * for all of them; the others go on with the pieces they have, and say so instead of reloading under somebody's hands.
 */
import type { Observable, Replica } from "../../sync/index.ts";
import { fetchAllPieces } from "../pieces.ts";

export interface UpdateOffer {
  /**
   * - `none`: nothing newer is known.
   * - `ready`: a newer version waits to be loaded.
   * - `superseded`: it is in use in this browser; this page is still of the older one.
   */
  readonly kind: "none" | "ready" | "superseded";
  /** The person wants to be left alone with it for now. */
  readonly putOff: boolean;
}

/** The service worker, as the build names it. */
const SCRIPT = "/sw.js";

/** What tells a waiting worker to take over; the word that the built worker listens for. */
const TAKE_OVER = { type: "SKIP_WAITING" } as const;

/** How often a page that stays open looks for a newer version, in milliseconds. */
const CHECK_MS = 60 * 60 * 1000;

/** How long after a newer version could not be fetched as a whole it is tried again, in milliseconds. */
const RETRY_MS = 30 * 1000;

let offer: UpdateOffer = { kind: "none", putOff: false };
const listeners = new Set<(offer: UpdateOffer) => void>();
let registering: Promise<ServiceWorkerRegistration | null> | undefined;
/** The newer version that was offered last. */
let offered: ServiceWorker | null = null;

/** What is known about newer versions. */
export const updateOffer: Observable<UpdateOffer> = {
  get value() {
    return offer;
  },
  subscribe(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

function show(next: UpdateOffer): void {
  offer = next;
  for (const listener of [...listeners]) {
    listener(next);
  }
}

/** Puts the app on this device, and looks for newer versions of it until the returned function is called. */
export function watchForUpdates(replica: Replica): () => void {
  registering ??= register();
  const check = async (): Promise<void> => {
    const registration = await registering;
    // What is being installed for the first time is the newest.
    if (registration && registration.active !== null) {
      // Without network there is nothing newer to be had.
      await registration.update().catch(() => undefined);
      offerWaiting(registration);
    }
  };
  const stop = new AbortController();
  const { signal } = stop;
  const onVisible = (): void => {
    if (document.visibilityState === "visible") {
      void check();
    }
  };
  document.addEventListener("visibilitychange", onVisible, { signal });
  // A newer app comes with a newer server, and a server is replaced by ending it.
  const unsubscribe = replica.status.subscribe(({ kind }) => void (kind === "online" && check()));
  const timer = setInterval(() => void check(), CHECK_MS);
  return () => {
    stop.abort();
    unsubscribe();
    clearInterval(timer);
  };
}

/** Null where there are no service workers, or none while developing. */
async function register(): Promise<ServiceWorkerRegistration | null> {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) {
    return null;
  }
  const { serviceWorker } = navigator;
  let { controller } = serviceWorker;
  serviceWorker.addEventListener("controllerchange", () => {
    // The first worker only takes care of a page that had none.
    if (controller !== null) {
      show({ kind: "superseded", putOff: false });
    }
    controller = serviceWorker.controller;
  });
  try {
    const registration = await serviceWorker.register(SCRIPT);
    registration.addEventListener("updatefound", () => {
      const worker = registration.installing;
      worker?.addEventListener("statechange", () => {
        offerWaiting(registration);
        // One piece that did not come ends the whole fetch, and a ward's network loses pieces.
        if (worker.state === "redundant" && registration.waiting === null && worker !== offered) {
          setTimeout(() => void fetchAgain(registration), RETRY_MS);
        }
      });
    });
    offerWaiting(registration);
    return registration;
  } catch {
    // The app works without, but not offline; the next visit tries again.
    return null;
  }
}

/** Fetches what could not be fetched as a whole; what fails again comes here again. */
async function fetchAgain(registration: ServiceWorkerRegistration): Promise<void> {
  try {
    await (registration.active === null ? navigator.serviceWorker.register(SCRIPT) : registration.update());
  } catch {
    // No network: the next connection looks for it.
  }
}

/** Offers the version that waits, once. */
function offerWaiting(registration: ServiceWorkerRegistration): void {
  const { waiting } = registration;
  if (waiting === null || registration.active === null || waiting === offered) {
    return;
  }
  offered = waiting;
  show({ kind: "ready", putOff: false });
  // Any tab may take the newer version into use, and the rest of this one is gone then.
  void fetchAllPieces();
}

/** Leaves the person alone with it; `false` offers it again. */
export function putOffUpdate(putOff: boolean): void {
  show({ ...offer, putOff });
}

/**
 * One step towards the newer version: takes it into use, which turns `ready` into `superseded`, or loads the page
 * again. The caller has seen to it that nothing is lost.
 */
export async function stepToUpdate({ kind }: UpdateOffer): Promise<void> {
  switch (kind) {
    case "none":
      return;
    case "ready":
      (await registering)?.waiting?.postMessage(TAKE_OVER);
      return;
    case "superseded":
      location.reload();
  }
}
