//! The table of checks, in the order of their ids.
//!
//! One row is all the runner knows of a check. Groups 8xx and 9xx, and the ids missing here, are not part of this version;
//! their numbers are taken and never given to anything else.

mod channel;
mod computer;
mod endpoint;
mod project;
mod routing;
mod script;
mod sign_in;

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::check::{Check, Rule};
use crate::context::{Context, Judged};
use crate::finding::Finding;
use crate::outcome::{Group, Mark, Severity};

/// Longest time of a check that states no other.
pub(crate) const BUDGET: Duration = Duration::from_secs(10);

/// Every check of this version, in report order.
pub fn catalogue() -> &'static [Check] {
    static CHECKS: LazyLock<Vec<Check>> = LazyLock::new(|| {
        [
            computer::ROWS,
            endpoint::ROWS,
            sign_in::ROWS,
            channel::ROWS,
            routing::ROWS,
            script::ROWS,
            project::ROWS,
        ]
        .concat()
    });
    &CHECKS
}

/// A row with what most rows share.
const fn row(
    id: &'static str,
    group: Group,
    title: &'static str,
    needs: &'static [&'static str],
    work: fn(Arc<Context>) -> BoxFuture<'static, Finding>,
) -> Check {
    Check {
        id,
        group,
        title,
        needs,
        after: &[],
        leans_on: &["HD-104"],
        severity: Severity::Error,
        by_hand: false,
        budget_ms: BUDGET.as_millis() as u64,
        tries: "",
        rule: Rule {
            text: "",
            mark: Mark::Inferred,
        },
        work,
    }
}

const fn rule(mark: Mark, text: &'static str) -> Rule {
    Rule { text, mark }
}

fn boxed(work: impl Future<Output = Judged> + Send + 'static) -> BoxFuture<'static, Finding> {
    // An early answer is an answer like any other.
    work.map(|judged| judged.unwrap_or_else(|early| *early)).boxed()
}
