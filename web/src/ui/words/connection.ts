/** The state of the connection in words. */
import type { Catalogue } from "../../messages/index.ts";
import type { ConnectionStatus } from "../../sync/index.ts";
import { sayReason } from "./reason.ts";

export interface ConnectionWords {
  readonly label: string;
  /** What it means for the writer; `null` when all is well. */
  readonly detail: string | null;
  readonly tone: "calm" | "busy" | "alarm";
  /** Whether trying at once can help. */
  readonly canRetry: boolean;
}

/** Whether the server answers requests: all there is to know while no document is open. */
export function describeReach(reach: "asking" | "reached" | "lost", text: Catalogue["connection"]): ConnectionWords {
  switch (reach) {
    case "asking":
      return { label: text.connecting, detail: null, tone: "busy", canRetry: false };
    case "reached":
      return { label: text.online, detail: null, tone: "calm", canRetry: false };
    case "lost":
      return { label: text.offline, detail: text.offlineDetail, tone: "busy", canRetry: false };
  }
}

export function describeConnection(status: ConnectionStatus, now: number, catalogue: Catalogue): ConnectionWords {
  const text = catalogue.connection;
  switch (status.kind) {
    case "connecting":
      return { label: text.connecting, detail: null, tone: "busy", canRetry: false };
    case "online":
      return { label: text.online, detail: null, tone: "calm", canRetry: false };
    case "offline":
      return { label: text.offline, detail: text.offlineDetail, tone: "busy", canRetry: false };
    case "waiting": {
      const seconds = Math.ceil((status.at - now) / 1000);
      return { label: text.waiting(seconds), detail: text.waitingDetail, tone: "busy", canRetry: seconds > 0 };
    }
    case "refused":
      return {
        label: text.refused,
        detail: text.refusedDetail(sayReason(status.reason, catalogue)),
        tone: "alarm",
        canRetry: false,
      };
  }
}
