/** Where the page starts: opens the visit, then draws. */
import "./ui/theme/mantine.css";
import "virtual:theme.css";
import "./ui/theme/tokens.css";
import "./ui/theme/base.css";
import "./ui/shell/shell.css";
import "./ui/documents/documents.css";
import { createRoot } from "react-dom/client";
import { pickCatalogue } from "./messages/index.ts";
import { openVisit } from "./sync/index.ts";
import { Root } from "./ui/root.tsx";

async function start(): Promise<void> {
  const place = document.getElementById("root");
  if (place === null) {
    throw new Error("the page has no root element");
  }
  const { text, language } = pickCatalogue(navigator.languages);
  document.documentElement.lang = language;
  const visit = await openVisit().catch(() => null);
  createRoot(place).render(<Root visit={visit} text={text} language={language} />);
}

void start();
