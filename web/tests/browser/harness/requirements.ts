/** Says in one sentence what is missing, before any test runs. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { paths } from "./paths.ts";

export default function requirements(): void {
  const missing = [
    [paths.server, "Build the server first: cargo build -p consilium-server"],
    [join(paths.app, "index.html"), "Build the app first: npm run build -w @consilium/web"],
    [paths.chromium, "Install Chromium first: apt-get install chromium"],
  ].filter(([path]) => !existsSync(path ?? ""));
  if (missing.length > 0) {
    throw new Error(missing.map(([path, advice]) => `${path} is missing. ${advice}`).join("\n"));
  }
}
