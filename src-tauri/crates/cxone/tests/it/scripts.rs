//! Scripts are saved once, by what the answer says and not by its status alone, and put back step by step.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use cxone::scripts::{Content, Order, ReadBack, RestoreError, SaveError, Stage, restore, save};
use cxone::{Error, Session};
use serde_json::{Value, json};

use crate::server::{Answer, Hit, Server, granted, session};

const PATH: &str = "Cognigy\\A";

fn script(version: u64, label: &str) -> Value {
    json!({
        "header": { "masterId": version, "scriptName": PATH, "mediaType": 9 },
        "actions": { "1": { "name": "BEGIN", "label": label } }, "properties": {}, "branches": {},
    })
}

fn content(version: u64, label: &str) -> Content {
    Content::new(script(version, label)).unwrap()
}

fn shown(script: &Value) -> Answer {
    Answer::json(200, json!({ "scriptContent": script }).to_string())
}

fn result(success: bool, list: &str, key: &str) -> String {
    let found = json!({ list: [{ "key": key }], "actionType": "END" });
    json!({ "errorCount": u8::from(!success), "results": [{
        "success": success, "masterId": 8, "error_code": { "details": { "actions": { "4": found } } },
    }] })
    .to_string()
}

/// Answers a POST with `answer`; GETs show `before` until then and `after` from then on.
async fn tenant(answer: Answer, before: Value, after: Value) -> Server {
    let saved = AtomicU8::new(0);
    Server::start(move |hit: &Hit, _| {
        if hit.method == "POST" {
            saved.store(1, Ordering::SeqCst);
            return answer.clone();
        }
        if hit.path.to_lowercase().ends_with("historybyname") {
            let version = json!({ "scriptId": 7, "modifyDate": "2026-02-03T10:20:00Z", "modifyUser": "sim_agent", "status": "CURR" });
            return Answer::json(200, json!({ "name": PATH, "versions": [version] }).to_string());
        }
        match saved.load(Ordering::SeqCst) {
            0 => shown(&before),
            _ => shown(&after),
        }
    })
    .await
}

async fn saved(answer: Answer) -> Result<cxone::scripts::Saved, SaveError> {
    let server = Server::start(move |_, _| answer.clone()).await;
    let result = save(&session(&server), &script(7, "Begin")).await;
    assert_eq!(
        server.lines(),
        ["POST /incontactapi/services/v34.0/scripts"],
        "sent once"
    );
    assert_eq!(
        serde_json::from_str::<Value>(&server.hits()[0].body).unwrap(),
        json!({ "scriptContent": script(7, "Begin") })
    );
    result
}

#[tokio::test]
async fn an_answer_to_a_save_is_read_for_what_it_says() {
    let clean = saved(Answer::json(
        200,
        json!({ "errorCount": 0, "results": [{ "success": true, "masterId": "8" }] }).to_string(),
    ))
    .await
    .unwrap();
    assert_eq!((clean.version, clean.warnings.len()), (Some(8), 0));
    let warned = saved(Answer::json(206, result(true, "warnings", "caption-empty")))
        .await
        .unwrap();
    assert_eq!(warned.version, Some(8));
    let told: Vec<_> = warned
        .warnings
        .iter()
        .map(|it| (it.action.as_str(), it.key.as_str(), it.is_error))
        .collect();
    assert_eq!(told, [("4", "caption-empty", false)]);
    for status in [409, 200] {
        let error = saved(Answer::json(
            status,
            result(false, "errors", "action-not-available"),
        ))
        .await
        .unwrap_err();
        match error {
            SaveError::Refused {
                status: told,
                remarks,
                ..
            } => {
                assert_eq!(
                    (told, remarks[0].key.as_str(), remarks[0].is_error),
                    (status, "action-not-available", true)
                );
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(matches!(
        saved(Answer::empty(423)).await.unwrap_err(),
        SaveError::Locked { .. }
    ));
    for status in [400, 403, 429, 500, 503] {
        let error = saved(Answer::empty(status)).await.unwrap_err();
        assert!(
            matches!(&error, SaveError::Call(Error::Status { status: told, .. }) if *told == status),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_save_is_repeated_only_where_nothing_was_done() {
    let server = Server::start(|hit, number| match (hit.path.as_str(), number) {
        ("/auth/token", _) => granted("sim_token_1"),
        (_, 0) => Answer::empty(401),
        _ => Answer::json(200, r#"{"errorCount":0,"results":[]}"#),
    })
    .await;
    save(&session(&server), &script(7, "Begin")).await.unwrap();
    let posts = server
        .lines()
        .into_iter()
        .filter(|line| line.ends_with("/scripts"))
        .count();
    assert_eq!(posts, 2);
}

struct Played {
    result: Result<cxone::scripts::Restored, RestoreError<&'static str>>,
    stages: Vec<Stage>,
    kept: Vec<Content>,
    posts: usize,
}

async fn play(server: &Server, seen: &Content, keeps: bool) -> Played {
    let session = session(server);
    let wanted = content(5, "Wanted");
    let fingerprint = seen.fingerprint();
    let (stages, mut kept) = (std::sync::Mutex::new(Vec::new()), Vec::new());
    let result = restore(
        &session,
        Order {
            path: PATH,
            wanted: &wanted,
            seen: &fingerprint,
            seen_version: seen.version(),
        },
        |stage| stages.lock().unwrap().push(stage),
        |current| {
            kept.push(current);
            async move { if keeps { Ok(()) } else { Err("no room") } }
        },
    )
    .await;
    Played {
        result,
        stages: stages.into_inner().unwrap(),
        kept,
        posts: server.hits().iter().filter(|hit| hit.method == "POST").count(),
    }
}

#[tokio::test]
async fn a_restore_keeps_what_is_there_saves_over_it_and_reads_it_back() {
    let clean = || {
        Answer::json(
            200,
            json!({ "errorCount": 0, "results": [{ "success": true, "masterId": 8 }] }).to_string(),
        )
    };
    let server = tenant(clean(), script(7, "Edited"), script(8, "Wanted")).await;
    let played = play(&server, &content(7, "Edited"), true).await;
    let restored = played.result.unwrap();
    assert!(matches!(restored.read_back, ReadBack::Equal));
    assert_eq!(played.kept, [content(7, "Edited")]);
    assert_eq!(
        played.stages,
        [Stage::Reading, Stage::Keeping, Stage::Saving, Stage::ReadingBack]
    );
    let post = server
        .hits()
        .into_iter()
        .find(|hit| hit.method == "POST")
        .unwrap();
    let sent: Value = serde_json::from_str(&post.body).unwrap();
    assert_eq!(
        sent["scriptContent"]["header"]["masterId"], 7,
        "over the version that is there"
    );
    assert_eq!(sent["scriptContent"]["actions"]["1"]["label"], "Wanted");

    let server = tenant(clean(), script(7, "Edited"), script(8, "Other")).await;
    let played = play(&server, &content(7, "Edited"), true).await;
    assert!(matches!(played.result.unwrap().read_back, ReadBack::Differs(_)));
}

#[tokio::test]
async fn a_restore_is_refused_before_anything_is_saved() {
    let clean = || Answer::json(200, r#"{"errorCount":0,"results":[]}"#);
    let mut locked = script(7, "Edited");
    locked["header"]["lockInfo"] = json!({ "lockedName": "sim_agent", "lockedDate": "2026-02-03T10:20:00Z" });
    let cases = [
        ("other content", script(7, "Edited again"), true),
        ("other version", script(8, "Edited"), true),
        ("locked", locked, true),
        ("nowhere to keep it", script(7, "Edited"), false),
    ];
    for (name, there, keeps) in cases {
        let server = tenant(clean(), there, script(8, "Wanted")).await;
        let played = play(&server, &content(7, "Edited"), keeps).await;
        assert_eq!(played.posts, 0, "{name}");
        match (name, played.result.unwrap_err()) {
            ("other content" | "other version", RestoreError::Changed { last }) => {
                let last = last.unwrap();
                assert_eq!((last.by.as_deref(), last.id), (Some("sim_agent"), Some(7)));
            }
            ("locked", RestoreError::Locked(lock)) => assert_eq!(lock.by.as_deref(), Some("sim_agent")),
            ("nowhere to keep it", RestoreError::Keep("no room")) => {}
            (name, error) => panic!("{name}: {error:?}"),
        }
    }
    let server = tenant(clean(), script(7, "Wanted"), script(8, "Wanted")).await;
    let played = play(&server, &content(7, "Wanted"), true).await;
    assert!(matches!(played.result.unwrap_err(), RestoreError::Nothing));
    assert_eq!((played.posts, played.kept.len()), (0, 0));
}

#[tokio::test]
async fn a_refused_save_says_why_and_who_was_there_before() {
    let mut locked = script(7, "Edited");
    locked["header"]["lockInfo"] = json!({ "lockedName": "sim_agent" });
    let cases = [
        (
            Answer::json(409, result(false, "errors", "action-not-available")),
            script(7, "Edited"),
            "refused",
        ),
        (Answer::empty(409), locked.clone(), "locked"),
        (Answer::empty(423), locked, "locked"),
        (Answer::empty(403), script(7, "Edited"), "no right"),
    ];
    for (answer, after, expected) in cases {
        let server = tenant(answer, script(7, "Edited"), after).await;
        let played = play(&server, &content(7, "Edited"), true).await;
        assert_eq!(played.kept.len(), 1, "what was there is kept whatever comes");
        let told = match played.result.unwrap_err() {
            RestoreError::Refused {
                status: 409,
                remarks,
                last,
                ..
            } => {
                assert_eq!(remarks[0].key, "action-not-available");
                assert_eq!(last.unwrap().by.as_deref(), Some("sim_agent"));
                "refused"
            }
            RestoreError::Locked(lock) => {
                assert_eq!(lock.by.as_deref(), Some("sim_agent"));
                "locked"
            }
            RestoreError::Save(error) if error.status() == Some(403) => "no right",
            other => panic!("{other:?}"),
        };
        assert_eq!(told, expected);
    }
}

#[tokio::test]
async fn who_stops_while_it_is_saved_knows_that_it_was_sent() {
    let server = tenant(Answer::hangs(), script(7, "Edited"), script(7, "Edited")).await;
    let session: Session = session(&server);
    let (wanted, seen) = (content(5, "Wanted"), content(7, "Edited").fingerprint());
    let reached = Arc::new(AtomicU8::new(0));
    let heard = Arc::clone(&reached);
    {
        let work = restore(
            &session,
            Order {
                path: PATH,
                wanted: &wanted,
                seen: &seen,
                seen_version: None,
            },
            move |stage| heard.store(stage as u8, Ordering::SeqCst),
            |_| async { Ok::<(), ()>(()) },
        );
        let sent = async {
            while !server.hits().iter().any(|hit| hit.method == "POST") {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            result = work => panic!("{result:?}"),
            () = sent => {}
        }
    }
    assert_eq!(reached.load(Ordering::SeqCst), Stage::Saving as u8);
}

#[tokio::test]
async fn no_record_keeps_a_script_that_was_read() {
    let server = tenant(
        Answer::empty(200),
        script(7, "sim_token_of_the_tenant"),
        Value::Null,
    )
    .await;
    let (recorder, session) = crate::lists::recorded(&server);
    cxone::scripts::read(&session, PATH).await.unwrap();
    let records = recorder.texts();
    assert_eq!(records.len(), 1);
    assert!(!records[0].contains("sim_token_of_the_tenant"), "{records:?}");
}
