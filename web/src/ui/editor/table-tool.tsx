/** Tables: inserts one, or offers what can be done with the one at the cursor. */
import { Menu, UnstyledButton } from "@mantine/core";
import { ChevronDown, Table2 } from "lucide-react";
import type { ReactNode } from "react";
import type { Editor } from "../../editor/index.ts";
import { useWords } from "../context.tsx";
import { IN_HEAD } from "../shell/in-head.ts";
import { Tool } from "./tool.tsx";

export function TableTool(props: { readonly editor: Editor; readonly inTable: boolean }): ReactNode {
  const { editor, inTable } = props;
  const { toolbar: tools } = useWords();
  const chain = () => editor.chain().focus(undefined, { scrollIntoView: false });
  if (!inTable) {
    return (
      <Tool
        icon={Table2}
        label={tools.insertTable}
        run={() => chain().insertTable({ rows: 3, cols: 3, withHeaderRow: true }).run()}
      />
    );
  }
  return (
    <Menu {...IN_HEAD} position="bottom-end" width={220} returnFocus={false}>
      <Menu.Target>
        <UnstyledButton className="tool tool--menu" aria-label={tools.table} data-on="">
          <Table2 size={18} aria-hidden="true" />
          <ChevronDown size={14} aria-hidden="true" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => chain().addRowBefore().run()}>{tools.rowBefore}</Menu.Item>
        <Menu.Item onClick={() => chain().addRowAfter().run()}>{tools.rowAfter}</Menu.Item>
        <Menu.Item onClick={() => chain().addColumnBefore().run()}>{tools.columnBefore}</Menu.Item>
        <Menu.Item onClick={() => chain().addColumnAfter().run()}>{tools.columnAfter}</Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => chain().toggleHeaderRow().run()}>{tools.headerRow}</Menu.Item>
        <Menu.Item onClick={() => chain().toggleHeaderColumn().run()}>{tools.headerColumn}</Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => chain().deleteRow().run()}>{tools.deleteRow}</Menu.Item>
        <Menu.Item onClick={() => chain().deleteColumn().run()}>{tools.deleteColumn}</Menu.Item>
        <Menu.Item className="menu-danger" onClick={() => chain().deleteTable().run()}>
          {tools.deleteTable}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
