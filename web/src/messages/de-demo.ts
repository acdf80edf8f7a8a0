/** Die Worte einer Vorführung, auf Deutsch. */
import type { Catalogue } from "./index.ts";

export const deDemo: Catalogue["demo"] = {
  region: "Vorführung",
  label: "Vorführung",
  youAre: (name: string, role: string) => `Sie sind ${name}, ${role}.`,
  youAreYourself: (name: string) => `Sie sind ${name}.`,

  entrance: {
    pageTitle: "Vorführung",
    heading: "Eine Gemeinschaft zum Ausprobieren",
    lead: "Eine Vorführung: fünf Menschen, die zusammen eine Leitlinie schreiben. Wählen Sie, wer Sie sein möchten; ihre Texte sind auf Englisch. Alles bleibt auf diesem Rechner und lässt sich jederzeit von vorn beginnen.",
    continueAs: (name: string) => `Weiter als ${name}`,
    played: "Spielt der Server, solange Sie jemand anderes sind",
    two: "Zu zweit? Öffnen Sie diese Adresse in einem privaten Fenster oder in einem anderen Browser und wählen Sie dort jemand anderen. Alle Fenster eines Browsers sind dieselbe Person.",
    own: "Mit einem hier angelegten Konto anmelden",
    back: "Eine der fünf Personen wählen",
    failed: "Die Vorführung war nicht zu erreichen.",
    left: "Wählen Sie, wer Sie als Nächstes sein möchten.",
    ended:
      "Ihre Sitzung ist zu Ende: Die Vorführung hat von vorn begonnen, oder Sie haben sich anderswo abgemeldet. Wählen Sie, wer Sie sein möchten.",
  },

  about: {
    chair: "Hausärztin. Leitet die Gruppe und entscheidet, wer was darf.",
    deputy: "Infektiologe. Vertritt die Leitung.",
    physician: "Hausärztin. Schreibt die Fragen und den Wortlaut.",
    pharmacist: "Apotheker mit schlechter Verbindung. Ist offline, schreibt weiter, kommt zurück.",
    microbiologist: "Fachfrau von außen. Sieht nur die Leitlinie, für dreißig Tage.",
  },

  menu: {
    heading: "Weiter als",
    switch: "Jemand anderes sein",
    now: "Sie",
    failed: "Das hat nicht geklappt. Läuft der Server?",
    unsent: "Was Sie geschrieben haben und nicht senden konnten, bleibt bei der Person, die Sie waren.",
  },

  colleagues: {
    label: "Kollegen bei der Arbeit (gespielt)",
    hint: "Drei der fünf spielt der Server. Sie schreiben in eigenen Absätzen, solange Sie hinsehen.",
    on: "an",
    off: "aus",
    nowOn: "Kollegen arbeiten, wo Sie hinsehen",
    nowOff: "Die Kollegen ruhen",
  },

  again: {
    button: "Von vorn",
    title: "Von vorn beginnen",
    body: "Die Gemeinschaft und ihre Texte werden wieder, wie sie waren. Was geschrieben wurde, wer dazukam und was seitdem im Protokoll steht, wird endgültig gelöscht, für alle, die diese Vorführung offen haben.",
    confirm: "Löschen und von vorn beginnen",
    cancel: "Behalten",
    running: "Es beginnt von vorn …",
    done: "Die Vorführung hat von vorn begonnen",
    doneBody: "Die Texte sind wie am Anfang. Was davor geschrieben wurde, ist gelöscht.",
    dismiss: "Verstanden",
  },

  tries: {
    button: "Zum Ausprobieren",
    title: "Zum Ausprobieren",
    open: "Öffnen Sie zuerst die Leitlinie und sehen Sie einen Augenblick hin: Kollegen kommen und schreiben.",
    secondTitle: "Zu zweit sein",
    second:
      "Öffnen Sie diese Adresse in einem privaten Fenster (Strg+Umschalt+N oder Strg+Umschalt+P) oder in einem anderen Browser, machen Sie dort als jemand anderes weiter, und stellen Sie beide Fenster nebeneinander.",
    copy: "Adresse kopieren",
    copied: "Die Adresse ist kopiert",
    offlineTitle: "Ohne Server weiterschreiben",
    offline:
      "Der Server ist zwanzig Sekunden lang weg. Schreiben Sie weiter und achten Sie auf die Worte oben rechts; ist er zurück, steht beisammen, was beide Seiten geschrieben haben.",
    plug: "Für 20 Sekunden den Stecker ziehen",
    pulled: "Der Server ist 20 Sekunden weg. Schreiben Sie weiter.",
    decideTitle: "Gemeinsam entscheiden",
    decide:
      "Im Menü der Leitlinie (drei Punkte) unter Klinische Fragen haben zwei die Stärke einer Empfehlung verschieden gesetzt: Sie wählen. Unter Abstimmungen wartet eine auf Ihre Stimme, und unter Sitzungen ist eine geplant, die die Leitung eröffnen kann.",
    toDecide: "Zu Abstimmungen und Sitzungen",
    inviteTitle: "Jemanden einladen",
    invite:
      "Machen Sie einen Link für ein neues Mitglied, öffnen Sie ihn in einem privaten Fenster und legen Sie dort ein Konto an. Ändern Sie dann, was es darf, während es schreibt.",
    toMembers: "Zu den Mitgliedern",
  },
};
