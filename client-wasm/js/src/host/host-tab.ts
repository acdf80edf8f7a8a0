import type { Handle, HostMessage, TabMessage } from "../messages.js";
import type { Port } from "../ports.js";
import type { HostedDocument, View } from "./hosted-document.js";

/** One attached tab (or script), as the host knows it. */
export interface HostTab {
  readonly port: Port<HostMessage, TabMessage>;
  /** What this tab has open, by its own handles. */
  readonly views: Map<Handle, { readonly document: HostedDocument; readonly view: View }>;
  /** Whether this tab can be asked for a token. */
  hasToken: boolean;
  /** Whether it has introduced itself since our welcome. */
  attached: boolean;
  /** Stops waiting for its death. */
  unwatch: () => void;
}
