/**
 * Every word on the screen, in German.
 *
 * Of the shape of the English catalogue, which the compiler holds. Nothing here knows components.
 */
import { deArchive } from "./de-archive.ts";
import { deBranches } from "./de-branches.ts";
import { deCatchingUp } from "./de-catching-up.ts";
import { deDemo } from "./de-demo.ts";
import { deDiscussion } from "./de-discussion.ts";
import { deForGood } from "./de-for-good.ts";
import { deFormats } from "./de-formats.ts";
import { deHeldWords } from "./de-held-words.ts";
import { deHistory } from "./de-history.ts";
import { deInterests } from "./de-interests.ts";
import { deJoining } from "./de-joining.ts";
import { deLeftBehind } from "./de-left-behind.ts";
import { deLook } from "./de-look.ts";
import { deMail } from "./de-mail.ts";
import { deMeeting } from "./de-meeting.ts";
import { deMeetingLedger } from "./de-meeting-ledger.ts";
import { deMergeReview } from "./de-merge-review.ts";
import { deInPortal, dePortal } from "./de-portal.ts";
import { dePublication } from "./de-publication.ts";
import { deQuestions } from "./de-questions.ts";
import { deReferences } from "./de-references.ts";
import { deRounds } from "./de-rounds.ts";
import { deSearch } from "./de-search.ts";
import { deSigningIn } from "./de-signing-in.ts";
import { deTerms } from "./de-terms.ts";
import type { Catalogue } from "./index.ts";

/** Wie lange es her ist, hinter einem Verb. */
const ago = (when: string): string => (when === "jetzt" ? "gerade eben" : when);

const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many);

export const de: Catalogue = {
  product: "Consilium",
  tagline: "Texte, die gelten, gemeinsam geschrieben.",

  common: {
    cancel: "Abbrechen",
    close: "Schließen",
    save: "Speichern",
    undo: "Rückgängig",
    retry: "Noch einmal versuchen",
    untitled: "Dokument ohne Titel",
    loading: "Wird geladen …",
    more: (title) => `Weitere Aktionen für ${title}`,
    skipToContent: "Zum Inhalt springen",
    dismiss: "Ausblenden",
    copyFailed: "Dieser Browser hat das Kopieren nicht erlaubt.",
    pieceMissing:
      "Ein Teil der App konnte nicht geladen werden. Laden Sie die Seite neu und versuchen Sie es noch einmal.",
  },

  boot: {
    unreachableTitle: "Consilium ist nicht erreichbar",
    unreachableBody:
      "Dieses Gerät hat Consilium noch nie geöffnet; der erste Besuch braucht eine Verbindung zum Server.",
    crashedTitle: "Auf dieser Seite ist etwas schiefgegangen",
    crashedBody:
      "Was Sie geschrieben haben, ist auf diesem Gerät gespeichert. Laden Sie die Seite neu, um weiterzumachen.",
    reload: "Seite neu laden",
    notFoundTitle: "Diese Seite gibt es nicht",
    notFoundBody: "Die Adresse ist vielleicht unvollständig oder vertippt: Kein Dokument kann sie haben.",
    toDocuments: "Zu den Dokumenten",
  },

  account: {
    menu: (name) => `Sie sind ${name}. Name und Aussehen`,
    signedInAs: "Andere sehen Sie als",
    changeName: "Name ändern",
    appearance: "Aussehen",
    light: "Hell",
    dark: "Dunkel",
    system: "Wie dieses Gerät",
    language: "Sprache",
    shortcuts: "Tastenkürzel",
    version: (version) => `Version ${version}`,
  },

  name: {
    title: "Wie sollen andere Sie nennen?",
    changeTitle: "Name ändern",
    body: "Ihr Name steht neben Ihrer Schreibmarke und in der Liste der Anwesenden. Er gilt nur in diesem Tab.",
    label: "Ihr Name",
    required: "Geben Sie einen Namen ein, damit andere wissen, wer schreibt.",
    tooLong: "Höchstens 60 Zeichen.",
    continue: "Weiter",
    another: "Anderen Namen vorschlagen",
    adjectives: [
      "Achtsame",
      "Ruhige",
      "Sorgsame",
      "Klare",
      "Neugierige",
      "Sanfte",
      "Helle",
      "Geduldige",
      "Stete",
      "Kluge",
    ],
    nouns: ["Erle", "Birke", "Zeder", "Lerche", "Linde", "Amsel", "Buche", "Möwe", "Eibe", "Meise"],
  },

  token: {
    missingTitle: "Sie sind noch nicht eingelassen",
    missingBody:
      "Dieser Server öffnet Dokumente mit einem persönlichen Link. Öffnen Sie den Link, den Sie bekommen haben. Was dieses Gerät schon hat, bleibt unten lesbar.",
    unreadableTitle: "Ihr Link ist nicht lesbar",
    unreadableBody:
      "Vielleicht fehlt ein Teil davon. Öffnen Sie ihn noch einmal ganz, so wie Sie ihn bekommen haben, oder bitten Sie um einen neuen. Was dieses Gerät schon hat, bleibt unten lesbar.",
    expiredTitle: "Ihr Link ist abgelaufen",
    expiredBody:
      "Bitten Sie um einen neuen Link und öffnen Sie ihn in diesem Browser. Änderungen auf diesem Gerät bleiben erhalten und werden dann gesendet.",
  },

  update: {
    ready: {
      title: "Eine neue Version von Consilium ist bereit.",
      note: "Die Seite lädt neu, sobald Ihre neuesten Worte gespeichert sind.",
    },
    superseded: {
      title: "In diesem Tab läuft eine ältere Version von Consilium.",
      note: "In diesem Browser ist schon eine neuere in Gebrauch. Was Sie hier schreiben, bleibt erhalten; laden Sie sie, wenn es Ihnen passt.",
    },
    waiting: "Wartet, bis Ihre neuesten Worte gespeichert sind …",
    apply: "Jetzt laden",
    later: "Später",
    menu: "Neue Version laden",
  },

  grants: {
    everything: "Ihr persönlicher Link öffnet jedes Dokument.",
    some: "Ihr persönlicher Link öffnet die Dokumente, die hier stehen.",
    noNew: "Neue können Sie damit nicht anlegen.",
    until: (when) => `Er gilt bis ${when}.`,
  },

  documents: {
    pageTitle: "Dokumente",
    heading: "Dokumente",
    binHeading: "Papierkorb",
    navigation: "Bereiche",
    create: "Neues Dokument",
    importFile: "Datei einlesen",
    importHint: "Word, Markdown oder HTML",
    search: "Titel durchsuchen",
    searchLabel: "Dokumente nach Titel suchen",
    clearSearch: "Suche leeren",
    count: (count) => `${count} ${plural(count, "Dokument", "Dokumente")}`,
    emptyTitle: "Hier ist noch nichts",
    emptyBody:
      "Beginnen Sie ein Dokument, mit oder ohne Verbindung. Geben Sie die Adresse weiter und schreiben Sie gemeinsam.",
    emptyForLink: "Die Dokumente, die Ihr Link öffnet, erscheinen hier, sobald jemand sie begonnen hat.",
    emptySearchTitle: "Kein Titel passt",
    emptySearchBody: (query) => `Kein Dokument hat „${query}“ im Titel.`,
    emptyBinTitle: "Der Papierkorb ist leer",
    emptyBinBody: "Gelöschte Dokumente warten hier, bis Sie sie zurückholen.",
    edited: (when) => `Bearbeitet ${ago(when)}`,
    deleted: (when) => `Gelöscht ${ago(when)}`,
    onlyHere: "Nur auf diesem Gerät",
    waiting: "Änderungen noch nicht auf dem Server",
    onDevice: "Ohne Netz verfügbar",
    rename: "Umbenennen",
    renameTitle: "Dokument umbenennen",
    titleLabel: "Titel",
    copyLink: "Link kopieren",
    copied: "Link kopiert",
    copyFailed:
      "Dieser Browser hat das Kopieren nicht erlaubt. Die Adresse steht in der Adresszeile des geöffneten Dokuments.",
    delete: "In den Papierkorb",
    restore: "Zurückholen",
    movedToBin: (title) => `„${title}“ ist im Papierkorb`,
    restored: (title) => `„${title}“ ist zurück`,
    forget: "Kopie von diesem Gerät entfernen",
    forgetTitle: "Kopie von diesem Gerät entfernen?",
    forgetBody: "Das Dokument bleibt auf dem Server. Um es wieder zu öffnen, brauchen Sie eine Verbindung.",
    forgetUnsent:
      "Änderungen von Ihnen sind noch nicht beim Server. Wenn Sie diese Kopie entfernen, sind sie endgültig gelöscht.",
    forgetSetAside: (count) =>
      `${count} ${plural(count, "Änderung ist", "Änderungen sind")} mit ihr beiseitegelegt. Wenn Sie diese Kopie entfernen, ${plural(count, "ist sie", "sind sie")} endgültig gelöscht.`,
    forgetConfirm: "Entfernen",
    forgetDiscard: "Nicht gesendete Änderungen löschen und entfernen",
    forgotten: (title) => `Die Kopie von „${title}“ wurde von diesem Gerät entfernt`,
    offlineList: "Der Server ist nicht erreichbar. Dies sind die Dokumente auf diesem Gerät.",
    binOffline: "Der Papierkorb liegt auf dem Server. Er erscheint, sobald der Server erreichbar ist.",
    imported: (title, pictures) =>
      `„${title}“ wurde eingelesen${pictures === 0 ? "" : `, ohne ${plural(pictures, "das Bild", `die ${pictures} Bilder`)}`}`,
    importFailed: (file) =>
      `„${file}“ konnte nicht gelesen werden. Eingelesen werden Word (.docx), Markdown (.md) und HTML (.html).`,
    importTooLarge: (file, megabytes) =>
      `„${file}“ ist größer als ${megabytes} MB. Teilen Sie den Text auf mehrere Dokumente auf.`,
    importUndecodable: (file, encoding) =>
      `„${file}“ sagt, die Zeichen seien in ${encoding}, und so sind sie nicht lesbar. Nichts wurde eingelesen. Speichern Sie die Datei als UTF-8 und versuchen Sie es dann noch einmal.`,
    importFormats: "Word-, Markdown- und HTML-Dateien",
    needsServer: "Braucht eine Verbindung zum Server",
    needsWriting: "Ihr Link erlaubt nur das Lesen dieses Dokuments",
    renameNeedsServer: "Dieses Gerät hat das Dokument nicht. Verbinden Sie sich, um es umzubenennen.",
  },

  api: {
    unreachable: "Der Server ist nicht erreichbar. Prüfen Sie die Verbindung und versuchen Sie es noch einmal.",
    unauthorised:
      "Ihr persönlicher Link wurde nicht angenommen. Öffnen Sie ihn noch einmal oder bitten Sie um einen neuen.",
    forbidden: "Das dürfen Sie mit diesem Dokument nicht.",
    notFound: "Der Server kennt dieses Dokument nicht. Wenn es neu ist, wurde es noch nicht gesendet.",
    tooMany: "Zu viele Anfragen. Warten Sie einen Moment und versuchen Sie es noch einmal.",
    server: (reference) =>
      reference === null
        ? "Der Server hatte ein Problem. Versuchen Sie es gleich noch einmal."
        : `Der Server hatte ein Problem. Versuchen Sie es gleich noch einmal. Kennung: ${reference}`,
    other: (title) => `Das hat nicht geklappt: ${title}`,
  },

  reasons: {
    forbidden: "Ihr Link gilt dafür nicht",
    "not-found": "dieses Dokument gibt es nicht",
    "read-only": "Sie dürfen es nur lesen",
    "foreign-identity": "es wurde unter dem Namen einer anderen Person geschrieben",
    lineage: "das Dokument wurde inzwischen ersetzt",
    malformed: "es war nicht zu verstehen",
    "too-large": "es ist zu groß",
    poison: "es hätte das Dokument beschädigt",
    "quarantine-full": "zu viele abgelehnte Änderungen warten auf Prüfung",
    "too-deep": "es ist zu tief verschachtelt",
    "append-only": "es hätte weggenommen, was jemand anderes gesagt hat",
    incomplete: "es setzt eine Änderung fort, die verloren ist oder nicht angenommen wurde",
    unknown: "der Server hat nicht gesagt, warum",
    "worker-failed": "ein Teil der App konnte nicht geladen werden",
    "token-missing": "ein persönlicher Link ist nötig",
    "token-expired": "Ihr Link ist abgelaufen",
    "token-not-yet-valid": "Ihr Link gilt noch nicht",
    "token-unknown-key":
      "Ihr Link wurde für einen anderen Server gemacht oder mit einem Schlüssel, der nicht mehr gilt",
    "token-too-long": "Ihr Link ist zu lang",
    "token-malformed": "Ihr Link ist beschädigt; vielleicht fehlt ein Teil davon",
    "token-algorithm": "Ihr Link ist auf eine Art unterschrieben, die dieser Server nicht annimmt",
    "token-signature": "Ihr Link ist beschädigt oder wurde nicht für diesen Server gemacht",
    "token-audience": "Ihr Link wurde für einen anderen Dienst gemacht",
    "token-issuer": "Ihr Link stammt von jemandem, den dieser Server nicht kennt",
    "token-claims": "Ihr Link sagt nicht, wer Sie sind und was er öffnet",
    unsupported: "dieser Browser oder diese Version der App ist zu alt",
    "outdated-page": "in einem anderen Tab läuft eine neuere Version der App",
    unauthorized: "Ihr Link wurde nicht angenommen",
    overloaded: "der Server ist ausgelastet",
  },

  connection: {
    connecting: "Verbindet …",
    online: "Verbunden",
    offline: "Offline",
    offlineDetail:
      "Dieses Gerät hat kein Netz. Schreiben Sie weiter: Alles wird auf diesem Gerät gespeichert und später gesendet.",
    waiting: (seconds) => (seconds <= 0 ? "Verbindet neu …" : `Verbindung verloren. Nächster Versuch in ${seconds} s`),
    waitingDetail:
      "Schreiben Sie weiter: Alles wird auf diesem Gerät gespeichert und gesendet, sobald die Verbindung wieder da ist.",
    refused: "Nicht verbunden",
    refusedDetail: (reason) =>
      `Die Verbindung wurde abgelehnt${reason === "" ? "" : `: ${reason}`}. Laden Sie die Seite neu oder nehmen Sie einen aktuellen Browser.`,
    tryNow: "Jetzt verbinden",
  },

  save: {
    saving: "Speichert …",
    savingDetail:
      "Ihre neuesten Worte werden gerade auf dieses Gerät geschrieben. Lassen Sie die Seite einen Moment offen.",
    device: "Auf diesem Gerät",
    deviceDetail: "Ihre neuesten Worte sind hier gespeichert und werden gesendet, sobald der Server erreichbar ist.",
    deviceFullServerDetail:
      "Ihre neuesten Worte sind hier gespeichert und werden gesendet, sobald der Server sie speichern kann.",
    deviceNoAccessDetail:
      "Ihre neuesten Worte sind hier gespeichert. Der Server nimmt sie nicht an: Sie dürfen dieses Dokument nicht ändern.",
    unread: "Auf dem Server",
    unreadDetail:
      "Der Server hat, was Sie hier geschrieben haben. Was dieses Gerät früher gespeichert hat, ist im Moment nicht lesbar: Änderungen, die dort warten, werden gesendet, sobald es geht.",
    sent: "Gesendet",
    sentDetail: "Ihre neuesten Worte sind unterwegs. Der Server hat sie noch nicht bestätigt.",
    safe: "Sicher gespeichert",
    safeDetail: "Der Server hat alles auf seine Platte geschrieben.",
    safeExcept: "Sicher, außer Beiseitegelegtem",
    safeExceptDetail:
      "Der Server hat alles auf seine Platte geschrieben, was er angenommen hat. Änderungen von Ihnen wurden beiseitegelegt.",
    safeSuggested: "Sicher, ein Teil als Vorschlag",
    safeSuggestedDetail:
      "Der Server hat alles auf die Platte geschrieben. Was Sie geschrieben haben, als Sie hier nicht schreiben durften, steht in einem Vorschlag von Ihnen.",
    notSaved: "Nicht gespeichert",
    notSavedDetail:
      "Dieses Gerät kann Änderungen nicht speichern, und der Server hat sie noch nicht bestätigt. Lassen Sie diese Seite offen.",
    onlyServer: "Sicher auf dem Server",
    onlyServerDetail: "Der Server hat alles auf seine Platte geschrieben. Dieses Gerät behält keine Kopie.",
    opening: "Wird geöffnet …",
    openingDetail: "Der neueste Stand wird vom Server geholt.",
    label: (label) => `${label}. Zeigen, was das bedeutet`,
    heading: "Wo Ihre Worte sind",
    steps: { device: "Auf diesem Gerät", sent: "An den Server gesendet", safe: "Sicher auf dem Server" },
    stepDone: "erledigt",
    stepPending: "noch nicht",
    unconfirmed: "Änderungen von Ihnen warten auf die Bestätigung des Servers.",
  },

  foreign: {
    title: "Dieses Dokument enthält etwas, das diese App nicht zeigen kann",
    body: "Ein anderes Programm hat es in den Text geschrieben. Nichts ist verloren: Der Rest steht unten.",
    todoWriter:
      "Der Text lässt sich wieder ändern, sobald es entfernt ist; Wörter darin bleiben als einfache Absätze stehen.",
    todoReader: "Der Text lässt sich wieder ändern, sobald jemand mit Schreibrecht es entfernt hat.",
    takeOut: "Entfernen und weiterschreiben",
    takenOut: "Entfernt. Der Text lässt sich wieder ändern.",
    download: "Herunterladen, was lesbar ist",
  },

  problems: {
    region: "Meldungen zu diesem Dokument",
    deniedTitle: "Sie haben keinen Zugang zu diesem Dokument",
    deniedBody: (reason) =>
      `Der Server hat es abgelehnt${reason === "" ? "" : `: ${reason}`}. Gezeigt wird, was dieses Gerät hat. Fragen Sie die Person, die Sie eingeladen hat.`,
    deniedWaiting: " Änderungen von Ihnen warten auf diesem Gerät.",
    expiredTitle: "Ihr Zugang ist abgelaufen",
    expiredBody:
      "Änderungen bleiben auf diesem Gerät. Öffnen Sie in diesem Browser einen neuen persönlichen Link, um sie zu senden.",
    unopenedTitle: "Der Server kann dieses Dokument nicht öffnen",
    unopenedBody:
      "Mit der gespeicherten Kopie stimmt etwas nicht. Was Sie schreiben, bleibt auf diesem Gerät und wird gesendet, sobald das Dokument geöffnet werden kann. Bitte sagen Sie es denen, die den Server betreiben.",
    storageTitle: "Der Server kann im Moment keine Änderungen speichern",
    storageBody:
      "Ihre Änderungen warten auf diesem Gerät und werden gesendet, sobald der Server wieder kann. Sie können weiterschreiben.",
    withdrawnTitle: "Sie dürfen dieses Dokument lesen, aber nicht mehr ändern",
    withdrawnBody:
      "Änderungen von Ihnen warten auf diesem Gerät. Sie werden gesendet, wenn Sie wieder schreiben dürfen; bis dahin sieht sie niemand sonst.",
    withdrawnLink: "Lesen, was wartet",
    rejectedServerTitle: "Änderungen von Ihnen wurden beiseitegelegt",
    rejectedServerBody: (reason) =>
      `Sie stehen nicht in diesem Dokument. Der Grund: ${reason}. Der Server behält sie zur Prüfung, und dieses Gerät behält sie für Sie zum Lesen.`,
    rejectedDeviceTitle: "Änderungen von Ihnen wurden nicht angenommen",
    rejectedDeviceBody: (reason) =>
      `Sie stehen nicht in diesem Dokument. Der Grund: ${reason}. Nur dieses Gerät behält sie.`,
    rejectedLink: "Beiseitegelegtes ansehen",
    forkedTitle: "Dieses Dokument wurde auf dem Server ersetzt",
    forkedBody:
      "Es hat eine andere Geschichte als der Text auf diesem Gerät, wie nach dem Einspielen einer Sicherung. Ihr Text bleibt als eigenes Dokument ganz erhalten, damit nichts doppelt ist oder verloren geht. Was Sie hier schreiben, kommt in das Dokument, wie es jetzt ist.",
    forkedLink: "Ihren Text öffnen",
    copyTitle: "Dies ist der Text, den Sie hatten",
    copyBody:
      "Das Dokument wurde inzwischen auf dem Server ersetzt. Diese Kopie ist ein eigenes Dokument: Was Sie hier schreiben, steht nicht im anderen.",
    copyLink: "Das Dokument öffnen, wie es jetzt ist",
    copyKeep: "Als eigenes Dokument behalten",
    copyKept: "Diese Kopie ist jetzt ein Dokument wie jedes andere",
    keepOpen:
      "Lassen Sie diese Seite offen, bis der Server Ihre neuesten Worte bestätigt hat: Dieses Gerät speichert sie nicht.",
    onlyServer:
      "Ihre Worte sind sicher auf dem Server, aber dieses Gerät speichert sie nicht: Schreiben Sie ohne Verbindung nicht weiter.",
    quotaTitle: "Auf diesem Gerät ist kein Platz mehr",
    quotaBody: "Schaffen Sie etwas Platz, dann werden sie hier wieder gespeichert.",
    blockedTitle: "Ein anderer Tab hält den Speicher dieses Geräts besetzt",
    blockedBody: "Schließen Sie die anderen Tabs von Consilium, dann werden sie hier wieder gespeichert.",
    wipedTitle: "Der Speicher dieses Geräts wurde gelöscht",
    wipedBody:
      "Jemand oder etwas hat die Daten dieser Seite gelöscht. Was hier offen ist, wird wieder gespeichert. Was nur dieses Gerät von anderen Dokumenten hatte, ist weg.",
    unavailableTitle: "Dieser Browser erlaubt kein Speichern",
    unavailableBody: "Das kommt in privaten Fenstern vor und wo Cookies gesperrt sind.",
  },

  editor: {
    pageTitle: (title) => `${title} – Consilium`,
    back: "Alle Dokumente",
    title: "Titel des Dokuments",
    text: "Text des Dokuments",
    textHelp: "Alt und F10 führt zu den Werkzeugen, Strg und Schrägstrich zeigt alle Tastenkürzel.",
    placeholder: "Schreiben Sie hier oder fügen Sie einen Text ein …",
    readOnly: "Nur lesen",
    readOnlyDetail: "Sie dürfen dieses Dokument lesen, nicht ändern.",
    outline: "Gliederung",
    outlineEmpty: "Hier erscheinen Überschriften.",
    words: (count) => `${count.toLocaleString("de")} ${plural(count, "Wort", "Wörter")}`,
    menu: "Aktionen für das Dokument",
    notHereTitle: "Dieses Dokument ist nicht auf diesem Gerät",
    notHereBody: "Es erscheint, sobald der Server erreichbar ist.",
    opening: "Das Dokument wird geöffnet …",
    binned: (title) => `„${title}“ ist im Papierkorb`,
    binnedTitle: "Dieses Dokument liegt im Papierkorb",
    binnedBody: (when) =>
      `Es wurde ${ago(when)} dorthin gelegt und fehlt in der Liste der Dokumente. Sein Text ist ganz, und was Sie schreiben, bleibt erhalten.`,
    binnedReader: "Wer es ändern darf, kann es zurückholen.",
    binnedRestore: "Zurückholen",
    binnedOffline: "Zum Zurückholen braucht es eine Verbindung zum Server.",
    menuItems: {
      find: "Suchen und ersetzen",
      outline: "Gliederung",
      insertFile: "Datei einfügen",
      copyMarkdown: "Als Markdown kopieren",
      print: "Drucken oder als PDF sichern",
      copyLink: "Link kopieren",
      shortcuts: "Tastenkürzel",
      setAside: "Beiseitegelegte Änderungen",
      delete: "In den Papierkorb",
    },
    copiedMarkdown: "Als Markdown kopiert",
    inserted: (file, pictures) =>
      `„${file}“ wurde eingefügt${pictures === 0 ? "" : `, ohne ${plural(pictures, "das Bild", `die ${pictures} Bilder`)}`}`,
  },

  aside: {
    pageTitle: "Beiseitegelegt",
    heading: "Beiseitegelegte Änderungen",
    lead: "Was Sie geschrieben haben und was nicht in dem Dokument steht, für das es gedacht war. Es bleibt in diesem Browser, bis Sie es hier löschen.",
    leadOne: (title) =>
      `Was Sie in „${title}“ geschrieben haben und was nicht darin steht. Es bleibt in diesem Browser, bis Sie es hier löschen.`,
    back: "Zurück zum Dokument",
    all: "Alles Beiseitegelegte",
    emptyTitle: "Nichts ist beiseitegelegt",
    emptyBody: "Wenn ein Dokument nicht aufnehmen kann, was Sie geschrieben haben, finden Sie es hier.",
    failed:
      "Der Speicher dieses Geräts war nicht lesbar. Schließen Sie andere Tabs von Consilium und versuchen Sie es noch einmal.",
    editsTitle: (count) => `${count} ${plural(count, "Änderung", "Änderungen")} nicht angenommen`,
    copyTitle: "Ihr Text, als Ganzes",
    unsentTitle: (count) => `${count} ${plural(count, "Änderung", "Änderungen")} noch nicht gesendet`,
    at: (when) => `Beiseitegelegt ${ago(when)}`,
    changed: (when) => `Zuletzt geändert ${ago(when)}`,
    before: "Früher beiseitegelegt",
    happened: {
      "read-only": "Der Server hat dies nicht angenommen, weil Sie das Dokument nur lesen durften, als es ankam.",
      "foreign-identity":
        "Der Server hat dies nicht angenommen, weil es das Zeichen einer anderen Person trug. Das geschieht, wenn jemand die Daten eines Browsers kopiert oder sich als Sie ausgibt.",
      lineage: "Der Server hat dies nicht angenommen, weil das Dokument inzwischen ersetzt wurde.",
      "too-large": "Der Server hat dies nicht angenommen, weil es zu groß für eine Änderung oder für das Dokument ist.",
      "too-deep":
        "Der Server hat dies nicht angenommen, weil es zu tief verschachtelt ist, wie Listen in Tabellen in Listen.",
      "append-only":
        "Der Server hat dies nicht angenommen, weil es weggenommen hätte, was jemand anderes gesagt hat. In einer Diskussion nimmt jeder nur die eigenen Worte zurück.",
      malformed: "Der Server hat dies nicht angenommen, weil es nicht zu verstehen war.",
      poison: "Der Server hat dies nicht angenommen, weil es das Dokument beschädigt hätte.",
      incomplete:
        "Dies wurde nicht gesendet, weil es eine Änderung fortsetzt, die verloren ist oder nicht angenommen wurde. Für sich allein hätte es niemand sehen können.",
      "quarantine-full":
        "Der Server hat dies nicht angenommen, weil schon zu viele abgelehnte Änderungen von Ihnen auf Prüfung warten.",
    },
    happenedOtherwise: (reason) => `Der Server hat dies nicht angenommen: ${reason}.`,
    copyHappened:
      "Das Dokument wurde auf dem Server ersetzt, wie nach dem Einspielen einer Sicherung. Ihre Kopie hatte eine andere Geschichte; darum wurde sie nicht vermischt, sondern ganz aufgehoben.",
    unsentHappened: "Dies ist auf diesem Gerät gespeichert und vom Server noch nicht bestätigt.",
    keptServer: "Der Server behält es zur Prüfung; im Dokument sieht es niemand.",
    keptPartly:
      "Der Server behält einen Teil davon zur Prüfung; im Dokument sieht ihn niemand. Dieses Gerät behält alles.",
    keptDevice: "Niemand sonst hat es: Es liegt nur auf diesem Gerät.",
    copyHere: "Sie ist ein eigenes Dokument, bisher nur auf diesem Gerät.",
    copyThere: "Sie ist ein eigenes Dokument, auch auf dem Server.",
    unsentMeans: "Es wird von selbst gesendet, sobald der Server es annimmt. Bis dahin sieht es niemand sonst.",
    doOffer: "Wenn es noch dorthin gehört, legen Sie es zurück: Es wird eine neue Änderung von Ihnen.",
    doSplit: "Laden Sie es herunter und bringen Sie es in kleineren Teilen wieder ein.",
    doReport: "Laden Sie es herunter und zeigen Sie es der Person, die Ihren Server betreibt.",
    copyDo:
      "Öffnen Sie beide und übertragen Sie, was fehlt. Behalten Sie die Kopie danach als eigenes Dokument, oder löschen Sie sie.",
    text: "Was darin steht",
    context: "Hinzugefügtes ist markiert, Entferntes durchgestrichen.",
    nothing: "Darin stehen keine Worte, die das Dokument nicht hat.",
    more: (count) => `${count} weitere ${plural(count, "Stelle", "Stellen")} zeigen`,
    added: "hinzugefügt",
    removed: "entfernt",
    offer: "In das Dokument zurücklegen",
    offered: "Es steht wieder im Dokument",
    offeredNothing: "Das Dokument sagt dies schon; es ist nicht mehr beiseitegelegt",
    offerDependent: "Dies baut auf anderen beiseitegelegten Änderungen auf. Legen Sie zuerst die älteren zurück.",
    offerReadOnly: "Sie dürfen dieses Dokument im Moment nicht ändern. Es bleibt hier.",
    offerFailed: "Das hat nicht geklappt. Es bleibt hier.",
    open: "Dokument öffnen",
    copy: "Text kopieren",
    copied: "Kopiert",
    download: "Herunterladen",
    downloadText: "Die Worte, als Textdatei",
    downloadWhole: "Den ganzen Text mit ihnen, als Markdown",
    delete: "Löschen …",
    deleteTitle: "Endgültig löschen?",
    deleteBody: "Niemand kann es danach zurückholen. Laden Sie es vorher herunter, wenn Sie nicht sicher sind.",
    deleteServerBody: "Dieses Gerät vergisst es; der Server behält es zur Prüfung.",
    deleteCopyHere: "Die Kopie ist nur auf diesem Gerät. Niemand kann sie danach zurückholen.",
    deleteCopyThere: "Dieses Gerät vergisst die Kopie. Auf dem Server bleibt sie, als eigenes Dokument.",
    deleteConfirm: "Löschen",
    deleted: "Von diesem Gerät gelöscht",
    fileHead: (title, when) => (when === "" ? `„${title}“` : `„${title}“. ${when}.`),
    fileAdded: (text) => `[hinzugefügt: ${text}]`,
    fileRemoved: (text) => `[entfernt: ${text}]`,
    count: (count) => `${count} ${plural(count, "Änderung", "Änderungen")} beiseitegelegt`,
    isCopy: "Ihr Text, bevor er ersetzt wurde",
  },

  people: {
    here: (count) => `${count} ${plural(count, "Person", "Personen")} hier`,
    heading: (count) => (count === 1 ? "Wer hier ist" : `Wer hier ist (${count})`),
    you: (name) => `${name} (Sie)`,
    alone: "Nur Sie sind hier.",
    writing: "im Text",
    more: (count) => `+${count}`,
    unnamed: "Gast",
  },

  toolbar: {
    label: "Textgestaltung",
    undo: "Rückgängig",
    redo: "Wiederholen",
    style: (name) => `Absatzart: ${name}`,
    paragraph: "Text",
    heading: (level) => `Überschrift ${level}`,
    bold: "Fett",
    italic: "Kursiv",
    underline: "Unterstrichen",
    strike: "Durchgestrichen",
    superscript: "Hochgestellt",
    subscript: "Tiefgestellt",
    code: "Code",
    link: "Link",
    bulletList: "Aufzählung",
    orderedList: "Nummerierte Liste",
    taskList: "Aufgabenliste",
    quote: "Zitat",
    codeBlock: "Codeblock",
    rule: "Trennlinie",
    table: "Tabelle",
    insertTable: "Tabelle einfügen",
    rowBefore: "Zeile darüber",
    rowAfter: "Zeile darunter",
    columnBefore: "Spalte davor",
    columnAfter: "Spalte danach",
    headerRow: "Kopfzeile",
    headerColumn: "Kopfspalte",
    deleteRow: "Zeile löschen",
    deleteColumn: "Spalte löschen",
    deleteTable: "Tabelle löschen",
    find: "Suchen und ersetzen",
    more: "Weitere Gestaltung",
    taskLabel: (text) => (text === "" ? "Aufgabe" : `Aufgabe: ${text}`),
  },

  pictures: {
    inPlace: (description) => (description === "" ? "[Bild]" : `[Bild: ${description}]`),
    leftOut: (count) =>
      `${plural(count, "Ein Bild wurde", `${count} Bilder wurden`)} weggelassen: Texte nehmen noch keine auf.`,
  },

  link: {
    title: "Link",
    address: "Adresse",
    addressHint: "Zum Beispiel https://example.org oder name@example.org",
    text: "Text",
    apply: "Übernehmen",
    remove: "Link entfernen",
    invalid: "Geben Sie eine Web- oder E-Mail-Adresse ein.",
    open: "In neuem Tab öffnen",
  },

  find: {
    label: "Suchen und ersetzen",
    find: "Suchen",
    replace: "Ersetzen durch",
    next: "Nächster Treffer",
    previous: "Voriger Treffer",
    matchCase: "Groß und klein beachten",
    wholeWord: "Ganze Wörter",
    count: (current, total) =>
      total === 0
        ? "Kein Treffer"
        : current === 0
          ? `${total} ${plural(total, "Treffer", "Treffer")}`
          : `${current} von ${total}`,
    replaceOne: "Ersetzen",
    replaceAll: "Alle ersetzen",
    replaced: (count) => `${count} Treffer ersetzt`,
    close: "Suche schließen",
    showReplace: "Ersetzen zeigen",
  },

  shortcuts: {
    title: "Tastenkürzel",
    groups: {
      text: "Text",
      structure: "Gliederung",
      tables: "Tabellen",
      moving: "Wege",
    },
    items: {
      bold: "Fett",
      italic: "Kursiv",
      underline: "Unterstrichen",
      strike: "Durchgestrichen",
      superscript: "Hochgestellt",
      subscript: "Tiefgestellt",
      code: "Code",
      link: "Link setzen oder ändern",
      undo: "Ihre letzte Änderung rückgängig",
      redo: "Wiederholen",
      heading: "Überschrift 1 bis 4",
      paragraph: "Einfacher Text",
      bulletList: "Aufzählung",
      orderedList: "Nummerierte Liste",
      taskList: "Aufgabenliste",
      toggleTask: "Aufgabe abhaken oder öffnen",
      quote: "Zitat",
      codeBlock: "Codeblock",
      indent: "Listenpunkt einrücken",
      outdent: "Listenpunkt ausrücken",
      nextCell: "Nächste Zelle",
      previousCell: "Vorige Zelle",
      leaveTable: "Tabelle oder Codeblock nach unten verlassen",
      find: "Suchen und ersetzen",
      findNext: "Nächster Treffer",
      findPrevious: "Voriger Treffer",
      toolbar: "Zu den Werkzeugen",
      backToText: "Zurück zum Text",
      shortcuts: "Dieses Blatt",
      newDocument: "Neues Dokument (in der Liste)",
      search: "Suchen (außerhalb eines Dokuments)",
      plainPaste: "Ohne Gestaltung einfügen",
      comment: "Kommentieren (wo es Konten gibt)",
    },
  },

  history: deHistory,
  publication: dePublication,
  questions: deQuestions,
  references: deReferences,
  comments: deDiscussion,
  joining: deJoining,
  catchingUp: deCatchingUp,
  formats: deFormats,
  portal: dePortal,
  signingIn: deSigningIn,
  mail: deMail,
  archive: deArchive,
  forGood: deForGood,
  search: deSearch,
  rounds: deRounds,
  interests: deInterests,
  branches: deBranches,
  leftBehind: deLeftBehind,
  heldWords: deHeldWords,
  mergeReview: deMergeReview,
  meeting: deMeeting,
  meetingLedger: deMeetingLedger,
  look: deLook,
  terms: deTerms,
  demo: deDemo,
  inPortal: deInPortal,
};
