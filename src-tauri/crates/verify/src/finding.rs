//! What a check says when it has looked: an outcome, words for the reader, and the values it compared.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::outcome::Outcome;

/// The answer of one check. Built by the constructor of its outcome and refined by the `with` methods.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// How it ended.
    pub outcome: Outcome,
    /// What it means, in one or two sentences.
    pub message: String,
    /// What to do about it: what to click, or where the right value is found.
    pub hint: Option<String>,
    /// What was tried, where it is more than the catalogue says.
    pub tried: Option<String>,
    /// What came back.
    pub found: Option<String>,
    /// Values side by side. Never a secret.
    pub compared: Vec<Compared>,
    /// A change of the profile that would mend it, for a button.
    pub advice: Option<Advice>,
    /// Ids that caused it: what it waits for, for `blocked`; for `unknown` the checks whose doubt is the reason.
    pub because_of: Vec<String>,
    /// What a person said about it, where that counts.
    pub answer: Option<profile::Answer>,
}

impl Finding {
    fn new(outcome: Outcome, message: impl Into<String>) -> Self {
        Self {
            outcome,
            message: message.into(),
            hint: None,
            tried: None,
            found: None,
            compared: Vec::new(),
            advice: None,
            because_of: Vec::new(),
            answer: None,
        }
    }

    /// It is as it should be.
    pub fn pass(message: impl Into<String>) -> Self {
        Self::new(Outcome::Pass, message)
    }

    /// It works but deserves a look.
    pub fn warn(message: impl Into<String>) -> Self {
        Self::new(Outcome::Warn, message)
    }

    /// It is broken.
    pub fn fail(message: impl Into<String>) -> Self {
        Self::new(Outcome::Fail, message)
    }

    /// It cannot be told; the message gives the reason.
    pub fn unknown(message: impl Into<String>) -> Self {
        Self::new(Outcome::Unknown, message)
    }

    /// There was nothing to check; the message gives the reason.
    pub fn skipped(message: impl Into<String>) -> Self {
        Self::new(Outcome::Skipped, message)
    }

    /// Only a person can see it; the message says where.
    pub fn manual(message: impl Into<String>) -> Self {
        Self::new(Outcome::Manual, message)
    }

    /// Another check is the cause.
    pub fn blocked(by: &[&str], message: impl Into<String>) -> Self {
        Self::new(Outcome::Blocked, message).because_of(by)
    }

    /// The check itself broke.
    pub(crate) fn crashed(message: impl Into<String>) -> Self {
        Self::new(Outcome::Crashed, message)
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says more exactly what was tried.
    #[must_use]
    pub fn tried(mut self, tried: impl Into<String>) -> Self {
        self.tried = Some(tried.into());
        self
    }

    /// Adds what came back.
    #[must_use]
    pub fn found(mut self, found: impl Into<String>) -> Self {
        self.found = Some(found.into());
        self
    }

    /// Puts an expected value beside the one found.
    #[must_use]
    pub fn compare(
        mut self,
        what: impl Into<String>,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Self {
        self.compared.push(Compared {
            what: what.into(),
            expected: Some(expected.into()),
            found: Some(found.into()),
        });
        self
    }

    /// Adds rows made elsewhere.
    #[must_use]
    pub fn compare_all(mut self, rows: Vec<Compared>) -> Self {
        self.compared.extend(rows);
        self
    }

    /// Offers a change of the profile.
    #[must_use]
    pub fn advise(mut self, advice: Advice) -> Self {
        self.advice = Some(advice);
        self
    }

    /// Names the checks that caused it.
    #[must_use]
    pub fn because_of(mut self, ids: &[&str]) -> Self {
        self.because_of = ids.iter().map(|id| (*id).to_owned()).collect();
        self
    }
}

/// Two values side by side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Compared {
    /// What the values are, in the vendors' words.
    pub what: String,
    /// The value it should have. Absent when there is none to show, as for a secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub expected: Option<String>,
    /// The value that is there. Absent when nothing is, or when it must not be shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub found: Option<String>,
}

/// A change that a window can offer as a button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Advice {
    /// Take over the business unit of the token.
    AdoptBusinessUnit {
        /// The right unit number.
        business_unit: String,
    },
    /// Choose the routing skill in the profile.
    ChooseSkill {},
    /// Confirm a host that is not the vendors', and that CXone named or that was worked out.
    TrustHost {
        /// The host, with its port where it has one.
        host: String,
    },
    /// Confirm the endpoint by pasting any Endpoint URL of the install.
    ConfirmEndpoint {},
    /// Enter the API key of Cognigy.AI.
    EnterApiKey {},
    /// Use another secret store.
    ChangeSecretStore {},
}
