//! HD-707: what the log says of handovers that went wrong.

use std::sync::Arc;

use cognigy::api::Error;
use cognigy::logs::{self, Entry, Filter, Level};
use jiff::SignedDuration;

use super::read_failed;
use crate::context::{Context, Early, Judged};
use crate::finding::{Compared, Finding};
use crate::words::counted;

/// How far it looks back, in hours. Logs live for a day.
const HOURS: i64 = 6;
/// Entries that are shown.
const SHOWN: usize = 5;
/// Longest text that is shown of an entry, in characters.
const LONGEST: usize = 160;
/// Words of entries that are about handovers. What these entries say is not documented.
const ABOUT: [&str; 3] = ["handover", "cxone", "escalat"];

impl Context {
    /// The errors of the last hours, newest first.
    pub(super) async fn recent_errors(&self) -> Result<Arc<Result<Vec<Entry>, Error>>, Early> {
        let (api, project) = (self.opened().await?, self.project_id().await?);
        let now = self.now();
        let filter = Filter {
            levels: vec![Level::Error, Level::Fatal],
            since: now.checked_sub(SignedDuration::from_hours(HOURS)).ok(),
            ..Filter::default()
        };
        let calls = &self.calls.project;
        Ok(calls
            .logs
            .get(|| async move { logs::tail(&api, &project, &filter, now).await })
            .await)
    }
}

/// HD-707
pub(crate) async fn errors(context: Arc<Context>) -> Judged {
    let answer = context.recent_errors().await?;
    let entries = match &*answer {
        Ok(entries) => entries,
        Err(error) => {
            let finding = read_failed("the logs of the project", error);
            return Ok(match error.status() {
                Some(403) => finding.hint(
                    "In Cognigy.AI, open Manage > Members of the project and give the key's owner the role logs; the basic role \
                     does not read them.",
                ),
                _ => finding,
            });
        }
    };
    let about: Vec<&Entry> = entries
        .iter()
        .filter(|entry| ABOUT.iter().any(|word| entry.mentions(word)))
        .collect();
    if about.is_empty() {
        let others = match entries.len() {
            0 => format!("No errors in the last {HOURS} hours."),
            count => format!(
                "{} in the last {HOURS} hours, none of them about a handover.",
                counted(count, "error")
            ),
        };
        return Ok(Finding::pass("The log shows no handover errors of the last hours.").found(others));
    }
    let rows = about.iter().take(SHOWN).map(|entry| Compared {
        what: entry
            .at
            .map_or_else(|| "Time not shown".to_owned(), |at| at.to_string()),
        expected: None,
        found: Some(shown(entry)),
    });
    Ok(Finding::warn(format!(
        "The log shows {} of the last {HOURS} hours.",
        counted(about.len(), "handover error")
    ))
    .hint(
        "In Cognigy.AI, open Test > Logs and look at the entries of these times. Texts in quotes, mail addresses and long \
         numbers are left out here.",
    )
    .compare_all(rows.collect()))
}

/// What an entry says, without what may be about a person.
fn shown(entry: &Entry) -> String {
    let mut text = impersonal(&entry.message);
    if let Some(error) = entry
        .error
        .as_ref()
        .filter(|error| !entry.message.contains(error.as_str()))
    {
        text = format!("{text}: {}", impersonal(error));
    }
    match &entry.trace_id {
        Some(trace) => format!("{text} ({trace})"),
        None => text,
    }
}

/// A text without what stands in quotes, mail addresses and long numbers, and not too long.
fn impersonal(text: &str) -> String {
    let mut plain = String::new();
    let mut quoted = None;
    for c in text.chars() {
        match quoted {
            Some(end) if c == end => {
                plain.push('\u{2026}');
                plain.push(c);
                quoted = None;
            }
            Some(_) => {}
            None => {
                plain.push(c);
                quoted = match c {
                    '"' => Some('"'),
                    '\u{201c}' => Some('\u{201d}'),
                    '`' => Some('`'),
                    // An apostrophe stands within a word.
                    '\'' if !plain.trim_end_matches('\'').ends_with(char::is_alphanumeric) => Some('\''),
                    _ => None,
                };
            }
        }
    }
    let words = plain.split_whitespace().map(|word| {
        let digits = word.chars().filter(char::is_ascii_digit).count();
        let letters = word.chars().any(|c| c.is_alphabetic());
        if word.contains('@') || digits >= 7 && !letters {
            "\u{2026}"
        } else {
            word
        }
    });
    let plain: String = words.collect::<Vec<_>>().join(" ");
    if plain.chars().count() <= LONGEST {
        return plain;
    }
    plain.chars().take(LONGEST).chain(['\u{2026}']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_said_and_who_they_are_is_left_out() {
        for (text, plain) in [
            ("Handover request failed", "Handover request failed"),
            (
                "CXone answered 401, agent's session",
                "CXone answered 401, agent's session",
            ),
            (
                "Could not send \"I am Jo\" to CXone",
                "Could not send \"\u{2026}\" to CXone",
            ),
            (
                "User 'Jo Doe' of jo@example.com, +49 170 1234567",
                "User '\u{2026}' of \u{2026} +49 170 \u{2026}",
            ),
            ("never \"closed", "never \""),
        ] {
            assert_eq!(impersonal(text), plain);
        }
        assert_eq!(impersonal(&"x".repeat(500)).chars().count(), LONGEST + 1);
    }
}
