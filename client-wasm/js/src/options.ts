/** What `connectReplica` takes, and what follows from it. */
import { ReplicaError } from "./errors.js";

/** Who uses the replica. Presence shows `name` and `color`; the server's word wins where it knows better (D16). */
export interface Member {
  /** Separates the local copies of several members of one browser profile; leave it out where there are no accounts. */
  readonly id?: string;
  readonly name: string;
  /** A CSS color for this member's cursor. */
  readonly color: string;
}

/** Options of `connectReplica` on every platform. */
export interface ReplicaOptions {
  /**
   * Where the server is: `https://host`, or the whole address of its socket, `wss://host/sync`. In a browser the
   * default is the server that the page came from.
   */
  readonly url?: string;
  /** Gives the token to present, fresh at each call; null when none can be had. Leave it out for open servers. */
  readonly token?: () => Promise<string | null>;
  /** Set as the presence field `user` of every document that is opened. */
  readonly member?: Member;
}

/** The path of the socket on a server. */
const SOCKET_PATH = "/sync";

/**
 * The address of the server's socket.
 *
 * @param base - the page's address, for relative ones; absent outside of pages
 * @throws ReplicaError `invalid`
 */
export function socketUrl(url: string | undefined, base: string | undefined): string {
  let parsed: URL;
  try {
    parsed = new URL(url ?? "/", base);
  } catch (error) {
    throw new ReplicaError("invalid", `not a server address: "${url ?? ""}"`, { cause: error });
  }
  const schemes: Readonly<Record<string, string>> = { "http:": "ws:", "https:": "wss:", "ws:": "ws:", "wss:": "wss:" };
  const scheme = schemes[parsed.protocol];
  if (scheme === undefined) {
    throw new ReplicaError("invalid", `a server address begins with http, https, ws or wss: "${parsed.href}"`);
  }
  parsed.protocol = scheme;
  parsed.hash = "";
  if (parsed.pathname === "/") {
    parsed.pathname = SOCKET_PATH;
  }
  return parsed.href;
}

/** Names everything that belongs to one replica in a browser profile: worker, locks, channels, database. */
export function replicaKey(socket: string, member: Member | undefined): string {
  return `consilium:${socket}${member?.id === undefined ? "" : `#${encodeURIComponent(member.id)}`}`;
}
