use super::*;
use crate::event::{Call, Event, Keys, Kind, Lane, Level, Message, Source, Text, What};
use crate::filter::{Compare, Field, Filter, Test};
use crate::privacy::Privacy;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use profile::ProfileId;
use proptest::prelude::*;
use secrecy::SecretBox;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use transport::{Phases, Redactor};

mod crash;
mod meaning;
mod privacy;
mod writing;

const SECRET: &str = "sim_secret_with_32_characters_xx";

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_767_600_000 + second).unwrap()
}

fn now() -> Zoned {
    at(100).to_zoned(TimeZone::UTC)
}

fn profile(n: u8) -> ProfileId {
    format!("00000000-0000-4000-8000-00000000000{n}").parse().unwrap()
}

fn privacy(keeps_text: bool) -> Arc<Privacy> {
    let redactor = Redactor::new();
    redactor.add_token(SECRET);
    Arc::new(Privacy::new(
        redactor,
        SecretBox::new(Box::new([7; 32])),
        keeps_text,
    ))
}

fn event(second: i64, what: What) -> Event {
    Event {
        seq: 0,
        at: at(second),
        profile: profile(1),
        source: Source::EventHub,
        lane: Lane::Agent,
        keys: Keys {
            contact: Some("204000000001".to_owned()),
            thread: Some("sim_session_1".to_owned()),
            ..Keys::default()
        },
        origin: None,
        latency_ms: None,
        what,
        under: None,
    }
}

fn said(second: i64, text: &str) -> Event {
    let text = Text::Kept {
        text: text.to_owned(),
    };
    event(second, What::Message(Message { text, delivery: None }))
}

fn call(second: i64, status: u16, path: &str) -> Event {
    let mut event = event(
        second,
        What::Exchange(Box::new(Call {
            method: "POST".to_owned(),
            secure: true,
            http_version: None,
            host: "endpoint.example.com".to_owned(),
            path: path.to_owned(),
            status: Some(status),
            phases: Phases::default(),
            failure: None,
            sent: 1,
            received: 2,
        })),
    );
    event.source = Source::Relay;
    event.latency_ms = Some(f64::from(status));
    event
}

fn quick() -> Batching {
    Batching {
        // Tests flush; nothing waits for the clock.
        wait: Duration::from_secs(3600),
        retry: Duration::from_secs(3600),
        ..Batching::default()
    }
}

fn fill(store: &Store, keeps_text: bool, events: impl IntoIterator<Item = Event>) -> Health {
    let (writer, privacy) = (store.capture(quick(), |_| {}).unwrap(), privacy(keeps_text));
    for event in events {
        writer.offer(&privacy, event, None);
    }
    writer.flush();
    writer.health()
}

fn found(store: &Store, filter: &str) -> Vec<u64> {
    let filter: Filter = filter.parse().unwrap();
    let page = store.page(&filter, &now(), None, 100).unwrap();
    assert_eq!(
        store.count(&filter, &now()).unwrap(),
        page.events.len() as u64,
        "{filter}"
    );
    page.events.iter().map(|event| event.seq).collect()
}

#[test]
fn what_is_written_is_read_back_newest_first_page_by_page() {
    let store = Store::memory().unwrap();
    let events: Vec<Event> = (0..7).map(|n| said(n, &format!("line {n}"))).collect();
    let health = fill(&store, true, events.clone());
    assert_eq!((health.written, health.state), (7, State::Running));
    assert_eq!(store.last().unwrap(), 7);
    let first = store.page(&Filter::All, &now(), None, 3).unwrap();
    assert_eq!(
        first.events.iter().map(|it| it.seq).collect::<Vec<_>>(),
        [7, 6, 5]
    );
    assert!(first.more);
    let last = store.page(&Filter::All, &now(), Some(5), 10).unwrap();
    assert_eq!(
        last.events.iter().map(|it| it.seq).collect::<Vec<_>>(),
        [4, 3, 2, 1]
    );
    assert!(!last.more);
    let mut expected = events[0].clone();
    expected.seq = 1;
    assert_eq!(store.get(1).unwrap(), Some(expected));
    assert_eq!(store.get(8).unwrap(), None);
    let tail = store.since(&Filter::All, &now(), 5, 10).unwrap();
    assert_eq!(tail.iter().map(|it| it.seq).collect::<Vec<_>>(), [6, 7]);
}

#[test]
fn filters_find_what_they_say() {
    let store = Store::memory().unwrap();
    let mut log = event(
        5,
        What::Log {
            level: Level::Error,
            message: "Provider answered 401".to_owned(),
        },
    );
    log.source = Source::CognigyLog;
    log.lane = Lane::Cognigy;
    log.keys = Keys {
        session: Some("sim_session_1".to_owned()),
        user: Some("Sim_User_1".to_owned()),
        ..Keys::default()
    };
    let mut other = said(6, "refunds for everybody");
    other.keys.contact = Some("204000000002".to_owned());
    other.profile = profile(2);
    let mut note = event(
        7,
        What::Note {
            text: "look here".to_owned(),
        },
    );
    note.under = Some(2);
    fill(
        &store,
        true,
        [
            said(0, "Where is my Refund, please?"),
            call(1, 200, "/handover/niceCxOne/token"),
            call(2, 500, "/handover/niceCxOne/2.0/channel"),
            call(3, 404, "/dfo/3.0/100%_done"),
            log,
            other,
            note,
        ],
    );
    store.mark(3, true).unwrap();
    for (filter, expected) in [
        ("", vec![7, 6, 5, 4, 3, 2, 1]),
        ("refund", vec![6, 1]),
        ("text:\"my refund\"", vec![1]),
        ("text:\"refund my\"", vec![]),
        ("text:\"refund\" contact:204000000001", vec![1]),
        ("text:niceCxOne", vec![3, 2]),
        ("text:\"quote \\\" inside\"", vec![]),
        ("status>=500", vec![3]),
        ("status:4xx,5xx", vec![4, 3]),
        ("not status:500", vec![7, 6, 5, 4, 2, 1]),
        ("status!=200 kind:http", vec![4, 3]),
        ("latency>250ms", vec![4, 3]),
        ("contact:2040000000*", vec![7, 6, 4, 3, 2, 1]),
        ("not contact:*", vec![5]),
        ("user:sim_user_1", vec![5]),
        ("session:sim_session_1", vec![5]),
        ("source:log,relay", vec![5, 4, 3, 2]),
        ("lane:cognigy", vec![5]),
        ("method:post host:endpoint*", vec![4, 3, 2]),
        ("path:/dfo/3.0/100%_*", vec![4]),
        ("path:/dfo/3_0/*", vec![]),
        ("after:2026-01-05T08:00:05Z", vec![7, 6, 5]),
        ("before:2026-01-05T08:00:02Z", vec![2, 1]),
        ("has:error", vec![5, 4, 3]),
        ("has:mark", vec![3]),
        ("has:note", vec![2]),
        ("has:text", vec![6, 1]),
        ("profile:00000000-0000-4000-8000-000000000002", vec![6]),
        ("(refund or status:500) -contact:204000000002", vec![3, 1]),
        ("not (refund or kind:http)", vec![7, 5]),
        ("\"'; DROP TABLE event; --\"", vec![]),
    ] {
        assert_eq!(found(&store, filter), expected, "{filter}");
    }
    store.mark(3, false).unwrap();
    assert_eq!(found(&store, "has:mark"), [0u64; 0]);
}

#[test]
fn related_events_are_found_by_way_of_others() {
    let store = Store::memory().unwrap();
    let tied = |contact: Option<&str>, thread: Option<&str>, session: Option<&str>| {
        let mut event = said(0, "hello");
        event.keys = Keys {
            contact: contact.map(str::to_owned),
            thread: thread.map(str::to_owned),
            session: session.map(str::to_owned),
            ..Keys::default()
        };
        event
    };
    fill(
        &store,
        true,
        [
            tied(Some("204000000001"), None, None),
            tied(Some("204000000001"), Some("sim_session_1"), None),
            tied(None, None, Some("sim_session_1")),
            tied(Some("204000000002"), None, Some("sim_session_1")),
            tied(Some("204000000003"), None, None),
        ],
    );
    let keys = Keys {
        contact: Some("204000000001".to_owned()),
        ..Keys::default()
    };
    let seqs = |events: Vec<Event>| events.iter().map(|it| it.seq).collect::<Vec<_>>();
    assert_eq!(seqs(store.related(&profile(1), &keys).unwrap()), [1, 2, 3, 4]);
    assert_eq!(seqs(store.related(&profile(2), &keys).unwrap()), [0u64; 0]);
    assert_eq!(
        seqs(store.related(&profile(1), &Keys::default()).unwrap()),
        [0u64; 0]
    );
}
