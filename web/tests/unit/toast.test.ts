/** How long a message stays at the foot of the page. */
import { expect, test } from "vitest";
import { toastTime } from "../../src/ui/shell/toast.tsx";

test("a message stays as long as it takes to read, and longer only where something is to be done", () => {
  expect(toastTime({ message: "Copied" })).toBeLessThan(4_000);
  const long = { message: "x".repeat(60) };
  expect(toastTime(long)).toBeGreaterThan(toastTime({ message: "Copied" }));
  expect(toastTime({ message: "x".repeat(1_000) })).toBeLessThanOrEqual(8_000);
  const undo = { label: "Undo", run: () => undefined };
  expect(toastTime({ message: "Gone", action: undo })).toBeGreaterThan(toastTime(long));
  expect(toastTime({ message: "No", tone: "alarm" })).toBeGreaterThan(toastTime({ message: "No" }));
});
