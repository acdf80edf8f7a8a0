/** A document with 259,778 edits behind it opens, and can be written in. Prints what that costs. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import * as Y from "yjs";
import { longHistory, Writer } from "./harness/history.ts";
import { type MemoryUse, measure } from "./harness/memory.ts";
import { blocksOf, Server } from "./harness/server.ts";
import { blocksOn, eventually, launch, textOf, Visitor, whenSaved } from "./harness/visitor.ts";

let browser: Browser;
let server: Server;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start("open")]);
});

afterAll(async () => {
  await browser?.close();
  await server?.dispose();
});

/** A measurement in words, and what it is more than one before. */
function inWords(name: string, after: MemoryUse, before: MemoryUse): string {
  const parts: readonly (readonly [string, keyof MemoryUse])[] = [
    ["page heap", "pageHeap"],
    ["page buffers", "pageBuffers"],
    ["worker heap", "workerHeap"],
    ["worker buffers", "workerBuffers"],
    ["worker WASM", "wasm"],
    ["processes", "processes"],
  ];
  const figures = parts.map(([label, key]) => {
    const more = after[key] - before[key];
    return `${label} ${after[key].toFixed(1)} MiB (${more < 0 ? "" : "+"}${more.toFixed(1)})`;
  });
  return `memory ${name}: ${figures.join(", ")}`;
}

test("opens from the server and from the device, whole, and takes a word at once", { timeout: 300_000 }, async () => {
  const history = longHistory();
  const writer = new Writer();
  writer.write(history.edits);
  expect(blocksOf(writer.doc).join("\n") === history.text).toBe(true);
  const update = Y.encodeStateAsUpdate(writer.doc);
  const answer = await fetch(`${server.url}/api/v1/docs/large/update`, {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body: new Uint8Array(update),
  });
  expect(answer.ok).toBe(true);

  const ada = await Visitor.arrive(browser, server, "Ada Lindqvist");
  onTestFinished(() => ada.leave());
  const page = await ada.open("/");
  const expected = history.text.split("\n");
  const open = async (): Promise<number> => {
    const began = performance.now();
    await page.goto(`${ada.wire.url}/d/large`);
    await page.waitForFunction(
      (blocks) => (document.querySelector(".prose")?.children.length ?? 0) >= blocks,
      expected.length,
    );
    return performance.now() - began;
  };

  await page.getByRole("heading", { name: "Documents" }).waitFor();
  const empty = await measure(browser, page);
  const fromServer = await open();
  expect((await blocksOn(page)).join("\n") === history.text).toBe(true);
  await whenSaved(page, "safe");
  const atFirst = await measure(browser, page);
  const fromDevice = await open();
  await whenSaved(page, "safe");
  const later = await measure(browser, page);

  await textOf(page).locator("p").first().click();
  await page.keyboard.press("Control+Home");
  const began = performance.now();
  await page.keyboard.insertText("Word ");
  await eventually(async () => (await textOf(page).locator("p").first().innerText()).startsWith("Word "), true);
  const keystroke = performance.now() - began;
  await whenSaved(page, "safe");
  const after = blocksOf(await server.document("large"));
  expect(after[0]).toBe(`Word ${expected[0]}`);

  console.log(
    [
      `${history.source} history of ${history.edits.length} edits, ${history.text.length} characters,`,
      `${expected.length} paragraphs, ${(update.length / 1024).toFixed(0)} KiB:`,
      `opened from the server in ${fromServer.toFixed(0)} ms, from the device in ${fromDevice.toFixed(0)} ms,`,
      `a word is there after ${keystroke.toFixed(0)} ms`,
    ].join(" "),
  );
  console.log(inWords("after opening from the server", atFirst, empty));
  console.log(inWords("after opening from the device", later, empty));
  // Generous, for a busy machine; the figures above are what to watch.
  expect(fromServer).toBeLessThan(30_000);
  for (const use of [atFirst, later]) {
    expect(use.pageHeap + use.pageBuffers).toBeLessThan(200);
    expect(use.workerHeap + use.workerBuffers + use.wasm).toBeLessThan(200);
  }
});
