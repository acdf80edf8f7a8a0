/** A document with 259,778 edits behind it opens, and can be written in. Prints what that costs. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import * as Y from "yjs";
import { longHistory, Writer } from "./harness/history.ts";
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

/** Memory of the page's own heap after collecting garbage, in MiB; the replica's worker has its own. */
async function heap(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  return usedSize / 1024 / 1024;
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

  const fromServer = await open();
  expect((await blocksOn(page)).join("\n") === history.text).toBe(true);
  await whenSaved(page, "safe");
  const memory = await heap(page);
  const fromDevice = await open();

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
      `a word is there after ${keystroke.toFixed(0)} ms, page heap ${memory.toFixed(0)} MiB`,
    ].join(" "),
  );
  // Generous, for a busy machine; the figures above are what to watch.
  expect(fromServer).toBeLessThan(30_000);
  expect(memory).toBeLessThan(400);
});
