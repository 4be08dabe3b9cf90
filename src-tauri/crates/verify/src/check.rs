//! A check is a value: what it is called, what it needs and what it weighs, and a function over a context.
//!
//! Order, parallelism, budgets and cancellation belong to the runner; a check only looks and judges.

use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use ts_rs::TS;

use crate::context::Context;
use crate::finding::Finding;
use crate::outcome::{Group, Mark, Severity};

/// The work of one check.
pub type Work<C> = fn(Arc<C>) -> BoxFuture<'static, Finding>;

/// One row of the catalogue. `C` is what the work looks at; tests of the runner use their own.
pub struct Check<C: 'static = Context> {
    /// Stable and never reused, such as `HD-304`.
    pub id: &'static str,
    /// Where it stands in the report.
    pub group: Group,
    /// The good state, in a few words.
    pub title: &'static str,
    /// Checks whose failure blocks this one. HD-101 stands here for checks that use secrets: it is skipped, and so
    /// holds nothing up, when the run's secrets do not come from the keychain.
    pub needs: &'static [&'static str],
    /// Checks that must be over before this one starts, however they ended.
    pub after: &'static [&'static str],
    /// Checks this one may name as the cause instead of itself; they join the run when it does.
    pub leans_on: &'static [&'static str],
    /// What a failure weighs.
    pub severity: Severity,
    /// Whether it may end as `manual`, and so takes the answer of a person.
    pub by_hand: bool,
    /// Longest time it may take, in milliseconds.
    pub budget_ms: u64,
    /// What is done, for the reader of a report.
    pub tries: &'static str,
    /// The rule it judges by.
    pub rule: Rule,
    /// What it does.
    pub work: Work<C>,
}

/// A rule and how well it is founded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The rule in one sentence.
    pub text: &'static str,
    /// How well it is founded.
    pub mark: Mark,
}

impl<C> Check<C> {
    /// Every check this one can point at.
    pub fn company(&self) -> impl Iterator<Item = &'static str> {
        self.needs.iter().chain(self.after).chain(self.leans_on).copied()
    }

    /// What a window shows of a check before it ran.
    pub fn info(&self) -> CheckInfo {
        CheckInfo {
            id: self.id.to_owned(),
            group: self.group,
            group_title: self.group.title().to_owned(),
            title: self.title.to_owned(),
            needs: self.needs.iter().map(|id| (*id).to_owned()).collect(),
            severity: self.severity,
            by_hand: self.by_hand,
            budget_ms: u32::try_from(self.budget_ms).unwrap_or(u32::MAX),
            tries: self.tries.to_owned(),
            source: RuleSource::from(self.rule),
        }
    }
}

// By hand, because a derive would want the same of `C`.
impl<C> Clone for Check<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for Check<C> {}

impl<C> std::fmt::Debug for Check<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Check")
            .field("id", &self.id)
            .field("needs", &self.needs)
            .finish_non_exhaustive()
    }
}

/// A row of the catalogue as data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct CheckInfo {
    /// Such as `HD-304`.
    pub id: String,
    /// The group it belongs to.
    pub group: Group,
    /// The group's heading.
    pub group_title: String,
    /// The good state, in a few words.
    pub title: String,
    /// Ids of the checks whose failure blocks this one.
    pub needs: Vec<String>,
    /// What a failure weighs.
    pub severity: Severity,
    /// Whether it may end as `manual`, and so takes the answer of a person.
    pub by_hand: bool,
    /// Longest time it may take, in milliseconds.
    pub budget_ms: u32,
    /// What is done.
    pub tries: String,
    /// The rule it judges by.
    pub source: RuleSource,
}

/// The rule behind a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct RuleSource {
    /// The rule in one sentence.
    pub text: String,
    /// How well it is founded.
    pub mark: Mark,
}

impl From<Rule> for RuleSource {
    fn from(rule: Rule) -> Self {
        Self {
            text: rule.text.to_owned(),
            mark: rule.mark,
        }
    }
}
