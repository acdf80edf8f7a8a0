//! Pages of HTML: every block has its element, and text is never one.

use super::*;

#[test]
fn a_page_stands_by_itself() {
    let text = page("Sepsis & <shock>", "en", &[Block::paragraph("Text")]);
    assert!(
        text.starts_with("<!doctype html>\n<html lang=\"en\">"),
        "{text}"
    );
    assert!(
        text.contains("<title>Sepsis &amp; &lt;shock&gt;</title>"),
        "{text}"
    );
    assert!(
        text.contains("<h1>Sepsis &amp; &lt;shock&gt;</h1>\n<p>Text</p>"),
        "{text}"
    );
    for foreign in ["src=", "<link", "<script", "url(", "@import"] {
        assert!(!text.contains(foreign), "{foreign}: {text}");
    }
}

#[test]
fn text_is_never_taken_for_elements() {
    let run = Run::plain("<script>alert(\"1\")</script> & '");
    assert_eq!(
        fragment(&[Block::Paragraph(vec![run])]),
        "<p>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;</p>\n"
    );
}

#[test]
fn links_lead_somewhere_or_are_none() {
    for (address, is_link) in [
        ("https://example.org/?a=1&b=\"2\"", true),
        ("MAILTO:anna@example.org", true),
        ("tel:+4930123", true),
        ("javascript:alert(1)", false),
        (" javascript:alert(1)", false),
        ("java\nscript:alert(1)", false),
        ("data:text/html,x", false),
        ("vbscript:x", false),
        ("/relative", false),
        ("", false),
    ] {
        let html = fragment(&[Block::Paragraph(vec![Run::link("here", address)])]);
        assert_eq!(html.contains("<a "), is_link, "{address}: {html}");
        assert!(html.contains("here"), "{html}");
    }
    let html = fragment(&[Block::Paragraph(vec![Run::link("x", "https://a/\"><b>")])]);
    assert!(
        html.contains("href=\"https://a/&quot;&gt;&lt;b&gt;\""),
        "{html}"
    );
}

#[test]
fn every_block_has_its_element() {
    let paragraph = || vec![Block::paragraph("x")];
    let blocks = [
        (Block::heading(2, "x"), "<h2>x</h2>\n"),
        (
            Block::BulletList(vec![paragraph()]),
            "<ul>\n<li>x</li>\n</ul>\n",
        ),
        (
            Block::OrderedList {
                start: 3,
                items: vec![paragraph()],
            },
            "<ol start=\"3\">\n<li>x</li>\n</ol>\n",
        ),
        (
            Block::TaskList(vec![Task {
                done: Done::Yes,
                content: paragraph(),
            }]),
            "<ul class=\"tasks\">\n<li><input type=\"checkbox\" disabled checked> x</li>\n</ul>\n",
        ),
        (
            Block::Table(vec![vec![Cell {
                kind: CellKind::Header,
                columns: 2,
                rows: 3,
                content: vec![Block::paragraph("x"), Block::paragraph("y")],
            }]]),
            "<table><tr><th colspan=\"2\" rowspan=\"3\"><p>x</p>&#10;<p>y</p></th></tr></table>\n",
        ),
        (
            Block::Blockquote(paragraph()),
            "<blockquote>\n<p>x</p>\n</blockquote>\n",
        ),
        (
            Block::CodeBlock("a\n<b>".to_owned()),
            "<pre><code>a\n&lt;b&gt;</code></pre>\n",
        ),
        (Block::Rule, "<hr>\n"),
        (
            Block::Paragraph(vec![
                Run::bold("a"),
                Run::plain(LINE_BREAK),
                Run {
                    text: "b".to_owned(),
                    marks: vec![Mark::Italic, Mark::Underline],
                },
            ]),
            "<p><strong>a</strong><br><em><u>b</u></em></p>\n",
        ),
    ];
    for (block, expected) in blocks {
        assert_eq!(fragment(&[block]), expected);
    }
}
