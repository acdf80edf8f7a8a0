/** The words about terms with an end, in German. */
import type { Catalogue } from "./index.ts";

export const deTerms: Catalogue["terms"] = {
  what: {
    leader: "Ihre Amtszeit in der Leitung",
    deputy: "Ihre Amtszeit als Stellvertretung",
    member: "Ihre Mitgliedschaft",
    guest: "Ihr Gastzugang",
    listener: "Ihr Zugang als Zuhörer",
    grant: "Ihr Zugang zu diesem Dokument",
  },
  endsTitle: (what, when) => `${what} endet am ${when}`,
  ends: "Danach sehen Sie das hier nicht mehr. Die Leitung der Gemeinschaft kann verlängern.",
  endedTitle: (what, when) => `${what} endete am ${when}`,
  ended: "Deshalb sehen Sie das hier nicht mehr. Die Leitung der Gemeinschaft kann Ihnen wieder Zugang geben.",
  told: (what, when) => `${what} endet am ${when}`,
  offer: (who, role, when) => `${who}: ${role} bis ${when} – verlängern oder enden lassen`,
};
