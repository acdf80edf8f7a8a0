/** The way from a document to its publication: an item of its menu. */
import { Menu } from "@mantine/core";
import { Stamp } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { DocumentName } from "../../../sync/index.ts";
import { useWords } from "../../context.tsx";
import { publicationPath } from "./paths.ts";

export function PublicationItem(props: { readonly document: DocumentName }): ReactNode {
  const text = useWords();
  return (
    <Menu.Item
      component={Link}
      href={publicationPath(props.document)}
      leftSection={<Stamp size={16} aria-hidden="true" />}
    >
      {text.publication.menuItem}
    </Menu.Item>
  );
}
