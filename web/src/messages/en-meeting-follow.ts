/** The words about following whoever presents in a meeting, in English. */

export const enMeetingFollow = {
  region: "Following",
  present: "Present",
  stopPresenting: "Stop presenting",
  presenting: "You present: others see where you read and what you select.",
  along: (who: string) => `You follow ${who}.`,
  stop: "Stop following",
  away: (who: string) => `You are no longer following ${who}.`,
  again: "Follow again",
  writing: (who: string) => `${who} presents. You are writing and stay where you are.`,
  begin: "Follow",
  over: (who: string) => `${who} no longer presents.`,
  hidden: (who: string) => `${who} presents a text that is not open to you.`,
};
