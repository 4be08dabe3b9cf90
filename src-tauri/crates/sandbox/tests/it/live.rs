//! CXone and the integration box: the token dance, and what a failed delivery looks like to the agent.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::response::IntoResponse;
use futures_util::FutureExt;
use reqwest::Method;
use sandbox::{Act, ByocForm, ContactView, Deed, Disturbance, Effect, Fault};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::cxone::Line;

/// A box that takes messages for threads without a chat behind them.
pub async fn line(set: &[(&str, &str)]) -> Line {
    let all: Vec<_> = [("unknown-conversation", "200")]
        .iter()
        .chain(set)
        .copied()
        .collect();
    Line::switched(&all).await
}

pub fn deed(act: Act) -> Deed {
    Deed { agent: None, act }
}

fn reply(text: &str) -> Deed {
    deed(Act::Reply { text: text.into() })
}

/// Counts the calls of a place without disturbing them.
fn counter(line: &Line, path: &str) -> u64 {
    let place = Disturbance {
        host: Some("endpoint".into()),
        method: None,
        path: Some(path.into()),
        calls: Vec::new(),
        effect: Effect::SlowFirstByte { ms: 0 },
    };
    line.sandbox().disturb(place).unwrap()
}

fn counted(line: &Line, id: u64) -> u64 {
    let kept = line.sandbox().glance().disturbances;
    kept.iter().find(|kept| kept.id == id).unwrap().seen
}

/// A contact that an agent has.
async fn accepted(line: &Line, thread: &str) -> u64 {
    let contact = line.contact(thread).await;
    let shown = line.sandbox().act(contact, deed(Act::Accept)).await.unwrap();
    assert!(shown.agent.is_some() && shown.status == "open");
    contact
}

fn last(contact: &ContactView) -> (Option<bool>, &str) {
    let message = contact.messages.last().unwrap();
    (message.delivered, message.failure.as_deref().unwrap_or_default())
}

#[tokio::test]
async fn the_first_message_fetches_the_token_and_the_next_ones_use_it() {
    for (mode, path) in [
        ("2.0", "/handover/niceCxOne/2.0/channel/*/outbound"),
        ("1.0", "/handover/niceCxOne/1.0/posts/*/messages"),
    ] {
        let line = line(&[("outbound-mode", mode)]).await;
        let messages = counter(&line, path);
        let tokens = counter(&line, "/handover/niceCxOne/*/auth/token");
        let contact = accepted(&line, "sim_t1").await;
        let shown = line.sandbox().act(contact, reply("Good morning")).await.unwrap();
        assert_eq!(last(&shown), (Some(true), ""), "{mode}");
        assert!(
            shown
                .messages
                .last()
                .unwrap()
                .external_id
                .starts_with("sim_message_"),
            "the box's own id"
        );
        assert_eq!(
            (counted(&line, messages), counted(&line, tokens)),
            (2, 1),
            "{mode}: 401, token, again"
        );
        line.sandbox()
            .act(contact, reply("How can I help?"))
            .await
            .unwrap();
        assert_eq!(
            (counted(&line, messages), counted(&line, tokens)),
            (3, 1),
            "{mode}: the token is kept"
        );
        line.sandbox().advance(Duration::from_secs(3600));
        line.sandbox().act(contact, reply("Still there?")).await.unwrap();
        assert_eq!(counted(&line, tokens), 2, "{mode}: it has run out");
    }
}

#[tokio::test]
async fn a_failed_delivery_shows_the_agent_why() {
    for (fault, failure) in [
        (Fault::Outbound404, "box_status: 404"),
        (Fault::OutboundNoId, "box_answer"),
        (Fault::Outbound401Forever, "unauthorized_with_token"),
        (Fault::OutboundSlow, "box_timeout"),
        (Fault::IntegrationSecretMismatch, "token_refused: status 401"),
        (Fault::FormTrailingSlash, "box_status: 404"),
        (Fault::Box500, "box_status: 500"),
    ] {
        let line = line(&[("box-timeout", "1s")]).await;
        let contact = accepted(&line, "sim_t1").await;
        line.sandbox().set_fault(fault, true);
        let shown = line.sandbox().act(contact, reply("Hello")).await.unwrap();
        assert_eq!(last(&shown), (Some(false), failure), "{fault}");
        line.sandbox().set_fault(fault, false);
        let shown = line.sandbox().act(contact, reply("Hello")).await.unwrap();
        assert_eq!(last(&shown), (Some(true), ""), "{fault} is over");
    }
}

#[tokio::test]
async fn a_box_that_was_down_once_is_asked_again_where_the_switch_says_so() {
    let line = line(&[("box-retries", "one")]).await;
    let contact = accepted(&line, "sim_t1").await;
    let once = Disturbance {
        host: Some("endpoint".into()),
        method: None,
        path: Some("/handover/**".into()),
        calls: vec![1],
        effect: Effect::Status {
            status: 503,
            retry_after: None,
        },
    };
    line.sandbox().disturb(once).unwrap();
    let shown = line.sandbox().act(contact, reply("Hello")).await.unwrap();
    assert_eq!(last(&shown), (Some(true), ""));
}

#[tokio::test]
async fn messages_can_come_twice_or_after_the_next() {
    let line = line(&[]).await;
    let contact = accepted(&line, "sim_t1").await;
    let on_call = |call: u64, effect: Effect| Disturbance {
        host: Some("endpoint".into()),
        method: None,
        path: None,
        calls: vec![call],
        effect,
    };
    line.sandbox().disturb(on_call(1, Effect::Duplicate)).unwrap();
    line.sandbox().disturb(on_call(2, Effect::Overtaken)).unwrap();
    let shown = line.sandbox().act(contact, reply("one")).await.unwrap();
    let id = &shown.messages.last().unwrap().id;
    let message = line
        .dfo(Method::GET, &format!("messages/{id}"), Value::Null)
        .await
        .json();
    assert_eq!(message["delivered"].as_array().unwrap().len(), 2);
    let shown = line.sandbox().act(contact, reply("two")).await.unwrap();
    assert_eq!(last(&shown), (None, ""), "held back");
    let shown = line.sandbox().act(contact, reply("three")).await.unwrap();
    let delivered: Vec<_> = shown
        .messages
        .iter()
        .skip(1)
        .map(|message| message.delivered)
        .collect();
    assert_eq!(delivered, [Some(true); 3]);
}

#[tokio::test]
async fn an_outbound_call_is_answered_before_its_messages_arrive_in_their_order() {
    let line = line(&[]).await;
    let contact = accepted(&line, "sim_t1").await;
    for text in ["one", "two", "three"] {
        let body = json!({
            "messageContent": { "type": "TEXT", "payload": { "text": text } },
            "thread": { "idOnExternalPlatform": "sim_t1" },
        });
        let answer = line
            .dfo(Method::POST, &format!("channels/{}/outbound", line.channel), body)
            .await;
        assert_eq!(answer.status, 201, "{}", answer.text);
    }
    let mut pulse = line.sandbox().pulse();
    let arrived = async {
        loop {
            let messages = line.sandbox().contact(contact).unwrap().messages;
            if messages
                .iter()
                .filter(|message| message.delivered == Some(true))
                .count()
                == 3
            {
                break messages;
            }
            pulse.changed().await.unwrap();
        }
    };
    let arrived = tokio::time::timeout(Duration::from_secs(60), arrived)
        .await
        .expect("the messages never came");
    // The box counts the messages it takes: its ids are in the order they came.
    let numbers: Vec<u64> = arrived
        .iter()
        .filter_map(|message| message.external_id.strip_prefix("sim_message_"))
        .map(|number| number.parse().unwrap())
        .collect();
    assert!(numbers.is_sorted() && numbers.len() == 3, "{numbers:?}");
}

/// A box of the test's own, on which everything CXone says is written down.
#[tokio::test]
async fn another_box_is_called_as_the_form_says() {
    let line = line(&[("sender-actions", "on")]).await;
    let heard: Arc<Mutex<Vec<(String, String, Value)>>> = Arc::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let writing = heard.clone();
    let router = axum::Router::new().fallback(move |request: axum::extract::Request| {
        let writing = writing.clone();
        async move {
            let (parts, body) = request.into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
            let token = parts
                .headers
                .get("authorization")
                .map_or("", |value| value.to_str().unwrap());
            let said = serde_json::from_slice(&body).unwrap_or_default();
            let path = parts.uri.path().to_owned();
            writing
                .lock()
                .unwrap()
                .push((path.clone(), token.to_owned(), said));
            match (path.as_str(), token) {
                ("/sim_token", _) => (
                    200,
                    json!({ "access_token": "sim_t", "token_type": "bearer", "expires_in": 60 }),
                ),
                (_, "Bearer sim_t") if path.ends_with("/outbound") => (
                    200,
                    json!({ "message": { "idOnExternalPlatform": "sim_own_id" } }),
                ),
                (_, "Bearer sim_t") => (204, Value::Null),
                _ => (401, json!({})),
            }
        }
        .map(|(status, body)| {
            let status = axum::http::StatusCode::from_u16(status).unwrap();
            match body {
                Value::Null => status.into_response(),
                body => (status, axum::Json(body)).into_response(),
            }
        })
    });
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let typed = ByocForm {
        box_url: Some(format!("{base}/box")),
        authorization_url: Some(format!("{base}/sim_token")),
        client_id: Some("sim_byoc".into()),
        client_secret: Some(SecretString::from("sim_secret_0123456789abcdef01234")),
        add_url: None,
    };
    let integration = line.play.profile("/channel_integration_id");
    assert!(!line.sandbox().type_form("sim_other", typed.clone()));
    assert!(line.sandbox().type_form(&integration, typed));
    let contact = accepted(&line, "sim t/1").await;
    line.sandbox()
        .act(contact, deed(Act::Typing { on: true }))
        .await
        .unwrap();
    let shown = line.sandbox().act(contact, reply("Good morning")).await.unwrap();
    assert_eq!(shown.messages.last().unwrap().external_id, "sim_own_id");
    serving.abort();

    let heard = heard.lock().unwrap();
    let calls: Vec<(&str, &str)> = heard
        .iter()
        .map(|(path, token, _)| (path.as_str(), token.as_str()))
        .collect();
    let typing = format!(
        "/box/1.0/channel/{}/thread/sim%20t%2F1/sender-action",
        line.channel
    );
    let outbound = format!("/box/2.0/channel/{}/outbound", line.channel);
    assert_eq!(
        calls,
        [
            (typing.as_str(), ""),
            ("/sim_token", ""),
            (typing.as_str(), "Bearer sim_t"),
            (outbound.as_str(), "Bearer sim_t"),
        ]
    );
    assert_eq!(
        heard[1].2,
        json!({
            "grant_type": "client_credentials", "client_id": "sim_byoc",
            "client_secret": "sim_secret_0123456789abcdef01234",
        })
    );
    let (action, message) = (&heard[2].2, &heard[3].2);
    assert_eq!(action["senderAction"]["action"], "isTypingOn");
    assert!(action["authorUser"]["firstName"].is_string());
    assert_eq!(message["thread"]["idOnExternalPlatform"], "sim t/1");
    assert_eq!(message["messageContent"]["payload"]["text"], "Good morning");
    assert_eq!(
        message["endUserRecipients"][0]["idOnExternalPlatform"],
        "sim_user_1"
    );
}

#[tokio::test]
async fn nothing_outside_this_computer_is_called() {
    let line = line(&[]).await;
    let typed = ByocForm {
        box_url: Some("http://box.example.com".into()),
        ..ByocForm::default()
    };
    let integration = line.play.profile("/channel_integration_id");
    assert!(line.sandbox().type_form(&integration, typed));
    let contact = accepted(&line, "sim_t1").await;
    let shown = line.sandbox().act(contact, reply("Hello")).await.unwrap();
    assert_eq!(last(&shown), (Some(false), "box_unreachable"));
}

#[tokio::test]
async fn the_end_of_a_contact_reaches_the_box_unless_the_script_lost_it() {
    let line = line(&[]).await;
    let releases = counter(&line, "/handover/niceCxOne/1.0/channel/*/thread/sim_kept/release");
    let lost = counter(&line, "/handover/niceCxOne/1.0/channel/*/thread/sim_lost/release");
    for fault in [Fault::ReleaseLost, Fault::ScriptNoOnrelease] {
        line.sandbox().set_fault(fault, true);
        let contact = line.contact("sim_lost").await;
        assert_eq!(line.set_status(contact, "closed").await, 204);
        line.sandbox().set_fault(fault, false);
        line.set_status(contact, "trashed").await;
    }
    let contact = accepted(&line, "sim_kept").await;
    line.sandbox().act(contact, deed(Act::Close)).await.unwrap();
    let arrived = async {
        while counted(&line, releases) == 0 {
            tokio::task::yield_now().await;
        }
    };
    // Only so that a release that never comes is a failure and no hang.
    tokio::time::timeout(Duration::from_secs(60), arrived)
        .await
        .expect("the end of the contact never came");
    assert_eq!(counted(&line, lost), 0);
}
