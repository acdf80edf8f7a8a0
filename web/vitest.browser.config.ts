import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/browser/**/*.test.ts"],
    environment: "node",
    globalSetup: ["tests/browser/harness/requirements.ts"],
    // A real server and a real browser on a busy machine; every wait inside is for a condition.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // One browser at a time: they would measure each other.
    fileParallelism: false,
  },
});
