//! Markdown: every form, and that no text is taken for signs.

use consilium_model::prose::Task;
use proptest::prelude::*;

use super::*;

fn marked(text: &str, marks: &[Mark]) -> Run {
    Run {
        text: text.to_owned(),
        marks: marks.to_vec(),
    }
}

fn paragraph(runs: Vec<Run>) -> String {
    write("", &[Block::Paragraph(runs)])
}

/// What a reader of the Markdown sees, as HTML.
fn read(markdown: &str) -> String {
    comrak::markdown_to_html(markdown, &options())
}

#[test]
fn a_title_is_the_first_heading() {
    assert_eq!(
        write(
            "Sepsis *now*",
            &[Block::heading(2, "Aim"), Block::paragraph("x")]
        ),
        "# Sepsis \\*now\\*\n\n## Aim\n\nx\n"
    );
}

#[test]
fn marks_have_their_signs() {
    for (runs, expected) in [
        (vec![Run::bold("a"), Run::plain(" b")], "**a** b\n"),
        (
            vec![Run::bold("a "), marked("b", &[Mark::Bold, Mark::Italic])],
            "**a *b***\n",
        ),
        (vec![marked("x", &[Mark::Strike])], "~~x~~\n"),
        (vec![marked("a`b", &[Mark::Code])], "``a`b``\n"),
        (
            vec![
                Run::plain("10"),
                marked("9", &[Mark::Superscript]),
                Run::plain("/l"),
            ],
            "10<sup>9</sup>/l\n",
        ),
        (
            vec![Run::link("here", "https://example.org/a")],
            "[here](https://example.org/a)\n",
        ),
        (vec![Run::link("here", "javascript:alert(1)")], "here\n"),
        (
            vec![Run::plain("a"), Run::plain(LINE_BREAK), Run::plain("b")],
            "a<br>b\n",
        ),
    ] {
        assert_eq!(paragraph(runs), expected);
    }
}

#[test]
fn signs_that_would_not_be_understood_are_elements() {
    // `**Dose:**5` is not strong: the sign ends between a colon and a digit.
    let text = paragraph(vec![Run::bold("Dose:"), Run::plain("5 mg")]);
    assert_eq!(text, "<strong>Dose:</strong>5 mg\n");
    let text = paragraph(vec![Run::bold("a "), Run::plain("b")]);
    assert_eq!(text, "<strong>a </strong>b\n");
}

#[test]
fn text_that_looks_like_signs_is_text() {
    for text in [
        "# no heading",
        "- no list",
        "1. no list",
        "1) no list",
        "> no quote",
        "*a* _b_ `c` ~~d~~ [e](f) <b>g</b> &amp; | h",
        "***",
        "---",
        "===",
        "    no code",
        "```",
        "a\\*b",
        "![x](y)",
        "<!-- x -->",
    ] {
        let html = read(&paragraph(vec![Run::plain(text)]));
        let mut expected = "<p>".to_owned();
        html::escape(text.trim(), &mut expected);
        expected.push_str("</p>\n");
        assert_eq!(html.replace('\'', "&#39;"), expected, "{text}");
    }
}

#[test]
fn blocks_have_their_forms() {
    let one = |text: &str| vec![Block::paragraph(text)];
    for (block, expected) in [
        (Block::BulletList(vec![one("a"), one("b")]), "- a\n- b\n"),
        (
            Block::OrderedList {
                start: 3,
                items: vec![one("a"), one("b")],
            },
            "3. a\n4. b\n",
        ),
        (
            Block::TaskList(vec![
                Task {
                    done: Done::Yes,
                    content: one("a"),
                },
                Task {
                    done: Done::No,
                    content: one("b"),
                },
            ]),
            "- [x] a\n- [ ] b\n",
        ),
        (Block::Blockquote(one("a")), "> a\n"),
        (Block::Rule, "-----\n"),
    ] {
        assert_eq!(write("", &[block]), expected);
    }
    let code = write("", &[Block::CodeBlock("a\n```\nb".to_owned())]);
    assert_eq!(read(&code), "<pre><code>a\n```\nb\n</code></pre>\n");
}

#[test]
fn tables_are_tables_or_html() {
    let cell = |kind, text: &str| Cell::new(kind, vec![Block::paragraph(text)]);
    let plain = Block::Table(vec![
        vec![
            cell(CellKind::Header, "Outcome"),
            cell(CellKind::Header, "n"),
        ],
        vec![
            cell(CellKind::Data, "a | b"),
            Cell::new(CellKind::Data, Vec::new()),
        ],
    ]);
    let text = write("", &[plain]);
    assert!(
        text.starts_with("| Outcome | n |\n| --- | --- |\n"),
        "{text}"
    );
    let html = read(&text);
    assert!(html.contains("<td>a | b</td>"), "{html}");
    let merged = Block::Table(vec![vec![Cell {
        columns: 2,
        ..cell(CellKind::Header, "a\u{a0}b")
    }]]);
    let text = write("", &[merged, Block::paragraph("after")]);
    assert_eq!(
        text,
        "<table><tr><th colspan=\"2\">a\u{a0}b</th></tr></table>\n\nafter\n"
    );
}

fn any_runs() -> impl Strategy<Value = Vec<Run>> {
    let mark = prop_oneof![
        Just(Mark::Bold),
        Just(Mark::Italic),
        Just(Mark::Strike),
        Just(Mark::Code),
        Just(Mark::Underline),
    ];
    // Signs, letters and digits, white space inside: what makes delimiters fail.
    let text = " ?[a-c1:.*_`~\\[\\]()<>&|#+\\-]{1,4}( [a-c1:.*_`~\\[\\]()<>&|#+\\-]{1,3})?";
    let run = (text, prop::collection::btree_set(mark, 0..3)).prop_map(|(text, marks)| Run {
        text,
        marks: marks.into_iter().collect(),
    });
    prop::collection::vec(run, 1..5)
}

/// The words of a page of HTML, without its elements.
fn words(html: &str) -> String {
    let mut words = String::new();
    let mut is_inside = false;
    for character in html.chars() {
        match character {
            '<' => is_inside = true,
            '>' => is_inside = false,
            other if !is_inside => words.push(other),
            _ => {}
        }
    }
    words
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
        .trim()
        .to_owned()
}

proptest! {
    #[test]
    fn whatever_is_written_reads_as_the_same_words(runs in any_runs()) {
        let text: String = runs.iter().map(|run| run.text.as_str()).collect();
        let markdown = paragraph(runs);
        prop_assert_eq!(words(&read(&markdown)), text.trim(), "{}", markdown);
    }
}
