import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // Unit tests need neither the WASM module nor a worker.
  resolve: {
    alias: {
      "@consilium/client/cite": fileURLToPath(new URL("tests/fake/cite.ts", import.meta.url)),
      "@consilium/client": fileURLToPath(new URL("tests/fake/replica.ts", import.meta.url)),
    },
  },
  test: {
    include: ["tests/unit/**/*.test.ts"],
    environment: "jsdom",
    restoreMocks: true,
    // Machines that do other things at once are slow, and no test is about time.
    testTimeout: 60_000,
    css: true,
  },
});
