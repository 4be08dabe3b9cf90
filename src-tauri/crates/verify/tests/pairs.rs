//! Two unrelated faults at a time: both root causes show what they show alone, and nothing else is red. What "unrelated" means is
//! said in `support::pairs`.
//!
//! Here one pair per combination of check groups and a hundred drawn ones; `cargo bench -p verify --bench pairs` makes all of
//! them.

#![allow(missing_docs, clippy::unwrap_used)]

mod support;

use futures_util::StreamExt;
use futures_util::stream;
use sandbox::Fault;
use support::pairs;

/// Same seed, same pairs: a failure can be looked at again.
const SEED: u64 = 4;

#[tokio::test(flavor = "multi_thread")]
async fn both_of_two_unrelated_faults_show_and_nothing_else_is_red() {
    let wrong: Vec<String> = stream::iter(pairs::chosen(SEED, 100))
        .map(|(one, other)| pairs::judged(one, other))
        .buffer_unordered(6)
        .collect::<Vec<_>>()
        .await
        .concat();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn related_faults_are_told_from_unrelated_ones() {
    use Fault as F;
    for (one, other) in [
        // The same check, a need, a need of a need, a check that is leant on, one that must be over, the same place.
        (F::Box403, F::Box500),
        (F::EndpointHang, F::Box403),
        (F::ClientWrong, F::ChannelMissing),
        (F::KeyWrong, F::ClientWrong),
        (F::ClockSkew, F::EndpointHang),
        (F::EndpointDns, F::TlsIntercepted),
        (F::ProfileIncomplete, F::BuMismatch),
    ] {
        assert!(!pairs::unrelated(one, other), "{one} + {other}");
        assert!(!pairs::unrelated(other, one), "{other} + {one}");
    }
    for (one, other) in [
        (F::Box403, F::ClientWrong),
        (F::ChannelPublic, F::SkillVoice),
        (F::BuMismatch, F::SkillNobody),
        (F::KeyOwnerPending, F::AgentPending),
        (F::RoleNoReply, F::ScriptNoEscalate),
        (F::Token60s, F::ChannelMissing),
    ] {
        assert!(pairs::unrelated(one, other), "{one} + {other}");
    }
}

#[test]
fn the_chosen_pairs_are_many_and_the_same_every_time() {
    let chosen = pairs::chosen(SEED, 100);
    assert_eq!(chosen, pairs::chosen(SEED, 100));
    assert!(chosen.len() > 110, "{}", chosen.len());
}
