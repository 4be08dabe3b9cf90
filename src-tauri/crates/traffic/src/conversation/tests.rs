use jiff::Timestamp;
use proptest::prelude::*;
use transport::Phases;

use super::*;
use crate::event::{Call, Delivery, Message, Source, Step, Text, What};

const START: i64 = 1_767_600_000;

fn at(second: f64) -> Timestamp {
    Timestamp::from_microsecond(START * 1_000_000 + (second * 1e6) as i64).unwrap()
}

fn profile() -> ProfileId {
    "00000000-0000-4000-8000-000000000001".parse().unwrap()
}

/// An event that knows a contact.
fn event(second: f64, lane: Lane, what: What) -> Event {
    Event {
        seq: 0,
        at: at(second),
        profile: profile(),
        source: Source::EventHub,
        lane,
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

fn said(second: f64, lane: Lane, text: &str) -> Event {
    let text = Text::Kept {
        text: text.to_owned(),
    };
    event(second, lane, What::Message(Message { text, delivery: None }))
}

fn status(second: f64, to: &str) -> Event {
    let what = What::Status {
        from: None,
        to: to.to_owned(),
    };
    event(second, Lane::Cxone, what)
}

fn queued(second: f64) -> Event {
    let what = What::Assignment {
        queue: Some("sim_queue".to_owned()),
        agent: None,
    };
    event(second, Lane::Cxone, what)
}

fn assigned(second: f64) -> Event {
    let what = What::Assignment {
        queue: None,
        agent: Some("sim_agent".to_owned()),
    };
    event(second, Lane::Agent, what)
}

/// What Cognigy.AI tells: it knows the session and no contact.
fn step(second: f64, step: Step) -> Event {
    let mut event = event(second, Lane::Cognigy, What::Handover { step });
    event.source = Source::CognigyLog;
    event.keys = Keys {
        session: Some("sim_session_1".to_owned()),
        user: Some("sim_user_1".to_owned()),
        ..Keys::default()
    };
    event
}

fn call(second: f64, path: &str, status: u16, message: Option<&str>) -> Event {
    let mut event = event(
        second,
        Lane::Cxone,
        What::Exchange(Box::new(Call {
            method: "POST".to_owned(),
            secure: true,
            http_version: None,
            host: "endpoint.example.com".to_owned(),
            path: path.to_owned(),
            status: Some(status),
            phases: Phases::default(),
            failure: None,
            sent: 10,
            received: 10,
        })),
    );
    event.source = Source::Relay;
    event.latency_ms = Some(120.0);
    event.keys.message = message.map(str::to_owned);
    event
}

/// A whole handover: asked for at 2 s, contact at 3 s, queue at 4 s, agent at 10 s, three answers, closed at 60 s.
fn handover() -> Vec<Event> {
    let user_only = |mut event: Event| {
        event.keys = Keys {
            session: Some("sim_session_1".to_owned()),
            ..Keys::default()
        };
        event
    };
    vec![
        user_only(said(0.0, Lane::User, "hello")),
        user_only(said(0.5, Lane::Cognigy, "how can I help?")),
        user_only(said(1.5, Lane::User, "an agent, please")),
        step(2.0, Step::Requested),
        status(3.0, "new"),
        queued(4.0),
        assigned(10.0),
        said(12.0, Lane::Agent, "hello, this is the desk"),
        said(20.0, Lane::User, "where is my parcel?"),
        said(21.0, Lane::User, "it is late"),
        said(30.0, Lane::Agent, "on its way"),
        said(40.0, Lane::User, "thank you"),
        status(60.0, "closed"),
        step(61.0, Step::Completed),
    ]
}

fn read(events: &[Event]) -> Vec<Conversation> {
    conversations(events, &Limits::default(), at(100.0))
}

fn codes(conversation: &Conversation) -> Vec<FoundCode> {
    conversation.findings.iter().map(|found| found.code).collect()
}

#[test]
fn a_handover_is_told_as_one_story() {
    let all = read(&handover());
    let [one] = all.as_slice() else {
        panic!("{} conversations", all.len())
    };
    assert_eq!(one.id, "204000000001");
    assert_eq!(one.keys.session.as_deref(), Some("sim_session_1"));
    assert_eq!(one.keys.user.as_deref(), Some("sim_user_1"));
    assert_eq!((one.stage, one.owed), (Stage::Ended, None));
    assert_eq!(
        one.messages,
        Said {
            user: 5,
            bot: 1,
            agent: 2
        }
    );
    assert_eq!(
        one.durations,
        Durations {
            request_to_contact: Some(1000.0),
            contact_to_queue: Some(1000.0),
            queue_to_agent: Some(6000.0),
            first_reply: Some(2000.0),
            answers: vec![10_000.0],
            close_to_end: Some(1000.0),
        }
    );
    let gaps: Vec<_> = one.gaps.iter().map(|gap| (gap.from, gap.to, gap.owed)).collect();
    assert_eq!(
        gaps,
        [
            (at(4.0), at(10.0), Lane::Agent),
            (at(12.0), at(20.0), Lane::User),
            (at(21.0), at(30.0), Lane::Agent),
            (at(30.0), at(40.0), Lane::User),
            (at(40.0), at(60.0), Lane::Agent),
        ]
    );
    assert_eq!(codes(one), []);
}

#[test]
fn at_every_moment_somebody_has_the_next_move() {
    let events = handover();
    let owed: Vec<_> = (1..=events.len())
        .map(|n| {
            let all = read(&events[..n]);
            (all[0].stage, all[0].owed.map(|owed| owed.by))
        })
        .collect();
    assert_eq!(
        owed,
        [
            (Stage::Bot, Some(Lane::Cognigy)),
            (Stage::Bot, Some(Lane::User)),
            (Stage::Bot, Some(Lane::Cognigy)),
            (Stage::Requested, Some(Lane::Cxone)),
            (Stage::New, Some(Lane::Cxone)),
            (Stage::Queued, Some(Lane::Agent)),
            (Stage::Active, Some(Lane::Agent)),
            (Stage::Active, Some(Lane::User)),
            (Stage::Active, Some(Lane::Agent)),
            (Stage::Active, Some(Lane::Agent)),
            (Stage::Active, Some(Lane::User)),
            (Stage::Active, Some(Lane::Agent)),
            (Stage::Ended, Some(Lane::Cognigy)),
            (Stage::Ended, None),
        ]
    );
}

#[test]
fn a_second_handover_of_a_session_is_a_conversation_of_its_own() {
    let mut events = handover();
    let mut again = handover();
    for event in &mut again {
        event.at = event
            .at
            .checked_add(jiff::SignedDuration::from_secs(100))
            .unwrap();
        if event.keys.contact.is_some() {
            event.keys.contact = Some("204000000002".to_owned());
        }
    }
    events.extend(again);
    let all = conversations(&events, &Limits::default(), at(300.0));
    let heads: Vec<_> = all
        .iter()
        .map(|one| (one.id.as_str(), one.events.len(), codes(one)))
        .collect();
    assert_eq!(
        heads,
        [
            ("204000000002", 14, vec![FoundCode::SecondHandover]),
            ("204000000001", 14, vec![]),
        ]
    );
}

#[test]
fn who_is_known_by_the_user_alone_goes_where_the_user_was() {
    let mut events = handover();
    let mut other = step(500.0, Step::Requested);
    other.keys.session = Some("sim_session_2".to_owned());
    events.push(other);
    let lonely = |second: f64, user: &str| {
        let mut event = said(second, Lane::User, "hello?");
        event.keys = Keys {
            user: Some(user.to_owned()),
            ..Keys::default()
        };
        event
    };
    events.extend([
        lonely(30.0, "sim_user_1"),
        lonely(600.0, "sim_user_1"),
        lonely(10.0, "sim_user_9"),
    ]);
    let all = read(&events);
    let heads: Vec<_> = all
        .iter()
        .map(|one| (one.id.as_str(), one.events.len()))
        .collect();
    assert_eq!(
        heads,
        [("sim_session_2", 2), ("sim_user_9", 1), ("204000000001", 15)]
    );
}

#[test]
fn profiles_are_kept_apart_though_their_ids_are_equal() {
    let mut events = handover();
    let mut other = handover();
    for event in &mut other {
        event.profile = "00000000-0000-4000-8000-000000000002".parse().unwrap();
    }
    events.extend(other);
    assert_eq!(read(&events).len(), 2);
}

#[test]
fn two_who_tell_of_one_thing_tell_it_once_and_together() {
    let by = |source: Source, second: f64, text: Text, delivery: Option<Delivery>| {
        let mut event = event(second, Lane::Agent, What::Message(Message { text, delivery }));
        event.source = source;
        event.origin = Some("sim_message_1".to_owned());
        event
    };
    let digest = Text::Digest {
        chars: 5,
        hash: "00".to_owned(),
    };
    let kept = Text::Kept {
        text: "hello".to_owned(),
    };
    let mut poller = by(Source::Poller, 12.2, kept.clone(), Some(Delivery::Seen));
    poller.keys.user = Some("sim_user_1".to_owned());
    let hub = by(Source::EventHub, 12.0, digest, Some(Delivery::Sent));
    let all = read(&[poller, hub]);
    let [one] = all[0].events.as_slice() else {
        panic!("{:?}", all[0].events)
    };
    assert_eq!((one.source, one.at), (Source::EventHub, at(12.0)));
    assert_eq!(one.keys.user.as_deref(), Some("sim_user_1"));
    assert_eq!(
        one.what,
        What::Message(Message {
            text: kept,
            delivery: Some(Delivery::Seen)
        })
    );
}

#[test]
fn findings_name_what_went_wrong_and_stay_quiet_about_what_is_normal() {
    use FoundCode::*;
    let box_path = "/handover/niceCxOne/2.0/channel/sim_channel/outbound";
    let ended = || {
        vec![
            status(3.0, "new"),
            queued(4.0),
            status(6.0, "closed"),
            step(7.0, Step::Completed),
        ]
    };
    let with = |more: Vec<Event>| [ended(), more].concat();
    let mut failed = said(5.0, Lane::Agent, "hello");
    failed.what = What::Message(Message {
        text: Text::Kept {
            text: "hello".to_owned(),
        },
        delivery: Some(Delivery::Failed),
    });
    let mut slow = call(5.0, box_path, 200, None);
    slow.latency_ms = Some(9_800.0);
    let without_id = event(
        5.0,
        Lane::Cognigy,
        What::Finding {
            code: "reply_without_id".to_owned(),
            message: "The answer has no id.".to_owned(),
        },
    );
    for (name, events, expected) in [
        ("well", ended(), vec![]),
        (
            "the first refusal is how CXone learns that it needs a token",
            with(vec![
                call(4.5, box_path, 401, Some("m1")),
                call(4.6, box_path, 200, Some("m1")),
            ]),
            vec![],
        ),
        (
            "two refusals in a row",
            with(vec![
                call(4.5, box_path, 401, Some("m1")),
                call(4.6, box_path, 401, Some("m1")),
            ]),
            vec![RefusedForever],
        ),
        (
            "the same message twice",
            with(vec![
                call(4.5, box_path, 200, Some("m1")),
                call(4.9, box_path, 200, Some("m1")),
            ]),
            vec![DuplicateDelivery],
        ),
        (
            "two messages",
            with(vec![
                call(4.5, box_path, 200, Some("m1")),
                call(4.9, box_path, 200, Some("m2")),
            ]),
            vec![],
        ),
        ("slow", with(vec![slow]), vec![SlowHop]),
        ("not delivered", with(vec![failed]), vec![NotDelivered]),
        ("told by the relay", with(vec![without_id]), vec![ReplyWithoutId]),
        ("stuck", vec![status(3.0, "new")], vec![StuckInNew]),
        ("new for a moment", vec![status(80.0, "new")], vec![]),
        (
            "closed before it had a queue, soon",
            vec![
                status(3.0, "new"),
                status(9.0, "closed"),
                step(9.5, Step::Completed),
            ],
            vec![],
        ),
        (
            "closed and not reported",
            vec![status(3.0, "new"), queued(4.0), status(6.0, "closed")],
            vec![NoEndAfterClose],
        ),
        (
            "closed a moment ago",
            vec![status(3.0, "new"), queued(4.0), status(90.0, "closed")],
            vec![],
        ),
        ("failed", vec![step(3.0, Step::Failed)], vec![HandoverFailed]),
    ] {
        let all = read(&events);
        assert_eq!(all.len(), 1, "{name}");
        assert_eq!(codes(&all[0]), expected, "{name}");
        for found in &all[0].findings {
            assert!(!found.message.is_empty() && !found.hint.is_empty(), "{name}");
        }
    }
    for code in FoundCode::ALL {
        assert_eq!(serde_json::to_value(code).unwrap(), code.word());
    }
}

fn any_event() -> impl Strategy<Value = Event> {
    let key =
        |prefix: &'static str| proptest::option::of((0u8..3).prop_map(move |n| format!("sim_{prefix}_{n}")));
    let what = prop_oneof![
        "[a-c]{1,2}".prop_map(|text| What::Message(Message {
            text: Text::Kept { text },
            delivery: None
        })),
        proptest::sample::select(vec!["new", "open", "closed"]).prop_map(|to| What::Status {
            from: None,
            to: to.to_owned()
        }),
        (any::<bool>(), any::<bool>()).prop_map(|(queue, agent)| What::Assignment {
            queue: queue.then(|| "sim_queue".to_owned()),
            agent: agent.then(|| "sim_agent".to_owned()),
        }),
        proptest::sample::select(vec![Step::Requested, Step::Active, Step::Completed, Step::Failed])
            .prop_map(|step| What::Handover { step }),
        any::<bool>().prop_map(|on| What::Typing { on }),
    ];
    (
        0u32..40,
        proptest::sample::select(Lane::ALL.to_vec()),
        proptest::sample::select(Source::ALL.to_vec()),
        (key("contact"), key("session"), key("session"), key("user")),
        key("origin"),
        what,
    )
        .prop_map(
            |(second, lane, source, (contact, thread, session, user), origin, what)| {
                let mut event = event(f64::from(second), lane, what);
                event.source = source;
                event.keys = Keys {
                    contact,
                    thread,
                    session,
                    user,
                    message: None,
                };
                event.origin = origin;
                event
            },
        )
}

proptest! {
    #[test]
    fn any_order_of_arrival_gives_the_same_conversations(
        (events, shuffled) in proptest::collection::vec(any_event(), 0..25)
            .prop_flat_map(|events| (Just(events.clone()), Just(events).prop_shuffle())),
    ) {
        prop_assert_eq!(read(&events), read(&shuffled));
    }

    #[test]
    fn what_arrives_twice_changes_nothing(
        events in proptest::collection::vec(any_event(), 0..20),
        again in proptest::collection::vec(any::<proptest::sample::Index>(), 0..10),
    ) {
        let mut more = events.clone();
        if !events.is_empty() {
            more.extend(again.iter().map(|at| at.get(&events).clone()));
        }
        prop_assert_eq!(read(&events), read(&more));
    }

    #[test]
    fn every_event_that_belongs_somewhere_is_in_one_conversation(
        events in proptest::collection::vec(any_event(), 0..25),
    ) {
        let mut events = events;
        for (at, event) in events.iter_mut().enumerate() {
            event.origin = Some(format!("sim_origin_{at}"));
        }
        let belonging = events
            .iter()
            .filter(|event| !event.keys.is_empty())
            .count();
        let told: usize = read(&events).iter().map(|one| one.events.len()).sum();
        prop_assert_eq!(told, belonging);
    }
}
