//! A measurement with its verdict: what is kept, shown and printed.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use transport::BuildError;
use ts_rs::TS;

use crate::measure::{Measurement, Plan, Subject, measure};
use crate::round::stats;
use crate::usual::usual;
use crate::verdict::{Entered, HERE, Measured, verdict};
use crate::{CallStats, Earlier, Round, Trouble, Usual, Verdict, Waited};

/// What Cognigy.AI says about its last Save: the provisioning state of the provider, or its log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct CognigySays {
    /// How it ended.
    pub status: CognigyStatus,
    /// When, if it says so.
    #[ts(type = "string | null")]
    #[schemars(with = "Option<String>")]
    pub at: Option<Timestamp>,
    /// Its own words, redacted. Shown, never judged.
    pub error: Option<String>,
}

/// How a Save ended by Cognigy.AI's own word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CognigyStatus {
    /// It got through.
    Succeeded,
    /// It did not.
    Failed,
    /// It was not made yet.
    Pending,
}

/// Why Save stays active, measured and named.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Diagnosis {
    /// What it comes to.
    pub verdict: Verdict,
    /// The calls, with p50 and p95 by phase.
    pub calls: Vec<CallStats>,
    /// Every round that was made.
    pub rounds: Vec<Round>,
    /// Rounds that were planned.
    pub planned_rounds: u32,
    /// What a call may take, in milliseconds.
    pub budget_ms: f64,
    /// What is usual for this profile.
    pub usual: Usual,
    /// What was wrong with calls.
    pub troubles: Vec<Trouble>,
    /// From where it was measured.
    pub measured_from: String,
    /// When it began, by this computer's clock.
    #[ts(type = "string")]
    #[schemars(with = "String")]
    pub measured_at: Timestamp,
    /// Whether CXone accepted the credentials.
    pub accepted: bool,
    /// Whether it was stopped before its end.
    pub cancelled: bool,
    /// Name of a channel that was made for the measurement and could not be removed.
    pub left_behind: Option<String>,
    /// What Cognigy.AI says about its last Save.
    pub cognigy: Option<CognigySays>,
    /// What the wait that followed came to; the verdict is then that of its last look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub waited: Option<Waited>,
}

impl Diagnosis {
    /// What later diagnoses need of it.
    #[must_use]
    pub fn earlier(&self) -> Earlier {
        Earlier {
            calls: self.calls.clone(),
        }
    }
}

/// Measures and judges. `earlier` are this profile's former diagnoses.
///
/// # Errors
/// [`BuildError`] when the settings of the network cannot be used.
pub async fn diagnose(
    subject: &Subject,
    plan: &Plan,
    earlier: &[Earlier],
    cognigy: Option<CognigySays>,
) -> Result<Diagnosis, BuildError> {
    let began = (plan.clock)();
    let measurement = measure(subject, plan).await?;
    Ok(judge(
        subject,
        plan.budget_ms(),
        began,
        measurement,
        earlier,
        cognigy,
    ))
}

/// Judges a measurement.
#[must_use]
pub fn judge(
    subject: &Subject,
    budget_ms: f64,
    measured_at: Timestamp,
    measurement: Measurement,
    earlier: &[Earlier],
    cognigy: Option<CognigySays>,
) -> Diagnosis {
    let (calls, usual) = (stats(&measurement.rounds, budget_ms), usual(earlier));
    let cxone = &subject.profile.cxone;
    let verdict = verdict(Measured {
        measurement: &measurement,
        calls: &calls,
        budget_ms,
        usual: &usual,
        entered: Entered {
            tenant_id: cxone.tenant_id.as_deref(),
            business_unit: cxone.business_unit.as_deref(),
        },
        cognigy: cognigy.as_ref(),
    });
    Diagnosis {
        verdict,
        calls,
        rounds: measurement.rounds,
        planned_rounds: measurement.planned,
        budget_ms,
        usual,
        troubles: measurement.troubles,
        measured_from: HERE.to_owned(),
        measured_at,
        accepted: measurement.accepted,
        cancelled: measurement.cancelled,
        left_behind: measurement.left_behind,
        cognigy,
        waited: None,
    }
}

/// The JSON Schema of `handover diagnose --json`.
#[must_use]
pub fn diagnosis_schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Diagnosis).to_value();
    schema["title"] = "Handover Desk diagnosis".into();
    schema
}
