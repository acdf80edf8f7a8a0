/** Why something about meetings was refused, in words. */
import type { Catalogue } from "../../../messages/index.ts";
import { describePortalFailure } from "../../words/form-failure.ts";

export function describeMeetingFailure(error: unknown, text: Catalogue): string {
  return describePortalFailure(error, text, text.meeting.codes);
}
