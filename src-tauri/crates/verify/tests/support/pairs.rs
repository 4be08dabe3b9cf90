//! Two faults at a time.
//!
//! Two faults are *unrelated* when what one breaks says nothing of what the other breaks. The catalogue decides, by the checks
//! that the two faults speak of:
//!
//! 1. no check of one is a check of the other;
//! 2. none depends on one of the other: there is no way from one to the other over `needs`, `after` and `leans_on`, in either
//!    direction. What only passes through HD-104 does not count unless a fault is about HD-104 itself, since every check leans on
//!    it and nothing reaches through it;
//! 3. the faults are not of the same part: two of them can ask for different things at the same place, such as the address of
//!    the endpoint, which can only be one. See [`part`].

use std::collections::{BTreeMap, BTreeSet};

use sandbox::{Fault, FaultKind};
use verify::{Group, catalogue};

use super::Scene;
use super::judge::{complaints, is_made};

/// The place of the sandbox that a fault changes, where several checks look at the same one.
fn part(fault: Fault) -> &'static str {
    use Fault as F;
    match fault {
        F::EndpointDns
        | F::EndpointRefused
        | F::EndpointTlsExpired
        | F::EndpointGuessed
        | F::EndpointPrivate
        | F::TlsIntercepted
        | F::ProxyAuthRequired => "address of the endpoint",
        F::EndpointHang | F::HandoverNotRouted | F::IpAllowList => "answers of the endpoint",
        // The form and the link are typed from the same id; the pair of the integration is one, on both sides.
        F::Secret31
        | F::SecretSpaces
        | F::IntegrationSecretMismatch
        | F::IntegrationClientMismatch
        | F::FormTrailingSlash
        | F::FormWrongId
        | F::LinkUuid => "BYOC form",
        F::ChannelMissing
        | F::ScriptFolderRenamed
        | F::ScriptMissing
        | F::ScriptRenamed
        | F::ScriptNotCurrent
        | F::ScriptNoEscalate
        | F::ScriptNoEndEscalation
        | F::ScriptNoOnrelease => "script",
        // What the owner of the key may do is seen where the owner has the skill.
        F::SkillNobody | F::RoleNoChannel | F::RoleNoReply | F::RoleNoAssign => "who has the skill",
        // The test chat speaks with the Flow through its Endpoint.
        F::FlowNoHandover
        | F::FlowOtherProvider
        | F::EndpointRest
        | F::EndpointInactive
        | F::MessageRejected
        | F::ContactStuckNew
        | F::Outbound404
        | F::OutboundNoId
        | F::OutboundSlow
        | F::Outbound401Forever
        | F::ReleaseLost => "test chat",
        F::KeyWrong | F::KeyInactive | F::UserBlocked | F::KeyOwnerPending => "access key",
        other => other.check(),
    }
}

/// Everything a check rests on, itself included.
fn company(id: &'static str) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    let mut open = vec![id];
    while let Some(id) = open.pop() {
        if !found.insert(id) || id == "HD-104" {
            continue;
        }
        if let Some(check) = catalogue().iter().find(|check| check.id == id) {
            open.extend(check.company());
        }
    }
    found
}

fn checks(fault: Fault) -> impl Iterator<Item = &'static str> {
    fault.expects().iter().map(|(id, _)| *id)
}

/// Whether the two can be on together, each showing what it shows alone.
pub fn unrelated(one: Fault, other: Fault) -> bool {
    let rests = |a: Fault, b: Fault| {
        checks(a).any(|id| {
            let company = company(id);
            checks(b).any(|other| company.contains(other))
        })
    };
    part(one) != part(other) && !rests(one, other) && !rests(other, one)
}

/// The faults whose checks are made, without those that change nothing but a note.
pub fn faults() -> Vec<Fault> {
    Fault::ALL
        .iter()
        .copied()
        .filter(|fault| checks(*fault).all(is_made))
        .collect()
}

/// Every unrelated pair.
pub fn all() -> Vec<(Fault, Fault)> {
    let faults = faults();
    let mut pairs = Vec::new();
    for (at, one) in faults.iter().enumerate() {
        for other in &faults[at + 1..] {
            if unrelated(*one, *other) {
                pairs.push((*one, *other));
            }
        }
    }
    pairs
}

/// Numbers that look drawn, the same for the same seed (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % below.max(1) as u64).unwrap_or(0)
    }
}

fn group(fault: Fault) -> Option<Group> {
    catalogue()
        .iter()
        .find(|check| check.id == fault.check())
        .map(|check| check.group)
}

/// One pair per combination of check groups that has any, and `more` drawn from the rest.
pub fn chosen(seed: u64, more: usize) -> Vec<(Fault, Fault)> {
    let mut dice = Dice(seed);
    let mut by_groups: BTreeMap<_, Vec<(Fault, Fault)>> = BTreeMap::new();
    for (one, other) in all() {
        let mut groups = [group(one), group(other)];
        groups.sort_unstable();
        by_groups.entry(groups).or_default().push((one, other));
    }
    let mut chosen: Vec<_> = by_groups
        .values()
        .map(|pairs| pairs[dice.roll(pairs.len())])
        .collect();
    let mut rest = all();
    rest.retain(|pair| !chosen.contains(pair));
    for _ in 0..more.min(rest.len()) {
        chosen.push(rest.swap_remove(dice.roll(rest.len())));
    }
    chosen
}

/// What is wrong when both are on.
pub async fn judged(one: Fault, other: Fault) -> Vec<String> {
    let (scene, asked) = Scene::of(&[one, other]).await;
    let report = scene.report().await;
    let wrong = complaints(&[one, other], &asked, &report);
    scene.stop().await;
    wrong
}

/// Whether it belongs to whoever verifies, and not to the sandbox.
pub fn is_local(fault: Fault) -> bool {
    fault.kind() == FaultKind::Local
}
