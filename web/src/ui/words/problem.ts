/** The problems of a document in words. */
import type { Catalogue } from "../../messages/index.ts";
import { type DocumentProblem, type DocumentState, HANDED_IN, type SaveState } from "../../sync/index.ts";
import { sayReason } from "./reason.ts";
import { isUnreadDevice } from "./save.ts";

export interface ProblemWords {
  readonly title: string;
  readonly body: string;
  /** `alarm`: act, or words may be lost; `notice`: good to know. */
  readonly tone: "alarm" | "notice";
  /** Where to go from here, or what to do. */
  readonly ways: readonly ProblemWay[];
}

export type ProblemWay =
  /** To another document. */
  | { readonly kind: "document"; readonly name: string; readonly label: string }
  /** To what is set aside of this document. */
  | { readonly kind: "aside"; readonly label: string }
  /** To what people suggest to this document. */
  | { readonly kind: "suggestions"; readonly label: string }
  /** Be told no more of what is a suggestion now: this device forgets its copy of it. */
  | { readonly kind: "understood"; readonly label: string }
  /** Keep this copy as a document of its own. */
  | { readonly kind: "keep"; readonly label: string };

/**
 * @param name - the document that has the problem
 * @param state - of the document: where the newest words are, and what waits
 */
export function describeProblem(
  problem: DocumentProblem,
  name: string,
  state: DocumentState,
  catalogue: Catalogue,
): ProblemWords {
  const text = catalogue.problems;
  switch (problem.code) {
    case "denied":
      return describeDenial(problem.reason, state, catalogue);
    case "expired":
      return { title: text.expiredTitle, body: text.expiredBody, tone: "alarm", ways: [] };
    case "unavailable":
      return { title: text.unopenedTitle, body: text.unopenedBody, tone: "alarm", ways: [] };
    case "server-storage":
      return { title: text.storageTitle, body: text.storageBody, tone: "notice", ways: [] };
    case "rejected": {
      if (problem.reason === HANDED_IN) {
        return describeHandedIn(state, catalogue);
      }
      const ways: readonly ProblemWay[] = [{ kind: "aside", label: text.rejectedLink }];
      const reason = sayReason(problem.reason, catalogue);
      return problem.kept === "server"
        ? { title: text.rejectedServerTitle, body: text.rejectedServerBody(reason), tone: "notice", ways }
        : { title: text.rejectedDeviceTitle, body: text.rejectedDeviceBody(reason), tone: "alarm", ways };
    }
    case "forked":
      return problem.fork === name
        ? {
            title: text.copyTitle,
            body: text.copyBody,
            tone: "notice",
            ways: [
              { kind: "document", name: problem.original, label: text.copyLink },
              { kind: "keep", label: text.copyKeep },
            ],
          }
        : {
            title: text.forkedTitle,
            body: text.forkedBody,
            tone: "notice",
            ways: [
              { kind: "document", name: problem.fork, label: text.forkedLink },
              { kind: "aside", label: text.rejectedLink },
            ],
          };
    case "device-storage": {
      const isOnServer = state.save === "safe" || isUnreadDevice(state);
      return {
        ...describeStorage(problem.cause, state.save, isOnServer, text),
        tone: isOnServer ? "notice" : "alarm",
        ways: [],
      };
    }
  }
}

/** What came too late is a suggestion now. Those who may not read the document are told on a page of its own. */
function describeHandedIn(state: DocumentState, { leftBehind: text }: Catalogue): ProblemWords {
  const ways: readonly ProblemWay[] = [
    { kind: "suggestions", label: text.see },
    { kind: "aside", label: text.mine },
    { kind: "understood", label: text.understood },
  ];
  return state.access === "write"
    ? { title: text.againTitle, body: text.againBody, tone: "notice", ways }
    : { title: text.title, body: text.body, tone: "notice", ways };
}

function describeDenial(reason: string, state: DocumentState, catalogue: Catalogue): ProblemWords {
  const text = catalogue.problems;
  const { access, unconfirmed } = state;
  const ways: readonly ProblemWay[] = unconfirmed > 0 ? [{ kind: "aside", label: text.withdrawnLink }] : [];
  if (access === "read" || access === "comment") {
    return { title: text.withdrawnTitle, body: text.withdrawnBody, tone: "alarm", ways };
  }
  const waiting = unconfirmed > 0 ? text.deniedWaiting : "";
  return {
    title: text.deniedTitle,
    body: `${text.deniedBody(sayReason(reason, catalogue))}${waiting}`,
    tone: "alarm",
    ways,
  };
}

function describeStorage(
  cause: Extract<DocumentProblem, { code: "device-storage" }>["cause"],
  save: SaveState,
  isOnServer: boolean,
  text: Catalogue["problems"],
): { readonly title: string; readonly body: string } {
  const danger = isOnServer ? text.onlyServer : text.keepOpen;
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
