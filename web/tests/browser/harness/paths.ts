/** Where the browser tests find what they need. */
import { fileURLToPath } from "node:url";

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export const paths = {
  /** The server under test. */
  server: process.env["CONSILIUM_BIN"] ?? fromHere("../../../../target/debug/consilium"),
  /** The app as it is built; a development server reads it from this folder at each request. */
  app: fromHere("../../../dist"),
  /** This package. */
  web: fromHere("../../.."),
  chromium: process.env["CONSILIUM_CHROMIUM"] ?? "/usr/bin/chromium",
  screenshots: fromHere("../../../../.screenshots"),
} as const;
