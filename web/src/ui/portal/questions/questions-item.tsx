/** The way from a document to its clinical questions: an item of its menu. */
import { Menu } from "@mantine/core";
import { CircleHelp } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { DocumentName } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { questionsPath } from "./paths.ts";

export function QuestionsItem(props: { readonly document: DocumentName }): ReactNode {
  const text = useWords();
  return (
    <Menu.Item
      component={Link}
      href={questionsPath(props.document)}
      leftSection={<CircleHelp size={16} aria-hidden="true" />}
    >
      {text.questions.menuItem}
    </Menu.Item>
  );
}
