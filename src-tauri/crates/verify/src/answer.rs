//! What a person said about a check that nobody else can decide.

use profile::Answer;

use crate::check::Check;
use crate::finding::Finding;
use crate::outcome::{Outcome, Severity};

/// A `manual` finding in the light of the answer that is stored. Any other finding stands: what was measured weighs more than
/// what was seen some day. "Not well" weighs as much as the check does, because a person who looked is the best witness there
/// is: `fail` for an error, `warn` for the rest.
pub(crate) fn applied<C>(check: &Check<C>, finding: Finding, answer: Option<&Answer>) -> Finding {
    let (Outcome::Manual, Some(answer)) = (finding.outcome, answer) else {
        return finding;
    };
    let day = answer.at.strftime("%Y-%m-%d");
    let denied = |title: &str| format!("You marked \"{title}\" as not well on {day}.");
    let (outcome, message) = match (answer.well, check.severity) {
        (true, _) => (Outcome::Manual, format!("You confirmed this on {day}.")),
        (false, Severity::Error) => (Outcome::Fail, denied(check.title)),
        (false, Severity::Warning | Severity::Info) => (Outcome::Warn, denied(check.title)),
    };
    Finding {
        outcome,
        message: format!("{message} {}", finding.message),
        answer: Some(answer.clone()),
        ..finding
    }
}
