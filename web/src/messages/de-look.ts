/** Deutsche Texte dazu, wie eine Gemeinschaft aussieht. */
import type { Catalogue } from "./index.ts";

export const deLook: Catalogue["look"] = {
  free: "Eine andere Farbe",
  freeHint: "Jede Farbe ist recht: Die Töne der Seite werden so aus ihr gemacht, dass sich alles lesen lässt.",
  picture: "Bild",
  pictureHint: "PNG, JPEG oder WebP mit höchstens 256 KB. Es steht in Listen, auf den Seiten und über den Dokumenten.",
  choose: "Ein Bild wählen",
  chooseOther: "Ein anderes Bild wählen",
  takeAway: "Das Bild entfernen",
  tooLarge: "Das Bild ist größer als 256 KB. Wählen Sie ein kleineres.",
  otherKind:
    "Dieses Bild lässt sich nicht verwenden. Wählen Sie ein PNG, JPEG oder WebP mit höchstens 2.048 Pixeln je Seite.",
  previews: "So wird es aussehen",
  preview: {
    light: "Hell",
    dark: "Dunkel",
    button: "Knopf",
    link: "Ein Link",
    soft: "Hervorgehoben",
  },
  ledger: {
    logo: "das Bild",
    noLogo: "das Bild: Jetzt gibt es keines",
  },
};
