/** What the server knows is asked for again and again while it may change, and no more once the answer is final. */
import { act, createElement, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Portal } from "../../src/sync/index.ts";
import { ApiError, type ApiFailure } from "../../src/sync/rest.ts";
import { Settable } from "../../src/sync/settable.ts";
import { PortalContext } from "../../src/ui/portal/context.tsx";
import { nothing, useAsked } from "../../src/ui/portal/use-asked.ts";

const MINUTE_MS = 60_000;

const portal = { doubts: new Settable(0) } as unknown as Portal;
const problem = { code: "no-such-meeting", field: null, detail: null, waitSeconds: null };
const refusal = (kind: ApiFailure["kind"]) => new ApiError({ kind } as ApiFailure, problem);

let leave = (): void => undefined;

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  vi.useFakeTimers();
});

afterEach(() => {
  leave();
  leave = () => undefined;
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Shows a page that asks so. */
function show(
  ask: () => Promise<string>,
  ...how: [pace?: "kept-fresh" | "awaited", isLast?: () => boolean]
): Promise<void> {
  const Page = (): ReactNode => useAsked(ask, nothing, ...how).value;
  const root = createRoot(document.createElement("div"));
  leave = () => act(() => root.unmount());
  return act(async () => {
    root.render(createElement(PortalContext, { value: portal }, createElement(Page)));
    await Promise.resolve();
  });
}

/** So much time goes by. */
function pass(time: number): Promise<void> {
  return act(async () => {
    await vi.advanceTimersByTimeAsync(time);
  });
}

test("what may change is asked for again", async () => {
  const ask = vi.fn(() => Promise.resolve("open"));
  await show(ask);
  const before = ask.mock.calls.length;
  await pass(MINUTE_MS);
  expect(ask.mock.calls.length).toBeGreaterThan(before);
});

test("what is not there is asked for again only when somebody comes back", async () => {
  const ask = vi.fn(() => Promise.reject<string>(refusal("not-found")));
  await show(ask);
  const before = ask.mock.calls.length;
  await pass(10 * MINUTE_MS);
  expect(ask.mock.calls.length).toBe(before);
  act(() => void window.dispatchEvent(new Event("focus")));
  await pass(1_000);
  expect(ask.mock.calls.length).toBe(before + 1);
});

test("what may come back is asked for all the time, and so is a server that does not answer", async () => {
  for (const [ask, pace] of [
    [vi.fn(() => Promise.reject<string>(refusal("not-found"))), "awaited"],
    [vi.fn(() => Promise.reject<string>(refusal("unreachable"))), "kept-fresh"],
  ] as const) {
    await show(ask, pace);
    const before = ask.mock.calls.length;
    await pass(MINUTE_MS);
    expect(ask.mock.calls.length, pace).toBeGreaterThan(before);
    leave();
    leave = () => undefined;
  }
});

test("what does not change any more is not asked for", async () => {
  const ask = vi.fn(() => Promise.resolve("ended"));
  const isLast = (): boolean => true;
  await show(ask, "kept-fresh", isLast);
  const before = ask.mock.calls.length;
  await pass(10 * MINUTE_MS);
  expect(ask.mock.calls.length).toBe(before);
});
