/** The golden vectors of the wire, read with the decoders of stock Yjs clients. */
import { readdirSync, readFileSync } from "node:fs";
import * as decoding from "lib0/decoding";
import { describe, expect, test } from "vitest";
import { Awareness, applyAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";
import { PresenceBoard } from "../../src/host/presence-board.js";
import { type Entry, fromHex, type Message, readEntries, readEnvelope, readPlain } from "../support/wire.js";

interface Vector {
  readonly name: string;
  readonly hex: string;
  readonly direction?: string;
  readonly error?: string;
  readonly address?: object;
  readonly message?: Message;
  readonly messages?: readonly Message[];
  readonly entries?: readonly Entry[];
  readonly value?: number;
}

interface VectorFile {
  readonly protocol: "envelope" | "plain" | "presence" | "varuint";
  readonly vectors: readonly Vector[];
}

const folder = new URL("../../../../protocol/vectors/", import.meta.url);
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .map((name) => [name, JSON.parse(readFileSync(new URL(name, folder), "utf8")) as VectorFile] as const);

test("there are vectors", () => {
  expect(files.flatMap(([, { vectors }]) => vectors).length).toBeGreaterThan(100);
});

/** Files whose vectors must all be refused are for strict decoders; a stock one need not be. */
describe.each(files.filter(([name]) => !name.startsWith("refused-")))("%s", (_, { protocol, vectors }) => {
  test.each(vectors.filter(({ error }) => error === undefined))("$name", (vector) => {
    const bytes = fromHex(vector.hex);
    switch (protocol) {
      case "envelope": {
        const { address, message } = readEnvelope(bytes, vector.direction === "server-to-client");
        expect(address).toEqual(vector.address);
        expect(message).toEqual(vector.message);
        return;
      }
      case "plain":
        expect(readPlain(bytes)).toEqual(vector.messages);
        return;
      case "presence":
        expect(readEntries(bytes)).toEqual(vector.entries);
        return;
      case "varuint":
        expect(decoding.readVarUint(decoding.createDecoder(bytes))).toBe(vector.value);
        return;
      default:
        protocol satisfies never;
    }
  });
});

/** Presence payloads on their own, good and bad. */
const presences = files.filter(([, { protocol }]) => protocol === "presence").flatMap(([, { vectors }]) => vectors);

test.each(presences.filter(({ error }) => error === undefined))(
  "the board and a stock client agree on who is here: $name",
  ({ hex, entries = [] }) => {
    const board = new PresenceBoard();
    board.apply(fromHex(hex), 0);
    const onBoard = readEntries(board.snapshot(0) ?? Uint8Array.of(0));
    expect(onBoard).toEqual(entries.filter(({ state }) => state !== "null"));
    const awareness = new Awareness(new Y.Doc());
    awareness.setLocalState(null);
    applyAwarenessUpdate(awareness, fromHex(hex), "test");
    for (const [client, state] of awareness.getStates()) {
      expect(JSON.parse(onBoard.find((entry) => entry.client === client)?.state ?? "null")).toEqual(state);
    }
    awareness.destroy();
  },
);

test.each(presences.filter(({ error }) => error !== undefined))("the board survives bad presence: $name", ({ hex }) => {
  const board = new PresenceBoard();
  board.apply(Uint8Array.of(1, 7, 1, 2, 0x7b, 0x7d), 0);
  board.apply(fromHex(hex), 0);
  expect(readEntries(board.snapshot(0) ?? Uint8Array.of(0))).toContainEqual({ client: 7, clock: 1, state: "{}" });
});
