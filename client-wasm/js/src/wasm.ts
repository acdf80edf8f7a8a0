/**
 * Loads the WASM modules, built by `cargo xtask wasm` into wasm/: the engine at once, the reviewer when it is first needed.
 *
 * The modules' own types come with the build; everything else in this package knows only engine.ts.
 */
import init, { mergeUpdates, Engine as WasmEngine } from "../wasm/consilium_client.js";
import initReviewer, { keepSide, mergeReview } from "../wasm/consilium_review.js";
import type { Engine, Reviewer, UpdateTools } from "./engine.js";

/** What loading gives. */
export interface LoadedEngine {
  readonly engine: Engine;
  readonly tools: UpdateTools;
}

/** The bytes of the modules, where they cannot be fetched from beside this file. */
export interface ModuleBytes {
  readonly engine: Uint8Array<ArrayBuffer>;
  readonly reviewer: () => Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Compiles the engine and makes one.
 *
 * @param bytes - where the modules can be fetched beside this file, leave them out
 */
export async function loadEngine(bytes?: ModuleBytes): Promise<LoadedEngine> {
  await init({ module_or_path: bytes?.engine ?? new URL("../wasm/consilium_client_bg.wasm", import.meta.url) });
  let loading: Promise<Reviewer> | undefined;
  return {
    engine: new WasmEngine({}, randomSeed()),
    tools: {
      mergeUpdates: (updates) => mergeUpdates([...updates]),
      reviewer: () => {
        loading ??= loadReviewer(bytes).catch((error: unknown) => {
          // The next who needs it tries again.
          loading = undefined;
          throw error;
        });
        return loading;
      },
    },
  };
}

async function loadReviewer(bytes?: ModuleBytes): Promise<Reviewer> {
  const module = (await bytes?.reviewer()) ?? new URL("../wasm/consilium_review_bg.wasm", import.meta.url);
  await initReviewer({ module_or_path: module });
  return {
    review: ({ base, mine, theirs }, awayMs) => mergeReview(base, mine, theirs, awayMs),
    // An id like those that Yjs draws: nobody else writes under it.
    keep: (content, copies, place, side) => keepSide(content, randomSeed(), copies, place, side),
  };
}

/** The modules have no randomness of their own. */
function randomSeed(): number {
  const [seed] = crypto.getRandomValues(new Uint32Array(1));
  return seed ?? 0;
}
