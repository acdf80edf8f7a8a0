/**
 * Which presence may be drawn as a cursor.
 *
 * Presence comes from other clients as it is, and the binding trusts its form: a malformed cursor would throw in the
 * middle of every transaction of everybody else in the document (I5). So only well-formed ones get that far.
 */

/** Whether `state`, the presence of one client, has a cursor that can be resolved, and a user that can be named. */
export function hasDrawableCursor(state: unknown): boolean {
  if (!isRecord(state) || !isRecord(state["cursor"])) {
    return false;
  }
  const { anchor, head } = state["cursor"];
  const user = state["user"];
  return isRelativePosition(anchor) && isRelativePosition(head) && (user === undefined || isRecord(user));
}

/** The form of a relative position as Yjs writes it to JSON. */
export function isRelativePosition(value: unknown): boolean {
  if (!isRecord(value)) {
    return false;
  }
  const { type, tname, item, assoc } = value;
  return (
    isIdOrNothing(type) &&
    isIdOrNothing(item) &&
    (isNothing(tname) || typeof tname === "string") &&
    (isNothing(assoc) || typeof assoc === "number") &&
    !(isNothing(type) && isNothing(item) && isNothing(tname))
  );
}

function isIdOrNothing(value: unknown): boolean {
  return isNothing(value) || (isRecord(value) && isCount(value["client"]) && isCount(value["clock"]));
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
