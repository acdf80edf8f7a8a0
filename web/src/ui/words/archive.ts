/** Why a community could not be taken away or brought along, in words. */
import type { Catalogue } from "../../messages/index.ts";
import { ApiError, ARCHIVE_BYTES_MAX, isUnreachable } from "../../sync/index.ts";
import { describePortalFailure } from "./form-failure.ts";

const MEGABYTE = 1024 * 1024;

/** @param way - a lost connection leaves it open whether a community was made, but not whether one was taken away */
export function describeArchiveFailure(error: unknown, way: "take" | "bring", text: Catalogue): string {
  const words = text.archive.refused;
  const problem = error instanceof ApiError ? error.problem : null;
  if (way === "bring" && problem === null && isUnreachable(error)) {
    return words.cutOff;
  }
  const noArchive: Readonly<Record<string, string>> = {
    "another-kind": words.anotherKind,
    damaged: words.damaged,
  };
  return describePortalFailure(error, text, {
    "no-archive": noArchive[problem?.detail ?? ""] ?? words.notAnArchive,
    "too-large": words.tooLarge(ARCHIVE_BYTES_MAX / MEGABYTE),
    busy: words.busy,
  });
}
