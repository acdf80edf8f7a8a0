//! Shorthand for writing templates and samples: `**strong**` and `__emphasised__` in otherwise plain text.

use consilium_model::prose::{Block, Cell, CellKind, Done, Run, Task};

/// Text with marks.
pub(crate) fn runs(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    for (index, part) in text.split("**").enumerate() {
        if index % 2 == 1 {
            runs.push(Run::bold(part));
            continue;
        }
        for (index, part) in part.split("__").enumerate() {
            runs.push(if index % 2 == 1 {
                Run::italic(part)
            } else {
                Run::plain(part)
            });
        }
    }
    runs.retain(|run| !run.text.is_empty());
    runs
}

/// A paragraph.
pub(crate) fn p(text: &str) -> Block {
    Block::Paragraph(runs(text))
}

/// A heading.
pub(crate) fn h(level: u8, text: &str) -> Block {
    Block::heading(level, text)
}

/// A list with bullets, one paragraph an item.
pub(crate) fn bullets(items: &[&str]) -> Block {
    Block::BulletList(items.iter().map(|item| vec![p(item)]).collect())
}

/// A numbered list, one paragraph an item.
pub(crate) fn numbered(items: &[&str]) -> Block {
    Block::OrderedList {
        start: 1,
        items: items.iter().map(|item| vec![p(item)]).collect(),
    }
}

/// A list to tick.
pub(crate) fn tasks(items: &[(Done, &str)]) -> Block {
    Block::TaskList(
        items
            .iter()
            .map(|(done, text)| Task {
                done: *done,
                content: vec![p(text)],
            })
            .collect(),
    )
}

/// A table whose first row names the columns.
pub(crate) fn table<const COLUMNS: usize>(rows: &[[&str; COLUMNS]]) -> Block {
    let rows = rows.iter().enumerate().map(|(index, cells)| {
        let kind = if index == 0 {
            CellKind::Header
        } else {
            CellKind::Data
        };
        cells
            .iter()
            .map(|text| Cell::new(kind, vec![p(text)]))
            .collect()
    });
    Block::Table(rows.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_in_pairs() {
        assert_eq!(
            runs("We **recommend** __E. coli__."),
            [
                Run::plain("We "),
                Run::bold("recommend"),
                Run::plain(" "),
                Run::italic("E. coli"),
                Run::plain("."),
            ]
        );
    }
}
