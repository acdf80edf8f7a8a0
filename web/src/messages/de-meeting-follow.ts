/** The words about following whoever presents in a meeting, in German. */
import type { enMeetingFollow } from "./en-meeting-follow.ts";

export const deMeetingFollow: typeof enMeetingFollow = {
  region: "Gemeinsam lesen",
  present: "Präsentieren",
  stopPresenting: "Nicht mehr präsentieren",
  presenting: "Sie präsentieren: Andere sehen, wo Sie lesen und was Sie markieren.",
  along: (who) => `Sie folgen ${who}.`,
  stop: "Nicht mehr folgen",
  away: (who) => `Sie folgen ${who} nicht mehr.`,
  again: "Wieder folgen",
  writing: (who) => `${who} präsentiert. Sie schreiben gerade und bleiben, wo Sie sind.`,
  begin: "Folgen",
  over: (who) => `${who} präsentiert nicht mehr.`,
  hidden: (who) => `${who} präsentiert einen Text, der Ihnen nicht offensteht.`,
};
