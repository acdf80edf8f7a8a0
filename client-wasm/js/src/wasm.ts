/**
 * Loads the WASM engine, built by `cargo xtask wasm` into wasm/.
 *
 * The module's own types come with the build; everything else in this package knows only engine.ts.
 */
import init, { mergeUpdates, Engine as WasmEngine } from "../wasm/consilium_client.js";
import type { Engine, UpdateTools } from "./engine.js";

/** What loading gives. */
export interface LoadedEngine {
  readonly engine: Engine;
  readonly tools: UpdateTools;
}

/**
 * Compiles the engine and makes one.
 *
 * @param bytes - the module's bytes; where they can be fetched beside this file, leave them out
 */
export async function loadEngine(bytes?: Uint8Array<ArrayBuffer>): Promise<LoadedEngine> {
  await init({ module_or_path: bytes ?? new URL("../wasm/consilium_client_bg.wasm", import.meta.url) });
  return {
    engine: new WasmEngine({}, randomSeed()),
    tools: { mergeUpdates: (updates) => mergeUpdates([...updates]) },
  };
}

/** The engine has no randomness of its own; its backoff needs some. */
function randomSeed(): number {
  const [seed] = crypto.getRandomValues(new Uint32Array(1));
  return seed ?? 0;
}
