//! Reading back what was typed into the BYOC form.
//!
//! Three shapes of paste are understood: `Label: value` lines, a label with its value on the next line, and values
//! alone in the form's order. Values are kept byte for byte, since a space at the end is what one looks for; only
//! the line's end and one space or tab after the label belong to the shape.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::compare::FieldOutcome;
use crate::form::FormField;

/// What more is pasted than this is not looked at, in bytes. A whole form has less than 2 KiB.
pub const MAX_PASTE_BYTES: usize = 256 * 1024;

/// The form's values as the administrator typed them into CXone.
///
/// The secret is held apart, is compared only, and is in no serialised form.
#[derive(Clone, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct TypedForm {
    /// Every value but the secret, verbatim.
    pub values: BTreeMap<FormField, String>,
    /// The Client Secret that was typed.
    #[serde(skip)]
    pub secret: Option<SecretString>,
    /// What the comparison of a typed Client Secret showed, kept after the secret itself was forgotten. It has no text of
    /// it, and holds only until the stored secret changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub secret_outcome: Option<FieldOutcome>,
}

impl std::fmt::Debug for TypedForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TypedForm")
            .field("values", &self.values)
            .field("secret", &self.secret.as_ref().map(|_| "<redacted>"))
            .field("secret_outcome", &self.secret_outcome)
            .finish()
    }
}

impl TypedForm {
    /// Whether nothing was recognised.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.secret.is_none() && self.secret_outcome.is_none()
    }

    /// The form for keeping: the secret is compared once and then forgotten.
    pub fn without_secret(self) -> TypedForm {
        TypedForm { secret: None, ..self }
    }

    fn put(&mut self, field: FormField, value: &str) {
        if value.is_empty() {
            return;
        }
        if field == FormField::ClientSecret {
            self.secret = Some(SecretString::from(value));
        } else {
            self.values.insert(field, value.to_owned());
        }
    }
}

/// Reads a paste of the form. Text without any value gives an empty form.
pub fn parse_paste(text: &str) -> TypedForm {
    let mut end = text.len().min(MAX_PASTE_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = text.get(..end).unwrap_or_default();
    let lines: Vec<&str> = text
        .trim_start_matches('\u{feff}')
        .split(['\n', '\u{2028}', '\u{2029}'])
        .flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
        .collect();
    if lines.iter().any(|line| label_of(line).is_some()) {
        labelled(&lines)
    } else {
        in_order(&lines)
    }
}

fn labelled(lines: &[&str]) -> TypedForm {
    let mut form = TypedForm::default();
    let mut waiting = None;
    for line in lines {
        match label_of(line) {
            Some((field, "")) => waiting = Some(field),
            Some((field, value)) => {
                form.put(field, value);
                waiting = None;
            }
            None if line.trim().is_empty() => {}
            None => {
                if let Some(field) = waiting.take() {
                    form.put(field, line);
                }
            }
        }
    }
    form
}

/// Values alone: a full form by position; fewer lines by where the addresses stand.
fn in_order(lines: &[&str]) -> TypedForm {
    let lines: Vec<&str> = lines
        .iter()
        .copied()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let mut form = TypedForm::default();
    let first = lines.iter().position(|line| is_address(line));
    let last = lines.iter().rposition(|line| is_address(line));
    if lines.len() == FormField::ALL.len() {
        for (field, line) in FormField::ALL.into_iter().zip(&lines) {
            form.put(field, line);
        }
    } else if let (Some(first), Some(last)) = (first, last) {
        if let Some(name) = first.checked_sub(1).and_then(|at| lines.get(at)) {
            form.put(FormField::Name, name);
        }
        let addresses = lines.get(first..=last).unwrap_or_default();
        for (index, line) in addresses.iter().enumerate() {
            let by_place = FormField::ALL.get(index + 1).copied().filter(|_| index < 5);
            // A few addresses out of the five are told apart by how they end, all five by their place.
            let field = if addresses.len() == 5 {
                by_place
            } else {
                by_ending(line).or(by_place)
            };
            if let Some(field) = field.filter(|field| !form.values.contains_key(field)) {
                form.put(field, line);
            }
        }
        // One line alone may be either of the two, and a secret must not be kept as an id.
        if let Some([id, secret]) = lines.get(last + 1..) {
            form.put(FormField::ClientId, id);
            form.put(FormField::ClientSecret, secret);
        }
    }
    form
}

fn is_address(line: &str) -> bool {
    let line = line.trim().to_ascii_lowercase();
    line.contains("://") || line.contains("/handover/")
}

fn by_ending(line: &str) -> Option<FormField> {
    let line = line.trim().trim_end_matches('/').to_ascii_lowercase();
    [
        ("/nicecxone", FormField::IntegrationBoxUrl),
        ("/auth/token", FormField::AuthorizationUrl),
        ("/add", FormField::AddActionUrl),
        ("/reconnect", FormField::ReconnectActionUrl),
        ("/remove", FormField::RemoveActionUrl),
    ]
    .into_iter()
    .find_map(|(ending, field)| line.ends_with(ending).then_some(field))
}

/// The label a line begins with, and the rest of the line as its value (empty: the value follows).
fn label_of(line: &str) -> Option<(FormField, &str)> {
    let start = line.trim_start();
    FormField::ALL.into_iter().find_map(|field| {
        let rest = after_label(start, field.label())?;
        // A required field's star is part of the label.
        let trimmed = rest.trim_start();
        let rest = trimmed.strip_prefix('*').unwrap_or(rest);
        if rest.trim().is_empty() {
            return Some((field, ""));
        }
        if let Some(value) = rest.strip_prefix('\t') {
            return Some((field, value));
        }
        let value = rest.trim_start().strip_prefix([':', '='])?;
        let value = value.strip_prefix([' ', '\t']).unwrap_or(value);
        Some((field, if value.trim().is_empty() { "" } else { value }))
    })
}

/// What follows the label, compared without case and with any white space between its words.
fn after_label<'a>(line: &'a str, label: &str) -> Option<&'a str> {
    let mut rest = line;
    for (index, word) in label.split(' ').enumerate() {
        if index > 0 {
            let next = rest.trim_start_matches([' ', '\u{a0}']);
            if next.len() == rest.len() {
                return None;
            }
            rest = next;
        }
        let head = rest.get(..word.len())?;
        if !head.eq_ignore_ascii_case(word) {
            return None;
        }
        rest = rest.get(word.len()..)?;
    }
    Some(rest)
}
