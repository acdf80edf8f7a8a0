/** The language that was chosen on this device. Which languages there are is the interface's business. */
import { recall, remember } from "./browser-store.ts";

const KEY = "consilium.language";

export function recallLanguage(): string | null {
  return recall("device", KEY);
}

export function rememberLanguage(language: string): void {
  remember("device", KEY, language);
}
