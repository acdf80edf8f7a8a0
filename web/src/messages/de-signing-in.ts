/** Die Wörter für die Anmeldung über einen Anbieter, auf Deutsch. */
import type { Catalogue } from "./index.ts";

export const deSigningIn: Catalogue["signingIn"] = {
  or: "oder",
  continueWith: (provider) => `Weiter mit ${provider}`,
  codes: {
    "provider-away":
      "So können Sie sich gerade nicht anmelden: Der Anbieter antwortet nicht. Versuchen Sie es später noch einmal.",
    "no-such-identity": "Es ist nicht mehr verbunden.",
    "last-way-in":
      "Das ist der einzige Weg in Ihr Konto. Setzen Sie erst ein Passwort, dann können Sie die Verbindung lösen.",
  },

  endings: {
    pageTitle: "Anmeldung",
    denied: {
      heading: "Sie haben nicht weitergemacht",
      body: (provider) =>
        `Die Anmeldung über ${provider} wurde dort abgebrochen. Hier hat sich nichts geändert. Sie können es jederzeit wieder versuchen.`,
    },
    forgotten: {
      heading: "Das wurde nicht hier begonnen oder vor zu langer Zeit",
      body: (provider) =>
        `Eine Anmeldung über ${provider} muss innerhalb von zehn Minuten im selben Browser beginnen und enden. Niemand wurde angemeldet. Beginnen Sie hier noch einmal.`,
    },
    away: {
      heading: "Der Anbieter antwortet nicht",
      body: (provider) =>
        `${provider} konnte uns nicht sagen, wer Sie sind. Niemand wurde angemeldet. Versuchen Sie es in ein paar Minuten wieder; mit einem Passwort können Sie sich inzwischen anmelden.`,
    },
    clock: {
      heading: "Die Uhren stimmen nicht überein",
      body: (provider) =>
        `Was ${provider} sagt, war nach der Uhr dieses Servers schon vorbei oder steht noch bevor. Niemand wurde angemeldet. Versuchen Sie es noch einmal; wenn es wieder geschieht, sagen Sie es denen, die diesen Server betreiben.`,
    },
    refused: {
      heading: "Das hat nicht geklappt",
      body: (provider) =>
        `Was von ${provider} zurückkam, war nicht glaubwürdig. Niemand wurde angemeldet. Versuchen Sie es noch einmal; wenn es wieder geschieht, sagen Sie es denen, die diesen Server betreiben.`,
    },
    stale: {
      heading: "Sie wurden nicht noch einmal gefragt",
      body: (provider) =>
        `${provider} hat Sie durchgelassen, ohne zu fragen, wer Sie sind, und was Sie vorhaben, lässt sich nicht zurücknehmen. Es hat sich nichts geändert. Melden Sie sich bei ${provider} ab und beginnen Sie auf der Seite Ihres Kontos noch einmal.`,
    },
    "somebody-else": {
      heading: "Sie haben sich dort als jemand anderes angemeldet",
      body: (provider) =>
        `Wer sich bei ${provider} angemeldet hat, ist nicht die Person, deren Konto hier offen ist. Es hat sich nichts geändert. Beginnen Sie auf der Seite Ihres Kontos noch einmal, als Sie selbst.`,
    },
    locked: {
      heading: "Dieses Konto ist gesperrt",
      body: () => "Sie können sich damit nicht anmelden. Fragen Sie die, die diesen Server betreiben.",
    },
    unknown: {
      heading: "Hier gibt es noch kein Konto für Sie",
      body: (provider) =>
        `${provider} kennt Sie, aber kein Konto ist hier damit verbunden. Wenn Sie ein Konto haben, melden Sie sich mit dessen Passwort an und verbinden Sie ${provider} auf der Seite Ihres Kontos. Wenn Sie keines haben, öffnen Sie die Einladung, die Sie bekommen haben, und machen Sie dort mit ${provider} weiter.`,
    },
    "name-reads-alike": {
      heading: "Dort heißt schon jemand so",
      body: (provider) =>
        `In der Gemeinschaft hat jemand einen Namen, der sich wie Ihrer bei ${provider} liest. Es wurde kein Konto angelegt. Öffnen Sie Ihre Einladung noch einmal und legen Sie ein Konto mit Passwort und anderem Namen an; auf der Seite Ihres Kontos können Sie ${provider} damit verbinden.`,
    },
    "email-taken": {
      heading: "Es gibt schon ein Konto mit Ihrer E-Mail-Adresse",
      body: (provider) =>
        `Es ist vielleicht Ihres, aber ${provider} allein öffnet es nicht. Melden Sie sich mit dem Passwort an und verbinden Sie ${provider} auf der Seite Ihres Kontos; öffnen Sie dann Ihre Einladung noch einmal.`,
    },
    "no-email": {
      heading: "Ihre E-Mail-Adresse ist nicht bekannt",
      body: (provider) =>
        `${provider} hat uns keine E-Mail-Adresse von Ihnen genannt, die dort geprüft ist, und ein Konto braucht eine. Lassen Sie sie dort prüfen und versuchen Sie es noch einmal, oder öffnen Sie Ihre Einladung und legen Sie ein Konto mit Passwort an.`,
    },
    gone: {
      heading: "Diese Einladung gilt nicht mehr",
      body: () => "Sie ist inzwischen verbraucht, abgelaufen oder zurückgezogen. Bitten Sie um eine neue.",
    },
    "signed-out": {
      heading: "Sie wurden inzwischen abgemeldet",
      body: (provider) => `Melden Sie sich wieder an und verbinden Sie ${provider} dann auf der Seite Ihres Kontos.`,
    },
    "of-another": {
      heading: "Es ist mit einem anderen Konto verbunden",
      body: (provider) =>
        `Wer Sie bei ${provider} sind, meldet sich hier in einem anderen Konto an. Lösen Sie die Verbindung erst dort, oder melden Sie sich bei ${provider} als jemand anderes an.`,
    },
    "has-another": {
      heading: "Ihr Konto ist schon verbunden",
      body: (provider) =>
        `Ihr Konto ist hier mit jemand anderem bei ${provider} verbunden. Lösen Sie diese Verbindung erst auf der Seite Ihres Kontos.`,
    },
    later: {
      heading: "Gerade nicht",
      body: () =>
        "Aus Ihrem Netz kamen zu viele Versuche, oder dieser Server kann gerade nichts aufheben. Versuchen Sie es in einer Minute noch einmal.",
    },
    toSignIn: "Anmelden",
    toAccount: "Zu Ihrem Konto",
    toHome: "Zu meinen Gemeinschaften",
  },

  ways: {
    heading: "Wie Sie sich anmelden",
    password: "Passwort",
    passwordSet: "Sie können sich mit Ihrer E-Mail-Adresse und Ihrem Passwort anmelden.",
    passwordNone: "Sie haben hier kein Passwort.",
    provider: (provider) => `Sie können sich über ${provider} anmelden.`,
    another: (issuer) => `Verbunden mit ${issuer}, womit man sich hier zurzeit nicht anmelden kann.`,
    as: (name) => `Dort sind Sie ${name}.`,
    since: (when) => `Verbunden ${when === "now" ? "gerade eben" : when}`,
    connect: (provider) => `${provider} verbinden`,
    connectHint: (provider) => `Dann können Sie sich auch über ${provider} anmelden.`,
    disconnect: "Verbindung lösen",
    disconnectLabel: (provider) => `Verbindung mit ${provider} lösen`,
    disconnected: (provider) => `${provider} meldet Sie hier nicht mehr an`,
    lastWay:
      "Es ist Ihr einziger Weg herein, also bleibt es. Wer diesen Server betreibt, kann Ihnen einen Link machen, mit dem Sie ein Passwort setzen.",
    signOut: (provider) =>
      `Abmelden beendet nur Ihren Besuch hier: Bei ${provider} bleiben Sie angemeldet. Melden Sie sich an einem Gerät, das auch andere benutzen, auch dort ab.`,
  },
};
