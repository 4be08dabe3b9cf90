//! 9xx: how long it takes.

use super::{boxed, row, rule};
use crate::check::{Check, Request};
use crate::checks::speed;
use crate::outcome::Mark::Inferred;
use crate::outcome::{Group, Severity};

pub(super) const ROWS: &[Check] = &[Check {
    on_request: Some(Request::Speed),
    severity: Severity::Warning,
    // Many rounds of many calls: each has a limit of its own, far below this.
    budget_ms: 30 * 60 * 1000,
    leans_on: &["HD-104", "HD-303"],
    tries: "Makes the calls of Save in rounds, each on fresh connections: discovery, token, tenant, business unit, channels, \
            scripts.",
    rule: rule(
        Inferred,
        "Save makes these calls one after the other and gives up when one of them takes too long.",
    ),
    ..row(
        "HD-901",
        Group::Speed,
        "Save would finish in time",
        &["HD-305"],
        |c| boxed(speed::in_time(c)),
    )
}];
