//! A filter that has been read. Printing one gives a text that reads back as the same filter.

use std::fmt;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};

use super::field::Field;

/// A whole filter.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// Everything.
    All,
    /// All of these. Never fewer than two, and none of them is such a list itself.
    And(Vec<Filter>),
    /// Any of these. Never fewer than two, and none of them is such a list itself.
    Or(Vec<Filter>),
    /// What is not this.
    Not(Box<Filter>),
    /// A condition on one field.
    Term(Term),
}

/// A condition on one field: any of its tests holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// The field.
    pub field: Field,
    /// At least one.
    pub tests: Vec<Test>,
}

/// One test of a field's value.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// Exactly this, without regard to case.
    Is(String),
    /// Begins with this, without regard to case.
    Begins(String),
    /// These words occur in this order; the last may be a beginning.
    Says(String),
    /// Compares with a number; durations are in milliseconds.
    Compares(Compare, f64),
    /// Between both, inclusively.
    Between(f64, f64),
    /// A moment to be later or earlier than; which, the field says.
    Moment(Moment),
}

/// How a number is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// The same.
    Equal,
    /// Less.
    Less,
    /// Less, or the same.
    AtMost,
    /// More.
    More,
    /// More, or the same.
    AtLeast,
}

impl Compare {
    /// The sign for it, as typed.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Equal => ":",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
        }
    }
}

/// A moment as typed. What it stands for depends on when and where one asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A time of today.
    Time(Time),
    /// The beginning of a day.
    Day(Date),
    /// A time of a day, by the clock on the wall.
    Civil(DateTime),
    /// A point in time.
    Absolute(Timestamp),
    /// So long before now.
    Ago(SignedDuration),
}

impl Moment {
    /// The point in time it stands for, seen from `now`. Of two points that a clock shows twice, the first; of one that it
    /// skips, the moment of the skip.
    #[must_use]
    pub fn resolve(self, now: &Zoned) -> Timestamp {
        let civil = |at: DateTime, zone: &TimeZone| {
            zone.to_ambiguous_timestamp(at)
                .compatible()
                // Only at the very ends of the calendar.
                .unwrap_or(if at.year() < 0 {
                    Timestamp::MIN
                } else {
                    Timestamp::MAX
                })
        };
        match self {
            Self::Time(time) => civil(now.date().to_datetime(time), now.time_zone()),
            Self::Day(date) => civil(date.to_datetime(Time::midnight()), now.time_zone()),
            Self::Civil(at) => civil(at, now.time_zone()),
            Self::Absolute(at) => at,
            Self::Ago(ago) => now.timestamp().checked_sub(ago).unwrap_or(Timestamp::MIN),
        }
    }
}

impl Filter {
    /// All of these, in the shape that reading gives.
    pub(super) fn all(parts: Vec<Filter>) -> Filter {
        joined(parts, Filter::And, |part| match part {
            Filter::And(inner) => Ok(inner),
            other => Err(other),
        })
    }

    /// Any of these, in the shape that reading gives.
    pub(super) fn any(parts: Vec<Filter>) -> Filter {
        joined(parts, Filter::Or, |part| match part {
            Filter::Or(inner) => Ok(inner),
            other => Err(other),
        })
    }
}

fn joined(
    parts: Vec<Filter>,
    join: fn(Vec<Filter>) -> Filter,
    open: fn(Filter) -> Result<Vec<Filter>, Filter>,
) -> Filter {
    let mut flat = Vec::with_capacity(parts.len());
    for part in parts {
        match open(part) {
            Ok(inner) => flat.extend(inner),
            Err(part) => flat.push(part),
        }
    }
    match flat.pop() {
        None => Filter::All,
        Some(only) if flat.is_empty() => only,
        Some(last) => {
            flat.push(last);
            join(flat)
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => Ok(()),
            Self::And(parts) => {
                for (at, part) in parts.iter().enumerate() {
                    if at > 0 {
                        f.write_str(" ")?;
                    }
                    match part {
                        Self::Or(_) => write!(f, "({part})")?,
                        _ => write!(f, "{part}")?,
                    }
                }
                Ok(())
            }
            Self::Or(parts) => {
                for (at, part) in parts.iter().enumerate() {
                    if at > 0 {
                        f.write_str(" or ")?;
                    }
                    write!(f, "{part}")?;
                }
                Ok(())
            }
            Self::Not(inner) => match &**inner {
                Self::And(_) | Self::Or(_) => write!(f, "not ({inner})"),
                _ => write!(f, "not {inner}"),
            },
            Self::Term(term) => write!(f, "{term}"),
        }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A comparison carries its own sign, and then it is the only test.
        if let [Test::Compares(how, number)] = self.tests.as_slice() {
            return write!(f, "{}{}{}", self.field.word(), how.sign(), Plain(*number));
        }
        write!(f, "{}:", self.field.word())?;
        for (at, test) in self.tests.iter().enumerate() {
            if at > 0 {
                f.write_str(",")?;
            }
            match test {
                Test::Is(text) | Test::Says(text) => write!(f, "{}", Quoted(text))?,
                Test::Begins(text) => write!(f, "{}*", Quoted(text))?,
                Test::Compares(_, number) => write!(f, "{}", Plain(*number))?,
                Test::Between(low, high) => write!(f, "{}..{}", Plain(*low), Plain(*high))?,
                Test::Moment(moment) => write!(f, "{moment}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time(time) => write!(f, "{time}"),
            Self::Day(date) => write!(f, "{date}"),
            Self::Civil(at) => write!(f, "{at}"),
            Self::Absolute(at) => write!(f, "{at}"),
            Self::Ago(ago) => write!(f, "-{}s", ago.as_secs()),
        }
    }
}

/// A number without a needless fraction.
struct Plain(f64);

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The shortest text that reads back as the same number.
        write!(f, "{}", self.0)
    }
}

/// A value, in quotes where it needs them.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.is_empty() && self.0.chars().all(super::token::is_bare) {
            return f.write_str(self.0);
        }
        f.write_str("\"")?;
        for letter in self.0.chars() {
            if matches!(letter, '"' | '\\') {
                f.write_str("\\")?;
            }
            write!(f, "{letter}")?;
        }
        f.write_str("\"")
    }
}
