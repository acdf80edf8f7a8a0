/**
 * What a document costs in memory, counted where it is held: the page, the replica's worker, its WASM module.
 *
 * Heaps are measured after collecting garbage. The heap of a thread holds its JavaScript objects; the bytes of typed
 * arrays lie beside it, and those of the WASM module in its own memory. What the processes take as a whole, with the
 * browser's own share, is told too: nothing can hide from that.
 */
import { readFileSync } from "node:fs";
import type { Browser, CDPSession, Page } from "playwright-core";

/** All in MiB. */
export interface MemoryUse {
  readonly pageHeap: number;
  /** Typed arrays of the page. */
  readonly pageBuffers: number;
  readonly workerHeap: number;
  /** Typed arrays of the worker. */
  readonly workerBuffers: number;
  /** The memory of the WASM module, which never shrinks: what it took at most. */
  readonly wasm: number;
  /** The processes in which pages and workers run, each page of memory counted once. */
  readonly processes: number;
}

const MIB = 1024 * 1024;

/** Measures one page and the one shared worker of its browser profile. */
export async function measure(browser: Browser, page: Page): Promise<MemoryUse> {
  const pageSession = await page.context().newCDPSession(page);
  const ofPage = await heapOf((method, params) => send(pageSession, method, params));
  const devtools = await browser.newBrowserCDPSession();
  const worker = await attachToWorker(devtools, new URL(page.url()).origin);
  const ofWorker = await heapOf(worker);
  const wasm = await wasmMemory(worker);
  const processes = await processMemory(devtools);
  await devtools.detach();
  await pageSession.detach();
  return {
    pageHeap: ofPage.used,
    pageBuffers: ofPage.buffers,
    workerHeap: ofWorker.used,
    workerBuffers: ofWorker.buffers,
    wasm,
    processes,
  };
}

type Command = (method: string, params?: object) => Promise<unknown>;

/** Commands whose answers are read here, not by the library's types. */
function send(session: CDPSession, method: string, params: object = {}): Promise<unknown> {
  return (session.send as (name: string, given: object) => Promise<unknown>).call(session, method, params);
}

async function heapOf(command: Command): Promise<{ readonly used: number; readonly buffers: number }> {
  await command("HeapProfiler.collectGarbage");
  const { usedSize, backingStorageSize } = (await command("Runtime.getHeapUsage")) as {
    readonly usedSize: number;
    readonly backingStorageSize: number;
  };
  return { used: usedSize / MIB, buffers: backingStorageSize / MIB };
}

/** The bytes of every WASM memory in a thread. */
async function wasmMemory(command: Command): Promise<number> {
  const { result: prototype } = (await command("Runtime.evaluate", {
    expression: "WebAssembly.Memory.prototype",
  })) as { readonly result: { readonly objectId: string } };
  const { objects } = (await command("Runtime.queryObjects", { prototypeObjectId: prototype.objectId })) as {
    readonly objects: { readonly objectId: string };
  };
  const { result: total } = (await command("Runtime.callFunctionOn", {
    objectId: objects.objectId,
    functionDeclaration: "function () { return this.reduce((sum, { buffer }) => sum + buffer.byteLength, 0); }",
  })) as { readonly result: { readonly value: number } };
  return total.value / MIB;
}

/** Speaks to the shared worker of an origin, through the browser. */
async function attachToWorker(devtools: CDPSession, origin: string): Promise<Command> {
  const { targetInfos } = await devtools.send("Target.getTargets");
  const worker = targetInfos.find(({ type, url }) => type === "shared_worker" && url.startsWith(origin));
  if (worker === undefined) {
    throw new Error(`no shared worker of ${origin}`);
  }
  const { sessionId } = await devtools.send("Target.attachToTarget", { targetId: worker.targetId, flatten: false });
  let last = 0;
  return (method, params = {}) =>
    new Promise((resolve, reject) => {
      last += 1;
      const id = last;
      const onMessage = (event: { readonly sessionId: string; readonly message: string }): void => {
        const answer = JSON.parse(event.message) as {
          readonly id?: number;
          readonly result?: unknown;
          readonly error?: { readonly message: string };
        };
        if (event.sessionId === sessionId && answer.id === id) {
          devtools.off("Target.receivedMessageFromTarget", onMessage);
          if (answer.error === undefined) {
            resolve(answer.result);
          } else {
            reject(new Error(`${method}: ${answer.error.message}`));
          }
        }
      };
      devtools.on("Target.receivedMessageFromTarget", onMessage);
      const message = JSON.stringify({ id, method, params });
      devtools.send("Target.sendMessageToTarget", { sessionId, message }).catch(reject);
    });
}

/** What the processes of pages and workers take of this machine's memory. */
async function processMemory(devtools: CDPSession): Promise<number> {
  const { processInfo } = await devtools.send("SystemInfo.getProcessInfo");
  const sizes = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => proportionalSize(id));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** What one process takes, pages shared with others counted in parts, in MiB. */
function proportionalSize(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0) / 1024;
}
