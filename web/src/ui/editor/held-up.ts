/** What the page around an editor says and offers to whoever may not write in it for the moment. */
import { createContext } from "react";
import type { EditContent } from "../../sync/index.ts";

export interface HeldUp {
  /** Why, in a sentence; `null` where nobody says. */
  readonly why: string | null;
  /** Makes a suggestion of an edit, and shows it; `null` where none is taken. Rejects when it could not. */
  readonly suggest: ((edit: Pick<EditContent, "base" | "updates">) => Promise<void>) | null;
}

export const HeldUpContext = createContext<HeldUp>({ why: null, suggest: null });
