//! What can be said of a stored value without showing it.

use profile::{ProfileField, stray};
use secrecy::{ExposeSecret, SecretString};

use crate::context::Context;
use crate::finding::{Compared, Finding};

impl Context {
    /// A refusal with what is known of the values it was about: a row for each, and, where white space came along with one,
    /// a hint that begins with that.
    pub(super) fn as_stored(&self, finding: Finding, fields: &[ProfileField]) -> Finding {
        let credentials = &self.input.credentials;
        let stored = fields
            .iter()
            .filter_map(|field| Some((*field, credentials.get(*field)?)));
        let rows = stored
            .clone()
            .map(|(field, value)| row(field.label(), value))
            .collect();
        let lead: Vec<String> = stored
            .filter_map(|(field, value)| remove(field.label(), value))
            .collect();
        led(finding, lead).compare_all(rows)
    }
}

/// The row of a stored value.
pub(super) fn row(label: &str, value: &SecretString) -> Compared {
    let none = "no spaces around it";
    Compared {
        what: format!("{label} as stored here"),
        expected: Some(none.to_owned()),
        found: Some(stray(value.expose_secret()).words().unwrap_or(none).to_owned()),
    }
}

/// What to do first about a value that has white space around it.
pub(super) fn remove(label: &str, value: &SecretString) -> Option<String> {
    let words = stray(value.expose_secret()).words()?;
    Some(format!("The {label} is stored with {words}: remove that first."))
}

/// The finding with these sentences at the beginning of its hint.
pub(super) fn led(finding: Finding, mut lead: Vec<String>) -> Finding {
    lead.extend(finding.hint.clone());
    if lead.is_empty() {
        finding
    } else {
        finding.hint(lead.join(" "))
    }
}
