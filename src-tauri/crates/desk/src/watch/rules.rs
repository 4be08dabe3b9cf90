//! What a watch says of a run, and when it stops.
//!
//! - What was told of a check holds until a run decides that check otherwise. A check that is blocked, unknown or could not
//!   be asked changes nothing: a blip is never told, neither as a fault nor as a recovery.
//! - A cause is told once, until it was mended.
//! - That nothing can be reached is told once; it says nothing about CXone or Cognigy.AI.
//! - A refused credential stops the watch: asking again and again can lock an access key.
//! - What a person started is seen by that person: it counts, and is not told.

use profile::{Watch, Weight};
use verify::{CheckResult, Outcome, Report, RunOutcome, Severity};

use crate::notify::Urgency;

/// The checks that sign in with the client and the access key.
const SIGN_IN: [&str; 2] = ["HD-303", "HD-304"];

/// What a run saw of one check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// Nothing is wrong with it.
    Well,
    /// It is wrong.
    Wrong(Weight),
    /// It was left open.
    Open,
}

/// What a run saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The checks it decided or left open.
    pub checks: Vec<(String, Sight)>,
    /// Whether it ran them all.
    pub whole: bool,
    /// Whether it was broken off.
    pub cancelled: bool,
    /// Whether no server answered at all.
    pub unreachable: bool,
    /// Whether CXone refused the client or the access key.
    pub refused: bool,
}

impl Seen {
    /// What a report says; `whole` is false for a run of some checks.
    pub fn of(report: &Report, whole: bool) -> Self {
        let checks = report.checks.iter();
        Self {
            checks: checks.map(|check| (check.id.clone(), sight(check))).collect(),
            whole,
            cancelled: report.outcome == RunOutcome::Cancelled,
            unreachable: report.nothing_reachable(),
            refused: SIGN_IN.iter().filter_map(|id| report.check(id)).any(is_refusal),
        }
    }
}

fn sight(check: &CheckResult) -> Sight {
    if check.is_failure() || check.outcome == Outcome::Crashed {
        Sight::Wrong(Weight::Problem)
    } else if check.is_warning() {
        Sight::Wrong(Weight::Warning)
    } else if matches!(check.outcome, Outcome::Blocked | Outcome::Unknown) {
        Sight::Open
    } else {
        Sight::Well
    }
}

/// Whether a sign-in check failed because a server looked at the credentials and said no. A service in trouble, which
/// fails the same check, answers otherwise.
fn is_refusal(check: &CheckResult) -> bool {
    check.outcome == Outcome::Fail
        && check.severity == Severity::Error
        && check
            .evidence
            .iter()
            .any(|exchange| matches!(exchange.status, Some(400 | 401)))
}

/// What changed, and is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Something is broken that was not before: these checks.
    Problem(Vec<String>),
    /// Nothing is broken, but something deserves a look that did not before: these checks.
    Warning(Vec<String>),
    /// Nothing is broken any more; warnings are left.
    OnlyWarnings,
    /// All is well again.
    Well,
    /// CXone refuses the credentials, and the watch pauses.
    Refused,
    /// Nothing can be reached from here.
    Offline,
}

impl Change {
    /// Its name on the wire.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Problem(_) => "problem",
            Self::Warning(_) => "warning",
            Self::OnlyWarnings => "only_warnings",
            Self::Well => "well",
            Self::Refused => "refused",
            Self::Offline => "offline",
        }
    }

    /// The checks that are its cause.
    pub fn causes(&self) -> &[String] {
        match self {
            Self::Problem(causes) | Self::Warning(causes) => causes,
            _ => &[],
        }
    }

    /// How much the notice of it weighs.
    pub fn urgency(&self) -> Urgency {
        match self {
            Self::Well | Self::OnlyWarnings | Self::Offline => Urgency::Low,
            Self::Problem(_) | Self::Warning(_) | Self::Refused => Urgency::Normal,
        }
    }
}

/// Title and body of the notice of a change.
pub fn words(change: &Change, profile: &str, headline: &str) -> (String, String) {
    let name = if profile.trim().is_empty() {
        "Unnamed profile"
    } else {
        profile.trim()
    };
    let what = match change {
        Change::Problem(_) => "a problem",
        Change::Warning(_) => "a warning",
        Change::OnlyWarnings => "nothing fails any more",
        Change::Well => "well again",
        Change::Refused => "watching is paused",
        Change::Offline => "nothing can be reached",
    };
    let body = match change {
        Change::Refused => {
            format!("{headline} It is not tried again until you change a value or a secret, or resume.")
        }
        Change::Offline => {
            "No server answers this computer. It may be offline; this says nothing about CXone or Cognigy.AI. \
             You hear of it again when something else changes."
                .to_owned()
        }
        _ => headline.to_owned(),
    };
    (format!("{name}: {what}"), body)
}

/// What a run means for a watch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// What is to be told.
    pub change: Option<Change>,
    /// Whether the watch has to pause because credentials are refused.
    pub pause: bool,
    /// Whether the credentials it paused for were accepted.
    pub accepted: bool,
}

/// Takes a run into account. `by_hand`: a person started it.
pub fn observe(watch: &mut Watch, seen: &Seen, by_hand: bool) -> Verdict {
    if seen.cancelled {
        return Verdict::default();
    }
    if seen.unreachable {
        let told = std::mem::replace(&mut watch.offline, true);
        return Verdict {
            change: (!told && !by_hand).then_some(Change::Offline),
            ..Verdict::default()
        };
    }
    watch.offline = false;
    let before = watch.told.clone();
    if seen.whole {
        // A check that is no longer made is no cause any more.
        watch
            .told
            .retain(|id, _| seen.checks.iter().any(|(known, _)| known == id));
    }
    for (id, sight) in &seen.checks {
        match sight {
            Sight::Well => drop(watch.told.remove(id)),
            Sight::Wrong(weight) => drop(watch.told.insert(id.clone(), *weight)),
            Sight::Open => {}
        }
    }
    let fresh = |weight: Weight| -> Vec<String> {
        let is_fresh = |id: &&String| before.get(*id).is_none_or(|known| *known < weight);
        let wrong = watch.told.iter().filter(|(_, now)| **now == weight);
        wrong.map(|(id, _)| id).filter(is_fresh).cloned().collect()
    };
    let (was, is) = (before.values().max(), watch.told.values().max());
    let problems = fresh(Weight::Problem);
    let warnings = fresh(Weight::Warning);
    let change = if seen.refused {
        // Also where this very refusal was told before: the watch had gone on, and stops anew.
        Some(Change::Refused)
    } else if !problems.is_empty() {
        Some(Change::Problem(problems))
    } else if is == was {
        let new_warning = is == Some(&Weight::Warning) && !warnings.is_empty();
        new_warning.then_some(Change::Warning(warnings))
    } else {
        match is {
            None => Some(Change::Well),
            Some(Weight::Warning) if was == Some(&Weight::Problem) => Some(Change::OnlyWarnings),
            Some(Weight::Warning) => Some(Change::Warning(warnings)),
            // A problem that was none before is fresh.
            Some(Weight::Problem) => None,
        }
    };
    let decided = |id: &str| {
        let well = |(known, sight): &(String, Sight)| known == id && *sight == Sight::Well;
        seen.checks.iter().any(well)
    };
    Verdict {
        change: change.filter(|_| !by_hand),
        pause: seen.refused,
        accepted: !seen.refused && SIGN_IN.iter().all(|id| decided(id)),
    }
}

#[cfg(test)]
mod tests;
