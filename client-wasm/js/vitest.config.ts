import { defineConfig } from "vitest/config";

/** Everything that runs in Node: pure parts, stores, golden vectors, and the end-to-end tests against the real server. */
export default defineConfig({
  test: {
    include: ["tests/unit/**/*.test.ts", "tests/node/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
