/**
 * What the server says of itself before anything else: who may come in, and its version.
 *
 * The answer is remembered on this device, so that a later visit starts at once and without network.
 */
import { recallJson, remember } from "./browser-store.ts";

/**
 * How members come in: `open` lets each tab pick a name, `token` wants a personal link, `portal` an account, and `demo` is
 * a portal whose people one can be by a click.
 */
export type ServerMode = (typeof modes)[number];

const modes = ["demo", "open", "token", "portal"] as const;

/** Whether people have accounts there. */
export function hasAccounts(mode: ServerMode): boolean {
  return mode === "portal" || mode === "demo";
}

export interface ServerConfig {
  readonly mode: ServerMode;
  readonly product: string;
  readonly version: string;
  /** What people call the OpenID Connect provider with which they may sign in too; `null` where there is none. */
  readonly provider: string | null;
  /** Whether the server sends mail. */
  readonly mail: boolean;
}

const MEMORY_KEY = "consilium.config";

/** Asks the server; remembers the answer. Rejects when it cannot be reached or answers something else. */
export async function fetchConfig(base: string): Promise<ServerConfig> {
  const response = await fetch(new URL("/api/v1/config", base), { headers: { accept: "application/json" } });
  if (!response.ok) {
    throw new Error(`configuration request answered ${response.status}`);
  }
  const config = readConfig(await response.json());
  if (config === null) {
    throw new Error("configuration answer not understood");
  }
  remember("device", MEMORY_KEY, JSON.stringify(config));
  return config;
}

/** The answer of an earlier visit. */
export function rememberedConfig(): ServerConfig | null {
  return readConfig(recallJson("device", MEMORY_KEY));
}

function readConfig(value: unknown): ServerConfig | null {
  if (typeof value !== "object" || value === null) {
    return null;
  }
  const {
    mode: said,
    product,
    version,
    openid,
    mail,
    provider,
  } = value as Partial<Record<keyof ServerConfig | "openid", unknown>>;
  const mode = modes.find((known) => known === said);
  if (mode === undefined) {
    return null;
  }
  return {
    mode,
    product: typeof product === "string" ? product : "Consilium",
    version: typeof version === "string" ? version : "",
    mail: mail === true,
    provider: nameOf(openid) ?? (typeof provider === "string" ? provider : null),
  };
}

/** What the provider is called in an answer of the server; the memory has the name itself. */
function nameOf(openid: unknown): string | null {
  const name = typeof openid === "object" && openid !== null ? (openid as { readonly name?: unknown }).name : null;
  return typeof name === "string" && name !== "" ? name : null;
}
