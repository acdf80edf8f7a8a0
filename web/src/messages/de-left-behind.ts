/** The words about edits that came after their author's access had ended, in German. */
import type { enLeftBehind } from "./en-left-behind.ts";

export const deLeftBehind: typeof enLeftBehind = {
  title: "Sie dürfen hier nicht mehr schreiben",
  body: "Was Sie geschrieben hatten und nicht mehr senden konnten, wurde als Vorschlag eingereicht. Darüber entscheidet, wer im Dokument schreibt. Ihre Kopie bleibt auf diesem Gerät.",
  againTitle: "Änderungen von Ihnen wurden als Vorschlag eingereicht",
  againBody:
    "Sie kamen an, als Sie hier nicht schreiben durften. Sie stehen erst im Dokument, wenn jemand, der darin schreibt, den Vorschlag übernimmt; das können auch Sie selbst sein.",
  see: "Ansehen",
  mine: "Ihre Kopie ansehen",
  understood: "Verstanden, meine Kopie löschen",

  lost: "Was Sie geschrieben hatten und nicht mehr senden konnten, wurde als Vorschlag denen übergeben, die im Dokument schreiben. Ihre Kopie haben Sie weiterhin hier.",

  edits: (count: number) =>
    count === 1 ? "1 Änderung als Vorschlag eingereicht" : `${count} Änderungen als Vorschlag eingereicht`,
  happened:
    "Dies kam an, als Sie im Dokument nicht mehr schreiben durften. Es wurde deshalb als Vorschlag eingereicht.",
  means: "Wer im Dokument schreibt, kann es lesen und darüber entscheiden; dieses Gerät behält eine Kopie für Sie.",
  todo: "Sie müssen nichts tun. Löschen Sie die Kopie, wenn Sie sie nicht mehr brauchen.",
  forget: "Dieses Gerät vergisst seine Kopie. Der Vorschlag bleibt.",

  label: "Änderungen, die nach dem Ende des Zugangs ankamen",
  by: (who: string) => `Geschrieben von ${who}`,
  arrived: (when: string) => `Angekommen ${when}, nach dem Ende des Zugangs`,
  bannerMine: (title: string) => `Was Sie in „${title}“ zurückgelassen haben`,
  bannerMineBody:
    "Sie haben dies geschrieben, als Sie im Dokument nicht mehr schreiben durften. Wer im Dokument schreibt, kann es lesen und entscheidet, was übernommen wird. Sie können hier weiterschreiben.",
  bannerTheirs: (who: string, title: string) => `Was ${who} in „${title}“ zurückgelassen hat`,
  bannerTheirsBody:
    "Es kam nach dem Ende des Zugangs an, und niemand hat sich entschieden, es zu zeigen: Nur wer im Dokument schreibt, sieht es. Sehen Sie sich die Änderungen an, um darüber zu entscheiden.",
  heading: (who: string) => `Was ${who} zurückgelassen hat`,
};
