//! The value of a term, as its field takes it.

use std::ops::Range;

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Timestamp};

use super::ast::{Compare, Moment, Test};
use super::error::FilterError;
use super::field::{Field, Takes};

/// Reads `text`; `star` says that a `*` stood behind it.
pub(super) fn read(field: Field, text: String, star: bool, at: &Range<usize>) -> Result<Test, FilterError> {
    let bad = |value: String| FilterError::BadValue {
        at: at.clone(),
        field,
        value,
    };
    if star && !matches!(field.takes(), Takes::Id | Takes::Text) {
        return Err(bad(format!("{text}*")));
    }
    if text.trim().is_empty() && !star {
        return Err(FilterError::NoValue {
            at: at.clone(),
            field,
        });
    }
    let test = match field.takes() {
        Takes::Word(words) => words()
            .into_iter()
            .find(|word| word.eq_ignore_ascii_case(text.trim()))
            .map(|word| Test::Is(word.to_owned())),
        Takes::Id if star => Some(Test::Begins(text.clone())),
        Takes::Id => Some(Test::Is(text.clone())),
        // A star behind nothing would be true of every text, kept or not: `has:text` says that.
        Takes::Text if text.chars().any(char::is_alphanumeric) => Some(Test::Says(text.clone())),
        Takes::Text => None,
        Takes::Number => number(&text),
        Takes::Duration => range(&text, duration),
        Takes::Moment => moment(&text).map(Test::Moment),
    };
    test.ok_or_else(|| bad(text))
}

fn number(text: &str) -> Option<Test> {
    // `5xx` is how people write a class of answers.
    let class = text.strip_suffix("xx").or_else(|| text.strip_suffix("XX"));
    if let Some(class @ ("1" | "2" | "3" | "4" | "5")) = class {
        let low = whole(class)? * 100.0;
        return Some(Test::Between(low, low + 99.0));
    }
    range(text, whole)
}

fn range(text: &str, one: fn(&str) -> Option<f64>) -> Option<Test> {
    match text.split_once("..") {
        Some((low, high)) => {
            let (low, high) = (one(low)?, one(high)?);
            (low <= high).then_some(Test::Between(low, high))
        }
        None => one(text).map(|number| Test::Compares(Compare::Equal, number)),
    }
}

/// Digits alone: what else `f64` reads (`inf`, `1e9`) is no number to people.
fn whole(text: &str) -> Option<f64> {
    let plain = !text.is_empty() && text.len() <= 9 && text.bytes().all(|digit| digit.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

/// Milliseconds.
fn duration(text: &str) -> Option<f64> {
    let (number, unit) = split_unit(text);
    let plain = !number.is_empty()
        && number.len() <= 12
        && number
            .bytes()
            .all(|digit| digit.is_ascii_digit() || digit == b'.')
        && number.bytes().any(|digit| digit.is_ascii_digit());
    let number: f64 = if plain { number.parse().ok()? } else { return None };
    Some(number * unit_ms(unit)?)
}

fn split_unit(text: &str) -> (&str, &str) {
    let at = text
        .find(|letter: char| letter.is_ascii_alphabetic())
        .unwrap_or(text.len());
    text.split_at(at)
}

fn unit_ms(unit: &str) -> Option<f64> {
    match unit.to_ascii_lowercase().as_str() {
        "" | "ms" => Some(1.0),
        "s" => Some(1_000.0),
        "m" | "min" => Some(60_000.0),
        "h" => Some(3_600_000.0),
        _ => None,
    }
}

fn moment(text: &str) -> Option<Moment> {
    if let Some(ago) = text.strip_prefix('-') {
        // Without a unit one cannot know what is meant.
        let (number, unit) = split_unit(ago);
        let number = whole(number)?;
        let seconds = match unit {
            "d" => 86_400.0,
            "" => return None,
            unit => unit_ms(unit)? / 1_000.0,
        };
        return Some(Moment::Ago(SignedDuration::from_secs((number * seconds) as i64)));
    }
    if text.contains(['T', 't', ' ']) {
        if let Ok(at) = text.parse::<Timestamp>() {
            return Some(Moment::Absolute(at));
        }
        return text.parse::<DateTime>().ok().map(Moment::Civil);
    }
    if text.contains(':') {
        return text.parse::<Time>().ok().map(Moment::Time);
    }
    text.parse::<Date>().ok().map(Moment::Day)
}
