//! Which events belong together.
//!
//! A contact number, a thread id and a session id each tie events together; Cognigy.AI uses its session id as the id of the
//! thread (seen in the vendors' code), so these two are one kind of key. A user id alone is weak: the same person comes
//! back. An event that knows nothing else goes to the conversation that this person had at that time.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;

use crate::event::{Delivery, Event, Keys, Kind, Source, Text, What};

/// Events that share a strong key, directly or by way of others; each group in order, each thing once.
pub(super) fn groups(events: &[Event]) -> Vec<Vec<Event>> {
    let mut roots = Roots::default();
    let mut of_key: HashMap<(String, bool, String), usize> = HashMap::new();
    for (at, event) in events.iter().enumerate() {
        roots.add();
        for (is_contact, key) in strong(&event.keys) {
            let key = (event.profile.to_string(), is_contact, key.to_owned());
            match of_key.get(&key) {
                Some(other) => roots.tie(at, *other),
                None => {
                    of_key.insert(key, at);
                }
            }
        }
    }
    let mut groups: BTreeMap<usize, Vec<Event>> = BTreeMap::new();
    let mut weak: Vec<Event> = Vec::new();
    for (at, event) in events.iter().enumerate() {
        if strong(&event.keys).next().is_some() {
            groups.entry(roots.root(at)).or_default().push(event.clone());
        } else if event.keys.user.is_some() {
            weak.push(event.clone());
        }
    }
    let mut groups: Vec<Vec<Event>> = groups.into_values().map(once_each).collect();
    // From here on their order counts, and it must not be that of arrival.
    groups.sort_by(|one, other| one.iter().map(Place).cmp(other.iter().map(Place)));
    for (user, lonely) in by_user(weak) {
        settle(&mut groups, &user, lonely);
    }
    groups.into_iter().map(once_each).collect()
}

/// Contact number and thread or session, where they are known; whether it is the first.
fn strong(keys: &Keys) -> impl Iterator<Item = (bool, &str)> {
    [
        (true, &keys.contact),
        (false, &keys.thread),
        (false, &keys.session),
    ]
    .into_iter()
    .filter_map(|(is_contact, key)| key.as_deref().map(|key| (is_contact, key)))
}

fn by_user(events: Vec<Event>) -> BTreeMap<(String, String), Vec<Event>> {
    let mut users: BTreeMap<(String, String), Vec<Event>> = BTreeMap::new();
    for event in events {
        if let Some(user) = event.keys.user.clone() {
            users
                .entry((event.profile.to_string(), user))
                .or_default()
                .push(event);
        }
    }
    users
}

/// Puts events that know a user alone where this user was at the time; what comes before all of it, to the first.
fn settle(groups: &mut Vec<Vec<Event>>, user: &(String, String), lonely: Vec<Event>) {
    let mut of_user: Vec<(Timestamp, usize)> = groups
        .iter()
        .enumerate()
        .filter(|(_, group)| {
            group
                .iter()
                .any(|event| event.profile.to_string() == user.0 && event.keys.user.as_ref() == Some(&user.1))
        })
        .filter_map(|(at, group)| group.first().map(|first| (first.at, at)))
        .collect();
    of_user.sort_unstable();
    let Some(first) = of_user.first().copied() else {
        groups.push(lonely);
        return;
    };
    for event in lonely {
        let home = of_user
            .iter()
            .rev()
            .find(|(since, _)| *since <= event.at)
            .unwrap_or(&first);
        if let Some(group) = groups.get_mut(home.1) {
            group.push(event);
        }
    }
}

/// One thing, whoever tells of it, once. What several know of it is put together.
fn once_each(mut events: Vec<Event>) -> Vec<Event> {
    events.sort_by(order);
    let mut of_origin: BTreeMap<(Kind, String), usize> = BTreeMap::new();
    let mut kept: Vec<Event> = Vec::with_capacity(events.len());
    for event in events {
        let known = event.origin.clone().map(|origin| (event.kind(), origin));
        if let Some(at) = known.as_ref().and_then(|key| of_origin.get(key)) {
            if let Some(first) = kept.get_mut(*at) {
                merge(first, event);
            }
            continue;
        }
        if known.is_none() && kept.last().is_some_and(|last| is_same(last, &event)) {
            continue;
        }
        if let Some(key) = known {
            of_origin.insert(key, kept.len());
        }
        kept.push(event);
    }
    kept.sort_by(order);
    kept
}

/// The same row twice: everything but the number it was stored under.
fn is_same(one: &Event, other: &Event) -> bool {
    let mut other = other.clone();
    other.seq = one.seq;
    *one == other
}

/// Puts together what two tell of one thing. The earlier in [`order`] keeps its words; the time is that of the first.
fn merge(first: &mut Event, other: Event) {
    first.keys.fill(&other.keys);
    first.latency_ms = first.latency_ms.or(other.latency_ms);
    if let (What::Message(mine), What::Message(theirs)) = (&mut first.what, other.what) {
        if mine.text.kept().is_none() && matches!(theirs.text, Text::Kept { .. }) {
            mine.text = theirs.text;
        }
        mine.delivery = mine.delivery.max_of(theirs.delivery);
    }
}

trait Further {
    fn max_of(self, other: Self) -> Self;
}

impl Further for Option<Delivery> {
    /// The further on of two; a failure is the last word.
    fn max_of(self, other: Self) -> Self {
        let rank = |delivery: Self| match delivery {
            None => 0,
            Some(Delivery::Sent) => 1,
            Some(Delivery::Delivered) => 2,
            Some(Delivery::Seen) => 3,
            Some(Delivery::Failed) => 4,
        };
        if rank(other) > rank(self) { other } else { self }
    }
}

/// When things happened. Of two at the same moment the one that leads to the other comes first, and beyond that their
/// content decides, so that the order is always the same.
fn order(one: &Event, other: &Event) -> Ordering {
    let key = |event: &Event| (event.at, rank(event), teller(event.source));
    key(one)
        .cmp(&key(other))
        .then_with(|| content(one).cmp(&content(other)))
}

/// An event, compared by [`order`].
struct Place<'a>(&'a Event);

impl PartialEq for Place<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Place<'_> {}

impl PartialOrd for Place<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Place<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        order(self.0, other.0)
    }
}

fn rank(event: &Event) -> u8 {
    match event.kind() {
        Kind::Handover => 0,
        Kind::Exchange => 1,
        Kind::Status => 2,
        Kind::Assignment => 3,
        Kind::Typing => 4,
        Kind::Message => 5,
        Kind::Log | Kind::Finding | Kind::Note => 6,
    }
}

/// Who knows best what happened.
fn teller(source: Source) -> u8 {
    match source {
        Source::Relay => 0,
        Source::TestChat => 1,
        Source::EventHub => 2,
        Source::Poller => 3,
        Source::CognigyLog => 4,
        Source::Own => 5,
        Source::Import => 6,
        Source::Person => 7,
    }
}

fn content(event: &Event) -> String {
    let mut event = event.clone();
    event.seq = 0;
    serde_json::to_string(&event).unwrap_or_default()
}

/// A group cut into its handovers. Each contact is one; what names no contact belongs to the one that was open at the time,
/// and what leads to a contact belongs to it: everything after the former one was over.
pub(super) fn handovers(events: Vec<Event>) -> Vec<Vec<Event>> {
    let mut starts: Vec<(Timestamp, String)> = Vec::new();
    let mut seen = BTreeSet::new();
    for event in &events {
        if let Some(contact) = event
            .keys
            .contact
            .as_ref()
            .filter(|contact| seen.insert((*contact).clone()))
        {
            starts.push((event.at, contact.clone()));
        }
    }
    if starts.len() < 2 {
        return vec![events];
    }
    // When the handover before each of them was over, by its own last word.
    let over: Vec<Option<Timestamp>> = starts
        .iter()
        .map(|(_, contact)| {
            events
                .iter()
                .filter(|event| event.keys.contact.as_ref() == Some(contact) && is_end(&event.what))
                .map(|event| event.at)
                .min()
        })
        .collect();
    let home = |event: &Event| {
        if let Some(contact) = &event.keys.contact {
            return starts.iter().position(|(_, other)| other == contact).unwrap_or(0);
        }
        let open = starts
            .iter()
            .rposition(|(since, _)| *since <= event.at)
            .unwrap_or(0);
        let was_over = over
            .get(open)
            .copied()
            .flatten()
            .is_some_and(|end| end < event.at);
        // The end that Cognigy.AI reports comes after CXone's, and belongs to what ended.
        let ends = matches!(event.what, What::Handover { step } if step.is_end());
        if was_over && !ends && open + 1 < starts.len() {
            open + 1
        } else {
            open
        }
    };
    let mut parts = vec![Vec::new(); starts.len()];
    for event in events {
        let at = home(&event);
        if let Some(part) = parts.get_mut(at) {
            part.push(event);
        }
    }
    parts
}

fn is_end(what: &What) -> bool {
    matches!(what, What::Status { to, .. } if super::story::is_over(to))
}

/// Sets of events by their roots.
#[derive(Default)]
struct Roots {
    above: Vec<usize>,
}

impl Roots {
    fn add(&mut self) {
        self.above.push(self.above.len());
    }

    fn root(&mut self, at: usize) -> usize {
        let mut root = at;
        while self.above[root] != root {
            root = self.above[root];
        }
        let mut at = at;
        while self.above[at] != root {
            at = std::mem::replace(&mut self.above[at], root);
        }
        root
    }

    fn tie(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        let (low, high) = (one.min(other), one.max(other));
        self.above[high] = low;
    }
}
