//! How far the set-up is: a mark for each step, kept over restarts and days of waiting.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::field::ProfileField;
use crate::form::FormField;
use crate::steps::STEPS;

/// The steps of the set-up. The order is that of [`STEPS`]; a name is never given to another step.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "SetupStepId")]
#[schemars(rename = "SetupStepId")]
#[allow(missing_docs)] // described by their `Step`
pub enum StepId {
    AdminRole,
    RegisterApplication,
    WaitForCredentials,
    CreateProvider,
    SaveProvider,
    TenantId,
    BusinessUnit,
    AccessKey,
    Connection,
    ByocIntegration,
    IntegrationId,
    IntegrationAuthentication,
    SaveAgain,
    VerifyChannel,
    FlowNode,
    RolePermissions,
    CreateSkill,
    SkillOnChannel,
    SkillOnAgent,
    StudioScript,
    StartTestChat,
    AnswerAsAgent,
}

/// Where a step is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "SetupGroup")]
#[schemars(rename = "SetupGroup")]
pub enum StepGroup {
    /// In Cognigy.AI.
    Cognigy,
    /// In CXone.
    Cxone,
    /// Nothing to click: something has to arrive.
    Wait,
}

/// A restriction or default to know at a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(rename = "SetupFact")]
#[schemars(rename = "SetupFact")]
pub struct Fact {
    /// The fact.
    pub text: &'static str,
    /// The page it is taken from.
    pub source: &'static str,
    /// The state of that page: the product version of its badge.
    pub date: &'static str,
    /// Where that page is on the web; none where no address is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub address: Option<&'static str>,
}

/// One step of the set-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(rename = "SetupStep")]
#[schemars(rename = "SetupStep")]
pub struct Step {
    /// Its identity.
    pub id: StepId,
    /// Where it is done.
    pub group: StepGroup,
    /// What is done.
    pub title: &'static str,
    /// Why it is needed, in one line.
    pub why: &'static str,
    /// The menu path, one entry a click, in the vendors' spelling.
    pub path: &'static [&'static str],
    /// What to do there, one entry an action.
    pub actions: &'static [&'static str],
    /// What is entered into Handover Desk at this step.
    pub fields: &'static [ProfileField],
    /// Values of the BYOC form to copy from Handover Desk at this step.
    pub copies: &'static [FormField],
    /// What to know here.
    pub facts: &'static [Fact],
    /// The checks that confirm the step.
    pub checks: &'static [&'static str],
}

/// The state of a step that was touched; an untouched one has no mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "SetupStepState")]
#[schemars(rename = "SetupStepState")]
pub enum StepState {
    /// Finished.
    Done,
    /// Something has to arrive from outside.
    Waiting,
    /// Put off.
    Later,
}

/// The mark of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "SetupStepMark")]
#[schemars(rename = "SetupStepMark")]
pub struct StepMark {
    /// Its state.
    pub state: StepState,
    /// Since when it has this state.
    #[schemars(with = "String")]
    #[ts(type = "string")]
    pub since: Timestamp,
    /// A remark of the administrator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub note: Option<String>,
}

/// The marks of a profile's set-up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "SetupChecklist")]
#[schemars(rename = "SetupChecklist")]
pub struct Checklist {
    /// Marks by step; a step without one is open.
    #[serde(default)]
    pub steps: BTreeMap<StepId, StepMark>,
}

impl Checklist {
    /// Marks a step, or opens it again with `None`. The same state keeps its date.
    pub fn mark(&mut self, step: StepId, state: Option<StepState>, now: Timestamp) {
        let Some(state) = state else {
            self.steps.remove(&step);
            return;
        };
        let old = self.steps.remove(&step);
        let since = old
            .as_ref()
            .filter(|mark| mark.state == state)
            .map_or(now, |mark| mark.since);
        self.steps.insert(
            step,
            StepMark {
                state,
                since,
                note: old.and_then(|mark| mark.note),
            },
        );
    }

    /// The state of a step; none when it is open.
    pub fn state(&self, step: StepId) -> Option<StepState> {
        self.steps.get(&step).map(|mark| mark.state)
    }

    /// The step to go on with: the first open one, else the first that waits, else the first put off. None when
    /// all are done.
    pub fn due(&self) -> Option<StepId> {
        [None, Some(StepState::Waiting), Some(StepState::Later)]
            .into_iter()
            .find_map(|state| {
                STEPS
                    .iter()
                    .map(|step| step.id)
                    .find(|&id| self.state(id) == state)
            })
    }

    /// Steps done, of all there are.
    pub fn progress(&self) -> (usize, usize) {
        let done = STEPS
            .iter()
            .filter(|step| self.state(step.id) == Some(StepState::Done))
            .count();
        (done, STEPS.len())
    }
}
