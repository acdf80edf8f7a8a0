/** Bundles the laboratory page as an app would, and serves it for all test files. */
import { fileURLToPath } from "node:url";
import { build, preview } from "vite";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the laboratory page is. */
    readonly page: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const root = fileURLToPath(new URL("./page", import.meta.url));
  const shared = {
    root,
    configFile: false,
    logLevel: "error",
    worker: { format: "es" },
    build: { outDir: "../../../node_modules/.page", emptyOutDir: true, target: "es2023" },
  } as const;
  await build(shared);
  const server = await preview({ ...shared, preview: { host: "127.0.0.1", port: 0, strictPort: false } });
  const [address] = server.resolvedUrls?.local ?? [];
  if (address === undefined) {
    throw new Error("the page is not being served");
  }
  project.provide("page", address);
  return async () => await server.close();
}
