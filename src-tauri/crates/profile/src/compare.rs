//! "Compare with what I typed": byte by byte, with the first wrong character marked and the kind of mistake named.

use schemars::JsonSchema;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::form::{ByocForm, FormField};
use crate::lookalike::{alike, invisible, plain};
use crate::paste::TypedForm;

/// The comparison of one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[ts(rename = "ByocFieldDiff")]
#[schemars(rename = "ByocFieldDiff")]
pub struct FieldDiff {
    /// The field.
    pub field: FormField,
    /// What the comparison showed.
    pub outcome: FieldOutcome,
}

/// What the comparison of one field showed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[ts(rename = "ByocFieldOutcome")]
#[schemars(rename = "ByocFieldOutcome")]
pub enum FieldOutcome {
    /// The same bytes.
    Equal,
    /// The paste has no value for the field.
    Missing,
    /// There is nothing to compare with: no secret or client id is stored.
    Unchecked,
    /// Different.
    Differs {
        /// Bytes of the typed value before the first difference.
        at: usize,
        /// Characters of the typed value before the first difference.
        column: usize,
        /// The right value; never for the secret.
        #[ts(optional)]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expected: Option<String>,
        /// The typed value; never for the secret.
        #[ts(optional)]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        typed: Option<String>,
        /// Characters of the right value.
        expected_chars: usize,
        /// Characters of the typed value.
        typed_chars: usize,
        /// The kind of mistake.
        kind: DiffKind,
    },
}

/// The kind of mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(rename = "ByocDiffKind")]
#[schemars(rename = "ByocDiffKind")]
pub enum DiffKind {
    /// A slash at the end.
    TrailingSlash,
    /// http instead of https.
    Http,
    /// A letter that looks like the right one. Both are absent for the secret.
    LookAlike {
        /// The right character.
        #[ts(optional)]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expected: Option<char>,
        /// The typed character.
        #[ts(optional)]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        typed: Option<char>,
    },
    /// Spaces or invisible marks too many or too few.
    Space,
    /// Upper and lower case.
    Case,
    /// The address of another provider: only its id differs.
    WrongId,
    /// The end is missing.
    CutOff,
    /// Any other difference.
    Other,
}

impl FieldDiff {
    /// The finding in words, for lists and screen readers.
    pub fn message(&self) -> String {
        let label = self.field.label();
        match &self.outcome {
            FieldOutcome::Equal => format!("{label} is right."),
            FieldOutcome::Missing => format!("{label} is not in the paste."),
            FieldOutcome::Unchecked => format!("{label} cannot be compared: none is stored."),
            FieldOutcome::Differs {
                column,
                kind,
                expected_chars,
                typed_chars,
                ..
            } => {
                let place = column + 1;
                match kind {
                    DiffKind::TrailingSlash => format!("{label} ends with a slash that must go."),
                    DiffKind::Http => format!("{label} begins with http instead of https."),
                    DiffKind::LookAlike { .. } => {
                        format!("{label} has a character at position {place} that only looks right.")
                    }
                    DiffKind::Space => format!("{label} has a wrong space at position {place}."),
                    DiffKind::Case => format!("{label} differs in upper and lower case at position {place}."),
                    DiffKind::WrongId => format!("{label} has the ID of another handover provider."),
                    DiffKind::CutOff => {
                        format!("{label} is cut off: it has {typed_chars} of {expected_chars} characters.")
                    }
                    DiffKind::Other => format!("{label} differs from position {place} on."),
                }
            }
        }
    }

    /// Whether this is a mistake to correct.
    pub fn is_wrong(&self) -> bool {
        matches!(self.outcome, FieldOutcome::Differs { .. }) && !self.field.is_free_choice()
    }
}

/// A secret shorter than this is looked for as a whole value only, in bytes: a short text occurs in others by chance.
const TELLING: usize = 8;

impl TypedForm {
    /// The form for keeping: the typed secret is compared with the stored one, and only the verdict stays, in
    /// [`TypedForm::secret_outcome`]. Values that are or contain one of the two secrets go as well: somebody typed the
    /// secret into another field, or the paste was read wrongly.
    pub fn judged(self, form: &ByocForm, secret: Option<&SecretString>) -> TypedForm {
        let typed = self.secret.as_ref();
        let secret_outcome = compare(form, secret, &self)
            .into_iter()
            .find(|diff| diff.field == FormField::ClientSecret)
            .map(|diff| diff.outcome)
            .filter(|outcome| *outcome != FieldOutcome::Missing);
        let secrets: Vec<&str> = [secret, typed]
            .into_iter()
            .flatten()
            .map(|secret| secret.expose_secret().trim())
            .filter(|text| !text.is_empty())
            .collect();
        let tells = |value: &str| {
            secrets
                .iter()
                .any(|secret| value.trim() == *secret || (secret.len() >= TELLING && value.contains(secret)))
        };
        let mut values = self.values;
        values.retain(|_, value| !tells(value));
        TypedForm {
            values,
            secret: None,
            secret_outcome,
        }
    }
}

/// Compares a paste with the right values, in the form's order. `secret` is the stored Client Secret. Where the typed
/// one was forgotten, the verdict of [`TypedForm::judged`] stands.
pub fn compare(form: &ByocForm, secret: Option<&SecretString>, typed: &TypedForm) -> Vec<FieldDiff> {
    form.rows
        .iter()
        .map(|row| {
            let field = row.field;
            let outcome = if field == FormField::ClientSecret {
                match (&typed.secret, &typed.secret_outcome) {
                    (None, Some(judged)) => judged.clone(),
                    (typed, _) => pair(
                        secret.map(ExposeSecret::expose_secret),
                        typed.as_ref().map(ExposeSecret::expose_secret),
                        true,
                    ),
                }
            } else {
                pair(
                    row.value.as_deref(),
                    typed.values.get(&field).map(String::as_str),
                    false,
                )
            };
            FieldDiff { field, outcome }
        })
        .collect()
}

fn pair(expected: Option<&str>, typed: Option<&str>, secret: bool) -> FieldOutcome {
    match (expected, typed) {
        (_, None) => FieldOutcome::Missing,
        (None, Some(_)) => FieldOutcome::Unchecked,
        (Some(expected), Some(typed)) if expected == typed => FieldOutcome::Equal,
        (Some(expected), Some(typed)) => differs(expected, typed, secret),
    }
}

fn differs(expected: &str, typed: &str, secret: bool) -> FieldOutcome {
    let same = expected
        .chars()
        .zip(typed.chars())
        .take_while(|(one, other)| one == other);
    let (column, at) = same.fold((0, 0), |(column, at), (one, _)| (column + 1, at + one.len_utf8()));
    let shown = |text: &str| (!secret).then(|| text.to_owned());
    FieldOutcome::Differs {
        at,
        column,
        expected: shown(expected),
        typed: shown(typed),
        expected_chars: expected.chars().count(),
        typed_chars: typed.chars().count(),
        kind: kind(
            expected,
            typed,
            expected.chars().nth(column).zip(typed.chars().nth(column)),
            secret,
        ),
    }
}

fn kind(expected: &str, typed: &str, first: Option<(char, char)>, secret: bool) -> DiffKind {
    let seen = |text: &str| -> String { text.chars().filter(|&c| !invisible(c)).collect() };
    let flat = |text: &str| -> String { text.chars().map(plain).collect() };
    if seen(expected) == seen(typed) {
        return DiffKind::Space;
    }
    if typed
        .strip_suffix('/')
        .is_some_and(|rest| rest.trim_end_matches('/') == expected)
    {
        return DiffKind::TrailingSlash;
    }
    if expected.starts_with("https://")
        && typed
            .get(..7)
            .is_some_and(|head| head.eq_ignore_ascii_case("http://"))
    {
        return DiffKind::Http;
    }
    if expected.eq_ignore_ascii_case(typed) {
        return DiffKind::Case;
    }
    // An id beside another id is a wrong id, even where the two first differ in look-alike digits.
    if let Some((expected_id, typed_id)) = provider_id(expected).zip(provider_id(typed))
        && typed_id != expected_id
        && expected == typed.replacen(typed_id, expected_id, 1)
    {
        return DiffKind::WrongId;
    }
    if let Some((right, wrong)) = first
        && (alike(right, wrong) || flat(expected) == flat(typed))
    {
        let pair = (!secret).then_some((right, wrong));
        return DiffKind::LookAlike {
            expected: pair.map(|it| it.0),
            typed: pair.map(|it| it.1),
        };
    }
    if first.is_some_and(|(right, wrong)| invisible(right) || invisible(wrong)) {
        return DiffKind::Space;
    }
    if !typed.is_empty() && expected.starts_with(typed) {
        DiffKind::CutOff
    } else {
        DiffKind::Other
    }
}

/// What stands where the Authorization URL has the provider's id, if it has the length of an id or of a UUID.
fn provider_id(address: &str) -> Option<&str> {
    let id = address
        .split_once("/handover/niceCxOne/")?
        .1
        .split_once("/auth/token")?
        .0;
    let hex = id.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    (hex && matches!(id.len(), 24 | 36)).then_some(id)
}
