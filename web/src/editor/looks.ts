/**
 * Keeps the looks of the members in one document apart.
 *
 * Everybody announces a look and, with it, since when they are here. Of two with the same look the one who came later
 * takes another, so all pages agree and nobody's look changes without need. Two tabs of one person may look alike.
 */
import { freeLook, isSameLook, type Look, type ReplicaDocument } from "../sync/index.ts";
import { colourOf, markOf, type PresenceUser } from "./carets.ts";

type Awareness = ReplicaDocument["awareness"];

/** The presence of a member, beside the cursor. */
export interface Announcement extends Look {
  readonly name: string;
}

/** Announces `wished` and changes its look when somebody has it already. Returns the function that stops it. */
export function announce(awareness: Awareness, wished: Announcement, now: number): () => void {
  const mine = awareness.getLocalState()?.["user"] as PresenceUser | undefined;
  const since = typeof mine?.["since"] === "number" ? mine["since"] : now;
  const say = (look: Look): void => {
    awareness.setLocalStateField("user", { name: wished.name, color: look.color, mark: look.mark, since });
  };
  let look: Look = { color: wished.color, mark: wished.mark };
  say(look);
  const onChange = (): void => {
    const others = othersIn(awareness);
    const isLater = others.some(
      (other) =>
        isSameLook(other.look, look) &&
        (other.since < since || (other.since === since && other.client < awareness.clientID)),
    );
    if (!isLater) {
      return;
    }
    const next = freeLook(
      wished,
      others.map((other) => other.look),
    );
    // With more people than looks there is nothing better.
    if (!isSameLook(next, look)) {
      look = next;
      say(look);
    }
  };
  onChange();
  awareness.on("change", onChange);
  return () => awareness.off("change", onChange);
}

interface Other {
  readonly client: number;
  readonly look: Look;
  readonly since: number;
}

/** The other people here; not other tabs of oneself, where the server vouches for who that is. */
function othersIn(awareness: Awareness): readonly Other[] {
  const states = awareness.getStates() as ReadonlyMap<number, { readonly user?: unknown } | null>;
  const me = userIn(states.get(awareness.clientID))?.["id"];
  const others: Other[] = [];
  for (const [client, state] of states) {
    const user = userIn(state);
    if (client === awareness.clientID || user === null || (me !== undefined && user["id"] === me)) {
      continue;
    }
    const since = typeof user["since"] === "number" ? user["since"] : Number.POSITIVE_INFINITY;
    others.push({ client, look: { color: colourOf(user), mark: markOf(user) }, since });
  }
  return others;
}

function userIn(state: { readonly user?: unknown } | null | undefined): PresenceUser | null {
  const user = state?.user;
  return typeof user === "object" && user !== null ? (user as PresenceUser) : null;
}
