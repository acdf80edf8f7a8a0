/** Lets `fetch` of a test reach a portal in memory. */
import { vi } from "vitest";
import type { FakePortal } from "./portal.ts";

export const BASE = "http://127.0.0.1:1";

export function servePortal(portal: FakePortal): void {
  vi.stubGlobal("fetch", (input: URL, init: RequestInit = {}) => {
    if (portal.unreachable) {
      return Promise.reject(new TypeError("fetch failed"));
    }
    const { pathname, search } = new URL(input);
    const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : {};
    const answer = portal.answer(
      init.method ?? "GET",
      `${pathname.replace("/api/v1", "")}${search}`,
      body as Readonly<Record<string, unknown>>,
    );
    return Promise.resolve(
      new Response(answer.body === undefined ? null : JSON.stringify(answer.body), {
        status: answer.status,
        headers: { "content-type": "application/json", ...answer.headers },
      }),
    );
  });
}
