//! A filter as a condition of SQL.
//!
//! Values are always bound, never written into the text. A condition is never NULL, so that denying it is what people
//! expect: `not status:500` finds events without a status.

use jiff::Zoned;
use rusqlite::types::Value;

use crate::filter::{Compare, Field, Filter, Term, Test};

/// A condition over the rows of `event`, with its values in order.
#[derive(Debug, Default)]
pub(super) struct Condition {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

/// The condition of a filter; moments are seen from `now`.
pub(super) fn condition(filter: &Filter, now: &Zoned) -> Condition {
    let mut condition = Condition::default();
    condition.add(filter, now);
    condition
}

impl Condition {
    fn add(&mut self, filter: &Filter, now: &Zoned) {
        match filter {
            Filter::All => self.sql.push('1'),
            Filter::And(parts) => self.join(parts, " AND ", now),
            Filter::Or(parts) => self.join(parts, " OR ", now),
            Filter::Not(inner) => {
                self.sql.push_str("NOT ");
                self.sql.push('(');
                self.add(inner, now);
                self.sql.push(')');
            }
            Filter::Term(term) => self.term(term, now),
        }
    }

    fn join(&mut self, parts: &[Filter], between: &str, now: &Zoned) {
        self.sql.push('(');
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                self.sql.push_str(between);
            }
            self.add(part, now);
        }
        self.sql.push(')');
    }

    fn term(&mut self, term: &Term, now: &Zoned) {
        self.sql.push('(');
        for (at, test) in term.tests.iter().enumerate() {
            if at > 0 {
                self.sql.push_str(" OR ");
            }
            self.test(term.field, test, now);
        }
        self.sql.push(')');
    }

    fn test(&mut self, field: Field, test: &Test, now: &Zoned) {
        match (field, test) {
            (Field::Has, Test::Is(what)) => self.sql.push_str(match what.as_str() {
                "error" => "error = 1",
                "text" => "kept = 1",
                "mark" => "seq IN (SELECT seq FROM mark)",
                _ => "seq IN (SELECT under FROM event WHERE kind = 'note' AND under IS NOT NULL)",
            }),
            (_, Test::Says(text)) => {
                self.sql
                    .push_str("seq IN (SELECT rowid FROM words WHERE words MATCH ?)");
                // A phrase whose last word may go on; quotes inside are doubled, and so nothing else is syntax.
                self.values
                    .push(Value::Text(format!("\"{}\" *", text.replace('"', "\"\""))));
            }
            (Field::After, Test::Moment(moment)) => {
                self.compare("at", ">=", Value::Integer(moment.resolve(now).as_microsecond()));
            }
            (_, Test::Moment(moment)) => {
                self.compare("at", "<", Value::Integer(moment.resolve(now).as_microsecond()));
            }
            (field, Test::Is(text)) => self.compare(column(field), "=", Value::Text(text.clone())),
            (field, Test::Begins(text)) => self.begins(column(field), text),
            (field, Test::Compares(how, number)) => {
                let sign = match how {
                    Compare::Equal => "=",
                    Compare::Less => "<",
                    Compare::AtMost => "<=",
                    Compare::More => ">",
                    Compare::AtLeast => ">=",
                };
                self.compare(column(field), sign, Value::Real(*number));
            }
            (field, Test::Between(low, high)) => {
                let column = column(field);
                self.sql
                    .push_str(&format!("({column} BETWEEN ? AND ? AND {column} IS NOT NULL)"));
                self.values.extend([Value::Real(*low), Value::Real(*high)]);
            }
        }
    }

    fn compare(&mut self, column: &str, sign: &str, value: Value) {
        self.sql
            .push_str(&format!("({column} {sign} ? AND {column} IS NOT NULL)"));
        self.values.push(value);
    }

    fn begins(&mut self, column: &str, text: &str) {
        if text.is_empty() {
            self.sql.push_str(&format!("({column} IS NOT NULL)"));
            return;
        }
        let mut pattern = String::with_capacity(text.len() + 1);
        for letter in text.chars() {
            if matches!(letter, '%' | '_' | '\\') {
                pattern.push('\\');
            }
            pattern.push(letter);
        }
        pattern.push('%');
        self.sql
            .push_str(&format!("({column} LIKE ? ESCAPE '\\' AND {column} IS NOT NULL)"));
        self.values.push(Value::Text(pattern));
    }
}

const fn column(field: Field) -> &'static str {
    match field {
        Field::Lane => "lane",
        Field::Kind => "kind",
        Field::Source => "source",
        Field::Status => "status",
        Field::Latency => "latency",
        Field::Contact => "contact",
        Field::Thread => "thread",
        Field::Session => "session",
        Field::User => "user",
        Field::Message => "message",
        Field::Method => "method",
        Field::Host => "host",
        Field::Path => "path",
        Field::Finding => "finding",
        Field::Profile => "profile",
        // These have forms of their own.
        Field::Text | Field::After | Field::Before | Field::Has => "at",
    }
}
