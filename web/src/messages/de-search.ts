/** The words of searching all documents, in German. */
import type { Catalogue } from "./index.ts";

export const deSearch: Catalogue["search"] = {
  heading: "Suche",
  field: "Alle Dokumente durchsuchen",
  clear: "Suche leeren",
  where: "Wo gesucht wird",
  everywhere: "Überall",
  library: "Die Bibliothek",
  beginTitle: "Was suchen Sie?",
  begin:
    "Schreiben Sie Wörter aus einem Titel oder Text: Alle müssen vorkommen. Ein langes Wort wird an seinem Anfang gefunden; Großschreibung, Akzente und Umlaute zählen nicht. Wörter in „Anführungszeichen“ müssen beieinanderstehen.",
  noneTitle: "Nichts gefunden",
  none: (query) => `Kein Dokument, das Sie lesen dürfen, enthält alle Wörter von „${query}“.`,
  noneHere: (query) => `Kein Dokument dort, das Sie lesen dürfen, enthält alle Wörter von „${query}“.`,
  hints: {
    fewer: "Nehmen Sie weniger Wörter, oder von einem langen nur den Anfang.",
    apart: "Lassen Sie Anführungszeichen weg: Wörter darin müssen beieinanderstehen.",
    wider: "Suchen Sie überall.",
    later: "Was gerade erst geschrieben wurde, wird einige Sekunden später gefunden.",
  },
  count: (count, hasMore) =>
    hasMore ? `Die ersten ${count} Dokumente` : `${count} ${count === 1 ? "Dokument" : "Dokumente"}`,
  more: "Mehr zeigen",
  onwards: "Bisher nichts. Es gibt noch mehr zu durchsuchen.",
  lookOn: "Weitersuchen",
  underHeading: "Unter der Überschrift",
  offline: "Die Suche braucht eine Verbindung zum Server. Sobald er antwortet, sucht diese Seite.",
};
