/**
 * The formatting tools.
 *
 * A toolbar in the sense of ARIA: one stop for the Tab key, arrow keys within. Pressing a tool leaves the selection
 * in the text where it is.
 */
import { Menu, UnstyledButton } from "@mantine/core";
import {
  Bold,
  BookMarked,
  ChevronDown,
  CircleHelp,
  Code,
  Italic,
  Link2,
  List,
  ListChecks,
  ListOrdered,
  MessageSquarePlus,
  Minus,
  Quote,
  Redo2,
  Search,
  SquareCode,
  Strikethrough,
  Subscript,
  Superscript,
  Underline,
  Undo2,
} from "lucide-react";
import { memo, type ReactNode, type RefObject } from "react";
import { type Editor, type HeadingLevel, headingLevels } from "../../editor/index.ts";
import { useWords } from "../context.tsx";
import { IN_HEAD } from "../shell/in-head.ts";
import { onToolbarKey, useRovingStop } from "./roving-stop.ts";
import { TableTool } from "./table-tool.tsx";
import { KeyHint, Tool } from "./tool.tsx";
import { useEditorState } from "./use-editor.ts";

export const Toolbar = memo(function Toolbar(props: {
  readonly editor: Editor;
  readonly toolbarRef: RefObject<HTMLDivElement | null>;
  readonly onLink: () => void;
  readonly onFind: () => void;
  /** Where there are references. */
  readonly onCite: (() => void) | null;
  /** Where there are clinical questions. */
  readonly onQuestion: (() => void) | null;
  /** Where there are comments. */
  readonly onComment: (() => void) | null;
}): ReactNode {
  const { editor, toolbarRef } = props;
  const text = useWords();
  const state = useEditorState(editor, readState);
  useRovingStop(toolbarRef);

  const chain = () => editor.chain().focus(undefined, { scrollIntoView: false });
  const tools = text.toolbar;
  const style = state.heading === null ? tools.paragraph : tools.heading(state.heading);

  return (
    <div
      ref={toolbarRef}
      className="toolbar"
      role="toolbar"
      aria-label={tools.label}
      onKeyDown={(event) => onToolbarKey(event, editor)}
    >
      <div className="toolbar__group">
        <Tool icon={Undo2} label={tools.undo} keys="Mod+Z" disabled={!state.canUndo} run={() => chain().undo().run()} />
        <Tool
          icon={Redo2}
          label={tools.redo}
          keys="Mod+Shift+Z"
          disabled={!state.canRedo}
          run={() => chain().redo().run()}
        />
      </div>
      <div className="toolbar__group">
        <Menu {...IN_HEAD} position="bottom-start" width={220} returnFocus={false}>
          <Menu.Target>
            <UnstyledButton className="tool tool--wide" aria-label={tools.style(style)}>
              <span>{style}</span>
              <ChevronDown size={16} aria-hidden="true" />
            </UnstyledButton>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => chain().setParagraph().run()} rightSection={<KeyHint keys="Mod+Alt+0" />}>
              {tools.paragraph}
            </Menu.Item>
            {headingLevels.map((level) => (
              <Menu.Item
                key={level}
                className={`style-item style-item--${level}`}
                rightSection={<KeyHint keys={`Mod+Alt+${level}`} />}
                onClick={() => chain().setHeading({ level }).run()}
              >
                {tools.heading(level)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </div>
      <div className="toolbar__group">
        <Tool icon={Bold} label={tools.bold} keys="Mod+B" on={state.bold} run={() => chain().toggleBold().run()} />
        <Tool
          icon={Italic}
          label={tools.italic}
          keys="Mod+I"
          on={state.italic}
          run={() => chain().toggleItalic().run()}
        />
        <Tool
          icon={Underline}
          label={tools.underline}
          keys="Mod+U"
          on={state.underline}
          run={() => chain().toggleUnderline().run()}
        />
        <Tool
          icon={Strikethrough}
          label={tools.strike}
          keys="Mod+Shift+S"
          on={state.strike}
          run={() => chain().toggleStrike().run()}
        />
        <Tool
          icon={Superscript}
          label={tools.superscript}
          keys="Mod+."
          on={state.superscript}
          run={() => chain().toggleSuperscript().run()}
        />
        <Tool
          icon={Subscript}
          label={tools.subscript}
          keys="Mod+,"
          on={state.subscript}
          run={() => chain().toggleSubscript().run()}
        />
        <Tool icon={Code} label={tools.code} keys="Mod+E" on={state.code} run={() => chain().toggleCode().run()} />
        <Tool icon={Link2} label={tools.link} keys="Mod+K" on={state.link} run={props.onLink} />
      </div>
      <div className="toolbar__group">
        <Tool
          icon={List}
          label={tools.bulletList}
          keys="Mod+Shift+8"
          on={state.bulletList}
          run={() => chain().toggleBulletList().run()}
        />
        <Tool
          icon={ListOrdered}
          label={tools.orderedList}
          keys="Mod+Shift+7"
          on={state.orderedList}
          run={() => chain().toggleOrderedList().run()}
        />
        <Tool
          icon={ListChecks}
          label={tools.taskList}
          keys="Mod+Shift+9"
          on={state.taskList}
          run={() => chain().toggleTaskList().run()}
        />
      </div>
      <div className="toolbar__group">
        <Tool
          icon={Quote}
          label={tools.quote}
          keys="Mod+Shift+B"
          on={state.quote}
          run={() => chain().toggleBlockquote().run()}
        />
        <Tool
          icon={SquareCode}
          label={tools.codeBlock}
          keys="Mod+Alt+C"
          on={state.codeBlock}
          run={() => chain().toggleCodeBlock().run()}
        />
        <Tool icon={Minus} label={tools.rule} run={() => chain().setHorizontalRule().run()} />
        <TableTool editor={editor} inTable={state.table} />
        {props.onCite !== null && (
          <Tool icon={BookMarked} label={text.references.tool} keys="Mod+Alt+R" run={props.onCite} />
        )}
        {props.onQuestion !== null && (
          <Tool icon={CircleHelp} label={text.questions.block.tool} run={props.onQuestion} />
        )}
      </div>
      <div className="toolbar__group toolbar__group--end">
        {props.onComment !== null && (
          <Tool icon={MessageSquarePlus} label={text.comments.begin} keys="Mod+Alt+M" run={props.onComment} />
        )}
        <Tool icon={Search} label={tools.find} keys="Mod+F" run={props.onFind} />
      </div>
    </div>
  );
});

function readState(editor: Editor) {
  return {
    canUndo: editor.can().undo(),
    canRedo: editor.can().redo(),
    heading: headingLevels.find((level) => editor.isActive("heading", { level })) ?? (null as HeadingLevel | null),
    bold: editor.isActive("bold"),
    italic: editor.isActive("italic"),
    underline: editor.isActive("underline"),
    strike: editor.isActive("strike"),
    superscript: editor.isActive("superscript"),
    subscript: editor.isActive("subscript"),
    code: editor.isActive("code"),
    link: editor.isActive("link"),
    bulletList: editor.isActive("bulletList"),
    orderedList: editor.isActive("orderedList"),
    taskList: editor.isActive("taskList"),
    quote: editor.isActive("blockquote"),
    codeBlock: editor.isActive("codeBlock"),
    table: editor.isActive("table"),
  };
}
