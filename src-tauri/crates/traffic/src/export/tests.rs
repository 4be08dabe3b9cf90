use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use profile::ProfileId;
use proptest::prelude::*;
use secrecy::SecretBox;
use serde_json::Value;
use transport::{Phases, Redactor};

use super::*;
use crate::conversation::{Limits, conversations};
use crate::event::{Call, Keys, Lane, Message, Source, Step};
use crate::privacy::Privacy;

const SECRET: &str = "sim_secret_with_32_characters_xx";

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_767_600_000 + second).unwrap()
}

fn profile() -> ProfileId {
    "00000000-0000-4000-8000-000000000001".parse().unwrap()
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

fn event(second: i64, lane: Lane, what: What) -> Event {
    Event {
        seq: 0,
        at: at(second),
        profile: profile(),
        source: Source::Relay,
        lane,
        keys: Keys {
            contact: Some("204000000001".to_owned()),
            session: Some("sim_session_1".to_owned()),
            ..Keys::default()
        },
        origin: None,
        latency_ms: None,
        what,
        under: None,
    }
}

fn said(second: i64, lane: Lane, text: &str) -> Event {
    let text = Text::Kept {
        text: text.to_owned(),
    };
    event(second, lane, What::Message(Message { text, delivery: None }))
}

fn exchange(second: i64) -> (Event, Option<Bodies>) {
    let mut event = event(
        second,
        Lane::Cxone,
        What::Exchange(Box::new(Call {
            method: "POST".to_owned(),
            secure: true,
            http_version: Some("HTTP/1.1".to_owned()),
            host: "endpoint.example.com".to_owned(),
            path: "/handover/niceCxOne/2.0/channel/sim_channel/outbound?a=1&b".to_owned(),
            status: Some(200),
            phases: Phases {
                resolve: Some(1.5),
                connect: Some(10.0),
                tls: Some(20.0),
                first_byte: Some(80.0),
                body: Some(0.5),
                ..Phases::default()
            },
            failure: None,
            sent: 40,
            received: 20,
        })),
    );
    event.latency_ms = Some(112.0);
    let bodies = Bodies {
        request_headers: vec![
            ("Content-Type".into(), "application/json".into()),
            ("Authorization".into(), format!("Bearer {SECRET}")),
        ],
        request: Some(format!("{{\"text\":\"hello\",\"secret\":\"{SECRET}\"}}")),
        response_headers: vec![("content-type".into(), "application/json".into())],
        response: Some("{\"message\":{}}".into()),
        truncated: false,
    };
    (event, Some(bodies))
}

fn story() -> Vec<(Event, Option<Bodies>)> {
    let step = |second, step| (event(second, Lane::Cognigy, What::Handover { step }), None);
    let status = |second, to: &str| {
        let what = What::Status {
            from: None,
            to: to.to_owned(),
        };
        (event(second, Lane::Cxone, what), None)
    };
    let agent = What::Assignment {
        queue: None,
        agent: Some("sim_agent_1".to_owned()),
    };
    vec![
        step(0, Step::Requested),
        status(1, "new"),
        (event(5, Lane::Agent, agent), None),
        (said(6, Lane::Agent, "hello, *this* is the desk"), None),
        exchange(6),
        (said(20, Lane::User, &format!("my key is {SECRET}")), None),
        (said(30, Lane::Agent, "thank you"), None),
        status(40, "closed"),
        step(41, Step::Completed),
    ]
}

fn exported(rules: &Arc<Privacy>) -> (String, Manifest) {
    let mut out = Vec::new();
    let events = story().into_iter().map(Ok);
    let manifest = lines(events, |_| Arc::clone(rules), at(100), &mut out).unwrap();
    (String::from_utf8(out).unwrap(), manifest)
}

#[test]
fn lines_read_back_as_they_were() {
    let rules = privacy(true);
    let (text, manifest) = exported(&rules);
    assert_eq!(
        manifest,
        Manifest {
            events: 9,
            redacted: 3,
            texts_left_out: 0,
            bodies_left_out: 0
        }
    );
    let mut read = Vec::new();
    let events = import(text.as_bytes(), &profile(), |event, bodies| {
        read.push((event, bodies))
    })
    .unwrap();
    assert_eq!(events, 9);
    let expected: Vec<_> = story()
        .into_iter()
        .map(|(event, bodies)| (rules.event(event), bodies.map(|bodies| rules.bodies(bodies))))
        .collect();
    assert_eq!(read, expected);
}

#[test]
fn neither_secrets_nor_texts_that_are_not_kept_are_exported() {
    let (text, manifest) = exported(&privacy(false));
    assert_eq!((manifest.texts_left_out, manifest.bodies_left_out), (3, 2));
    let mut archive = Vec::new();
    har(
        story().into_iter().map(Ok),
        |_| privacy(false),
        at(100),
        &mut archive,
    )
    .unwrap();
    let all = [
        text,
        String::from_utf8(archive).unwrap(),
        read_transcript(false).0,
    ];
    for text in all {
        for hidden in [SECRET, "hello", "thank you", "my key is"] {
            assert!(!text.contains(hidden), "{hidden} in {text}");
        }
    }
}

#[test]
fn a_file_that_is_none_or_not_whole_says_so() {
    let (text, _) = exported(&privacy(true));
    let read = |text: &str| {
        let mut events = 0;
        (import(text.as_bytes(), &profile(), |_, _| events += 1), events)
    };
    let whole: Vec<&str> = text.lines().collect();
    let cut = whole[..4].join("\n");
    assert!(matches!(read(&cut), (Err(ImportError::CutOff { events: 3 }), 3)));
    assert!(matches!(read(""), (Err(ImportError::Format), 0)));
    assert!(matches!(read("{\"log\":{}}"), (Err(ImportError::Format), 0)));
    let newer = text.replacen("\"version\":1", "\"version\":7", 1);
    assert!(matches!(read(&newer), (Err(ImportError::Newer { found: 7 }), 0)));
    let broken = [whole[0], whole[1], "{\"event\":3}"].join("\n");
    assert!(matches!(
        read(&broken),
        (Err(ImportError::Line { line: 3, .. }), 1)
    ));
    let long = format!("{}\n{}", whole[0], "x".repeat(9 * 1024 * 1024));
    assert!(matches!(read(&long), (Err(ImportError::TooLong { line: 2 }), 0)));
}

#[test]
fn an_archive_holds_the_calls_and_their_phases() {
    let mut out = Vec::new();
    let manifest = har(story().into_iter().map(Ok), |_| privacy(true), at(100), &mut out).unwrap();
    assert_eq!((manifest.events, manifest.redacted), (1, 2));
    let text = stable(std::str::from_utf8(&out).unwrap());
    let mut archive: Value = serde_json::from_str(&text).unwrap();
    archive["log"]["creator"]["version"] = "[version]".into();
    insta::assert_json_snapshot!(archive);
    let mut none = Vec::new();
    har(std::iter::empty(), |_| privacy(true), at(100), &mut none).unwrap();
    let none: Value = serde_json::from_slice(&none).unwrap();
    assert_eq!(none["log"]["entries"], serde_json::json!([]));
}

/// Without the letters of the marks, which differ from run to run.
fn stable(text: &str) -> String {
    let mut parts = text.split(":");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part
            .get(8..)
            .filter(|_| out.ends_with(MARK) && part[..8].bytes().all(|byte| byte.is_ascii_hexdigit()));
        match rest {
            Some(rest) => out.push_str(rest),
            None => {
                out.push(':');
                out.push_str(part);
            }
        }
    }
    out
}

fn read_transcript(keeps_text: bool) -> (String, Manifest) {
    let events: Vec<Event> = story().into_iter().map(|(event, _)| event).collect();
    let all = conversations(&events, &Limits::default(), at(100));
    transcript(&all[0], &privacy(keeps_text), &TimeZone::UTC)
}

#[test]
fn a_transcript_is_read_like_a_story() {
    let (text, manifest) = read_transcript(true);
    assert_eq!((manifest.events, manifest.redacted), (9, 1));
    insta::assert_snapshot!(stable(&text));
    insta::assert_snapshot!(read_transcript(false).0);
}

proptest! {
    #[test]
    fn what_others_wrote_stays_text_on_its_line(text in "\\PC{0,40}(\n# a|\\[a\\]\\(b\\)|<b>|\u{1b}\\[31m)?\\PC{0,10}") {
        let events = [said(0, Lane::User, &text)];
        let all = conversations(&events, &Limits::default(), at(1));
        let (written, _) = transcript(&all[0], &privacy(true), &TimeZone::UTC);
        let line = written.lines().find(|line| line.contains("**User**")).unwrap();
        let escape = '\u{1b}';
        // What stands behind a backslash is a letter like any other.
        let mut letters = line.chars();
        let mut bare = String::new();
        while let Some(letter) = letters.next() {
            if letter == '\\' {
                letters.next();
            } else {
                bare.push(letter);
            }
        }
        prop_assert!(!bare.contains(['[', ']', '<', '`', escape]), "{bare}");
        prop_assert!(!written.lines().any(|line| line.starts_with("# a")));
    }
}
