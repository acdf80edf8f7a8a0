//! What a part says, in words: XHTML with the few elements that FHIR allows, in which nothing that somebody wrote is markup.
//!
//! Blocks are read as editors of the ProseMirror family write them. What is not known here loses its shape and keeps its
//! words. Recurses as deep as a text is nested, which its reader bounds ([`super::guideline::Text::read`]).

use consilium_model::references::{CITATION, citation_text};
use serde_json::{Value, json};

use super::object::clean;

/// Whose words these are.
#[derive(Debug, Clone, Copy)]
pub(super) enum Origin {
    /// They say what the fields of the resource say.
    Fields,
    /// People wrote them.
    People,
}

/// A narrative that is being written.
#[derive(Debug)]
pub(super) struct Narrative {
    language: &'static str,
    out: String,
}

impl Narrative {
    pub(super) const fn new(language: &'static str) -> Self {
        Self {
            language,
            out: String::new(),
        }
    }

    /// A heading of level 1 to 6.
    pub(super) fn heading(mut self, level: u8, text: &str) -> Self {
        let text = escaped(text);
        if !text.is_empty() {
            let level = level.clamp(1, 6);
            self.out.push_str(&format!("<h{level}>{text}</h{level}>"));
        }
        self
    }

    /// A paragraph; line breaks stay.
    pub(super) fn paragraph(mut self, text: &str) -> Self {
        let text = escaped(text);
        if !text.is_empty() {
            self.out
                .push_str(&format!("<p>{}</p>", text.replace('\n', "<br/>")));
        }
        self
    }

    /// A paragraph that begins with what it is about; nothing where nothing is said.
    pub(super) fn labelled(mut self, label: &str, text: &str) -> Self {
        let text = escaped(text);
        if !text.is_empty() {
            self.out.push_str(&format!(
                "<p><b>{}:</b> {}</p>",
                escaped(label),
                text.replace('\n', "<br/>")
            ));
        }
        self
    }

    /// A table whose first row names the columns; nothing without another row.
    pub(super) fn table(mut self, head: &[&str], rows: &[Vec<String>]) -> Self {
        if rows.is_empty() {
            return self;
        }
        self.out.push_str("<table><thead><tr>");
        for cell in head {
            self.out.push_str(&format!("<th>{}</th>", escaped(cell)));
        }
        self.out.push_str("</tr></thead><tbody>");
        for row in rows {
            self.out.push_str("<tr>");
            for cell in row {
                let cell = escaped(cell).replace('\n', "<br/>");
                self.out.push_str(&format!("<td>{cell}</td>"));
            }
            self.out.push_str("</tr>");
        }
        self.out.push_str("</tbody></table>");
        self
    }

    /// Blocks of a text.
    pub(super) fn blocks<'b>(mut self, blocks: impl IntoIterator<Item = &'b Value>) -> Self {
        write_blocks(&mut self.out, blocks);
        self
    }

    /// As a `Narrative`; null where nothing is to be seen, which FHIR forbids.
    pub(super) fn done(self, origin: Origin) -> Value {
        let Self { language, out } = self;
        if !has_words(&out) {
            return Value::Null;
        }
        let status = match origin {
            Origin::Fields => "generated",
            Origin::People => "additional",
        };
        let div = format!(
            "<div xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"{language}\" xml:lang=\"{language}\">{out}</div>"
        );
        json!({ "status": status, "div": div })
    }
}

/// Whether anything stands between the marks of an element.
fn has_words(written: &str) -> bool {
    let mut is_tag = false;
    written.chars().any(|character| match character {
        '<' => {
            is_tag = true;
            false
        }
        '>' => {
            is_tag = false;
            false
        }
        other => !is_tag && !other.is_whitespace(),
    })
}

/// Text in which nothing is markup.
fn escaped(text: &str) -> String {
    escape_signs(&clean(text))
}

/// The same with the spaces around it, for a piece that stands between others. What XML cannot hold is left out.
fn escape_signs(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\t' => out.push(character),
            '\u{fffe}' | '\u{ffff}' => {}
            control if control.is_control() => {}
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

fn kind(node: &Value) -> &str {
    node["type"].as_str().unwrap_or_default()
}

fn content(node: &Value) -> &[Value] {
    node["content"].as_array().map_or(&[], Vec::as_slice)
}

fn is_inline(node: &Value) -> bool {
    matches!(kind(node), "text" | "hardBreak" | CITATION)
}

/// The words of a block, on one line.
pub(super) fn plain(node: &Value) -> String {
    let mut out = String::new();
    write_plain(&mut out, node);
    clean(&out)
}

fn write_plain(out: &mut String, node: &Value) {
    match kind(node) {
        "text" => out.push_str(node["text"].as_str().unwrap_or_default()),
        "hardBreak" => out.push(' '),
        CITATION => out.push_str(&citation(node)),
        _ => content(node)
            .iter()
            .for_each(|child| write_plain(out, child)),
    }
}

fn citation(node: &Value) -> String {
    citation_text(|setting| node["attrs"][setting].as_str().map(str::to_owned))
}

/// Blocks one after the other; what stands in lines between them is a paragraph.
fn write_blocks<'b>(out: &mut String, blocks: impl IntoIterator<Item = &'b Value>) {
    let mut loose = String::new();
    for block in blocks {
        if is_inline(block) {
            write_inline(&mut loose, block);
            continue;
        }
        wrap(out, "p", &std::mem::take(&mut loose));
        write_block(out, block);
    }
    wrap(out, "p", &loose);
}

/// An element; none around nothing.
fn wrap(out: &mut String, tag: &str, inner: &str) {
    if !inner.trim().is_empty() {
        out.push_str(&format!("<{tag}>{inner}</{tag}>"));
    }
}

fn write_block(out: &mut String, block: &Value) {
    match kind(block) {
        "paragraph" => wrap(out, "p", &lines_of(block)),
        "heading" => {
            let level = block["attrs"]["level"].as_u64().unwrap_or(1).clamp(1, 6);
            wrap(out, &format!("h{level}"), &lines_of(block));
        }
        "bulletList" => write_list(
            out,
            "ul",
            content(block).iter().map(|item| (String::new(), item)),
        ),
        "orderedList" => {
            let items = content(block).iter();
            match block["attrs"]["start"].as_u64() {
                None | Some(1) => write_list(out, "ol", items.map(|item| (String::new(), item))),
                // FHIR's XHTML has no attribute that begins elsewhere.
                Some(start) => {
                    let numbered = items
                        .zip(0..)
                        .map(|(item, at)| (format!("{}. ", start.saturating_add(at)), item));
                    write_list(out, "ul", numbered);
                }
            }
        }
        "taskList" => {
            let ticked = |item: &Value| match item["attrs"]["checked"].as_bool() {
                Some(true) => "[x] ".to_owned(),
                _ => "[ ] ".to_owned(),
            };
            write_list(
                out,
                "ul",
                content(block).iter().map(|item| (ticked(item), item)),
            );
        }
        "table" => write_table(out, block),
        "blockquote" => {
            let mut inner = String::new();
            write_blocks(&mut inner, content(block));
            wrap(out, "blockquote", &inner);
        }
        "codeBlock" => {
            let mut inner = String::new();
            content(block)
                .iter()
                .for_each(|child| write_inline(&mut inner, child));
            wrap(out, "pre", &inner);
        }
        "horizontalRule" => out.push_str("<hr/>"),
        _ => write_blocks(out, content(block)),
    }
}

fn write_list<'b>(out: &mut String, tag: &str, items: impl Iterator<Item = (String, &'b Value)>) {
    let mut inner = String::new();
    for (before, item) in items {
        let mut said = before;
        match content(item) {
            // A single paragraph needs no element of its own.
            [only] if kind(only) == "paragraph" => said.push_str(&lines_of(only)),
            blocks => write_blocks(&mut said, blocks),
        }
        wrap(&mut inner, "li", &said);
    }
    wrap(out, tag, &inner);
}

fn write_table(out: &mut String, table: &Value) {
    let mut rows = String::new();
    for row in content(table) {
        let mut cells = String::new();
        for cell in content(row) {
            let tag = if kind(cell) == "tableHeader" {
                "th"
            } else {
                "td"
            };
            cells.push('<');
            cells.push_str(tag);
            for span in ["colspan", "rowspan"] {
                if let Some(count) = cell["attrs"][span].as_u64().filter(|count| *count > 1) {
                    cells.push_str(&format!(" {span}=\"{count}\""));
                }
            }
            cells.push('>');
            match content(cell) {
                [only] if kind(only) == "paragraph" => cells.push_str(&lines_of(only)),
                blocks => write_blocks(&mut cells, blocks),
            }
            cells.push_str(&format!("</{tag}>"));
        }
        wrap(&mut rows, "tr", &cells);
    }
    if !rows.is_empty() {
        out.push_str(&format!("<table><tbody>{rows}</tbody></table>"));
    }
}

/// What stands in a block of text. Blocks in it, which no editor writes, lose their shape.
fn lines_of(block: &Value) -> String {
    let mut out = String::new();
    content(block)
        .iter()
        .for_each(|child| write_inline(&mut out, child));
    out
}

fn write_inline(out: &mut String, node: &Value) {
    match kind(node) {
        "text" => write_text(out, node),
        "hardBreak" => out.push_str("<br/>"),
        CITATION => out.push_str(&escape_signs(&citation(node))),
        _ => content(node)
            .iter()
            .for_each(|child| write_inline(out, child)),
    }
}

fn write_text(out: &mut String, node: &Value) {
    let text = node["text"].as_str().unwrap_or_default();
    let written = escape_signs(text);
    if written.is_empty() {
        return;
    }
    let marks = node["marks"].as_array().map_or(&[][..], Vec::as_slice);
    let tags: Vec<(String, &str)> = marks.iter().filter_map(tags).collect();
    for (open, _) in &tags {
        out.push_str(open);
    }
    out.push_str(&written);
    for (_, close) in tags.iter().rev() {
        out.push_str(close);
    }
}

/// How a mark begins and ends. A link that could do anything but lead somewhere is none.
fn tags(mark: &Value) -> Option<(String, &'static str)> {
    let simple = |open: &str, close| Some((open.to_owned(), close));
    match kind(mark) {
        "bold" => simple("<b>", "</b>"),
        "italic" => simple("<i>", "</i>"),
        "underline" => simple("<span style=\"text-decoration: underline\">", "</span>"),
        "strike" => simple("<span style=\"text-decoration: line-through\">", "</span>"),
        "superscript" => simple("<sup>", "</sup>"),
        "subscript" => simple("<sub>", "</sub>"),
        "code" => simple("<code>", "</code>"),
        "link" => {
            let address = clean(mark["attrs"]["href"].as_str()?);
            leads_somewhere(&address)
                .then(|| (format!("<a href=\"{}\">", escape_signs(&address)), "</a>"))
        }
        _ => None,
    }
}

fn leads_somewhere(address: &str) -> bool {
    let scheme = address.split_once(':').map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| {
        ["http", "https", "mailto", "tel"]
            .iter()
            .any(|allowed| scheme.eq_ignore_ascii_case(allowed))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(blocks: &Value) -> String {
        let narrative = Narrative::new("en").blocks(blocks.as_array().unwrap());
        let done = narrative.done(Origin::People);
        let div = done["div"].as_str().unwrap_or_default();
        let open = "<div xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\" xml:lang=\"en\">";
        div.strip_prefix(open)
            .and_then(|rest| rest.strip_suffix("</div>"))
            .unwrap_or_default()
            .to_owned()
    }

    fn paragraph(content: &Value) -> Value {
        json!([{ "type": "paragraph", "content": content }])
    }

    #[test]
    fn nothing_that_somebody_wrote_is_markup() {
        let text = json!([{ "type": "text", "text": "<script>a & \"b\"</script>\u{0}" }]);
        assert_eq!(
            written(&paragraph(&text)),
            "<p>&lt;script&gt;a &amp; &quot;b&quot;&lt;/script&gt;</p>"
        );
        for (address, expected) in [
            ("javascript:alert(1)", "<p>x</p>"),
            ("//example.org", "<p>x</p>"),
            (
                "https://example.org/?a=\"b",
                "<p><a href=\"https://example.org/?a=&quot;b\">x</a></p>",
            ),
        ] {
            let marks = json!([{ "type": "link", "attrs": { "href": address } }]);
            let text = json!([{ "type": "text", "text": "x", "marks": marks }]);
            assert_eq!(written(&paragraph(&text)), expected);
        }
    }

    #[test]
    fn what_is_not_known_keeps_its_words_and_what_is_empty_has_no_element() {
        let strange = json!([
            { "type": "callout", "content": [{ "type": "paragraph", "content": [{ "type": "text", "text": "a" }] }] },
            { "type": "text", "text": "b" },
            { "type": "paragraph" },
            { "type": "bulletList", "content": [] },
            { "type": "table", "content": [{ "type": "tableRow" }] },
        ]);
        assert_eq!(written(&strange), "<p>a</p><p>b</p>");
        assert_eq!(Narrative::new("en").done(Origin::Fields), Value::Null);
        assert_eq!(written(&json!([{ "type": "horizontalRule" }])), "");
    }

    #[test]
    fn lists_and_tables_have_their_shape() {
        let item = |text: &str| json!({ "type": "listItem", "content": [{ "type": "paragraph", "content": [{ "type": "text", "text": text }] }] });
        let lists = json!([
            { "type": "orderedList", "attrs": { "start": 4 }, "content": [item("a"), item("b")] },
            { "type": "orderedList", "content": [item("c")] },
            { "type": "table", "content": [{ "type": "tableRow", "content": [
                { "type": "tableHeader", "attrs": { "colspan": 2, "rowspan": 1 }, "content": [] },
                { "type": "tableCell", "content": [{ "type": "horizontalRule" }] },
            ] }] },
        ]);
        assert_eq!(
            written(&lists),
            "<ul><li>4. a</li><li>5. b</li></ul><ol><li>c</li></ol>\
             <table><tbody><tr><th colspan=\"2\"></th><td><hr/></td></tr></tbody></table>"
        );
    }
}
