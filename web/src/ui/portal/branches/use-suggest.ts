/** Beginning a suggestion, or going on with the draft that one has. */
import { useState } from "react";
import { useLocation } from "wouter";
import type { DocumentName } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { useToast } from "../../shell/toast.tsx";
import { describePortalFailure } from "../../words/form-failure.ts";
import { usePortal } from "../context.tsx";
import { branchPath } from "./paths.ts";

export function useSuggest(document: DocumentName): { readonly busy: boolean; readonly suggest: () => void } {
  const text = useWords();
  const { branches } = usePortal().api;
  const toast = useToast();
  const [, navigate] = useLocation();
  const [busy, setBusy] = useState(false);

  const begin = async (): Promise<void> => {
    setBusy(true);
    try {
      const known = await branches.of(document);
      const draft = known.find(({ mine, kind, state }) => mine && kind === "draft" && state === "open");
      navigate(branchPath(draft ?? (await branches.make(document, "draft"))));
    } catch (error) {
      toast({ message: describePortalFailure(error, text, text.branches.codes), tone: "alarm" });
    }
    setBusy(false);
  };
  return { busy, suggest: () => void begin() };
}
