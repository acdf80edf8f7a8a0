/** Whose the clients of a document are, as far as it is known now. */
import { useEffect, useState } from "react";
import { Authors, type AuthorsKnown, type DocumentName } from "../../sync/index.ts";
import type { DiscussionPeople } from "./people.ts";

const NOBODY: AuthorsKnown = { idOf: () => null, nameOf: () => null };

export interface KnownAuthors {
  readonly known: AuthorsKnown;
  /** `null` for a moment. */
  readonly authors: Authors | null;
}

export function useAuthors(name: DocumentName, people: DiscussionPeople | null): KnownAuthors {
  const [state, setState] = useState<KnownAuthors>({ known: NOBODY, authors: null });
  useEffect(() => {
    if (people === null) {
      return;
    }
    const authors = new Authors(people.authorSource(name), people.me);
    const show = (): void => setState({ known: authors.known.value, authors });
    show();
    const stop = authors.known.subscribe(show);
    return () => {
      stop();
      authors.dispose();
    };
  }, [name, people]);
  return state;
}
