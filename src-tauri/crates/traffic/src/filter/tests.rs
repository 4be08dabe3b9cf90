use jiff::civil::{date, time};
use jiff::{Timestamp, tz::TimeZone};
use proptest::prelude::*;

use super::*;

fn read(text: &str) -> Filter {
    text.parse().unwrap_or_else(|error| panic!("{text:?}: {error:?}"))
}

fn error(text: &str) -> FilterError {
    text.parse::<Filter>().expect_err(text)
}

fn term(field: Field, tests: impl Into<Vec<Test>>) -> Filter {
    Filter::Term(Term {
        field,
        tests: tests.into(),
    })
}

fn says(text: &str) -> Filter {
    term(Field::Text, [Test::Says(text.to_owned())])
}

fn is(field: Field, text: &str) -> Filter {
    term(field, [Test::Is(text.to_owned())])
}

#[test]
fn reads_what_people_type() {
    let not = |filter| Filter::Not(Box::new(filter));
    for (text, expected) in [
        ("", Filter::All),
        ("   ", Filter::All),
        ("refund", says("refund")),
        ("refund*", says("refund")),
        ("\"two words\"", says("two words")),
        ("text:\"two words\"", says("two words")),
        ("lane:Agent", is(Field::Lane, "agent")),
        ("lane: agent", is(Field::Lane, "agent")),
        ("LANE=agent", is(Field::Lane, "agent")),
        (
            "lane:agent,user",
            term(Field::Lane, [Test::Is("agent".into()), Test::Is("user".into())]),
        ),
        (
            "status:404, 500",
            term(
                Field::Status,
                [
                    Test::Compares(Compare::Equal, 404.0),
                    Test::Compares(Compare::Equal, 500.0),
                ],
            ),
        ),
        ("status:5xx", term(Field::Status, [Test::Between(500.0, 599.0)])),
        (
            "status:400..404",
            term(Field::Status, [Test::Between(400.0, 404.0)]),
        ),
        (
            "status>=500",
            term(Field::Status, [Test::Compares(Compare::AtLeast, 500.0)]),
        ),
        (
            "status:>=500",
            term(Field::Status, [Test::Compares(Compare::AtLeast, 500.0)]),
        ),
        (
            "status!=200",
            not(term(Field::Status, [Test::Compares(Compare::Equal, 200.0)])),
        ),
        (
            "latency>1.5s",
            term(Field::Latency, [Test::Compares(Compare::More, 1500.0)]),
        ),
        (
            "latency<250",
            term(Field::Latency, [Test::Compares(Compare::Less, 250.0)]),
        ),
        (
            "after:10:00",
            term(Field::After, [Test::Moment(Moment::Time(time(10, 0, 0, 0)))]),
        ),
        (
            "before:2026-11-24",
            term(Field::Before, [Test::Moment(Moment::Day(date(2026, 11, 24)))]),
        ),
        (
            "after:2026-11-24T10:00",
            term(
                Field::After,
                [Test::Moment(Moment::Civil(date(2026, 11, 24).at(10, 0, 0, 0)))],
            ),
        ),
        (
            "before:-15m",
            term(
                Field::Before,
                [Test::Moment(Moment::Ago(jiff::SignedDuration::from_mins(15)))],
            ),
        ),
        ("host:127.0.0.1:8080", is(Field::Host, "127.0.0.1:8080")),
        (
            "path:/handover/*",
            term(Field::Path, [Test::Begins("/handover/".into())]),
        ),
        ("contact:*", term(Field::Contact, [Test::Begins(String::new())])),
        ("-source:log", not(is(Field::Source, "log"))),
        ("not source:log", not(is(Field::Source, "log"))),
        ("a-b", says("a-b")),
        ("a b", Filter::And(vec![says("a"), says("b")])),
        (
            "a and b or c",
            Filter::Or(vec![Filter::And(vec![says("a"), says("b")]), says("c")]),
        ),
        (
            "a (b or c)",
            Filter::And(vec![says("a"), Filter::Or(vec![says("b"), says("c")])]),
        ),
        ("not (a b)", not(Filter::And(vec![says("a"), says("b")]))),
        ("((a))", says("a")),
        ("text:or", says("or")),
    ] {
        assert_eq!(read(text), expected, "{text:?}");
    }
}

#[test]
fn the_filter_of_the_help_reads() {
    let filter =
        read("status>=500 lane:agent contact:204000000123 text:\"refund\" after:10:00 not source:log");
    let Filter::And(parts) = filter else {
        panic!("one list of terms")
    };
    assert_eq!(parts.len(), 6);
}

#[test]
fn every_example_of_the_help_reads_and_prints_as_itself() {
    for field in Field::ALL {
        let filter = read(field.example());
        assert_eq!(read(&filter.to_string()), filter, "{}", field.example());
        assert!(!field.help().trim().is_empty());
        assert_eq!(Field::from_word(&field.word().to_uppercase()), Some(*field));
    }
}

#[test]
fn an_error_has_its_place_and_says_what_would_do() {
    let at = |from: usize, to: usize| from..to;
    for (text, place, hint) in [
        ("lane:", at(5, 5), "It can be user, cognigy, cxone, agent."),
        ("lane:bot", at(5, 8), "It can be user, cognigy, cxone, agent."),
        ("lane>agent", at(4, 5), "Use a colon, for example lane:agent."),
        ("lane:agent*", at(5, 11), "It can be user, cognigy, cxone, agent."),
        (
            "sttaus:500",
            at(0, 6),
            "Did you mean status? Put a text with a colon into quotes.",
        ),
        ("status:often", at(7, 12), "For example status>=500."),
        ("status:599..500", at(7, 15), "For example status>=500."),
        ("status:1e3", at(7, 10), "For example status>=500."),
        (
            "status>400,500",
            at(10, 11),
            "Write two terms, or a range such as status:1..5.",
        ),
        ("status>4xx", at(6, 7), "Use a colon, for example status>=500."),
        ("after:25:00", at(6, 11), "For example after:10:00."),
        ("after:-15", at(6, 9), "For example after:10:00."),
        ("text:\"\"", at(5, 7), "For example text:\"refund\"."),
        ("text:\"open", at(5, 10), "Close it with a second quotation mark."),
        ("(a", at(0, 1), "Add the other bracket, or remove this one."),
        ("a)", at(1, 2), "Add the other bracket, or remove this one."),
        (
            "a or",
            at(4, 4),
            "Add a term, such as lane:agent, or remove what stands before.",
        ),
        (
            "or a",
            at(0, 2),
            "Add a term, such as lane:agent, or remove what stands before.",
        ),
        ("a !b", at(2, 3), "Put texts with special characters into quotes."),
    ] {
        let error = error(text);
        assert_eq!(
            (error.at(), error.hint().as_str()),
            (place, hint),
            "{text:?}: {error}"
        );
    }
    let far = error("zzzzzzzz:1");
    assert!(
        far.hint().starts_with("These exist: text, lane,"),
        "{}",
        far.hint()
    );
}

#[test]
fn length_and_depth_have_an_end() {
    assert!(matches!(error(&"ä".repeat(LONGEST)), FilterError::TooLong { .. }));
    assert!(matches!(error(&"(".repeat(LONGEST)), FilterError::TooDeep { .. }));
    assert!(matches!(
        error(&format!("{}a", "-".repeat(2000))),
        FilterError::TooDeep { .. }
    ));
    let deep = format!("{}a{}", "(".repeat(DEEPEST), ")".repeat(DEEPEST));
    assert_eq!(read(&deep), says("a"));
}

#[test]
fn a_moment_is_seen_from_where_one_is() {
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let now = date(2026, 11, 24).at(15, 0, 0, 0).to_zoned(zone).unwrap();
    let resolved = |text: &str| {
        let Filter::Term(Term { tests, .. }) = read(text) else {
            panic!("a term")
        };
        let [Test::Moment(moment)] = tests.as_slice() else {
            panic!("a moment")
        };
        moment.resolve(&now)
    };
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    assert_eq!(resolved("after:10:00"), at("2026-11-24T09:00:00Z"));
    assert_eq!(resolved("after:2026-11-24"), at("2026-11-23T23:00:00Z"));
    assert_eq!(resolved("after:2026-07-01T10:00"), at("2026-07-01T08:00:00Z"));
    assert_eq!(resolved("after:2026-07-01T10:00:00Z"), at("2026-07-01T10:00:00Z"));
    assert_eq!(resolved("after:-1h"), at("2026-11-24T13:00:00Z"));
    // The hour that summer time skips: the clock goes from 02:00 to 03:00.
    assert_eq!(resolved("after:2026-03-29T02:30"), at("2026-03-29T01:30:00Z"));
}

#[test]
fn completes_fields_and_their_values() {
    let texts = |text: &str, cursor: usize| {
        complete(text, cursor)
            .into_iter()
            .map(|it| (it.replaces, it.insert))
            .collect::<Vec<_>>()
    };
    let owned = |list: &[(std::ops::Range<usize>, &str)]| {
        list.iter()
            .map(|(at, text)| (at.clone(), (*text).to_owned()))
            .collect::<Vec<_>>()
    };
    assert_eq!(texts("", 0).len(), Field::ALL.len());
    assert_eq!(texts("a so", 4), owned(&[(2..4, "source:")]));
    assert_eq!(texts("(-LA", 4), owned(&[(2..4, "lane:"), (2..4, "latency:")]));
    assert_eq!(texts("lane:a", 6), owned(&[(5..6, "agent")]));
    assert_eq!(
        texts("lane:user,c", 11),
        owned(&[(10..11, "cognigy"), (10..11, "cxone")])
    );
    assert_eq!(texts("lane:a rest", 6), owned(&[(5..6, "agent")]));
    assert_eq!(texts("status>=5", 9), owned(&[(8..9, "5xx")]));
    assert_eq!(texts("text:\"la", 8), owned(&[]));
    assert_eq!(texts("contact:2", 9), owned(&[]));
    assert_eq!(texts("lane:agent", 10), owned(&[]));
}

fn ids() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z0-9_-]{1,12}", "\\PC{1,12}"].prop_filter("some text", |text| !text.trim().is_empty())
}

fn terms() -> impl Strategy<Value = Filter> {
    let word = |field: Field, words: Vec<&'static str>| {
        proptest::sample::subsequence(words.clone(), 1..=words.len()).prop_map(move |words| {
            term(
                field,
                words
                    .into_iter()
                    .map(|word| Test::Is(word.to_owned()))
                    .collect::<Vec<_>>(),
            )
        })
    };
    let values = move |field: Field| match field.takes() {
        Takes::Word(words) => word(field, words()).boxed(),
        Takes::Id => proptest::collection::vec(
            prop_oneof![ids().prop_map(Test::Is), ids().prop_map(Test::Begins)],
            1..3,
        )
        .prop_map(move |tests| term(field, tests))
        .boxed(),
        Takes::Text => ids()
            .prop_filter("a word", |text| text.chars().any(char::is_alphanumeric))
            .prop_map(move |text| term(field, [Test::Says(text)]))
            .boxed(),
        Takes::Number | Takes::Duration => (0u32..100_000, 0u32..100_000, 0usize..6)
            .prop_map(move |(low, more, how)| {
                let (low, high) = (f64::from(low), f64::from(low + more));
                let test = [
                    Test::Compares(Compare::Equal, low),
                    Test::Compares(Compare::Less, low),
                    Test::Compares(Compare::AtMost, low),
                    Test::Compares(Compare::More, low),
                    Test::Compares(Compare::AtLeast, low),
                    Test::Between(low, high),
                ][how]
                    .clone();
                term(field, [test])
            })
            .boxed(),
        Takes::Moment => (0i64..4_000_000_000, 0usize..4)
            .prop_map(move |(second, how)| {
                let at = Timestamp::from_second(second).unwrap();
                let civil = at.to_zoned(TimeZone::UTC).datetime();
                let moment = [
                    Moment::Absolute(at),
                    Moment::Civil(civil),
                    Moment::Day(civil.date()),
                    Moment::Ago(jiff::SignedDuration::from_secs(second % 100_000_000)),
                ][how];
                term(field, [Test::Moment(moment)])
            })
            .boxed(),
    };
    proptest::sample::select(Field::ALL.to_vec()).prop_flat_map(values)
}

fn filters() -> impl Strategy<Value = Filter> {
    terms().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Filter::all),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Filter::any),
            inner.prop_map(|filter| Filter::Not(Box::new(filter))),
        ]
    })
}

proptest! {
    #[test]
    fn reading_never_panics_and_its_errors_lie_in_the_text(text in "\\PC{0,80}", cursor in 0usize..100) {
        if let Err(error) = text.parse::<Filter>() {
            let at = error.at();
            prop_assert!(at.start <= at.end && at.end <= text.len(), "{error:?}");
            prop_assert!(text.is_char_boundary(at.start) && text.is_char_boundary(at.end), "{error:?}");
            prop_assert!(!error.hint().is_empty());
        }
        for completion in complete(&text, cursor) {
            prop_assert!(text.get(completion.replaces.clone()).is_some());
        }
    }

    #[test]
    fn pieces_of_filters_in_any_order_never_panic(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just("lane:"), Just("status>="), Just("("), Just(")"), Just("-"), Just("not "), Just(" or "),
                Just("\""), Just(","), Just("*"), Just("500"), Just("agent"), Just("10:00"), Just("!="), Just(" "),
            ],
            0..30,
        ),
    ) {
        let text = pieces.concat();
        if let Ok(filter) = text.parse::<Filter>() {
            let printed = filter.to_string();
            prop_assert_eq!(printed.parse::<Filter>(), Ok(filter), "{}", printed);
        }
    }

    #[test]
    fn what_is_printed_reads_back(filter in filters()) {
        let text = filter.to_string();
        prop_assume!(text.len() <= LONGEST);
        match text.parse::<Filter>() {
            Ok(read) => prop_assert_eq!(read, filter, "{}", text),
            Err(error) => prop_assert!(matches!(error, FilterError::TooDeep { .. }), "{text:?}: {error:?}"),
        }
    }
}
