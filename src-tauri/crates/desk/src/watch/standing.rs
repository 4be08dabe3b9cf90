//! How all watched profiles stand together: one mark for a tray.

use profile::{PauseReason, Watch, Weight};

/// The mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Nothing is wrong.
    Well,
    /// Something deserves a look.
    Warning,
    /// Something is broken, or credentials are refused.
    Problem,
    /// Nothing is watched at the moment.
    Paused,
}

/// How they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The mark.
    pub mark: Mark,
    /// What it stands for, in a few words.
    pub text: String,
    /// Whether all of them pause.
    pub all_paused: bool,
}

/// How these watches stand; none where no profile is watched. `held` are those that wait to be resumed since the start.
pub fn standing(watches: &[(Watch, bool)]) -> Option<Standing> {
    let on: Vec<_> = watches.iter().filter(|(watch, _)| watch.on).collect();
    if on.is_empty() {
        return None;
    }
    let refused = |watch: &Watch| {
        watch
            .paused
            .as_ref()
            .is_some_and(|it| it.why == PauseReason::Refused)
    };
    let all_paused = on.iter().all(|(watch, held)| *held || watch.paused.is_some());
    let going = || on.iter().filter(|(watch, held)| watch.paused.is_none() && !held);
    let with = |weight: Weight| {
        going()
            .filter(|(watch, _)| watch.told.values().max() == Some(&weight))
            .count()
    };
    let broken = with(Weight::Problem) + on.iter().filter(|(watch, _)| refused(watch)).count();
    let warned = with(Weight::Warning);
    let of = |count: usize| match on.len() {
        1 => "The watched profile".to_owned(),
        all => format!("{count} of {all} watched profiles"),
    };
    let (mark, text) = if broken > 0 {
        (Mark::Problem, format!("{}: a problem", of(broken)))
    } else if all_paused {
        (Mark::Paused, "Watching is paused".to_owned())
    } else if warned > 0 {
        (Mark::Warning, format!("{}: a warning", of(warned)))
    } else {
        (Mark::Well, "Nothing is wrong".to_owned())
    };
    Some(Standing {
        mark,
        text,
        all_paused,
    })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use profile::Pause;

    use super::*;

    fn watch(told: &[Weight], paused: Option<PauseReason>) -> (Watch, bool) {
        let watch = Watch {
            on: true,
            told: told
                .iter()
                .enumerate()
                .map(|(n, weight)| (n.to_string(), *weight))
                .collect(),
            paused: paused.map(|why| Pause {
                why,
                since: Timestamp::UNIX_EPOCH,
                values: None,
            }),
            ..Watch::default()
        };
        (watch, false)
    }

    #[test]
    fn the_worst_of_all_is_the_mark() {
        let (well, by_hand) = (
            watch(&[], None),
            watch(&[Weight::Problem], Some(PauseReason::ByHand)),
        );
        let warned = watch(&[Weight::Warning], None);
        let broken = watch(&[Weight::Warning, Weight::Problem], None);
        let refused = watch(&[], Some(PauseReason::Refused));
        let held = (watch(&[], None).0, true);
        let off = (Watch::default(), false);
        for (watches, expected) in [
            (vec![], None),
            (vec![off.clone()], None),
            (
                vec![well.clone(), off],
                Some((Mark::Well, "Nothing is wrong", false)),
            ),
            (
                vec![well.clone(), warned.clone()],
                Some((Mark::Warning, "1 of 2 watched profiles: a warning", false)),
            ),
            (
                vec![broken.clone()],
                Some((Mark::Problem, "The watched profile: a problem", false)),
            ),
            (
                vec![warned, broken, refused.clone()],
                Some((Mark::Problem, "2 of 3 watched profiles: a problem", false)),
            ),
            (
                vec![refused],
                Some((Mark::Problem, "The watched profile: a problem", true)),
            ),
            // What pauses by hand is not looked after, and what it was before says nothing of now.
            (
                vec![by_hand.clone(), well],
                Some((Mark::Well, "Nothing is wrong", false)),
            ),
            (
                vec![by_hand, held],
                Some((Mark::Paused, "Watching is paused", true)),
            ),
        ] {
            let found = standing(&watches);
            let found = found
                .as_ref()
                .map(|it| (it.mark, it.text.as_str(), it.all_paused));
            assert_eq!(found, expected, "{watches:?}");
        }
    }
}
