//! A document as Markdown (CommonMark with GitHub's tables, tasks and strikethrough).
//!
//! Where Markdown has no form (underlined, raised and lowered text; tables with merged cells, with several blocks in a
//! cell or without a header row), HTML stands in, which Markdown allows. So it does where the signs for bold, italic
//! and struck text would not be understood between the letters beside them: every line that has marks is read back
//! before it counts as written. The web app writes its files by the same rules (`web/src/editor/formats`).

use comrak::nodes::{
    AstNode, ListDelimType, ListType, NodeCode, NodeCodeBlock, NodeHeading, NodeHtmlBlock,
    NodeLink, NodeList, NodeTable, NodeTaskItem, NodeValue, Sourcepos, TableAlignment,
};
use comrak::{Arena, Options, format_commonmark, format_html, parse_document};
use consilium_model::prose::{Block, Cell, CellKind, Done, LINE_BREAK, Mark, Run};
use consilium_model::question::sign_of;

use super::html;

/// The text under its title as the first heading.
#[must_use]
pub fn write(title: &str, blocks: &[Block]) -> String {
    let arena = Arena::new();
    let root = node(&arena, NodeValue::Document);
    if !title.is_empty() {
        write_block(&arena, root, &Block::heading(1, title));
    }
    for block in blocks {
        write_block(&arena, root, block);
    }
    formatted(root)
}

type Tree<'a> = &'a AstNode<'a>;

fn node<'a>(arena: &'a Arena<'a>, value: NodeValue) -> Tree<'a> {
    arena.alloc(AstNode::from(value))
}

fn put<'a>(arena: &'a Arena<'a>, parent: Tree<'a>, value: NodeValue) -> Tree<'a> {
    let child = node(arena, value);
    parent.append(child);
    child
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.tasklist = true;
    // The HTML here is ours: what people wrote is escaped.
    options.render.r#unsafe = true;
    options.render.prefer_fenced = true;
    options
}

fn formatted(root: Tree<'_>) -> String {
    let mut out = String::new();
    // A String takes everything that is written to it.
    let _ = format_commonmark(root, &options(), &mut out);
    out
}

fn write_block<'a>(arena: &'a Arena<'a>, parent: Tree<'a>, block: &Block) {
    match block {
        Block::Heading(level, runs) => {
            let heading = put(
                arena,
                parent,
                NodeValue::Heading(NodeHeading {
                    level: *level,
                    setext: false,
                    closed: false,
                }),
            );
            // A line break would end the heading.
            let runs: Vec<Run> = runs
                .iter()
                .map(|run| match run.text.as_str() {
                    LINE_BREAK => Run::plain(" "),
                    _ => run.clone(),
                })
                .collect();
            write_inline(arena, heading, &runs);
        }
        Block::Paragraph(runs) => {
            let paragraph = put(arena, parent, NodeValue::Paragraph);
            write_inline(arena, paragraph, runs);
        }
        Block::BulletList(items) => {
            let settings = list(ListType::Bullet, 1, false);
            let list = put(arena, parent, NodeValue::List(settings));
            for content in items {
                let item = put(arena, list, NodeValue::Item(settings));
                write_content(arena, item, content);
            }
        }
        Block::OrderedList { start, items } => {
            let settings = list(ListType::Ordered, *start as usize, false);
            let list = put(arena, parent, NodeValue::List(settings));
            for content in items {
                let item = put(arena, list, NodeValue::Item(settings));
                write_content(arena, item, content);
            }
        }
        Block::TaskList(tasks) => {
            let settings = list(ListType::Bullet, 1, true);
            let list = put(arena, parent, NodeValue::List(settings));
            for task in tasks {
                let symbol = (task.done == Done::Yes).then_some('x');
                let item = NodeTaskItem {
                    symbol,
                    symbol_sourcepos: Sourcepos::from((0, 0, 0, 0)),
                };
                let item = put(arena, list, NodeValue::TaskItem(item));
                write_content(arena, item, &task.content);
            }
        }
        Block::Table(rows) => write_table(arena, parent, rows),
        Block::Blockquote(blocks) => {
            let quote = put(arena, parent, NodeValue::BlockQuote);
            write_content(arena, quote, blocks);
        }
        Block::CodeBlock(text) => {
            let mut literal = text.clone();
            literal.push('\n');
            let code = NodeCodeBlock {
                fenced: true,
                fence_char: b'`',
                fence_length: longest_run(text, '`').max(2) + 1,
                fence_offset: 0,
                info: String::new(),
                literal,
                closed: true,
            };
            put(arena, parent, NodeValue::CodeBlock(Box::new(code)));
        }
        Block::Rule => {
            put(arena, parent, NodeValue::ThematicBreak);
        }
        Block::Question(id) => {
            let paragraph = put(arena, parent, NodeValue::Paragraph);
            write_inline(arena, paragraph, &[Run::plain(sign_of(Some(id)))]);
        }
    }
}

fn write_content<'a>(arena: &'a Arena<'a>, parent: Tree<'a>, blocks: &[Block]) {
    for block in blocks {
        write_block(arena, parent, block);
    }
}

const fn list(list_type: ListType, start: usize, is_task_list: bool) -> NodeList {
    NodeList {
        list_type,
        marker_offset: 0,
        padding: 2,
        start,
        delimiter: ListDelimType::Period,
        bullet_char: b'-',
        tight: true,
        is_task_list,
    }
}

fn longest_run(text: &str, sign: char) -> usize {
    text.split(|character| character != sign)
        .map(str::len)
        .max()
        .unwrap_or(0)
}

fn write_table<'a>(arena: &'a Arena<'a>, parent: Tree<'a>, rows: &[Vec<Cell>]) {
    let Some(width) = plain_width(rows) else {
        let mut literal = String::new();
        html::table(rows, &mut literal);
        let block = NodeHtmlBlock {
            block_type: 6,
            literal,
        };
        put(arena, parent, NodeValue::HtmlBlock(block));
        return;
    };
    let settings = NodeTable {
        alignments: vec![TableAlignment::None; width],
        num_columns: width,
        num_rows: rows.len(),
        num_nonempty_cells: 0,
    };
    let table = put(arena, parent, NodeValue::Table(Box::new(settings)));
    for (index, cells) in rows.iter().enumerate() {
        let row = put(arena, table, NodeValue::TableRow(index == 0));
        for cell in cells {
            let place = put(arena, row, NodeValue::TableCell);
            if let [Block::Paragraph(runs)] = cell.content.as_slice() {
                write_inline(arena, place, runs);
            }
        }
    }
}

/// How many columns a table has, if Markdown has a form for it: a header row on top only, no merged cells, and at most
/// one paragraph a cell.
fn plain_width(rows: &[Vec<Cell>]) -> Option<usize> {
    let width = rows.first()?.len();
    let is_plain = width > 0
        && rows.iter().enumerate().all(|(index, cells)| {
            cells.len() == width
                && cells.iter().all(|cell| {
                    (cell.kind == CellKind::Header) == (index == 0)
                        && (cell.columns, cell.rows) == (1, 1)
                        && matches!(cell.content.as_slice(), [] | [Block::Paragraph(_)])
                })
        });
    is_plain.then_some(width)
}

/// How bold, italic and struck text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// With the signs of Markdown.
    Signs,
    /// With the elements of HTML.
    Elements,
}

/// One run with the marks that are not yet open.
#[derive(Debug, Clone)]
struct Open<'r> {
    text: &'r str,
    marks: Vec<&'r Mark>,
}

/// White space at the edges of a block means nothing in Markdown, or that it is code.
fn trimmed(runs: &[Run]) -> Vec<Run> {
    let mut runs = runs.to_vec();
    if let Some(first) = runs.first_mut().filter(|run| run.text != LINE_BREAK) {
        first.text = first.text.trim_start().to_owned();
    }
    if let Some(last) = runs.last_mut().filter(|run| run.text != LINE_BREAK) {
        last.text = last.text.trim_end().to_owned();
    }
    runs.retain(|run| !run.text.is_empty());
    runs
}

fn write_inline<'a>(arena: &'a Arena<'a>, parent: Tree<'a>, runs: &[Run]) {
    let runs = trimmed(runs);
    let runs: Vec<Open<'_>> = runs
        .iter()
        .map(|run| {
            let mut marks: Vec<&Mark> = run.marks.iter().collect();
            // A link goes round everything that is set within it; code goes round nothing.
            marks.sort_by_key(|mark| match mark {
                Mark::Link(_) => 0,
                Mark::Code => 2,
                _ => 1,
            });
            Open {
                text: &run.text,
                marks,
            }
        })
        .collect();
    let style = if is_understood(&runs) {
        Style::Signs
    } else {
        Style::Elements
    };
    write_runs(arena, parent, &runs, style);
}

/// Whether a reader of Markdown takes the signs for what they are meant.
fn is_understood(runs: &[Open<'_>]) -> bool {
    if runs.iter().all(|run| run.marks.is_empty()) {
        return true;
    }
    let arena = Arena::new();
    let root = node(&arena, NodeValue::Document);
    let paragraph = put(&arena, root, NodeValue::Paragraph);
    write_runs(&arena, paragraph, runs, Style::Signs);
    let read_back = parse_document(&arena, &formatted(root), &options());
    as_html(root) == as_html(read_back)
}

fn as_html(root: Tree<'_>) -> String {
    let mut out = String::new();
    let _ = format_html(root, &options(), &mut out);
    out
}

/// Neighbours that share their first mark stand in it together: `**a****b**` would be something else.
fn write_runs<'a>(arena: &'a Arena<'a>, parent: Tree<'a>, runs: &[Open<'_>], style: Style) {
    for group in runs.chunk_by(|one, other| one.marks.first() == other.marks.first()) {
        let Some(mark) = group[0].marks.first().copied() else {
            for run in group {
                write_text(arena, parent, run.text);
            }
            continue;
        };
        let inner: Vec<Open<'_>> = group
            .iter()
            .map(|run| Open {
                text: run.text,
                marks: run.marks[1..].to_vec(),
            })
            .collect();
        write_marked(arena, parent, mark, &inner, style);
    }
}

fn write_marked<'a>(
    arena: &'a Arena<'a>,
    parent: Tree<'a>,
    mark: &Mark,
    inner: &[Open<'_>],
    style: Style,
) {
    let signs = match (mark, style) {
        (Mark::Bold, Style::Signs) => Some(NodeValue::Strong),
        (Mark::Italic, Style::Signs) => Some(NodeValue::Emph),
        (Mark::Strike, Style::Signs) => Some(NodeValue::Strikethrough),
        (Mark::Link(address), _) if html::leads_somewhere(address) => {
            Some(NodeValue::Link(Box::new(NodeLink {
                url: address.clone(),
                title: String::new(),
            })))
        }
        (Mark::Code, _) => {
            let literal: String = inner.iter().map(|run| run.text).collect();
            let code = NodeCode {
                num_backticks: longest_run(&literal, '`') + 1,
                literal,
            };
            put(arena, parent, NodeValue::Code(code));
            return;
        }
        _ => None,
    };
    if let Some(signs) = signs {
        let marked = put(arena, parent, signs);
        write_runs(arena, marked, inner, style);
        return;
    }
    let tags = html::tags(mark);
    if let Some((open, _)) = &tags {
        put(arena, parent, NodeValue::HtmlInline(open.clone()));
    }
    write_runs(arena, parent, inner, style);
    if let Some((_, close)) = tags {
        put(arena, parent, NodeValue::HtmlInline(close.to_owned()));
    }
}

fn write_text<'a>(arena: &'a Arena<'a>, parent: Tree<'a>, text: &str) {
    if text == LINE_BREAK {
        put(arena, parent, NodeValue::HtmlInline("<br>".to_owned()));
    } else {
        put(arena, parent, NodeValue::Text(text.to_owned().into()));
    }
}

#[cfg(test)]
mod tests;
