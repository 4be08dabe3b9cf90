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
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    const W: Sight = Sight::Well;
    const P: Sight = Sight::Wrong(Weight::Problem);
    const N: Sight = Sight::Wrong(Weight::Warning);
    const O: Sight = Sight::Open;

    fn seen(checks: &[(&str, Sight)]) -> Seen {
        Seen {
            checks: checks
                .iter()
                .map(|(id, sight)| ((*id).to_owned(), *sight))
                .collect(),
            whole: true,
            cancelled: false,
            unreachable: false,
            refused: false,
        }
    }

    fn problem(ids: &[&str]) -> Option<Change> {
        Some(Change::Problem(ids.iter().map(|id| (*id).to_owned()).collect()))
    }

    fn warning(ids: &[&str]) -> Option<Change> {
        Some(Change::Warning(ids.iter().map(|id| (*id).to_owned()).collect()))
    }

    /// Two checks, run after run, and what is told of each.
    #[test]
    fn what_is_told_and_what_is_not() {
        let well = Some(Change::Well);
        let only = Some(Change::OnlyWarnings);
        type Story<'a> = (&'a str, Vec<(Sight, Sight, Option<Change>)>);
        let stories: Vec<Story<'_>> = vec![
            (
                "a first run that is well says nothing",
                vec![(W, W, None), (W, W, None)],
            ),
            (
                "green to red once, and back once",
                vec![
                    (W, W, None),
                    (P, W, problem(&["a"])),
                    (P, W, None),
                    (W, W, well.clone()),
                    (W, W, None),
                ],
            ),
            (
                "red to another cause",
                vec![
                    (P, W, problem(&["a"])),
                    (W, P, problem(&["b"])),
                    (W, W, well.clone()),
                ],
            ),
            (
                "a second cause is told, the one that stays is not told again",
                vec![
                    (P, W, problem(&["a"])),
                    (P, P, problem(&["b"])),
                    (P, W, None),
                    (W, W, well.clone()),
                ],
            ),
            (
                "unknown is a blip, of red and of green",
                vec![
                    (W, W, None),
                    (O, W, None),
                    (W, W, None),
                    (P, W, problem(&["a"])),
                    (O, W, None),
                    (P, W, None),
                    (O, W, None),
                    (W, W, well.clone()),
                ],
            ),
            (
                "what waits for another cause is not told again when that one is mended",
                vec![
                    (W, P, problem(&["b"])),
                    (P, O, problem(&["a"])),
                    (W, P, None),
                    (W, W, well.clone()),
                ],
            ),
            (
                "what is always open does not hide a recovery",
                vec![(P, O, problem(&["a"])), (W, O, well.clone())],
            ),
            (
                "to and from warn",
                vec![
                    (N, W, warning(&["a"])),
                    (N, W, None),
                    (P, W, problem(&["a"])),
                    (N, W, only.clone()),
                    (W, W, well.clone()),
                ],
            ),
            (
                "another warning",
                vec![
                    (N, W, warning(&["a"])),
                    (W, N, warning(&["b"])),
                    (W, W, well.clone()),
                ],
            ),
            (
                "a warning beside a problem is told with its end",
                vec![(P, W, problem(&["a"])), (P, N, None), (W, N, only), (W, W, well)],
            ),
        ];
        for (story, runs) in stories {
            let mut watch = Watch::default();
            for (index, (a, b, expected)) in runs.into_iter().enumerate() {
                let verdict = observe(&mut watch, &seen(&[("a", a), ("b", b)]), false);
                assert_eq!(verdict.change, expected, "{story}, run {}", index + 1);
                assert!(!verdict.pause, "{story}");
            }
        }
    }

    #[test]
    fn what_a_person_started_counts_and_is_not_told() {
        let mut watch = Watch::default();
        let red = seen(&[("a", P)]);
        assert_eq!(observe(&mut watch, &red, true).change, None);
        assert_eq!(observe(&mut watch, &red, false).change, None);
        assert_eq!(
            observe(&mut watch, &seen(&[("a", W)]), false).change,
            Some(Change::Well)
        );
    }

    #[test]
    fn offline_is_told_once_and_forgets_nothing() {
        let mut watch = Watch::default();
        let red = seen(&[("a", P)]);
        let away = Seen {
            unreachable: true,
            ..seen(&[("a", O), ("b", P)])
        };
        assert_eq!(observe(&mut watch, &red, false).change, problem(&["a"]));
        assert_eq!(observe(&mut watch, &away, false).change, Some(Change::Offline));
        assert_eq!(observe(&mut watch, &away, false).change, None);
        assert_eq!(
            observe(&mut watch, &red, false).change,
            None,
            "it was told before"
        );
        assert_eq!(observe(&mut watch, &away, false).change, Some(Change::Offline));
    }

    #[test]
    fn a_run_of_some_checks_leaves_the_others_as_they_were() {
        let mut watch = Watch::default();
        observe(&mut watch, &seen(&[("a", P), ("b", P)]), false);
        let part = Seen {
            whole: false,
            ..seen(&[("b", W)])
        };
        observe(&mut watch, &part, true);
        assert_eq!(watch.told.keys().collect::<Vec<_>>(), ["a"]);
        observe(&mut watch, &seen(&[("b", W)]), true);
        assert_eq!(
            watch.told,
            BTreeMap::new(),
            "a check that is no longer made is no cause"
        );
    }

    #[test]
    fn a_cancelled_run_says_nothing() {
        let mut watch = Watch::default();
        let cancelled = Seen {
            cancelled: true,
            refused: true,
            ..seen(&[("a", P)])
        };
        assert_eq!(observe(&mut watch, &cancelled, false), Verdict::default());
        assert_eq!(watch, Watch::default());
    }

    #[test]
    fn a_refused_credential_pauses_and_an_accepted_one_is_known() {
        let mut watch = Watch::default();
        let refused = Seen {
            refused: true,
            ..seen(&[("HD-303", W), ("HD-304", P)])
        };
        let verdict = observe(&mut watch, &refused, false);
        assert_eq!((verdict.change, verdict.pause), (Some(Change::Refused), true));
        let by_hand = observe(&mut watch, &refused, true);
        assert_eq!((by_hand.change, by_hand.pause), (None, true));
        let open = observe(&mut watch, &seen(&[("HD-303", W), ("HD-304", O)]), true);
        assert_eq!((open.pause, open.accepted), (false, false));
        let accepted = observe(&mut watch, &seen(&[("HD-303", W), ("HD-304", W)]), true);
        assert_eq!((accepted.pause, accepted.accepted), (false, true));
    }

    #[test]
    fn a_notice_says_whose_and_what() {
        let (title, body) = words(
            &Change::Problem(vec!["a".to_owned()]),
            "Support EU",
            "The channel is missing.",
        );
        assert_eq!(
            (title.as_str(), body.as_str()),
            ("Support EU: a problem", "The channel is missing.")
        );
        let (title, body) = words(&Change::Offline, " ", "No answer.");
        assert_eq!(title, "Unnamed profile: nothing can be reached");
        assert!(body.contains("says nothing about CXone"));
        let (_, body) = words(&Change::Refused, "x", "The access key is refused.");
        assert!(body.starts_with("The access key is refused. It is not tried again until"));
    }

    fn sights() -> impl Strategy<Value = Sight> {
        prop_oneof![Just(W), Just(P), Just(N), Just(O)]
    }

    proptest! {
        /// Over any history: a check is named as broken at most once between two runs that find it not broken, it is named
        /// as soon as it breaks, and the same run twice never says anything the second time.
        #[test]
        fn a_cause_is_told_once_until_it_is_mended(
            runs in proptest::collection::vec((proptest::collection::vec(sights(), 4), any::<bool>()), 1..60),
        ) {
            let ids = ["a", "b", "c", "d"];
            let mut watch = Watch::default();
            let mut told: BTreeMap<String, bool> = BTreeMap::new();
            for (run, unreachable) in runs {
                let checks: Vec<_> = ids.iter().copied().zip(run).collect();
                let seen = Seen { unreachable, ..seen(&checks) };
                let change = observe(&mut watch, &seen, false).change;
                let named: Vec<String> = match &change {
                    Some(Change::Problem(causes)) => causes.clone(),
                    _ => Vec::new(),
                };
                for (id, sight) in checks {
                    let known = told.entry(id.to_owned()).or_default();
                    let is_named = named.iter().any(|name| name == id);
                    if unreachable {
                        prop_assert!(!is_named);
                        continue;
                    }
                    match sight {
                        P => {
                            prop_assert_eq!(is_named, !*known, "{} of {:?}", id, &change);
                            *known = true;
                        }
                        O => prop_assert!(!is_named),
                        _ => {
                            prop_assert!(!is_named);
                            *known = false;
                        }
                    }
                }
                prop_assert_eq!(observe(&mut watch, &seen, false).change, None);
            }
        }

        /// Runs that decide nothing are never told and change nothing.
        #[test]
        fn nothing_follows_from_open_checks(first in proptest::collection::vec(sights(), 3), blips in 1_usize..10) {
            let ids = ["a", "b", "c"];
            let mut watch = Watch::default();
            let checks: Vec<_> = ids.iter().copied().zip(first).collect();
            observe(&mut watch, &seen(&checks), false);
            let before = watch.clone();
            for _ in 0..blips {
                let open: Vec<_> = ids.iter().map(|id| (*id, O)).collect();
                prop_assert_eq!(observe(&mut watch, &seen(&open), false).change, None);
            }
            prop_assert_eq!(watch, before);
        }
    }
}
