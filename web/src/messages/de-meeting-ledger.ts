/** What the ledger says of meetings, in German. */
import type { enMeetingLedger } from "./en-meeting-ledger.ts";

export const deMeetingLedger: typeof enMeetingLedger = {
  planned: (who: string, title: string) => `${who} hat die Sitzung „${title}“ geplant`,
  cancelled: (who: string, title: string) => `${who} hat die Sitzung „${title}“ abgesagt`,
  opened: (who: string, title: string) => `${who} hat die Sitzung „${title}“ eröffnet`,
  ended: (who: string, title: string) => `${who} hat die Sitzung „${title}“ beendet`,
  removed: (who: string, whom: string, title: string) => `${who} hat ${whom} aus der Sitzung „${title}“ entfernt`,
};
