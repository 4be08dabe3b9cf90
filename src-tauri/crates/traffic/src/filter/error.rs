//! Why a text is no filter, and where.

use std::ops::Range;

use super::field::{Field, Takes};

/// Why a text is no filter. `at` are bytes of the text, for a mark under the place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// The text is longer than [`super::LONGEST`].
    #[error("The filter is too long.")]
    TooLong {
        /// What is too much.
        at: Range<usize>,
    },
    /// Brackets or denials are nested deeper than [`super::DEEPEST`].
    #[error("The filter is nested too deeply.")]
    TooDeep {
        /// Where it becomes too much.
        at: Range<usize>,
    },
    /// A quotation mark has no second one.
    #[error("The text in quotes has no end.")]
    OpenQuote {
        /// The text.
        at: Range<usize>,
    },
    /// A letter that means nothing here.
    #[error("{what:?} means nothing here.")]
    Stray {
        /// Where.
        at: Range<usize>,
        /// The letter.
        what: char,
    },
    /// A bracket has no partner.
    #[error("A bracket has no partner.")]
    Bracket {
        /// The bracket.
        at: Range<usize>,
    },
    /// Something should follow here.
    #[error("Something is missing here.")]
    Unfinished {
        /// Where.
        at: Range<usize>,
    },
    /// There is no such field.
    #[error("There is no field {name:?}.")]
    UnknownField {
        /// Where.
        at: Range<usize>,
        /// The word.
        name: String,
    },
    /// A field without a value.
    #[error("{} needs a value.", field.word())]
    NoValue {
        /// Where it should stand.
        at: Range<usize>,
        /// The field.
        field: Field,
    },
    /// A value that the field does not take.
    #[error("{value:?} is nothing that {} can be.", field.word())]
    BadValue {
        /// The value.
        at: Range<usize>,
        /// The field.
        field: Field,
        /// As typed.
        value: String,
    },
    /// More and less of something that has no order.
    #[error("{} has no more and less.", field.word())]
    NoOrder {
        /// The sign.
        at: Range<usize>,
        /// The field.
        field: Field,
    },
    /// More and less of several values at once.
    #[error("More and less take one value.")]
    ManyValues {
        /// The second value.
        at: Range<usize>,
        /// The field.
        field: Field,
    },
}

impl FilterError {
    /// The place in the text, in bytes.
    #[must_use]
    pub fn at(&self) -> Range<usize> {
        match self {
            Self::TooLong { at }
            | Self::TooDeep { at }
            | Self::OpenQuote { at }
            | Self::Stray { at, .. }
            | Self::Bracket { at }
            | Self::Unfinished { at }
            | Self::UnknownField { at, .. }
            | Self::NoValue { at, .. }
            | Self::BadValue { at, .. }
            | Self::NoOrder { at, .. }
            | Self::ManyValues { at, .. } => at.clone(),
        }
    }

    /// What to do.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::TooLong { .. } => "Save parts of it as filters of their own.".to_owned(),
            Self::TooDeep { .. } => "Use fewer brackets.".to_owned(),
            Self::OpenQuote { .. } => "Close it with a second quotation mark.".to_owned(),
            Self::Stray { .. } => "Put texts with special characters into quotes.".to_owned(),
            Self::Bracket { .. } => "Add the other bracket, or remove this one.".to_owned(),
            Self::Unfinished { .. } => {
                "Add a term, such as lane:agent, or remove what stands before.".to_owned()
            }
            Self::UnknownField { name, .. } => match nearest(name) {
                Some(field) => format!(
                    "Did you mean {}? Put a text with a colon into quotes.",
                    field.word()
                ),
                None => format!(
                    "These exist: {}. Put a text with a colon into quotes.",
                    Field::ALL
                        .iter()
                        .map(|field| field.word())
                        .collect::<Vec<_>>()
                        .join(", ")
                ),
            },
            Self::NoValue { field, .. } | Self::BadValue { field, .. } => match field.takes() {
                Takes::Word(words) => format!("It can be {}.", words().join(", ")),
                _ => format!("For example {}.", field.example()),
            },
            Self::NoOrder { field, .. } => format!("Use a colon, for example {}.", field.example()),
            Self::ManyValues { field, .. } => {
                format!("Write two terms, or a range such as {}:1..5.", field.word())
            }
        }
    }
}

/// The field whose word differs least, if it differs little.
fn nearest(name: &str) -> Option<Field> {
    let name = name.to_ascii_lowercase();
    Field::ALL
        .iter()
        .copied()
        .map(|field| (distance(&name, field.word()), field))
        .min()
        .filter(|(distance, field)| *distance <= field.word().len() / 3 + 1 && *distance < name.len())
        .map(|(_, field)| field)
}

/// How many letters have to be put in, taken out or changed.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.chars().enumerate() {
        let mut before = row[0];
        row[0] = at + 1;
        for (to, target) in other.iter().enumerate() {
            let changed = before + usize::from(letter != *target);
            before = row[to + 1];
            row[to + 1] = changed.min(row[to] + 1).min(before + 1);
        }
    }
    row[other.len()]
}
