//! Objects of FHIR's JSON: no field is empty, and no text has a character that FHIR or XML forbids.

use serde_json::{Map, Value};

/// An object that is being put together.
#[derive(Debug, Default)]
pub(super) struct Object(Map<String, Value>);

impl Object {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// With this field, unless the value says nothing: FHIR knows no empty text, list or object.
    pub(super) fn with(mut self, field: &str, value: Value) -> Self {
        if !is_nothing(&value) {
            self.0.insert(field.to_owned(), value);
        }
        self
    }

    pub(super) fn done(self) -> Value {
        Value::Object(self.0)
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// A text of one line; null where it says nothing.
pub(super) fn line(text: &str) -> Value {
    let words: Vec<&str> = text.split_whitespace().collect();
    clean(&words.join(" ")).into()
}

/// A text of several lines (FHIR's `markdown`); null where it says nothing. What people write here is no Markdown, so signs
/// that would be marks there are escaped, and only these: the text is to be readable without Markdown too.
pub(super) fn lines(text: &str) -> Value {
    let mut out = String::new();
    let cleaned = clean(text);
    let mut characters = cleaned.chars().peekable();
    let mut before = '\n';
    while let Some(character) = characters.next() {
        let next = characters.peek().copied().unwrap_or(' ');
        let is_mark = match character {
            '\\' | '`' | '*' | '_' => true,
            '<' => next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?'),
            ']' => matches!(next, '(' | '[' | ':'),
            '#' | '>' | '~' => before == '\n',
            _ => false,
        };
        if is_mark {
            out.push('\\');
        }
        out.push(character);
        before = character;
    }
    out.into()
}

/// Without the characters that XML 1.0 cannot hold, without spaces around it, and with plain spaces for unusual ones.
pub(super) fn clean(text: &str) -> String {
    let kept = text.chars().filter_map(|character| match character {
        '\n' | '\t' => Some(character),
        '\u{fffe}' | '\u{ffff}' => None,
        control if control.is_control() => None,
        space if space.is_whitespace() => Some(' '),
        other => Some(other),
    });
    kept.collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_says_nothing_is_no_field() {
        let object = Object::new()
            .with("a", Value::Null)
            .with("b", "".into())
            .with("c", json!([]))
            .with("d", json!({}))
            .with("e", line(" \u{1}\n"))
            .with("f", false.into());
        assert_eq!(object.done(), json!({ "f": false }));
    }

    #[test]
    fn texts_lose_what_xml_cannot_hold_and_nothing_else() {
        assert_eq!(line(" a\nb\u{0}\u{a0}c "), "a b c");
        assert_eq!(
            lines("1 < 2 [0.5, 1]\n*50 mg*\u{ffff}"),
            "1 < 2 [0.5, 1]\n\\*50 mg\\*"
        );
        assert_eq!(lines("<b>[a](b)\n# c"), "\\<b>[a\\](b)\n\\# c");
        assert_eq!(clean("\u{b}≥ 38,5 °C 💊\u{85}"), "≥ 38,5 °C 💊");
    }
}
