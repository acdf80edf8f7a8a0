/** Where the page starts: opens the visit, then draws. */
import "./ui/theme/mantine.css";
import "virtual:theme.css";
import "./ui/theme/tokens.css";
import "./ui/theme/base.css";
import "./ui/shell/shell.css";
import "./ui/documents/documents.css";
import { createRoot } from "react-dom/client";
import { english, loadCatalogue } from "./messages/index.ts";
import { openVisit } from "./sync/index.ts";
import { preferredLanguage } from "./ui/language.ts";
import { Root } from "./ui/root.tsx";

async function start(): Promise<void> {
  const place = document.getElementById("root");
  if (place === null) {
    throw new Error("the page has no root element");
  }
  const language = preferredLanguage();
  const [visit, text] = await Promise.all([
    openVisit().catch(() => null),
    // Without network a language that was never used here cannot be had.
    loadCatalogue(language).catch(() => null),
  ]);
  const words = text === null ? ({ text: english, language: "en" } as const) : { text, language };
  createRoot(place).render(<Root visit={visit} words={words} />);
}

void start();
