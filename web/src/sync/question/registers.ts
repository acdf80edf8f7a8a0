/**
 * Values of which none is overwritten unseen (D12): the registers of `model/src/register`, on Yjs.
 *
 * All registers of a document live in one root array. Each setting is an element of its own, a shared array with one
 * object in it, so what people set at the same time lies side by side until a person decides. Whoever sets a value says
 * which settings they were shown; exactly those go. A setting does not say who it is from: that is the member who owns
 * the CRDT client in its id (D16). What reads as no setting is foreign: it is shown, and counts as undecided. ADR-0028 has
 * the reasons; both sides read the same vectors (`model/vectors/registers.json`).
 */
import * as Y from "yjs";

const VALUES = "values";

/** As in the model: how much foreign content is named, and in how many places a setting takes away what it replaces. */
const FOREIGN_SHOWN_MAX = 64;
const REMOVALS_MAX = 256;
const NAME_BYTES_MAX = 200;

/** The name of a setting: the place of its block, `client.clock`. */
export type SettingId = string & { readonly __brand: "SettingId" };

/** A value that somebody set. */
export interface Setting {
  readonly id: SettingId;
  /** The CRDT client that set it. */
  readonly client: number;
  /** `null` where it was cleared. */
  readonly value: unknown;
  /** Milliseconds since the epoch by its author's clock; `null` where it does not say so. */
  readonly at: number | null;
  /** What its author was shown. */
  readonly seen: ReadonlySet<SettingId>;
}

/** Something among the values that is no setting. */
export interface Foreign {
  readonly id: SettingId;
  readonly content: unknown;
}

/** One register, as it stands. */
export interface Register {
  /** The settings that nobody has replaced, in one order everywhere. */
  readonly current: readonly Setting[];
  readonly foreign: readonly Foreign[];
  /** How many elements were replaced without being taken away. */
  readonly replaced: number;
}

/** What a register comes to. */
export type RegisterState =
  | { readonly kind: "unset" }
  | { readonly kind: "settled"; readonly value: unknown }
  | { readonly kind: "conflict" };

/** All registers of a document. */
export interface Values {
  readonly registers: ReadonlyMap<string, Register>;
  /** Foreign content that names no register. */
  readonly foreign: readonly Foreign[];
  /** How much more foreign content there is. */
  readonly foreignMore: number;
}

const EMPTY: Register = { current: [], foreign: [], replaced: 0 };

/** A register; one that nobody has set is empty. */
export function registerIn(values: Values, name: string): Register {
  return values.registers.get(name) ?? EMPTY;
}

export function stateOf({ current, foreign }: Register): RegisterState {
  const [first, ...others] = current;
  if (foreign.length > 0) {
    return { kind: "conflict" };
  }
  if (first === undefined) {
    return { kind: "unset" };
  }
  const value = canonical(first.value);
  return others.every((other) => canonical(other.value) === value)
    ? { kind: "settled", value: first.value }
    : { kind: "conflict" };
}

/** What somebody has seen to whom all of it was shown: to be handed to {@link setRegister}. */
export function shownIn({ current, foreign }: Register): ReadonlySet<SettingId> {
  return new Set([...current, ...foreign].map(({ id }) => id));
}

/** How much is left for a person to decide. */
export function openConflicts(values: Values): number {
  const conflicts = [...values.registers.values()].filter((register) => stateOf(register).kind === "conflict").length;
  return conflicts + values.foreign.length + values.foreignMore;
}

/** The array of all registers of a document, to be watched. */
export function valuesOf(doc: Y.Doc): Y.Array<unknown> {
  return doc.getArray(VALUES);
}

/** Reads all registers of a document. Changes nothing, and reads anything. */
export function readValues(doc: Y.Doc): Values {
  const { elements, foreignMore } = scan(doc);
  const gone = replacedAmong(elements);
  const registers = new Map<string, { current: Setting[]; foreign: Foreign[]; replaced: number }>();
  const foreign: Foreign[] = [];
  for (const element of elements) {
    if (element.register === null) {
      foreign.push({ id: element.id, content: element.content });
      continue;
    }
    const register = registers.get(element.register) ?? { current: [], foreign: [], replaced: 0 };
    registers.set(element.register, register);
    if (gone.has(element.id)) {
      register.replaced++;
    } else if (element.setting === null) {
      register.foreign.push({ id: element.id, content: element.content });
    } else {
      register.current.push(element.setting);
    }
  }
  return { registers, foreign, foreignMore };
}

/**
 * Sets a register, having seen some of its settings: exactly those are replaced, with whatever they had replaced. This is
 * how a conflict is decided too, and how a value is cleared (`null`).
 *
 * @param at - milliseconds since the epoch
 */
export function setRegister(
  doc: Y.Doc,
  name: string,
  value: object | string | number | boolean | null,
  at: number,
  seen: ReadonlySet<SettingId>,
): void {
  if (!isRegisterName(name)) {
    throw new RangeError(`not the name of a register: ${name}`);
  }
  doc.transact(() => {
    const elements = scan(doc).elements.filter(({ register }) => register === name);
    const gone = takenAlong(elements, seen);
    remove(
      doc,
      elements.filter(({ id }) => gone.has(id)),
    );
    const setting = { register: name, value, at, seen: [...seen].sort(byClientAndClock) };
    valuesOf(doc).push([Y.Array.from([setting])]);
  });
}

/** Takes away foreign content that was shown and names no register. What names one goes when that is set. */
export function discardForeign(doc: Y.Doc, shown: ReadonlySet<SettingId>): void {
  doc.transact(() => {
    const { elements } = scan(doc);
    remove(
      doc,
      elements.filter(({ id, register }) => register === null && shown.has(id)),
    );
  });
}

/** One text for values that are the same, in whatever order their keys come. */
export function canonical(value: unknown): string {
  if (value instanceof Uint8Array) {
    return `bytes ${value.join(" ")}`;
  }
  if (Array.isArray(value)) {
    return `[${value.map(canonical).join(",")}]`;
  }
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
    return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join(",")}}`;
  }
  return typeof value === "bigint" ? String(value) : (JSON.stringify(value) ?? "undefined");
}

/** One element of the array. */
interface Element {
  /** Its place among those that are there. */
  readonly place: number;
  readonly id: SettingId;
  readonly register: string | null;
  /** `null` for foreign content. */
  readonly setting: Setting | null;
  readonly content: unknown;
}

/** All elements, but foreign ones beyond those that are shown. */
function scan(doc: Y.Doc): { readonly elements: readonly Element[]; readonly foreignMore: number } {
  const elements: Element[] = [];
  let foreign = 0;
  let foreignMore = 0;
  let place = 0;
  for (const { client, clock, value } of piecesOf(valuesOf(doc))) {
    const setting = value instanceof Y.Array ? settingOf(value, client, clock) : null;
    if (setting !== null) {
      elements.push({ place, ...setting, content: null });
    } else if (foreign === FOREIGN_SHOWN_MAX) {
      foreignMore++;
    } else {
      foreign++;
      const content = contentOf(value);
      elements.push({ place, id: idOf(client, clock), register: namedIn(content), setting: null, content });
    }
    place++;
  }
  return { elements, foreignMore };
}

interface Piece {
  readonly client: number;
  readonly clock: number;
  readonly value: unknown;
}

/** What is there in an array, with the place of each block: iteration over values alone would not say whose they are. */
function* piecesOf(array: Y.Array<unknown>): Generator<Piece> {
  for (let item = array._start; item !== null; item = item.right) {
    if (!item.deleted && item.countable) {
      const values = item.content.getContent() as readonly unknown[];
      for (const [offset, value] of values.entries()) {
        yield { client: item.id.client, clock: item.id.clock + offset, value };
      }
    }
  }
}

/** Reads a setting; `null` for what is none: its object is alone, and was made right after its array by the same client. */
function settingOf(
  entry: Y.Array<unknown>,
  client: number,
  clock: number,
): { readonly id: SettingId; readonly register: string; readonly setting: Setting } | null {
  const [inside, more] = piecesOf(entry);
  if (inside === undefined || more !== undefined || inside.client !== client || inside.clock !== clock + 1) {
    return null;
  }
  const fields = plainFields(inside.value);
  const register = fields === null ? null : named(fields);
  if (fields === null || register === null || fields["value"] === undefined) {
    return null;
  }
  const id = idOf(client, clock);
  const seen = Array.isArray(fields["seen"]) ? fields["seen"].filter(isSettingId) : [];
  const setting = { id, client, value: fields["value"], at: wholeNumber(fields["at"]), seen: new Set(seen) };
  return { id, register, setting };
}

/** What is replaced: by a setting of the same register that stands behind it and has seen it. */
function replacedAmong(elements: readonly Element[]): ReadonlySet<SettingId> {
  const replaced = new Set<SettingId>();
  const seenBehind = new Map<string | null, Set<SettingId>>();
  for (const { id, register, setting } of elements.toReversed()) {
    const seen = seenBehind.get(register) ?? new Set();
    seenBehind.set(register, seen);
    if (seen.has(id)) {
      replaced.add(id);
    }
    for (const other of setting?.seen ?? []) {
      seen.add(other);
    }
  }
  return replaced;
}

/** What goes with what was shown, of one register: that, and whatever it has replaced, which would come to light again. */
function takenAlong(elements: readonly Element[], shown: ReadonlySet<SettingId>): ReadonlySet<SettingId> {
  const gone = new Set<SettingId>();
  const seenByGone = new Set<SettingId>();
  for (const { id, setting } of elements.toReversed()) {
    if (shown.has(id) || seenByGone.has(id)) {
      gone.add(id);
      for (const other of setting?.seen ?? []) {
        seenByGone.add(other);
      }
    }
  }
  return gone;
}

/** Takes elements away, from the front, and no more runs of them than that. What stays is replaced all the same. */
function remove(doc: Y.Doc, elements: readonly Element[]): void {
  const runs: { first: number; length: number }[] = [];
  for (const { place } of elements) {
    const last = runs.at(-1);
    if (last !== undefined && last.first + last.length === place) {
      last.length++;
    } else {
      runs.push({ first: place, length: 1 });
    }
  }
  let before = 0;
  for (const { first, length } of runs.slice(0, REMOVALS_MAX)) {
    valuesOf(doc).delete(first - before, length);
    before += length;
  }
}

function idOf(client: number, clock: number): SettingId {
  return `${client}.${clock}` as SettingId;
}

function isSettingId(id: unknown): id is SettingId {
  return typeof id === "string" && /^(0|[1-9]\d*)\.(0|[1-9]\d*)$/.test(id);
}

function byClientAndClock(one: SettingId, other: SettingId): number {
  const [client = 0, clock = 0] = one.split(".").map(Number);
  const [otherClient = 0, otherClock = 0] = other.split(".").map(Number);
  return client - otherClient || clock - otherClock;
}

function isRegisterName(name: string): boolean {
  return name !== "" && new TextEncoder().encode(name).length <= NAME_BYTES_MAX && !/\p{Cc}/u.test(name);
}

function contentOf(value: unknown): unknown {
  return value instanceof Y.AbstractType ? (value.toJSON() as unknown) : value;
}

/** The register that foreign content names, directly or in the first object of a list that names one. */
function namedIn(content: unknown): string | null {
  for (const part of Array.isArray(content) ? content : [content]) {
    const fields = plainFields(part);
    const name = fields === null ? null : named(fields);
    if (name !== null) {
      return name;
    }
  }
  return null;
}

function named({ register }: Readonly<Record<string, unknown>>): string | null {
  return typeof register === "string" && isRegisterName(register) ? register : null;
}

function plainFields(value: unknown): Readonly<Record<string, unknown>> | null {
  const isPlain =
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array) &&
    !(value instanceof Y.AbstractType);
  return isPlain ? (value as Readonly<Record<string, unknown>>) : null;
}

function wholeNumber(value: unknown): number | null {
  const number = typeof value === "bigint" ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) ? number : null;
}
