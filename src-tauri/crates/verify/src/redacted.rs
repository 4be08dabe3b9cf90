//! What was taken out of a report, counted in the report itself: an exchange that is the evidence of three checks is there
//! three times, and one that no check shows is not there at all.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use transport::Taken;
use ts_rs::TS;

use crate::report::CheckResult;

/// Something that was taken out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Redacted {
    /// What kind of thing it was.
    pub kind: RedactedKind,
    /// Which one: the label of a secret of the profile, or the name of the header or field.
    pub name: String,
    /// What stands in its place, `<redacted:...>` around it. Equal within a run where the value is equal, and nowhere else.
    pub mark: String,
    /// How often it stands in the report.
    pub times: u32,
}

/// What kind of thing was taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum RedactedKind {
    /// A secret of the profile, or one of its identifiers.
    Secret,
    /// The value of a header.
    Header,
    /// The value of a field.
    Field,
    /// User and password in an address.
    Address,
    /// A token that a server gave out, or that looks like one.
    Token,
    /// A mark whose meaning is no longer known.
    Other,
}

impl RedactedKind {
    /// The kind in a word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Header => "header",
            Self::Field => "field",
            Self::Address => "address",
            Self::Token => "token",
            Self::Other => "other",
        }
    }
}

/// The marks of a redactor, uncounted.
pub(crate) fn known(taken: BTreeMap<String, Taken>) -> Vec<Redacted> {
    let row = |(mark, taken)| {
        let (kind, name) = match taken {
            Taken::Secret(name) => (RedactedKind::Secret, name.to_owned()),
            Taken::Header(name) => (RedactedKind::Header, name),
            Taken::Field(name) => (RedactedKind::Field, name.to_owned()),
            Taken::UserInfo => (RedactedKind::Address, "user and password".to_owned()),
            Taken::Token => (RedactedKind::Token, "token".to_owned()),
        };
        Redacted {
            kind,
            name,
            mark,
            times: 0,
        }
    };
    taken.into_iter().map(row).collect()
}

/// The marks that stand in these results, by kind and name, each with how often it does.
pub(crate) fn count(checks: &[CheckResult], known: &[Redacted]) -> Vec<Redacted> {
    // Results always serialise: they are strings, numbers and lists.
    let text = serde_json::to_string(checks).unwrap_or_default();
    let mut times: BTreeMap<&str, u32> = BTreeMap::new();
    for mark in transport::marks(&text) {
        *times.entry(mark).or_default() += 1;
    }
    let mut rows: Vec<Redacted> = times
        .into_iter()
        .map(
            |(mark, times)| match known.iter().find(|known| known.mark == mark) {
                Some(known) => Redacted {
                    times,
                    ..known.clone()
                },
                None => Redacted {
                    kind: RedactedKind::Other,
                    name: "unknown".to_owned(),
                    mark: mark.to_owned(),
                    times,
                },
            },
        )
        .collect();
    rows.sort_by(|one, other| (one.kind, &one.name, &one.mark).cmp(&(other.kind, &other.name, &other.mark)));
    rows
}
