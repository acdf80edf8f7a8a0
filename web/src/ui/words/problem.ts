/** The problems of a document in words. */
import type { Catalogue } from "../../messages/index.ts";
import type { DocumentProblem } from "../../sync/index.ts";
import { sayReason } from "./reason.ts";

export interface ProblemWords {
  readonly title: string;
  readonly body: string;
  /** `alarm`: act, or words may be lost; `notice`: good to know. */
  readonly tone: "alarm" | "notice";
  /** The document to open from here. */
  readonly fork: string | null;
}

export function describeProblem(problem: DocumentProblem, catalogue: Catalogue): ProblemWords {
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
      return { ...describeStorage(problem.cause, text), tone: "alarm", fork: null };
  }
}

function describeStorage(
  cause: Extract<DocumentProblem, { code: "device-storage" }>["cause"],
  text: Catalogue["problems"],
): { readonly title: string; readonly body: string } {
  switch (cause) {
    case "quota":
      return { title: text.quotaTitle, body: text.quotaBody };
    case "blocked":
      return { title: text.blockedTitle, body: text.blockedBody };
    case "deleted":
      return { title: text.wipedTitle, body: text.wipedBody };
    case "unavailable":
      return { title: text.unavailableTitle, body: text.unavailableBody };
  }
}
