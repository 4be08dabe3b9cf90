//! The language that finds events: `status>=500 lane:agent text:"refund" after:10:00 not source:log`.
//!
//! Terms that stand beside each other must all hold; `or`, `not` (or a minus) and brackets do what they say; a word by
//! itself is looked for in all texts. It is a language of comparisons only: a filter always ends, and runs nothing.
//!
//! Invariants: reading never panics, whatever the text; a filter that is printed reads back as itself; every error has its
//! place in the text and says what would do.

mod ast;
mod complete;
mod error;
mod field;
mod parse;
mod token;
mod value;

#[cfg(test)]
mod tests;

use std::str::FromStr;

pub use ast::{Compare, Filter, Moment, Term, Test};
pub use complete::{Completion, complete};
pub use error::FilterError;
pub use field::{Field, Takes};

/// Longest filter, in bytes.
pub const LONGEST: usize = 4096;
/// Deepest nesting of brackets and denials.
pub const DEEPEST: usize = 32;

impl FromStr for Filter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        if text.len() > LONGEST {
            let from = (0..=LONGEST)
                .rev()
                .find(|at| text.is_char_boundary(*at))
                .unwrap_or(0);
            return Err(FilterError::TooLong { at: from..text.len() });
        }
        parse::parse(token::cut(text)?, text.len())
    }
}
