/** What every part of the interface may ask for: the visit, the member, the replica and the words. */
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { type Catalogue, type Language, loadCatalogue } from "../messages/index.ts";
import { type Member, type Replica, rememberLanguage, retire, type Session } from "../sync/index.ts";

export interface App {
  readonly session: Session;
  readonly replica: Replica;
  readonly member: Member;
  readonly setMember: (member: Member) => void;
  /** What the member's own menu offers besides. */
  readonly accountItems: ReactNode;
  /** What stands beside that menu. */
  readonly besideAccount: ReactNode;
  /** What stands in the bar on top of pages besides. */
  readonly headerTools: ReactNode;
}

export interface Words {
  readonly text: Catalogue;
  readonly language: Language;
}

interface WordsToChoose extends Words {
  /** Takes another language into use, and keeps the choice for later visits. Rejects when it cannot be loaded. */
  readonly choose: (language: Language) => Promise<void>;
}

const WordsContext = createContext<WordsToChoose | null>(null);
const AppContext = createContext<App | null>(null);

export function WordsProvider(props: {
  readonly words: Words;
  /** What is made of a catalogue where some things are said differently; always the same. */
  readonly adapt: (text: Catalogue) => Catalogue;
  readonly children: ReactNode;
}): ReactNode {
  const { adapt } = props;
  const [{ text, language }, setWords] = useState(props.words);
  const choose = useCallback(async (next: Language) => {
    const loaded = await loadCatalogue(next);
    rememberLanguage(next);
    setWords({ text: loaded, language: next });
  }, []);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const words = useMemo(() => ({ text: adapt(text), language, choose }), [text, language, choose, adapt]);
  return <WordsContext value={words}>{props.children}</WordsContext>;
}

/** The words of the reader's language. */
export function useWords(): Catalogue {
  return useWordsContext().text;
}

/** The reader's language, as a BCP 47 tag. */
export function useLanguage(): Language {
  return useWordsContext().language;
}

/** Takes another language into use. */
export function useLanguageChoice(): WordsToChoose["choose"] {
  return useWordsContext().choose;
}

function useWordsContext(): WordsToChoose {
  const words = useContext(WordsContext);
  if (words === null) {
    throw new Error("used outside WordsProvider");
  }
  return words;
}

/** Provides the app once the member is known; until then shows `introduction`, which hands the member over. */
export function AppProvider(props: {
  readonly session: Session;
  readonly introduction: (introduce: (member: Member) => void) => ReactNode;
  readonly accountItems?: ReactNode;
  readonly besideAccount?: ReactNode;
  readonly headerTools?: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  const { session, accountItems, besideAccount, headerTools } = props;
  const [member, setMemberState] = useState(() => session.member());
  const [replica, setReplica] = useState(() => session.replica());
  const setMember = useCallback(
    (next: Member) => {
      setReplica(session.introduce(next));
      setMemberState(next);
    },
    [session],
  );
  useEffect(
    () =>
      session.watchLink(() => {
        setReplica(session.replica());
        setMemberState(session.member());
      }),
    [session],
  );
  // After the pages have let go of its documents: an effect is undone from the inside out.
  useEffect(() => (replica === null ? undefined : () => retire(replica)), [replica]);
  const app = useMemo(
    () =>
      member === null || replica === null
        ? null
        : { session, replica, member, setMember, accountItems, besideAccount, headerTools },
    [session, replica, member, setMember, accountItems, besideAccount, headerTools],
  );
  return app === null ? props.introduction(setMember) : <AppContext value={app}>{props.children}</AppContext>;
}

export function useApp(): App {
  const app = useContext(AppContext);
  if (app === null) {
    throw new Error("used outside AppProvider");
  }
  return app;
}
