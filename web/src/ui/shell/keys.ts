/** How keys are called on this device: symbols on Apple's, words elsewhere. */

const isApple = /Mac|iPhone|iPad/.test(navigator.platform);

const APPLE: Readonly<Record<string, string>> = { Mod: "⌘", Alt: "⌥", Shift: "⇧", Enter: "⏎" };
const OTHER: Readonly<Record<string, string>> = { Mod: "Ctrl" };

/** The keys of a combination like `Mod+Shift+8`, as they are labelled. */
export function keysOf(combination: string): readonly string[] {
  const names = isApple ? APPLE : OTHER;
  return combination.split("+").map((key) => names[key] ?? key);
}

/** A combination in one line, for tooltips. */
export function keyLabel(combination: string): string {
  return keysOf(combination).join(isApple ? "" : "+");
}

/** A combination in the form of `aria-keyshortcuts`. */
export function ariaKeys(combination: string): string {
  return combination.replace("Mod", isApple ? "Meta" : "Control");
}

/** Whether the command key of this device is held. */
export function hasMod(event: KeyboardEvent): boolean {
  return isApple ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
}
