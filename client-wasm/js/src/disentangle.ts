/**
 * Gives edits ids of their own where the document has other blocks under theirs.
 *
 * Ids of blocks belong to the member who first used them (D16). Edits that were refused on that ground carry ids under
 * which the document holds something else by now; applied as they are, they would be taken for known, in part or
 * whole, and their words would be lost. What the document really knows keeps its ids.
 */
import * as encoding from "lib0/encoding";
import * as Y from "yjs";

type Struct = Y.Item | Y.GC | Y.Skip;
type Decoded = ReturnType<typeof Y.decodeUpdate>;

/** A run of ids of one client, and the client that it becomes part of. */
interface Move {
  readonly from: number;
  readonly to: number;
  readonly client: number;
  /** The clock of its first id there. */
  readonly clock: number;
}

/**
 * The edits with ids that mean nothing else in `doc`. Bytes that are no update are left out.
 *
 * @param updates - V1, oldest first
 */
export function disentangle(doc: Y.Doc, updates: readonly Uint8Array[]): readonly Uint8Array[] {
  const decoded = updates.flatMap((update) => {
    try {
      return [{ update, parts: Y.decodeUpdate(update) }];
    } catch {
      return [];
    }
  });
  const clash = new Set(
    decoded.flatMap(({ parts }) =>
      parts.structs.filter((struct) => clashes(doc, struct)).map(({ id: { client } }) => client),
    ),
  );
  if (clash.size === 0) {
    return decoded.map(({ update }) => update);
  }
  const moves = planMoves(
    decoded.flatMap(({ parts }) => parts.structs),
    clash,
  );
  return decoded.map(({ parts }) => encode(parts, moves));
}

/** Whether the document has another block under the first id of this one. */
function clashes(doc: Y.Doc, struct: Struct): boolean {
  const { id } = struct;
  if (!(struct instanceof Y.Item) || id.clock >= Y.getState(doc.store, id.client)) {
    return false;
  }
  const known: unknown = Y.getItem(doc.store, id);
  if (!(known instanceof Y.Item) || known.content instanceof Y.ContentDeleted) {
    // Collected as garbage: it was known once, and there is nothing left to compare.
    return false;
  }
  const [held, ours] = [known.content, struct.content];
  if (held instanceof Y.ContentString && ours instanceof Y.ContentString) {
    const rest = held.str.slice(id.clock - known.id.clock);
    // Blocks of one author grow together on either side.
    return !(rest.startsWith(ours.str) || ours.str.startsWith(rest));
  }
  return held.constructor !== ours.constructor;
}

function planMoves(structs: readonly Struct[], clients: ReadonlySet<number>): ReadonlyMap<number, readonly Move[]> {
  const plan = new Map<number, Move[]>();
  for (const client of clients) {
    const fresh = Math.floor(Math.random() * 2 ** 31);
    const moves: Move[] = [];
    let clock = 0;
    const own = structs
      .filter((struct) => struct.id.client === client && !(struct instanceof Y.Skip))
      .sort((left, right) => left.id.clock - right.id.clock);
    for (const { id, length } of own) {
      const last = moves.at(-1);
      // What a later edit repeats of an earlier one moves once.
      const from = Math.max(id.clock, last?.to ?? 0);
      const to = id.clock + length;
      if (to > from) {
        moves.push({ from, to, client: fresh, clock });
        clock += to - from;
      }
    }
    plan.set(client, moves);
  }
  return plan;
}

function encode({ structs, ds }: Decoded, moves: ReadonlyMap<number, readonly Move[]>): Uint8Array {
  const encoder = new Y.UpdateEncoderV1();
  const rest = encoder.restEncoder;
  const byClient = new Map<number, Struct[]>();
  for (const struct of structs.filter((candidate) => !(candidate instanceof Y.Skip))) {
    const moved = moveStruct(struct, moves);
    byClient.set(moved.id.client, [...(byClient.get(moved.id.client) ?? []), moved]);
  }
  const runs = [...byClient].flatMap(([client, all]) => contiguous(all).map((run) => ({ client, run })));
  // One block for each client: what does not touch is written with the gap in between.
  encoding.writeVarUint(rest, byClient.size);
  for (const client of byClient.keys()) {
    const parts = withGaps(runs.filter((candidate) => candidate.client === client).map(({ run }) => run));
    encoding.writeVarUint(rest, parts.length);
    encoder.writeClient(client);
    encoding.writeVarUint(rest, parts[0]?.id.clock ?? 0);
    for (const part of parts) {
      part.write(encoder, 0);
    }
  }
  writeRemovals(encoder, ds, moves);
  return encoder.toUint8Array();
}

function contiguous(structs: readonly Struct[]): Struct[][] {
  const runs: Struct[][] = [];
  for (const struct of [...structs].sort((left, right) => left.id.clock - right.id.clock)) {
    const last = runs.at(-1)?.at(-1);
    if (last !== undefined && last.id.clock + last.length === struct.id.clock) {
      runs.at(-1)?.push(struct);
    } else {
      runs.push([struct]);
    }
  }
  return runs;
}

function withGaps(runs: readonly (readonly Struct[])[]): Struct[] {
  const parts: Struct[] = [];
  for (const run of runs) {
    const last = parts.at(-1);
    const [first] = run;
    if (last !== undefined && first !== undefined) {
      const end = last.id.clock + last.length;
      parts.push(new Y.Skip(Y.createID(first.id.client, end), first.id.clock - end));
    }
    parts.push(...run);
  }
  return parts;
}

function moveStruct(struct: Struct, moves: ReadonlyMap<number, readonly Move[]>): Struct {
  const id = moveId(struct.id, moves);
  if (struct instanceof Y.Item) {
    const { parent } = struct;
    return new Y.Item(
      id,
      null,
      struct.origin === null ? null : moveId(struct.origin, moves),
      null,
      struct.rightOrigin === null ? null : moveId(struct.rightOrigin, moves),
      parent instanceof Y.ID ? moveId(parent, moves) : parent,
      struct.parentSub,
      struct.content,
    );
  }
  return new Y.GC(id, struct.length);
}

function moveId(id: Y.ID, moves: ReadonlyMap<number, readonly Move[]>): Y.ID {
  const move = moves.get(id.client)?.find(({ from, to }) => id.clock >= from && id.clock < to);
  return move === undefined ? id : Y.createID(move.client, move.clock + id.clock - move.from);
}

/** The delete set of the update format V1. Removals are moved one id at a time, since runs may be torn apart. */
function writeRemovals(
  encoder: Y.UpdateEncoderV1,
  ds: Decoded["ds"],
  moves: ReadonlyMap<number, readonly Move[]>,
): void {
  const rest = encoder.restEncoder;
  const removed = new Map<number, { clock: number; length: number }[]>();
  for (const [client, runs] of ds.clients) {
    for (const { clock, len } of runs) {
      const isMoved = moves.has(client);
      for (let at = 0; at < len; at += isMoved ? 1 : len) {
        const id = moveId(Y.createID(client, clock + at), moves);
        const list = removed.get(id.client) ?? [];
        list.push({ clock: id.clock, length: isMoved ? 1 : len });
        removed.set(id.client, list);
      }
    }
  }
  encoding.writeVarUint(rest, removed.size);
  for (const [client, runs] of removed) {
    encoding.writeVarUint(rest, client);
    encoding.writeVarUint(rest, runs.length);
    for (const { clock, length } of runs.sort((left, right) => left.clock - right.clock)) {
      encoding.writeVarUint(rest, clock);
      encoding.writeVarUint(rest, length);
    }
  }
}
