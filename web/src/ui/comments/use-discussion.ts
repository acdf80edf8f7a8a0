/** The discussion of a document while its page is open: what is said in it, and what this member may do there. */
import { useEffect, useMemo, useState } from "react";
import {
  type AuthorsKnown,
  type DocumentName,
  discussionOf,
  type ReplicaDocument,
  readEvents,
  type Thread,
  threadsOf,
} from "../../sync/index.ts";
import { useApp } from "../context.tsx";
import { useObservable, useSelected } from "../hooks/use-observable.ts";
import type { DiscussionPeople } from "./people.ts";
import { useAuthors } from "./use-authors.ts";
import { useTakenAway } from "./use-taken-away.ts";

type Events = ReturnType<typeof readEvents>;

/** What this member may do: unknown, as it is offline, counts as allowed, because nothing is lost by it. */
export type Voice = "speaks" | "listens" | "nothing";

export interface Discussion {
  readonly document: ReplicaDocument;
  readonly threads: readonly Thread[];
  readonly known: AuthorsKnown;
  readonly voice: Voice;
  /** Asks anew which comments were taken away. */
  readonly askAway: () => void;
}

/** How often a discussion that may not be seen is asked for again while somebody looks, in milliseconds. */
const ASK_AGAIN_MS = 5_000;

/**
 * `null` where there are no comments, and for the moment until the discussion is read.
 *
 * One that may not be seen, as that of a document in the bin, is opened anew from time to time: the server does not tell
 * when it may be seen again.
 */
export function useDiscussion(name: DocumentName, people: DiscussionPeople | null): Discussion | null {
  const { replica } = useApp();
  const [open, setOpen] = useState<{ readonly document: ReplicaDocument; readonly events: Events } | null>(null);
  // Another when the view has to be made anew; one that was not to be seen is shown when it is known that it is.
  const [view, setView] = useState<{ readonly isDoubted: boolean }>({ isDoubted: false });
  const discussion = discussionOf(name);
  const { known, authors } = useAuthors(discussion, people);
  const connection = useObservable(replica.status).kind;
  const away = useTakenAway(name, people);
  const askAway = away.refresh;

  useEffect(() => {
    if (people === null) {
      return;
    }
    const document = replica.open(discussion);
    let current = true;
    const read = (): void => {
      if (current) {
        setOpen({ document, events: readEvents(document.doc) });
      }
    };
    let stop = (): void => undefined;
    document.whenReady.then(
      () => {
        document.doc.on("update", read);
        if (!view.isDoubted || isAnswered(document)) {
          read();
          return;
        }
        // What was shown last stays until the server has said what may be seen now.
        stop = document.state.subscribe(() => {
          if (isAnswered(document)) {
            stop();
            read();
          }
        });
      },
      // What cannot be had says why in the document's own state, and the text is of use without it.
      () => undefined,
    );
    void document.whenOutdated.then(() => current && setView({ isDoubted: false }));
    return () => {
      current = false;
      stop();
      document.doc.off("update", read);
      document.dispose();
    };
  }, [replica, discussion, people, view]);

  const events = open?.events;
  // Without network nobody can be asked; when it is back, there may be names to ask for.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another state of the connection means asking again.
  useEffect(() => {
    if (events !== undefined && authors !== null) {
      authors.want(new Set(events.map(({ client }) => client)));
    }
  }, [events, authors, connection]);
  const client = open?.document.doc.clientID;
  useEffect(() => {
    // Only what was said here is claimed, or every visit would leave a trace.
    if (client !== undefined && events?.some((event) => event.client === client) === true) {
      authors?.claim(client);
    }
  }, [authors, client, events]);

  const threads = useMemo(() => threadsOf(events ?? [], known.idOf, away.comments), [events, known, away.comments]);
  const voice = useVoice(open?.document ?? null);
  const isGone = open !== null && voice === "nothing" && connection === "online";
  useEffect(() => {
    if (!isGone) {
      return;
    }
    const again = (): void => {
      if (document.visibilityState === "visible") {
        setView({ isDoubted: true });
      }
    };
    const timer = setInterval(again, ASK_AGAIN_MS);
    window.addEventListener("focus", again);
    return () => {
      clearInterval(timer);
      window.removeEventListener("focus", again);
    };
  }, [isGone]);
  return useMemo(
    () => (open === null ? null : { document: open.document, threads, known, voice, askAway }),
    [open, threads, known, voice, askAway],
  );
}

/** Whether it is known what this member may do there. */
function isAnswered({ state }: ReplicaDocument): boolean {
  return state.value.access !== "unknown";
}

const NOTHING_OPEN = { value: "nothing" as Voice, subscribe: () => () => undefined };

function useVoice(document: ReplicaDocument | null): Voice {
  const observable = useMemo(
    () =>
      document === null
        ? NOTHING_OPEN
        : {
            get value(): Voice {
              return voiceOf(document);
            },
            subscribe: (listener: (voice: Voice) => void) =>
              document.state.subscribe(() => listener(voiceOf(document))),
          },
    [document],
  );
  return useSelected(observable, (voice) => voice);
}

function voiceOf(document: ReplicaDocument): Voice {
  switch (document.state.value.access) {
    case "write":
    case "unknown":
      return "speaks";
    case "comment":
    case "read":
      return "listens";
    case "none":
      return "nothing";
  }
}
