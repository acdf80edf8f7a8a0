//! A document as a page of HTML that stands by itself: no script, no style from elsewhere, nothing that is fetched.

use consilium_model::prose::{Block, Cell, CellKind, Done, LINE_BREAK, Mark, Run, Task};
use consilium_model::question::sign_of;

/// Looks that let the page be read and printed; browsers' own for everything else.
const STYLE: &str = "body{font:1.05rem/1.6 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}\
table{border-collapse:collapse}th,td{border:1px solid;padding:.3rem .6rem;text-align:start;vertical-align:top}\
pre{overflow-x:auto}ul.tasks{list-style:none;padding-inline-start:1rem}";

/// The whole page. `language` is what the text is in, as HTML names it.
#[must_use]
pub fn page(title: &str, language: &str, blocks: &[Block]) -> String {
    let mut out = String::new();
    out.push_str("<!doctype html>\n<html lang=\"");
    escape(language, &mut out);
    out.push_str("\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
    escape(title, &mut out);
    out.push_str("</title>\n<style>");
    out.push_str(STYLE);
    out.push_str("</style>\n</head>\n<body>\n");
    if !title.is_empty() {
        out.push_str("<h1>");
        escape(title, &mut out);
        out.push_str("</h1>\n");
    }
    write_blocks(blocks, &mut out);
    out.push_str("</body>\n</html>\n");
    out
}

/// The blocks alone, one after the other.
#[must_use]
pub fn fragment(blocks: &[Block]) -> String {
    let mut out = String::new();
    write_blocks(blocks, &mut out);
    out
}

fn write_blocks(blocks: &[Block], out: &mut String) {
    for block in blocks {
        write_block(block, out);
    }
}

fn write_block(block: &Block, out: &mut String) {
    match block {
        Block::Heading(level, runs) => {
            let tag = format!("h{level}");
            line(&tag, runs, out);
        }
        Block::Paragraph(runs) => line("p", runs, out),
        Block::BulletList(items) => {
            out.push_str("<ul>\n");
            list(items, out);
            out.push_str("</ul>\n");
        }
        Block::OrderedList { start, items } => {
            out.push_str(&match start {
                1 => "<ol>\n".to_owned(),
                start => format!("<ol start=\"{start}\">\n"),
            });
            list(items, out);
            out.push_str("</ol>\n");
        }
        Block::TaskList(tasks) => write_tasks(tasks, out),
        Block::Table(rows) => table(rows, out),
        Block::Blockquote(blocks) => {
            out.push_str("<blockquote>\n");
            write_blocks(blocks, out);
            out.push_str("</blockquote>\n");
        }
        Block::CodeBlock(text) => {
            out.push_str("<pre><code>");
            escape(text, out);
            out.push_str("</code></pre>\n");
        }
        Block::Rule => out.push_str("<hr>\n"),
        Block::Question(id) => line("p", &[Run::plain(sign_of(Some(id)))], out),
    }
}

fn line(tag: &str, runs: &[Run], out: &mut String) {
    out.push_str(&format!("<{tag}>"));
    inline(runs, out);
    out.push_str(&format!("</{tag}>\n"));
}

fn list(items: &[Vec<Block>], out: &mut String) {
    for item in items {
        out.push_str("<li>");
        content(item, out);
        out.push_str("</li>\n");
    }
}

fn write_tasks(tasks: &[Task], out: &mut String) {
    out.push_str("<ul class=\"tasks\">\n");
    for task in tasks {
        out.push_str(match task.done {
            Done::Yes => "<li><input type=\"checkbox\" disabled checked> ",
            Done::No => "<li><input type=\"checkbox\" disabled> ",
        });
        content(&task.content, out);
        out.push_str("</li>\n");
    }
    out.push_str("</ul>\n");
}

/// A table on one line: where it stands in Markdown, an empty line would end it.
pub(super) fn table(rows: &[Vec<Cell>], out: &mut String) {
    out.push_str("<table>");
    for row in rows {
        out.push_str("<tr>");
        for cell in row {
            let tag = match cell.kind {
                CellKind::Header => "th",
                CellKind::Data => "td",
            };
            out.push_str(&format!("<{tag}"));
            if cell.columns > 1 {
                out.push_str(&format!(" colspan=\"{}\"", cell.columns));
            }
            if cell.rows > 1 {
                out.push_str(&format!(" rowspan=\"{}\"", cell.rows));
            }
            out.push('>');
            let mut inner = String::new();
            content(&cell.content, &mut inner);
            out.push_str(&inner.trim_end().replace('\n', "&#10;"));
            out.push_str(&format!("</{tag}>"));
        }
        out.push_str("</tr>");
    }
    out.push_str("</table>\n");
}

/// What stands in an item or a cell: a single paragraph needs no element of its own.
fn content(blocks: &[Block], out: &mut String) {
    match blocks {
        [Block::Paragraph(runs)] => inline(runs, out),
        [Block::Paragraph(runs), rest @ ..] if rest.iter().all(is_list) => {
            inline(runs, out);
            out.push('\n');
            write_blocks(rest, out);
        }
        blocks => write_blocks(blocks, out),
    }
}

fn is_list(block: &Block) -> bool {
    matches!(
        block,
        Block::BulletList(_) | Block::OrderedList { .. } | Block::TaskList(_)
    )
}

fn inline(runs: &[Run], out: &mut String) {
    for run in runs {
        if run.text == LINE_BREAK {
            out.push_str("<br>");
            continue;
        }
        let tags: Vec<(String, &str)> = run.marks.iter().filter_map(tags).collect();
        for (open, _) in &tags {
            out.push_str(open);
        }
        escape(&run.text, out);
        for (_, close) in tags.iter().rev() {
            out.push_str(close);
        }
    }
}

/// How a mark begins and ends. A link that could do anything but lead somewhere is none.
pub(super) fn tags(mark: &Mark) -> Option<(String, &'static str)> {
    let simple = |open: &str, close| Some((open.to_owned(), close));
    match mark {
        Mark::Bold => simple("<strong>", "</strong>"),
        Mark::Italic => simple("<em>", "</em>"),
        Mark::Underline => simple("<u>", "</u>"),
        Mark::Strike => simple("<s>", "</s>"),
        Mark::Superscript => simple("<sup>", "</sup>"),
        Mark::Subscript => simple("<sub>", "</sub>"),
        Mark::Code => simple("<code>", "</code>"),
        Mark::Link(address) => leads_somewhere(address).then(|| {
            let mut open = "<a href=\"".to_owned();
            escape(address, &mut open);
            open.push_str("\" rel=\"noopener noreferrer nofollow\">");
            (open, "</a>")
        }),
    }
}

/// Whether an address is one of those that the editor lets people set.
#[must_use]
pub(super) fn leads_somewhere(address: &str) -> bool {
    let scheme = address.split(':').next().unwrap_or_default();
    address.contains(':')
        && ["http", "https", "mailto", "tel"]
            .iter()
            .any(|allowed| scheme.eq_ignore_ascii_case(allowed))
}

pub(super) fn escape(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests;
