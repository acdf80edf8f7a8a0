/**
 * The door for what was written before its author lost a document: it takes, and gives nothing back.
 *
 * Beside the socket, because whoever has lost the document has no channel any more. Whether the server has such a door, and
 * whether it is open, shows when somebody comes: one that does not know it answers as for anything that is not there.
 */

/**
 * `taken`: the server has it durably. `refused`: the door is closed. `unfit`: this cannot be handed in by itself. `later`: it
 * could not be asked, or has no time.
 */
export type DoorAnswer = "taken" | "refused" | "unfit" | "later";

/** Brings one V1 update of a document to the door. */
export type Door = (document: string, update: Uint8Array) => Promise<DoorAnswer>;

/** How long an answer may take, in milliseconds. */
const PATIENCE_MS = 30_000;

const TIMEOUT = 408;
const CONFLICT = 409;
const TOO_OFTEN = 429;
const SIGNED_OUT = 401;
const FAILING_FROM = 500;

/** The stable code of a problem. */
const UNFIT = "left-behind-unfit";

/** Nobody stands there. */
export const noDoor: Door = async () => "refused";

/**
 * The door of the server behind a socket's address. The page's own cookies say who comes, so it is for pages of that server.
 *
 * @param socket - the whole address of the socket
 */
export function doorBeside(socket: string): Door {
  return async (document, update) => {
    const url = new URL(`/api/v1/documents/${encodeURIComponent(document)}/left-behind`, socket);
    url.protocol = url.protocol === "wss:" ? "https:" : "http:";
    url.search = "";
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/octet-stream" },
        // A copy: what the engine gave may lie in memory that grows.
        body: update.slice(),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const { ok, status } = response;
      if (ok) {
        return "taken";
      }
      if (status === CONFLICT && (await response.text()).includes(UNFIT)) {
        return "unfit";
      }
      const isPassing = status >= FAILING_FROM || status === TIMEOUT || status === TOO_OFTEN || status === SIGNED_OUT;
      return isPassing ? "later" : "refused";
    } catch {
      return "later";
    }
  };
}
