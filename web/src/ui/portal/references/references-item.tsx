/** The way from a document to its references: an item of its menu. */
import { Menu } from "@mantine/core";
import { BookMarked } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { DocumentName } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { referencesPath } from "./paths.ts";

export function ReferencesItem(props: { readonly document: DocumentName }): ReactNode {
  const text = useWords();
  return (
    <Menu.Item
      component={Link}
      href={referencesPath(props.document)}
      leftSection={<BookMarked size={16} aria-hidden="true" />}
    >
      {text.references.menuItem}
    </Menu.Item>
  );
}
