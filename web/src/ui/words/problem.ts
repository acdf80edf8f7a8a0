/** The problems of a document in words. */
import type { Catalogue } from "../../messages/index.ts";
import type { DocumentProblem, SaveState } from "../../sync/index.ts";
import { sayReason } from "./reason.ts";

export interface ProblemWords {
  readonly title: string;
  readonly body: string;
  /** `alarm`: act, or words may be lost; `notice`: good to know. */
  readonly tone: "alarm" | "notice";
  /** The document to open from here. */
  readonly fork: string | null;
}

/** `save`: where the newest words are, because a failing device is no danger while the server has them. */
export function describeProblem(problem: DocumentProblem, save: SaveState, catalogue: Catalogue): ProblemWords {
  const text = catalogue.problems;
  switch (problem.code) {
    case "denied":
      return {
        title: text.deniedTitle,
        body: text.deniedBody(sayReason(problem.reason, catalogue)),
        tone: "alarm",
        fork: null,
      };
    case "expired":
      return { title: text.expiredTitle, body: text.expiredBody, tone: "alarm", fork: null };
    case "server-storage":
      return { title: text.storageTitle, body: text.storageBody, tone: "notice", fork: null };
    case "rejected":
      return problem.kept === "server"
        ? {
            title: text.rejectedServerTitle,
            body: text.rejectedServerBody(sayReason(problem.reason, catalogue)),
            tone: "notice",
            fork: null,
          }
        : {
            title: text.rejectedDeviceTitle,
            body: text.rejectedDeviceBody(sayReason(problem.reason, catalogue)),
            tone: "alarm",
            fork: null,
          };
    case "forked":
      return { title: text.forkedTitle, body: text.forkedBody, tone: "notice", fork: problem.fork };
    case "device-storage":
      return { ...describeStorage(problem.cause, save, text), tone: save === "safe" ? "notice" : "alarm", fork: null };
  }
}

function describeStorage(
  cause: Extract<DocumentProblem, { code: "device-storage" }>["cause"],
  save: SaveState,
  text: Catalogue["problems"],
): { readonly title: string; readonly body: string } {
  const danger = save === "safe" ? text.onlyServer : text.keepOpen;
  switch (cause) {
    case "quota":
      return { title: text.quotaTitle, body: `${danger} ${text.quotaBody}` };
    case "blocked":
      return { title: text.blockedTitle, body: `${danger} ${text.blockedBody}` };
    case "deleted":
      return { title: text.wipedTitle, body: save === "saving" ? `${danger} ${text.wipedBody}` : text.wipedBody };
    case "unavailable":
      return { title: text.unavailableTitle, body: `${danger} ${text.unavailableBody}` };
  }
}
