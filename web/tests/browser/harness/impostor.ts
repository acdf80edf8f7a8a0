/** Somebody with rights of their own who pretends to be another member (D16): takes the ids of their blocks. */
import type { Page } from "playwright-core";
import * as Y from "yjs";
import type { Server } from "./server.ts";

/** The CRDT clients in the document now. `token` is the impostor's own, and so is `page`. */
export async function spy(page: Page, name: string, token: string): Promise<readonly number[]> {
  return await page.evaluate(clientsIn, `/yjs/${encodeURIComponent(name)}?token=${encodeURIComponent(token)}`);
}

/** Takes the first ids of these clients for blocks of the impostor's own. */
export async function usurp(server: Server, name: string, clients: readonly number[], token: string): Promise<void> {
  for (const client of clients) {
    const doc = new Y.Doc();
    doc.clientID = client;
    doc.getText("forged").insert(0, "forged");
    const answer = await fetch(`${server.url}/api/v1/docs/${encodeURIComponent(name)}/update`, {
      method: "POST",
      headers: { "content-type": "application/octet-stream", authorization: `Bearer ${token}` },
      body: new Uint8Array(Y.encodeStateAsUpdate(doc)),
    });
    if (!answer.ok) {
      throw new Error(`the forged edit was answered with ${answer.status}`);
    }
  }
}

/** Runs in a page: the CRDT clients in a document, as its socket for stock clients tells them. */
async function clientsIn(path: string): Promise<readonly number[]> {
  const PRESENCE = 1;
  const socket = new WebSocket(new URL(path, location.origin.replace("http", "ws")));
  socket.binaryType = "arraybuffer";
  const presence = await new Promise<Uint8Array>((resolve, reject) => {
    socket.onerror = () => reject(new Error("the impostor was not let in"));
    socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
      const frame = new Uint8Array(data);
      if (frame[0] === PRESENCE) {
        resolve(frame);
      }
    };
  });
  socket.close();
  let at = 1;
  const number = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = presence[at] ?? 0;
      at += 1;
      value += (byte % 128) * factor;
      if (byte < 128) {
        return value;
      }
    }
  };
  number();
  return Array.from({ length: number() }, () => {
    const client = number();
    number();
    at += number();
    return client;
  });
}
