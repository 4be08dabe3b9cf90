//! What is not kept, and what is gone when it is erased.

use super::*;

#[test]
fn without_leave_only_length_and_hash_of_a_text_are_kept() {
    let store = Store::memory().unwrap();
    let writer = store.capture(quick(), |_| {}).unwrap();
    let bodies = Bodies {
        response: Some("{\"text\":\"grüße\"}".into()),
        ..Bodies::default()
    };
    for text in ["grüße", "grüße", "other"] {
        writer.offer(&privacy(false), said(0, text), Some(bodies.clone()));
    }
    writer.flush();
    let all = store.since(&Filter::All, &now(), 0, 10).unwrap();
    let texts: Vec<_> = all
        .iter()
        .map(|event| match &event.what {
            What::Message(Message {
                text: Text::Digest { chars, hash },
                ..
            }) => (*chars, hash.clone()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(texts[0], texts[1]);
    assert_eq!((texts[0].0, texts[0].1.len()), (5, 16));
    assert_ne!(texts[0].1, texts[2].1);
    assert_eq!(found(&store, "grüße"), [0u64; 0]);
    assert_eq!(
        store.bodies(1).unwrap().unwrap().response.as_deref(),
        Some("<18 bytes, not kept>")
    );
}

fn raw(folder: &Path) -> Vec<u8> {
    std::fs::read_dir(folder)
        .unwrap()
        .flat_map(|entry| std::fs::read(entry.unwrap().path()).unwrap())
        .collect()
}

fn holds(haystack: &[u8], needle: &str) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle.as_bytes())
}

#[test]
fn no_secret_reaches_the_files_in_any_form() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("traffic.sqlite")).unwrap();
    let writer = store.capture(quick(), |_| {}).unwrap();
    let forms = [SECRET.to_owned(), STANDARD.encode(SECRET)];
    for form in &forms {
        let mut tainted = said(0, &format!("my key is {form}"));
        tainted.keys.user = Some(form.clone());
        tainted.origin = Some(form.clone());
        let bodies = Bodies {
            request_headers: vec![("Authorization".into(), format!("Basic {form}"))],
            request: Some(format!("client_secret={form}")),
            response: Some(format!("{{\"a\":\"{form}\"}}")),
            ..Bodies::default()
        };
        writer.offer(&privacy(true), tainted, Some(bodies));
        writer.offer(&privacy(true), call(0, 200, &format!("/a?token={form}")), None);
        writer.offer(&privacy(true), event(0, What::Note { text: form.clone() }), None);
        let log = What::Log {
            level: Level::Info,
            message: form.clone(),
        };
        writer.offer(&privacy(true), event(0, log), None);
    }
    writer.flush();
    drop(writer);
    assert_eq!(store.last().unwrap(), 8);
    let files = raw(folder.path());
    assert!(holds(&files, "my key is"), "the test sees what is written");
    for form in &forms {
        assert!(!holds(&files, form), "{form}");
    }
}

#[test]
fn what_is_erased_is_gone_from_the_files_and_nothing_else_is() {
    let named = |n: u8, contact: &str, session: &str, user: Option<&str>, text: &str| {
        let mut event = said(i64::from(n), text);
        event.keys = Keys {
            contact: Some(contact.to_owned()).filter(|it| !it.is_empty()),
            thread: None,
            session: Some(session.to_owned()),
            user: user.map(str::to_owned),
            message: None,
        };
        event
    };
    let events = || {
        let mut other = named(5, "204000000004", "sim_session_4", None, "marmalade");
        other.profile = profile(2);
        [
            named(
                0,
                "204000000001",
                "sim_session_1",
                Some("sim_user_1"),
                "aubergine",
            ),
            named(1, "", "sim_session_1", None, "bilberry"),
            named(2, "204000000002", "sim_session_1", None, "courgette"),
            named(
                3,
                "204000000003",
                "sim_session_3",
                Some("sim_user_3"),
                "dandelion",
            ),
            other,
        ]
    };
    let keys = |contact: &str, session: &str| Keys {
        contact: Some(contact.to_owned()),
        session: Some(session.to_owned()),
        ..Keys::default()
    };
    for (scope, gone) in [
        (Scope::Profile(profile(2)), vec!["marmalade"]),
        (
            Scope::Conversation(profile(1), keys("204000000001", "sim_session_1")),
            vec!["aubergine", "bilberry"],
        ),
        (
            Scope::Person(profile(1), "sim_user_1".to_owned()),
            vec!["aubergine", "bilberry", "courgette"],
        ),
        (Scope::Conversation(profile(1), Keys::default()), vec![]),
        (
            Scope::All,
            vec!["aubergine", "bilberry", "courgette", "dandelion", "marmalade"],
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("traffic.sqlite");
        let store = Store::open(&path).unwrap();
        fill(&store, true, events());
        let mut note = event(
            9,
            What::Note {
                text: "zucchini".to_owned(),
            },
        );
        note.under = Some(1);
        note.keys = Keys::default();
        fill(&store, true, [note]);
        let before = raw(folder.path());
        let all = ["aubergine", "bilberry", "courgette", "dandelion", "marmalade"];
        assert!(all.iter().all(|text| holds(&before, text)));
        let erased = store.erase(&scope).unwrap();
        let notes = u64::from(gone.contains(&"aubergine"));
        assert_eq!(
            (erased.events, erased.thorough),
            (gone.len() as u64 + notes, true),
            "{scope:?}"
        );
        let after = raw(folder.path());
        for text in all {
            assert_eq!(
                holds(&after, text),
                !gone.contains(&text),
                "{text} after {scope:?}"
            );
            assert_eq!(found(&store, text).is_empty(), gone.contains(&text), "{text}");
        }
        assert_eq!(holds(&after, "zucchini"), notes == 0);
        // A number is never given twice, not even after the newest event went.
        fill(&store, true, [said(0, "next")]);
        assert_eq!(found(&store, "next"), [7]);
    }
}

#[test]
fn what_is_too_old_or_too_much_goes_oldest_first() {
    let store = Store::memory().unwrap();
    let day = 86_400;
    fill(&store, true, (0..10).map(|n| said(n * day, "hello")));
    let retention = Retention {
        days: 3,
        bytes: u64::MAX,
    };
    assert_eq!(store.retain(retention, at(9 * day)).unwrap(), 6);
    assert_eq!(found(&store, "hello"), [10, 9, 8, 7]);
    fill(
        &store,
        true,
        (0..20_000).map(|n| said(n, &"a long line ".repeat(10))),
    );
    let retention = Retention {
        days: 36_500,
        bytes: 2_000_000,
    };
    let gone = store.retain(retention, at(0)).unwrap();
    assert!(gone > 0);
    let stats = store.stats().unwrap();
    assert!(stats.bytes <= 2_000_000, "{stats:?}");
    assert_eq!((stats.events, stats.last), (20_004 - gone, 20_010));
}
