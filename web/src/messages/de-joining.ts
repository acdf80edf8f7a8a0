/** Die Wörter dazu, wer hereinkommt, auf Deutsch. */
import type { Catalogue } from "./index.ts";

const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many);

export const deJoining: Catalogue["joining"] = {
  tooMany: {
    communities:
      "Sie leiten schon fünfzig Gemeinschaften. Übergeben Sie eine, oder lassen Sie jemand anderen diese gründen.",
    invitations:
      "Es gibt so viele offene Einladungen, wie es sein dürfen: 200 von Ihnen, 500 der Gemeinschaft. Ziehen Sie erst einige zurück; eine Einladung kann beliebig viele Menschen einlassen.",
  },
  grants: {
    heading: "Einzelne Personen",
    lead: "Außer den oben Genannten dürfen diese das Dokument sehen. Was sie dürfen, endet von selbst an dem Tag, den Sie wählen.",
    none: "Noch niemand.",
    private: "Solange nur wer es begonnen hat das Dokument sieht, kann niemand einzeln hereingelassen werden.",
    access: { read: "darf lesen", comment: "darf kommentieren", write: "darf schreiben" },
    accessChoice: { read: "Lesen", comment: "Lesen und kommentieren", write: "Lesen und schreiben" },
    accessLabel: (name) => `Was ${name} darf`,
    until: (when) => `bis ${when}`,
    by: (name) => `hereingelassen von ${name}`,
    person: "Wer?",
    choosePerson: "Jemanden wählen",
    may: "Darf",
    end: "Bis",
    endHint: "Leer lassen, wenn es nicht enden soll.",
    add: "Hereinlassen",
    added: (name) => `${name} ist hereingelassen`,
    changed: (name) => `Geändert für ${name}`,
    remove: "Zurücknehmen",
    removeLabel: (name) => `Zurücknehmen, was ${name} darf`,
    removed: (name) => `${name} sieht es nicht mehr als einzelne Person`,
    nobody:
      "Es gibt niemanden, der hereingelassen werden könnte. Laden Sie auf der Seite der Mitglieder einen Gast ein.",
    startedBy: (name) => `Begonnen von ${name}.`,
  },

  guests: {
    documents: "Welche Dokumente?",
    documentsHint: "Gäste sehen diese und was alle auf diesem Server lesen dürfen. Weitere können später dazukommen.",
    noDocuments: "Es gibt noch kein Dokument, nach dem ein Gast gefragt werden könnte.",
    may: (title) => `Was Gäste in ${title} dürfen`,
    end: "Bis",
    endHint:
      "Dann verlieren sie die Dokumente und gehören nicht mehr zur Gemeinschaft. Leer lassen, wenn es nicht enden soll.",
    carries: (count) => `${count} ${plural(count, "Dokument", "Dokumente")}`,
    asksFor: (count) =>
      `Sie werden zu ${count} ${plural(count, "Dokument", "Dokumenten")} gefragt; zu finden in der Gemeinschaft.`,
    gone: (when) => `Was Sie sehen dürfen, endet am ${when}.`,
  },

  groups: {
    section: "Untergruppen",
    heading: "Untergruppen",
    lead: "Mitglieder, die unter sich an etwas arbeiten. Ein Dokument kann nur für eine Untergruppe offen sein, und später für die ganze Gemeinschaft.",
    none: "Es gibt noch keine Untergruppe.",
    make: "Untergruppe bilden",
    makeTitle: "Untergruppe bilden",
    name: "Name",
    nameHint: "Alle in der Gemeinschaft sehen ihn.",
    nameMissing: "Geben Sie der Untergruppe einen Namen mit höchstens 80 Zeichen.",
    who: "Wer gehört außer Ihnen dazu?",
    nobodyElse: "In der Gemeinschaft ist noch niemand sonst.",
    submit: "Bilden",
    made: (name) => `Die Untergruppe „${name}“ ist da`,
    count: (count) => `${count} ${plural(count, "Mitglied", "Mitglieder")}`,
    yours: "Sie gehören dazu",
    empty: "niemand ist mehr darin; die Leitung kann jemanden aufnehmen",
    show: "Wer gehört dazu?",
    showLabel: (name) => `Wer gehört zu ${name}?`,
    add: "Jemanden aufnehmen",
    choose: "Jemanden wählen",
    added: (name) => `${name} gehört jetzt dazu`,
    leave: "Verlassen",
    leaveLabel: (name) => `Untergruppe ${name} verlassen`,
    leaveTitle: (name) => `${name} verlassen?`,
    leaveBody:
      "Sie verlieren die Dokumente, die nur für diese Untergruppe offen sind. Wer bleibt, kann Sie wieder aufnehmen.",
    left: (name) => `Sie haben ${name} verlassen`,
    which: "Welche Untergruppe?",
    noneOfYours: "Sie gehören noch zu keiner Untergruppe.",
    chooseOne: "Untergruppe wählen",
  },

  beginning: {
    label: "Sehen kann es",
    usual: (privacy) => `Wie üblich: ${privacy}`,
    subGroup: (name) => `Untergruppe: ${name}`,
  },

  policy: {
    legend: "Wie kommt man herein?",
    hint: "Einladen lässt sich immer.",
    invite: "Auf Einladung",
    inviteAbout: "Niemand sonst erfährt, dass es die Gemeinschaft gibt.",
    request: "Man fragt, Sie entscheiden",
    requestAbout: "Alle mit einem Konto sehen den Namen und worum es geht, und können fragen.",
    open: "Alle dürfen beitreten",
    openAbout: "Alle mit einem Konto sehen sie und können sofort Mitglied werden, das liest und schreibt.",
    leaders: "Nur die Leitung kann mehr Menschen so hereinlassen: Es öffnet ihnen die Dokumente der Gemeinschaft.",
    changed: { invite: "auf Einladung", request: "man fragt", open: "alle dürfen beitreten" },
  },

  join: {
    way: "Gemeinschaften zum Beitreten",
    pageTitle: "Gemeinschaften zum Beitreten",
    heading: "Gemeinschaften zum Beitreten",
    lead: "Diese Gemeinschaften nehmen auf. Andere laden nur ein.",
    noneTitle: "Zurzeit nimmt keine Gemeinschaft auf",
    none: "Öffnen Sie eine Einladung, die Sie bekommen haben, oder gründen Sie eine Gemeinschaft.",
    join: "Beitreten",
    joinLabel: (name) => `${name} beitreten`,
    joined: (name) => `Sie sind Mitglied von ${name}`,
    ask: "Um Aufnahme bitten",
    askLabel: (name) => `Um Aufnahme bitten: ${name}`,
    askTitle: (name) => `Um Aufnahme in ${name} bitten`,
    sentence: "Warum möchten Sie beitreten?",
    sentenceHint: "Die Leitung sieht dies, Ihren Namen und Ihre E-Mail-Adresse.",
    sentenceMissing: "Sagen Sie es in 3 bis 500 Zeichen.",
    submit: "Fragen",
    asked: "Sie haben gefragt. Die Leitung wird antworten.",
    waiting: "Sie haben gefragt; die Leitung wird antworten.",
    removed:
      "Sie wurden aus dieser Gemeinschaft entfernt. Ob Sie zurückkommen, entscheidet die Leitung: Fragen Sie sie.",
    withdraw: "Nicht mehr fragen",
    withdrawLabel: (name) => `Nicht mehr fragen: ${name}`,
    withdrawn: "Sie fragen nicht mehr",
    declined: "Sie wurden nicht aufgenommen. Nach einer Woche können Sie wieder fragen.",
    more: "Mehr zeigen",
  },

  requests: {
    heading: "Bitten um Aufnahme",
    waiting: (count) => `${count} ${plural(count, "Person bittet", "Personen bitten")} um Aufnahme`,
    asked: (when) => `gefragt ${when}`,
    removed: (when) => `Wurde aus dieser Gemeinschaft entfernt (${when}).`,
    accept: "Aufnehmen",
    acceptLabel: (name) => `Aufnehmen: ${name}`,
    accepted: (name) => `${name} ist jetzt Mitglied`,
    decline: "Ablehnen",
    declineLabel: (name) => `Ablehnen: ${name}`,
    declined: (name) => `${name} wird nicht aufgenommen`,
  },

  library: {
    way: "Bibliothek",
    pageTitle: "Bibliothek",
    heading: "Bibliothek",
    lead: "Was die Gemeinschaften dieses Servers für alle geöffnet haben.",
    noneTitle: "Die Bibliothek ist leer",
    none: "Noch hat keine Gemeinschaft ein Dokument für alle geöffnet.",
  },

  public: {
    by: (community) => `Veröffentlicht von ${community}`,
    edited: (when) => `Stand: ${when}`,
    print: "Drucken",
    download: "Als Markdown herunterladen",
    gone: "Diese Seite gibt es nicht",
    goneBody: "Das Dokument gibt es nicht, oder es ist nicht mehr für alle offen.",
    failed: "Die Seite kann nicht gezeigt werden",
    link: "Öffentlichen Link kopieren",
    open: "Öffentliche Seite ansehen",
    linkLead: "Unter dieser Adresse können es alle lesen, ohne Konto:",
  },

  more: "Mehr zeigen",
};
