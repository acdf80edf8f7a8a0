import { defineConfig } from "vitest/config";

/** Real Chromium: workers, IndexedDB, Web Locks. Needs the built package (`npm run build`) and the server's binary. */
export default defineConfig({
  test: {
    include: ["tests/browser/**/*.test.ts"],
    globalSetup: ["tests/browser/build-page.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Each file starts a browser of its own.
    fileParallelism: false,
  },
});
