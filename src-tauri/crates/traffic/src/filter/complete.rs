//! What could be typed next.

use std::ops::Range;

use super::field::{Field, Takes};

/// One thing that could be typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// Bytes of the text that it replaces.
    pub replaces: Range<usize>,
    /// What it puts there.
    pub insert: String,
    /// What it means.
    pub help: String,
}

/// What could be typed at `cursor` (in bytes; moved to the next boundary where it stands inside a letter). Fields whose
/// word begins like what stands there, or the values of the field that stands there.
#[must_use]
pub fn complete(text: &str, cursor: usize) -> Vec<Completion> {
    let cursor = (cursor.min(text.len())..=text.len())
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(text.len());
    let before = &text[..cursor];
    if before.matches('"').count() % 2 == 1 {
        return Vec::new();
    }
    let start = before
        .rfind(|letter: char| letter.is_whitespace() || matches!(letter, '(' | ')'))
        .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    let piece = &before[start..];
    let denied = piece.len() - piece.trim_start_matches('-').len();
    let (start, piece) = (start + denied, &piece[denied..]);
    match piece.find([':', '=', '!', '<', '>']) {
        Some(sign) => values(piece, sign, start, cursor),
        None => fields(piece, start..cursor),
    }
}

fn fields(piece: &str, replaces: Range<usize>) -> Vec<Completion> {
    let piece = piece.to_ascii_lowercase();
    let found = Field::ALL.iter().filter(|field| field.word().starts_with(&piece));
    found
        .map(|field| Completion {
            replaces: replaces.clone(),
            insert: format!("{}:", field.word()),
            help: field.help().trim().to_owned(),
        })
        .collect()
}

fn values(piece: &str, sign: usize, start: usize, cursor: usize) -> Vec<Completion> {
    let Some(field) = Field::from_word(&piece[..sign]) else {
        return Vec::new();
    };
    let typed = piece[sign..].trim_start_matches([':', '=', '!', '<', '>']);
    let last = typed.rsplit(',').next().unwrap_or_default();
    let replaces = cursor - last.len()..cursor;
    debug_assert!(replaces.start >= start);
    let candidates: Vec<(&str, &str)> = match field.takes() {
        Takes::Word(words) => words().into_iter().map(|word| (word, "")).collect(),
        Takes::Number => vec![
            ("2xx", "Well"),
            ("4xx", "Refused"),
            ("5xx", "Broken on the other side"),
        ],
        Takes::Duration => vec![("1s", "One second"), ("10s", "What CXone waits for")],
        Takes::Moment => vec![
            ("-15m", "A quarter of an hour ago"),
            ("-1h", "An hour ago"),
            ("-1d", "A day ago"),
        ],
        Takes::Id | Takes::Text => Vec::new(),
    };
    candidates
        .into_iter()
        .filter(|(word, _)| {
            word.len() > last.len() && word.to_ascii_lowercase().starts_with(&last.to_ascii_lowercase())
        })
        .map(|(word, help)| Completion {
            replaces: replaces.clone(),
            insert: word.to_owned(),
            help: help.to_owned(),
        })
        .collect()
}
