//! A report is sent to others, so what people wrote to each other and who they are is in no form of it.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod support;

use axum::Router;
use axum::routing::get;
use sandbox::Fault;
use serde_json::json;
use support::Scene;
use verify::Outcome;

#[tokio::test(flavor = "multi_thread")]
async fn the_conversations_that_tell_a_skill_are_in_no_report() {
    let mut scene = Scene::new(&[Fault::ChannelFieldsAbsent]).await;
    let profile = &mut scene.input.profile;
    let channel = json!({
        "id": "sim_channel", "name": profile.name, "channelIntegrationId": profile.channel_integration_id,
        "isPrivate": true, "hasTreeStructure": false, "hasReply": true,
    });
    let mut shown = channel.clone();
    shown["defaultSkillId"] = json!(987_654);
    let threads = json!({
        "totalRecords": 1,
        "data": [{ "id": "t-1", "threadName": "Visitor 1" }],
        "_context": {
            "channels": [shown],
            "messages": [{ "id": "m-1", "authorUser": { "emailAddress": "visitor@example.com" },
                           "messageContent": { "text": "Visitor 1 wrote this" } }],
        },
    });
    let digital = Router::new()
        .route(
            "/dfo/3.0/channels",
            get(move || async move { axum::Json(json!([channel])) }),
        )
        .route(
            "/dfo/3.0/threads",
            get(move || async move { axum::Json(threads) }),
        );
    profile.cxone.hosts.digital = Some(support::serve(digital).await);

    let report = scene.report().await;
    let check = report.check("HD-502").unwrap();
    assert_eq!(check.outcome, Outcome::Pass, "{}", report.to_text(false));
    let threads = check.evidence.iter().find(|it| it.label == "threads").unwrap();
    assert!(
        threads
            .response_body
            .as_deref()
            .unwrap()
            .starts_with("<not kept: ")
    );
    for text in [
        serde_json::to_string(&report).unwrap(),
        report.to_text(false),
        report.to_markdown(),
    ] {
        for personal in ["Visitor", "wrote this", "visitor@example.com"] {
            assert!(!text.contains(personal), "{personal} in {text}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_the_owner_of_the_key_and_the_settings_of_flows_are_in_no_report() {
    let mut scene = Scene::new(&[]).await;
    let now = jiff::Timestamp::now().to_string();
    let project = scene.input.profile.provider().unwrap().project_id.unwrap();
    let answer = move |uri: axum::http::Uri| async move {
        let path = uri.path().to_owned();
        let body = if path.ends_with("/users/me") {
            json!({ "_id": "u-1", "email": "owner@example.com", "firstName": "Canary" })
        } else if path.contains("/logs/tail") {
            json!({ "items": [{
                "_id": "e-1", "timestamp": now, "type": "error", "traceId": "t-1",
                "msg": "Handover of \"Canary wrote this\" by visitor@example.com failed",
                "meta": { "userId": "canary-user", "error": "no agent for +49 170 1234567" },
            }] })
        } else if path.ends_with("/chart") {
            json!({ "nodes": [{ "_id": "n", "type": "code", "config": { "code": "const key = 'canary-code-key'" } }], "relations": [] })
        } else if path.ends_with("/flows") {
            json!({ "items": [{ "_id": "f", "name": "Main" }] })
        } else if path.ends_with("/endpoints") {
            json!({ "items": [{ "_id": "e", "URLToken": "canary-url-token" }] })
        } else if path.contains("/handover/provider") {
            json!({ "_id": "x", "name": "x", "service": "niceCxOne",
                    "properties": [{ "key": "apiKey", "value": "canary-property" }] })
        } else {
            json!({ "_id": project, "name": "Project" })
        };
        axum::Json(body)
    };
    scene.input.profile.cognigy_api = Some(support::serve(Router::new().fallback(answer)).await);
    let report = scene.report().await;
    let check = report.check("HD-707").unwrap();
    assert_eq!(check.outcome, Outcome::Warn, "{}", report.to_text(false));
    assert!(check.compared[0].found.as_deref().unwrap().contains("failed"));
    for text in [
        serde_json::to_string(&report).unwrap(),
        report.to_text(true),
        report.to_markdown(),
    ] {
        for personal in ["Canary", "canary-", "owner@", "visitor@", "1234567"] {
            assert!(!text.contains(personal), "{personal} in {text}");
        }
    }
}
