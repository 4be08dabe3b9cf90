//! What a filter means, told once more without SQL, and held against the store.

use super::*;

/// What a filter means, said once more without SQL.
fn holds_for(filter: &Filter, event: &Event) -> bool {
    match filter {
        Filter::All => true,
        Filter::And(parts) => parts.iter().all(|part| holds_for(part, event)),
        Filter::Or(parts) => parts.iter().any(|part| holds_for(part, event)),
        Filter::Not(inner) => !holds_for(inner, event),
        Filter::Term(term) => term.tests.iter().any(|test| tests(term.field, test, event)),
    }
}

fn tests(field: Field, test: &Test, event: &Event) -> bool {
    let call = match &event.what {
        What::Exchange(call) => Some(call),
        _ => None,
    };
    let number = match field {
        Field::Status => call.and_then(|call| call.status).map(f64::from),
        Field::Latency => event.latency_ms,
        _ => None,
    };
    let text = match field {
        Field::Lane => Some(event.lane.word()),
        Field::Kind => Some(event.kind().word()),
        Field::Contact => event.keys.contact.as_deref(),
        Field::Path => call.map(|call| call.path.as_str()),
        _ => None,
    };
    match test {
        Test::Is(wanted) => text.is_some_and(|text| text.eq_ignore_ascii_case(wanted)),
        Test::Begins(start) => text.is_some_and(|text| {
            text.get(..start.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(start))
        }),
        Test::Compares(how, wanted) => number.is_some_and(|number| match how {
            Compare::Equal => number == *wanted,
            Compare::Less => number < *wanted,
            Compare::AtMost => number <= *wanted,
            Compare::More => number > *wanted,
            Compare::AtLeast => number >= *wanted,
        }),
        Test::Between(low, high) => number.is_some_and(|number| number >= *low && number <= *high),
        Test::Says(wanted) => row::words(event).is_some_and(|text| {
            let cut = |text: &str| {
                text.split(|letter: char| !letter.is_alphanumeric())
                    .filter(|word| !word.is_empty())
                    .map(str::to_lowercase)
                    .collect::<Vec<_>>()
            };
            let (text, wanted) = (cut(&text), cut(wanted));
            let Some((last, first)) = wanted.split_last() else {
                return false;
            };
            text.windows(wanted.len()).any(|window| {
                window[..first.len()] == *first && window[first.len()].starts_with(last.as_str())
            })
        }),
        Test::Moment(moment) => {
            let moment = moment.resolve(&now());
            if field == Field::After {
                event.at >= moment
            } else {
                event.at < moment
            }
        }
    }
}

fn some_event() -> impl Strategy<Value = Event> {
    let what = prop_oneof![
        "(alpha|beta|gamma)( (alpha|beta|betamax)){0,2}".prop_map(|text| What::Message(Message {
            text: Text::Kept { text },
            delivery: None
        })),
        (200u16..505, "/(alpha|beta)/[a-c]").prop_map(|(status, path)| call(0, status, &path).what),
        Just(What::Typing { on: true }),
    ];
    let contact = proptest::option::of(proptest::sample::select(vec!["20A1", "20a2", "30b1"]));
    (
        what,
        contact,
        0i64..20,
        proptest::sample::select(Lane::ALL.to_vec()),
        proptest::option::of(0u32..4),
    )
        .prop_map(|(what, contact, second, lane, latency)| {
            let mut event = event(second, what);
            event.lane = lane;
            event.keys = Keys {
                contact: contact.map(str::to_owned),
                ..Keys::default()
            };
            event.latency_ms = latency.map(|it| f64::from(it) * 500.0);
            event
        })
}

fn some_filter() -> impl Strategy<Value = Filter> {
    let terms = proptest::sample::select(vec![
        "alpha",
        "bet",
        "\"alpha beta\"",
        "lane:agent",
        "lane:user,cxone",
        "kind:http",
        "kind:message,typing",
        "status:404",
        "status>=400",
        "status<300",
        "status:2xx",
        "status:300..404",
        "latency>500",
        "latency:0",
        "contact:20a1",
        "contact:20*",
        "contact:*",
        "path:/alpha*",
        "after:2026-01-05T08:00:10Z",
        "before:2026-01-05T08:00:10Z",
        "after:08:00:05",
    ])
    .prop_map(|text| text.parse::<Filter>().unwrap());
    terms.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Filter::And),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Filter::Or),
            inner.prop_map(|filter| Filter::Not(Box::new(filter))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn the_store_finds_exactly_what_a_filter_means(
        events in proptest::collection::vec(some_event(), 1..30),
        filters in proptest::collection::vec(some_filter(), 1..12),
    ) {
        let store = Store::memory().unwrap();
        fill(&store, true, events.clone());
        let all = store.since(&Filter::All, &now(), 0, 100).unwrap();
        prop_assert_eq!(all.len(), events.len());
        for filter in filters {
            let expected: Vec<u64> = all.iter().rev().filter(|event| holds_for(&filter, event)).map(|it| it.seq).collect();
            let page = store.page(&filter, &now(), None, 100).unwrap();
            let found: Vec<u64> = page.events.iter().map(|event| event.seq).collect();
            prop_assert_eq!(found, expected, "{}", filter);
        }
    }
}

#[test]
fn the_kinds_that_can_be_searched_are_known() {
    let searched = |what: What| row::words(&event(0, what)).is_some();
    for kind in Kind::ALL {
        let (what, expected) = match kind {
            Kind::Exchange => (call(0, 200, "/a").what, true),
            Kind::Message => (said(0, "a").what, true),
            Kind::Typing => (What::Typing { on: true }, false),
            Kind::Status => (
                What::Status {
                    from: None,
                    to: "new".into(),
                },
                false,
            ),
            Kind::Assignment => (
                What::Assignment {
                    queue: None,
                    agent: None,
                },
                false,
            ),
            Kind::Handover => (
                What::Handover {
                    step: crate::event::Step::Queued,
                },
                false,
            ),
            Kind::Log => (
                What::Log {
                    level: Level::Info,
                    message: "a".into(),
                },
                true,
            ),
            Kind::Finding => (
                What::Finding {
                    code: "a".into(),
                    message: "b".into(),
                },
                true,
            ),
            Kind::Note => (What::Note { text: "a".into() }, true),
        };
        assert_eq!(searched(what), expected, "{kind:?}");
    }
}
