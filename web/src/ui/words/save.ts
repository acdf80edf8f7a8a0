/** The save state of a document in words. */
import type { Catalogue } from "../../messages/index.ts";
import { type DocumentProblem, type DocumentState, HANDED_IN } from "../../sync/index.ts";

/** `calm`: nothing to do; `busy`: under way; `alarm`: act, or words may be lost. */
export type Tone = "calm" | "busy" | "alarm";

export interface SaveWords {
  readonly label: string;
  readonly detail: string;
  readonly tone: Tone;
  /** Which of the three places the newest edit has reached. */
  readonly reached: { readonly device: boolean; readonly sent: boolean; readonly safe: boolean };
}

export function describeSave(state: DocumentState, text: Catalogue["save"]): SaveWords {
  const deviceKeeps = !state.problems.some(isFailingDevice);
  switch (state.save) {
    case "saving": {
      const reached = { device: false, sent: false, safe: false };
      return deviceKeeps
        ? { label: text.saving, detail: text.savingDetail, tone: "busy", reached }
        : { label: text.notSaved, detail: text.notSavedDetail, tone: "alarm", reached };
    }
    case "device":
      if (isUnreadDevice(state)) {
        const reached = { device: false, sent: true, safe: true };
        return { label: text.unread, detail: text.unreadDetail, tone: "busy", reached };
      }
      return {
        label: text.device,
        detail: whyNotSent(state, text),
        tone: "busy",
        reached: { device: true, sent: false, safe: false },
      };
    case "sent": {
      const reached = { device: deviceKeeps, sent: true, safe: false };
      return deviceKeeps
        ? { label: text.sent, detail: text.sentDetail, tone: "busy", reached }
        : { label: text.sent, detail: text.notSavedDetail, tone: "alarm", reached };
    }
    case "safe": {
      const reached = { device: deviceKeeps, sent: true, safe: true };
      if (!state.synced) {
        return { label: text.opening, detail: text.openingDetail, tone: "busy", reached };
      }
      const rejected = state.problems.filter((problem) => problem.code === "rejected");
      if (rejected.some(({ reason }) => reason !== HANDED_IN)) {
        return { label: text.safeExcept, detail: text.safeExceptDetail, tone: "alarm", reached };
      }
      // That is on the server as well, in a suggestion: nothing to be afraid of.
      if (rejected.length > 0) {
        return { label: text.safeSuggested, detail: text.safeSuggestedDetail, tone: "calm", reached };
      }
      return deviceKeeps
        ? { label: text.safe, detail: text.safeDetail, tone: "calm", reached }
        : { label: text.onlyServer, detail: text.onlyServerDetail, tone: "calm", reached };
    }
  }
}

/** How good it is to be told so, the more the better: where the newest edit is, and then whether all is well with it. */
export function rankOfSave(words: SaveWords): number {
  const { safe, sent, device } = words.reached;
  return (safe ? 3 : sent ? 2 : device ? 1 : 0) * 3 + TONES.indexOf(words.tone);
}

/** From bad to good. */
const TONES: readonly Tone[] = ["alarm", "busy", "calm"];

/**
 * Whether the server has all that is known of, and yet the device may hold edits from before that nobody can read now:
 * its store has failed since the document was opened.
 */
export function isUnreadDevice({ save, unconfirmed, problems }: DocumentState): boolean {
  return save === "device" && unconfirmed === 0 && problems.some(isFailingDevice);
}

/** Whether the device stores nothing now. What was deleted is stored again, or the newest words would be unsaved. */
function isFailingDevice(problem: DocumentProblem): boolean {
  return problem.code === "device-storage" && problem.cause !== "deleted";
}

function whyNotSent({ access, problems }: DocumentState, text: Catalogue["save"]): string {
  if (access !== "write" && access !== "unknown") {
    return text.deviceNoAccessDetail;
  }
  return problems.some(({ code }) => code === "server-storage") ? text.deviceFullServerDetail : text.deviceDetail;
}
