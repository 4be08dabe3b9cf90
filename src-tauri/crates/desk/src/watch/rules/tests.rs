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
