/** A newer version of the app, built as a release would be: other content, other file names. */
import { join } from "node:path";
import { build, type Plugin } from "vite";
import { paths } from "./paths.ts";

/** Builds the app into `folder`; its page says `version` in a `meta` element. */
export async function buildVersion(folder: string, version: string): Promise<void> {
  const marked: Plugin = {
    name: "marked-version",
    renderChunk: (code) => `${code}\n/* ${version} */`,
    transformIndexHtml: () => [{ tag: "meta", attrs: { name: "version", content: version }, injectTo: "head" }],
  };
  await build({
    root: paths.web,
    configFile: join(paths.web, "vite.config.ts"),
    logLevel: "error",
    plugins: [marked],
    build: { outDir: folder, emptyOutDir: true },
  });
}
