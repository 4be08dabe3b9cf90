//! The REST API and the logs against small servers and against the sandbox.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod support;

use std::collections::BTreeSet;
use std::time::Duration;

use cognigy::api::{Api, ErrorCode, Place, ProvisioningState, Wanted};
use cognigy::handover::{self, ErrorBranch, Target};
use cognigy::logs::{self, Filter, Follower, Level};
use jiff::Timestamp;
use sandbox::{Fault, Options, Sandbox};
use secrecy::SecretString;
use serde_json::json;
use support::{Answer, KEY, api, client, place, serve};
use transport::{Url, Waits};

fn code<T: std::fmt::Debug>(result: Result<T, cognigy::api::Error>) -> ErrorCode {
    result.unwrap_err().code()
}

#[tokio::test]
async fn the_key_is_sent_as_a_header_without_a_body_and_is_in_no_record() {
    let server = serve(|_, _| {
        Answer::json(
            200,
            json!({ "_id": "u-1", "email": "someone@example.com", "key": KEY }),
        )
    })
    .await;
    let (api, heard) = api(&server.base, Waits::none());
    assert_eq!(api.me().await.unwrap(), "u-1");
    let hit = server.hits().pop().unwrap();
    assert_eq!(
        (
            hit.line.as_str(),
            hit.key.as_deref(),
            hit.accept.as_deref(),
            hit.body.as_str()
        ),
        ("GET /new/v2.0/users/me", Some(KEY), Some("application/json"), "")
    );
    let record = format!("{:?}", heard.exchanges());
    assert!(
        !record.contains(KEY) && !record.contains("someone@example.com"),
        "{record}"
    );
    assert!(!format!("{api:?}").contains(KEY));
}

#[tokio::test]
async fn where_a_gateway_does_not_know_the_prefix_the_bare_path_is_used_from_then_on() {
    let server = serve(|line, _| match line.contains("/new/") {
        true => Answer::html(404),
        false => Answer::json(200, json!({ "_id": "p", "name": "x" })),
    })
    .await;
    let (api, _) = api(&server.base, Waits::none());
    api.me().await.unwrap();
    api.project("p").await.unwrap();
    let lines: Vec<String> = server.hits().into_iter().map(|hit| hit.line).collect();
    assert_eq!(
        lines,
        [
            "GET /new/v2.0/users/me",
            "GET /v2.0/users/me",
            "GET /v2.0/projects/p"
        ]
    );
}

#[tokio::test]
async fn refusals_are_told_apart_by_their_status() {
    for (status, expected) in [
        (400, ErrorCode::Refused),
        (401, ErrorCode::Unauthorized),
        (402, ErrorCode::Quota),
        (403, ErrorCode::Forbidden),
        (404, ErrorCode::NotFound),
        (408, ErrorCode::Service),
        (429, ErrorCode::Throttled),
        (500, ErrorCode::Service),
        (503, ErrorCode::Service),
    ] {
        let server = serve(move |_, _| {
            Answer::json(
                status,
                json!({ "type": "about:blank", "title": "T", "status": status, "detail": format!("It says {KEY}"),
                        "code": 1016, "traceId": "api-7" }),
            )
        })
        .await;
        let (api, _) = api(&server.base, Waits::none());
        let error = api.me().await.unwrap_err();
        assert_eq!(error.code(), expected, "{status}");
        let text = error.to_string();
        assert!(
            text.contains("code 1016, trace api-7") && !text.contains(KEY),
            "{text}"
        );
    }
    let portal = serve(|_, _| Answer::html(200)).await;
    assert_eq!(
        code(api(&portal.base, Waits::none()).0.me().await),
        ErrorCode::NotJson
    );
    let other = serve(|_, _| Answer::json(200, json!([]))).await;
    assert_eq!(
        code(api(&other.base, Waits::none()).0.me().await),
        ErrorCode::Shape
    );
    assert_eq!(
        code(api(&other.base, Waits::none()).0.chart("f").await),
        ErrorCode::Shape
    );
}

#[tokio::test]
async fn a_throttled_read_is_repeated_after_what_the_server_asks_and_no_longer() {
    let server = serve(|_, number| match number {
        0 => Answer::json(429, json!({})).header("retry-after", "0"),
        _ => Answer::json(200, json!({ "_id": "u" })),
    })
    .await;
    let (reads, _) = api(&server.base, Waits::none());
    reads.me().await.unwrap();
    assert_eq!(server.hits().len(), 2);

    let patient = serve(|_, _| Answer::json(429, json!({})).header("retry-after", "30")).await;
    let (reads, _) = api(&patient.base, Waits::none());
    match reads.me().await.unwrap_err() {
        cognigy::api::Error::Status { retry_after, .. } => {
            assert_eq!(retry_after, Some(Duration::from_secs(30)));
        }
        other => panic!("{other}"),
    }
    assert_eq!(patient.hits().len(), 1);
}

#[tokio::test]
async fn lists_are_read_by_cursor_by_number_and_never_for_ever() {
    let ids = |from: usize, to: usize| {
        (from..to)
            .map(|id| json!({ "_id": format!("{id}") }))
            .collect::<Vec<_>>()
    };
    let by_cursor = serve(move |line, _| match line.contains("next=c") {
        false => Answer::json(
            200,
            json!({ "items": ids(0, 100), "total": 130, "nextCursor": "c" }),
        ),
        true => Answer::json(
            200,
            json!({ "items": ids(100, 130), "total": 130, "nextCursor": null }),
        ),
    })
    .await;
    let (reads, _) = api(&by_cursor.base, Waits::none());
    let listed = reads.projects().await.unwrap();
    assert_eq!((listed.items.len(), listed.is_complete), (130, true));
    assert!(
        by_cursor
            .hits()
            .iter()
            .all(|hit| hit.line.contains("limit=100") && !hit.line.contains("skip"))
    );

    let by_number = serve(move |line, _| match line.contains("skip=100") {
        false => Answer::json(200, json!({ "items": ids(0, 100), "total": 130 })),
        true => Answer::json(200, json!({ "items": ids(100, 130), "total": 130 })),
    })
    .await;
    let (reads, _) = api(&by_number.base, Waits::none());
    assert_eq!(reads.projects().await.unwrap().items.len(), 130);

    let deaf = serve(move |_, _| {
        Answer::json(
            200,
            json!({ "items": ids(0, 100), "total": 130, "nextCursor": "c" }),
        )
    })
    .await;
    let (reads, _) = api(&deaf.base, Waits::none());
    let listed = reads.projects().await.unwrap();
    assert_eq!(
        (listed.items.len(), listed.is_complete, deaf.hits().len()),
        (100, false, 2)
    );
}

#[tokio::test]
async fn a_provider_is_read_where_the_installs_own_document_has_it() {
    let server = serve(|line, _| {
        if line.ends_with("/openapi/openapi-viewer.json") {
            let paths = json!({ "/v2.0/handover/providers/{providerId}": { "get": {} } });
            return Answer::json(200, json!({ "info": { "version": "2026.9.0" }, "paths": paths }));
        }
        match line.ends_with("/v2.0/handover/providers/p1") {
            true => Answer::json(200, json!({ "_id": "p1" })),
            false => Answer::problem(404),
        }
    })
    .await;
    let (reads, _) = api(&server.base, Waits::none());
    assert_eq!(reads.provider("p1").await.unwrap().unwrap().id, "p1");
    assert_eq!(reads.provider("p2").await.unwrap(), None);
    assert_eq!(
        reads.document().await.unwrap().version.as_deref(),
        Some("2026.9.0")
    );

    // What answers is no Cognigy.AI: that says nothing of the provider.
    let other = serve(|_, _| Answer::html(404)).await;
    assert_eq!(
        code(api(&other.base, Waits::none()).0.provider("p1").await),
        ErrorCode::NotFound
    );
}

#[tokio::test]
async fn nothing_is_sent_to_a_host_that_nobody_vouches_for() {
    let server = serve(|_, _| Answer::json(200, json!({ "_id": "u" }))).await;
    let guessed = Place {
        is_entered: false,
        ..place(&server.base)
    };
    let api = Api::new(client().0, guessed, SecretString::from(KEY), Waits::none());
    assert_eq!(code(api.me().await), ErrorCode::Untrusted);
    assert_eq!(code(api.document().await), ErrorCode::Untrusted);
    assert!(server.hits().is_empty());

    let trusted = |url: &str, is_entered: bool, host: Option<&str>| {
        Place {
            base: Url::parse(url).unwrap(),
            is_entered,
            trusted_hosts: host.map(str::to_owned).into_iter().collect::<BTreeSet<_>>(),
        }
        .is_trusted()
    };
    for vendor in [
        "https://api-trial.cognigy.ai",
        "https://api-acme.cognigy.cloud",
        "https://cognigy-api-na1.nicecxone.com",
    ] {
        assert!(trusted(vendor, false, None), "{vendor}");
    }
    for foreign in [
        "https://api-bot.example.com",
        "https://evilcognigy.ai",
        "https://cognigy.ai.example.com",
        "http://api-trial.cognigy.ai",
        "https://other.nicecxone.com",
        "http://127.0.0.1:1",
        "https://u:p@api-trial.cognigy.ai",
    ] {
        assert!(!trusted(foreign, false, None), "{foreign}");
    }
    assert!(trusted("https://api-bot.example.com", true, None));
    assert!(trusted(
        "https://api-bot.example.com:8443",
        false,
        Some("api-bot.example.com:8443")
    ));
    assert!(!trusted(
        "https://api-bot.example.com:8444",
        false,
        Some("api-bot.example.com:8443")
    ));
    assert!(!trusted("http://api-bot.example.com", true, None));
}

#[tokio::test]
async fn an_older_install_gives_its_log_by_the_older_path() {
    let entry = |id: &str, session: &str| json!({ "_id": id, "type": "error", "msg": "x", "meta": { "sessionId": session } });
    let server = serve(move |line, _| match line.contains("/v2.1/") {
        true => Answer::problem(404),
        false => Answer::json(
            200,
            json!({ "items": [entry("2", "mine"), entry("1", "other")], "total": 2 }),
        ),
    })
    .await;
    let (reads, _) = api(&server.base, Waits::none());
    let filter = Filter {
        session_id: Some("mine".to_owned()),
        levels: vec![Level::Error],
        ..Filter::default()
    };
    let entries = logs::tail(&reads, "p", &filter, Timestamp::now()).await.unwrap();
    assert_eq!(
        entries.iter().map(|entry| entry.id.as_str()).collect::<Vec<_>>(),
        ["2"]
    );
    let lines: Vec<String> = server.hits().into_iter().map(|hit| hit.line).collect();
    assert!(
        lines[0].contains("sessionId=mine") && !lines[1].contains("sessionId"),
        "{lines:?}"
    );
}

/// A sandbox and its API.
async fn install(options: Options) -> (Sandbox, Api, String, String) {
    let sandbox = Sandbox::start(options).await.unwrap();
    let about = sandbox.description();
    let base = Url::parse(about.cognigy_api.as_deref().unwrap()).unwrap();
    let key = SecretString::from(about.env["HANDOVER_COGNIGY_API_KEY"].as_str());
    let api = Api::new(client().0, place(&base), key, Waits::none());
    let link = about.profile["provider_link"].as_str().unwrap();
    let part = |after: &str| {
        link.split('/')
            .skip_while(|part| *part != after)
            .nth(1)
            .unwrap()
            .to_owned()
    };
    let (project, provider) = (part("project"), part("handover-provider"));
    (sandbox, api, project, provider)
}

#[tokio::test]
async fn the_sandbox_is_read_as_an_install() {
    let (sandbox, api, project, provider) = install(Options::default()).await;
    api.me().await.unwrap();
    assert_eq!(api.projects().await.unwrap().items[0].id, project);
    assert_eq!(api.project(&project).await.unwrap().id, project);
    assert!(
        api.document()
            .await
            .unwrap()
            .version
            .unwrap()
            .starts_with("2026.")
    );
    let found = api.provider(&provider).await.unwrap().unwrap();
    assert!(cognigy::api::is_cxone(found.service.as_deref().unwrap()));
    assert_eq!(
        found.provisioning.as_ref().unwrap().state,
        ProvisioningState::Succeeded
    );
    let unit = sandbox.description().profile["cxone"]["business_unit"].clone();
    assert_eq!(
        found.property(Wanted::BusinessUnit).unwrap().value.as_deref(),
        unit.as_str()
    );
    assert_eq!(
        api.providers(&project).await.unwrap().items,
        std::slice::from_ref(&found)
    );
    let name = found.name.clone().unwrap();
    let searched = api.search(&project, "handoverProvider", &name).await.unwrap();
    assert_eq!(searched.items[0].id, provider);
    let service = api.service(found.service_id.as_deref().unwrap()).await.unwrap();
    assert!(service.keys.len() >= 5 && api.services().await.unwrap().items.contains(&service));

    let endpoints = api.endpoints(&project).await.unwrap().items;
    let flows = api.flows(&project).await.unwrap().items;
    assert!(
        endpoints
            .iter()
            .all(|of| of.is_active == Some(true) && flows[0].is_named_by(of.flow.as_deref().unwrap()))
    );
    let can: Vec<Option<bool>> = endpoints.iter().map(|of| of.can_hand_over()).collect();
    assert_eq!(can, [Some(true), Some(true), Some(false)]);

    assert_eq!(
        code(api.project("000000000000000000000000").await),
        ErrorCode::Forbidden
    );
    assert_eq!(api.provider("000000000000000000000000").await.unwrap(), None);
    sandbox.set_fault(Fault::CognigyForbidden, true);
    assert_eq!(code(api.flows(&project).await), ErrorCode::Forbidden);
    sandbox.stop().await;
}

#[tokio::test]
async fn a_scan_finds_the_handover_whether_or_not_charts_have_settings() {
    for chart in ["chart-too", "node-only"] {
        let (sandbox, api, project, provider) = install(Options::default()).await;
        sandbox.set_switch("chart-config", chart).unwrap();
        let scan = handover::scan(&api, &project, &[&provider]).await.unwrap();
        assert!(scan.is_complete);
        let own: Vec<_> = scan.own().collect();
        assert_eq!(own.len(), 1, "{chart}");
        assert_eq!(
            (
                own[0].can_cancel,
                own[0].transcript,
                own[0].agent_details,
                &own[0].error_branch
            ),
            (true, Some(true), Some(false), &ErrorBranch::Answered)
        );
        assert_eq!(scan.leading_flows().len(), 1);
        let elsewhere = handover::scan(&api, &project, &["another"]).await.unwrap();
        assert_eq!(elsewhere.handovers[0].target, Target::Other(provider.clone()));
        sandbox.set_fault(Fault::FlowNoErrorBranch, true);
        let scan = handover::scan(&api, &project, &[&provider]).await.unwrap();
        assert_eq!(scan.handovers[0].error_branch, ErrorBranch::Missing, "{chart}");
        sandbox.stop().await;
    }
}

#[tokio::test]
async fn entries_are_listed_tailed_and_followed_once_each() {
    let (sandbox, api, project, _) = install(Options::default()).await;
    sandbox.set_fault(Fault::CognigyLogErrors, true);
    let errors = Filter {
        levels: vec![Level::Error],
        since: Some(Timestamp::now() - jiff::SignedDuration::from_hours(3)),
        ..Filter::default()
    };
    let tail = logs::tail(&api, &project, &errors, Timestamp::now())
        .await
        .unwrap();
    assert_eq!(tail.len(), 2);
    assert!(tail[0].at > tail[1].at && tail.iter().all(|entry| entry.mentions("handover")));
    let listed = logs::list(
        &api,
        &project,
        &Filter {
            text: Some("HANDOVER".to_owned()),
            ..errors.clone()
        },
    )
    .await
    .unwrap();
    assert_eq!(listed.items.len(), 2);
    let mut follower = Follower::new(project.clone(), errors);
    let first = follower.poll(&api, Timestamp::now()).await.unwrap();
    assert!(first.len() == 2 && first[0].at < first[1].at);
    assert!(follower.poll(&api, Timestamp::now()).await.unwrap().is_empty());
    sandbox.stop().await;
}
