/** What the ledger says of meetings, in English. */

export const enMeetingLedger = {
  planned: (who: string, title: string) => `${who} planned the meeting “${title}”`,
  cancelled: (who: string, title: string) => `${who} called off the meeting “${title}”`,
  opened: (who: string, title: string) => `${who} opened the meeting “${title}”`,
  ended: (who: string, title: string) => `${who} ended the meeting “${title}”`,
  removed: (who: string, whom: string, title: string) => `${who} put ${whom} out of the meeting “${title}”`,
};
