/** The examples of the README do what they say. They use the built package, as a reader would. */
import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import * as Y from "yjs";
import { Server, scratchFolder } from "../support/server.js";

async function run(example: string, ...args: string[]): Promise<string> {
  const script = fileURLToPath(new URL(`../../examples/${example}`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args], { timeout: 25_000 });
  return stdout.trim();
}

test("edit.mjs: an edit is safe on the server when the script ends", async () => {
  const hub = await Server.start();
  onTestFinished(async () => await hub.dispose());
  expect(await run("edit.mjs", hub.url, "example")).toBe("Edited by a script.");
  const doc = new Y.Doc();
  Y.applyUpdate(doc, await hub.update("example"));
  expect(doc.getText("notes").toString()).toBe("Edited by a script.\n");
});

test("draft-offline.mjs: what was written without a server is sent when there is one", async () => {
  const hub = await Server.start();
  onTestFinished(async () => await hub.dispose());
  const folder = await scratchFolder();
  onTestFinished(async () => await rm(folder, { recursive: true, force: true }));
  expect(await run("draft-offline.mjs", hub.url, folder)).toBe("Written on the train. safe");
});
