import { defineConfig } from "vitest/config";

/** What measures the page and prints it: nothing else runs beside it. */
const MEASURING = ["tests/browser/large.test.ts"];

const everyFile = {
  environment: "node" as const,
  globalSetup: ["tests/browser/harness/requirements.ts"],
  // A real server and a real browser on a busy machine; every wait inside is for a condition.
  testTimeout: 240_000,
  hookTimeout: 120_000,
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...everyFile,
          name: "pages",
          include: ["tests/browser/**/*.test.ts"],
          exclude: MEASURING,
          // Each file has a server and a browser of its own, and waits for them most of the time.
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...everyFile,
          name: "measurements",
          include: MEASURING,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
