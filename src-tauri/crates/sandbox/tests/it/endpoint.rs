//! The Cognigy.AI endpoint: token, integration box, browser actions, and its two kinds of 404. Answers are held against
//! the contract by its own judge.

use std::time::Duration;

use byoc::judge::{Step, judge};
use byoc::path;
use serde_json::{Value, json};

use crate::play::{Answer, Play};

fn keeps(step: Step, answer: &Answer) {
    let verdict = judge(
        step,
        answer.status.as_u16(),
        Some(answer.header("content-type")),
        answer.text.as_bytes(),
    );
    assert!(
        verdict.kept && verdict.findings.is_empty(),
        "{step:?}: {verdict:?}"
    );
}

/// A message for the conversation that is on from the start.
pub fn message() -> Value {
    message_to(SESSION)
}

/// The session that the default seed begins with.
pub const SESSION: &str = "sim_session_6647e467";

pub fn message_to(thread: &str) -> Value {
    json!({
        "brand": { "id": 1 },
        "thread": { "idOnExternalPlatform": thread },
        "messageContent": { "type": "TEXT", "payload": { "text": "Good morning" } },
        "endUserRecipients": [{ "idOnExternalPlatform": "sim_user", "isPrimary": true, "isPrivate": true }],
    })
}

#[tokio::test]
async fn the_right_pair_gets_a_token_and_every_other_its_refusal() {
    let play = Play::start().await;
    let answer = play.box_token().await;
    keeps(Step::Token, &answer);
    assert_eq!(answer.json()["expires_in"], 3600);

    let (provider, id, secret) = (
        play.provider_id(),
        play.env("INTEGRATION_CLIENT_ID"),
        play.env("INTEGRATION_CLIENT_SECRET"),
    );
    for (id, secret) in [(id, "wrong"), ("wrong", secret), (id, "")] {
        let refused = play.box_token_of(&provider, id, secret).await;
        assert_eq!(
            (refused.status.as_u16(), &refused.json()["error"]),
            (401, &json!("invalid_client"))
        );
    }
    let unknown = play.box_token_of("0123456789abcdef01234567", id, secret).await;
    assert_eq!(
        (unknown.status.as_u16(), &unknown.json()["error"]),
        (404, &json!("provider_not_found"))
    );

    let url = play.handover(&format!("{provider}/auth/token"));
    let refused = async |request: reqwest::RequestBuilder| {
        let answer = play.send(request).await;
        assert_eq!(answer.status, 400);
        answer.json()["error"].as_str().unwrap().to_owned()
    };
    let grant = json!({ "grant_type": "password", "client_id": id, "client_secret": secret });
    assert_eq!(
        refused(play.http.post(&url).json(&grant)).await,
        "unsupported_grant_type"
    );
    assert_eq!(
        refused(play.http.post(&url).json(&json!({ "client_id": id }))).await,
        "invalid_request"
    );
    assert_eq!(
        refused(play.http.post(&url).form(&[("client_id", id)])).await,
        "invalid_request"
    );
    assert_eq!(
        refused(
            play.http
                .post(&url)
                .header("content-type", "application/json")
                .body("{")
        )
        .await,
        "invalid_request"
    );
}

#[tokio::test]
async fn the_box_asks_for_a_token_and_then_answers_by_the_contract() {
    let play = Play::start().await;
    let token = play.box_token().await.json()["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let typing = json!({ "senderAction": { "action": "isTypingOn" } });
    let recipients = json!({ "endUserRecipients": [{ "idOnExternalPlatform": "sim_user" }] });
    let calls = [
        (Step::Outbound, path::outbound("sim_channel"), message()),
        (
            Step::LegacyOutbound,
            path::legacy_outbound(SESSION),
            json!({ "anything": true }),
        ),
        (
            Step::SenderAction,
            path::sender_action("sim_channel", SESSION),
            typing,
        ),
        (
            Step::RecipientValidation,
            path::recipient_validation("sim_channel"),
            recipients,
        ),
    ];
    for (step, path, body) in calls {
        let path = path.trim_start_matches('/');
        keeps(Step::WithoutToken, &play.send(play.box_call(path, &body)).await);
        keeps(
            Step::WithoutToken,
            &play
                .send(play.box_call(path, &body).bearer_auth("sim_stale"))
                .await,
        );
        let answer = play.send(play.box_call(path, &body).bearer_auth(&token)).await;
        keeps(step, &answer);
        if step == Step::Outbound {
            assert_eq!(answer.json()["thread"]["idOnExternalPlatform"], SESSION);
            assert_eq!(answer.json()["recipients"][0]["idOnExternalPlatform"], "sim_user");
        }
    }
    let path = path::outbound("sim_channel");
    let half = play
        .send(
            play.box_call(path.trim_start_matches('/'), &json!({}))
                .bearer_auth(&token),
        )
        .await;
    assert_eq!(half.status, 400);
    let path = path::recipient_validation("c");
    let nobody = json!({ "endUserRecipients": [] });
    let refused = play
        .send(
            play.box_call(path.trim_start_matches('/'), &nobody)
                .bearer_auth(&token),
        )
        .await;
    keeps(Step::RecipientValidation, &refused);
    assert_eq!(refused.status, 400);
}

#[tokio::test]
async fn the_two_sides_do_not_share_tokens_and_the_box_forgets_old_ones() {
    let play = Play::start().await;
    let box_token = play.box_token().await.json()["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let cxone_token = play.access_token().await;
    let path = path::outbound("sim_channel");
    let call = |token: &str| {
        play.box_call(path.trim_start_matches('/'), &message())
            .bearer_auth(token)
    };
    assert_eq!(play.send(call(&cxone_token)).await.status, 401);
    assert_eq!(play.get_as(&box_token, &play.dfo("channels")).await.status, 401);
    assert_eq!(play.send(call(&box_token)).await.status, 200);
    play.sandbox.advance(Duration::from_secs(3600));
    assert_eq!(play.send(call(&box_token)).await.status, 401);
}

#[tokio::test]
async fn browser_actions_go_back_or_say_why_not() {
    let play = Play::start().await;
    for action in ["add", "reconnect", "remove"] {
        let url = play.handover(action);
        let back = play
            .get(&format!(
                "{url}?userId=1&brandId=1&token=t&backUrl=https%3A%2F%2Fexample.com%2Fdone"
            ))
            .await;
        assert_eq!(
            (back.status.as_u16(), back.header("location")),
            (302, "https://example.com/done")
        );
        for query in [
            "",
            "?backUrl=",
            "?backUrl=javascript:alert(1)",
            "?backUrl=nowhere",
        ] {
            let refused = play.get(&format!("{url}{query}")).await;
            assert_eq!(
                (refused.status.as_u16(), &refused.json()["error"]),
                (400, &json!("invalid_request")),
                "{query}"
            );
        }
    }
}

/// The console's button, once and a second time with the same token.
#[tokio::test]
async fn the_one_time_token_of_the_add_action_is_exchanged() {
    let play = Play::start().await;
    let url = play.sandbox.add_action().unwrap();
    let path = format!("/v2.0/projects/{}/logs?type=info", play.project_id());
    for message in [
        "An administrator of CXone came by",
        "CXone did not know the one-time token",
    ] {
        assert_eq!(play.get(&url).await.status, 302);
        let log = play.api(reqwest::Method::GET, &path, None).await.json();
        assert_eq!(log["items"].as_array().unwrap().last().unwrap()["msg"], message);
    }
}

#[tokio::test]
async fn the_service_and_the_ingress_miss_in_different_words() {
    let play = Play::start().await;
    let service = play.get(&play.handover("nonsense")).await;
    assert_eq!(
        (service.status.as_u16(), service.header("content-type")),
        (404, "application/json")
    );
    for path in [
        "/",
        "/nonsense",
        "/handovers/niceCxOne",
        "/nonsense/niceCxOne/add",
    ] {
        let ingress = play.get(&format!("{}{path}", play.about.endpoint_base)).await;
        assert_eq!(ingress.status, 404, "{path}");
        assert!(ingress.header("content-type").starts_with("text/plain"), "{path}");
    }
    assert_eq!(
        play.get(&play.handover(&format!("{}/auth/token", play.provider_id())))
            .await
            .status,
        405
    );
}
