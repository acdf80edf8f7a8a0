/** Die Wörter zu E-Mails, auf Deutsch. */
import type { Catalogue } from "./index.ts";

export const deMail: Catalogue["mail"] = {
  forgotten: {
    link: "Passwort vergessen?",
    pageTitle: "Passwort vergessen",
    heading: "Passwort vergessen",
    lead: "Geben Sie die E-Mail-Adresse Ihres Kontos ein. Sie bekommen einen Link, mit dem Sie ein neues Passwort wählen.",
    submit: "Link schicken",
    askedHeading: "Sehen Sie in Ihre E-Mails",
    asked: (email) =>
      `Wenn es ein Konto mit ${email} gibt, ist eine E-Mail mit einem Link unterwegs. Der Link gilt einmal, 24 Stunden lang.`,
    askedHint:
      "Nach einigen Minuten nichts da? Sehen Sie bei den unerwünschten E-Mails nach und prüfen Sie die Adresse.",
    back: "Zurück zum Anmelden",
    noMail:
      "Dieser Server verschickt keine E-Mails. Wer ihn betreibt, kann Ihnen einen Link für ein neues Passwort machen.",
  },
  signInHelp: "Kein Konto? Sie kommen mit einer Einladung herein.",
  invitation: {
    email: "Link per E-Mail schicken an (freiwillig)",
    emailHint: "Sie sehen den Link danach auch selbst.",
    mailed: (email) =>
      `Eine E-Mail mit diesem Link ist unterwegs an ${email}. Sie können ihn auch selbst verschicken; er wird nicht noch einmal gezeigt.`,
    notMailed:
      "Der Link konnte gerade nicht per E-Mail verschickt werden. Schicken Sie ihn selbst denen, die Sie meinen; er wird nicht noch einmal gezeigt.",
  },
  account: {
    lastWay:
      "Wenn Sie auch ein Passwort wollen, melden Sie sich ab und wählen Sie auf der Seite zum Anmelden „Passwort vergessen?“.",
  },
};
