/**
 * A development server's answers for `vite --mode mock`, and `--mode mock-portal`: lists that are made up, and the
 * replica from memory.
 */
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";
import { FakePortal } from "./portal.ts";

const HOUR = 3_600_000;

/** The same where people have accounts. */
export function mockPortal(): Plugin {
  const portal = new FakePortal();
  return {
    name: "consilium-mock-portal",
    config: () => aliases,
    configureServer(server) {
      server.middlewares.use("/api/v1", (request, response) => {
        let body = "";
        request.on("data", (chunk: Buffer) => {
          body += chunk.toString();
        });
        request.on("end", () => {
          const target = request.url ?? "/";
          const answer =
            target === "/config"
              ? { status: 200, body: { mode: "portal", product: "Consilium", version: "0.1.0" } }
              : portal.answer(request.method ?? "GET", target, JSON.parse(body || "{}"));
          response.statusCode = answer.status;
          response.setHeader("content-type", "application/json");
          response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
        });
      });
    },
  };
}

const aliases = {
  resolve: { alias: { "@consilium/client": fileURLToPath(new URL("client.ts", import.meta.url)) } },
};

export function mockServer(): Plugin {
  const now = Date.now();
  const documents = [
    ["sample", "Suspected pulmonary embolism in the emergency department", 0.1],
    ["charter", "Charter of the neighbourhood assembly", 3],
    ["ward", "Ward rounds: what we hand over, and how", 26],
    ["sepsis", "Early recognition of sepsis in primary care: a consensus statement of the regional working group", 60],
    ["untitled", "", 200],
  ].map(([name, title, hours]) => ({
    name,
    title,
    createdAt: now - 900 * HOUR,
    updatedAt: now - Number(hours) * HOUR,
    deletedAt: null as number | null,
  }));
  return {
    name: "consilium-mock-server",
    config: () => aliases,
    configureServer(server) {
      server.middlewares.use("/api/v1", (request, response) => {
        const url = new URL(request.url ?? "/", "http://mock");
        const [, , name, action] = url.pathname.split("/");
        const found = documents.find((document) => document.name === name);
        response.setHeader("content-type", "application/json");
        if (url.pathname === "/config") {
          response.end(JSON.stringify({ mode: "open", product: "Consilium", version: "0.1.0" }));
        } else if (url.pathname === "/documents") {
          const deleted = url.searchParams.get("deleted") === "true";
          const query = (url.searchParams.get("query") ?? "").toLowerCase();
          const list = documents.filter(
            (document) =>
              (document.deletedAt !== null) === deleted && String(document.title).toLowerCase().includes(query),
          );
          response.end(JSON.stringify({ documents: list }));
        } else if (found === undefined) {
          response.statusCode = 404;
          response.end(JSON.stringify({ title: "no such document" }));
        } else {
          found.deletedAt = action === "restore" ? null : Date.now();
          response.statusCode = 204;
          response.end();
        }
      });
    },
  };
}
