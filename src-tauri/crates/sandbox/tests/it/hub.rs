//! The event hub, spoken to as the vendor's agent client does.

use futures_util::{SinkExt, StreamExt};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::cxone::Line;
use crate::live::line;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn hub(line: &Line, tenant: &str) -> Socket {
    let base = line.play.about.hosts.events.replace("http://", "ws://");
    connect_async(format!("{base}/?tenantId={tenant}&userId="))
        .await
        .unwrap()
        .0
}

async fn send(socket: &mut Socket, body: Value) {
    socket.send(Message::text(body.to_string())).await.unwrap();
}

/// The next thing that is said; none when the connection is over.
async fn next(socket: &mut Socket) -> Option<String> {
    match socket.next().await? {
        Ok(Message::Text(text)) => Some(text.to_string()),
        _ => None,
    }
}

fn register(token: &str) -> Value {
    json!({ "action": "register", "payload": { "token": token } })
}

#[tokio::test]
async fn the_event_hub_tells_of_the_contacts_one_asked_for() {
    let line = line(&[]).await;
    let tenant = line.play.profile("/cxone/tenant_id");
    let mut socket = hub(&line, &tenant).await;
    send(&mut socket, json!({ "action": "heartbeat" })).await;
    assert_eq!(next(&mut socket).await.as_deref(), Some("pong"));
    send(&mut socket, register(&line.token)).await;
    assert_eq!(next(&mut socket).await.as_deref(), Some("authorized"));

    let other = line.contact("sim_other").await;
    let contact = line.contact("sim_t1").await;
    let ask = json!({ "relationObjectId": contact.to_string(), "subscriptionType": "contact" });
    assert_eq!(
        line.dfo(Method::POST, "event-hub-subscriptions", ask)
            .await
            .status,
        201
    );
    line.set_status(other, "closed").await;
    line.says("sim_t1", "sim_m2", "Hello").await;
    line.set_status(contact, "closed").await;
    let mut kinds = Vec::new();
    while kinds.last().is_none_or(|kind| kind != "CaseStatusChanged") {
        let event: Value = serde_json::from_str(&next(&mut socket).await.unwrap()).unwrap();
        for field in [
            "eventId",
            "eventObject",
            "createdAt",
            "createdAtWithMilliseconds",
            "traceId",
        ] {
            assert!(event[field].is_string(), "{field}");
        }
        let data = &event["data"];
        assert_eq!(
            data["case"]["id"],
            contact.to_string(),
            "nobody asked for the other one"
        );
        assert_eq!(data["brand"]["tenantId"], tenant);
        kinds.push(event["eventType"].as_str().unwrap().to_owned());
    }
    assert_eq!(
        kinds,
        ["MessageCreated", "MessageAddedIntoCase", "CaseStatusChanged"]
    );
}

#[tokio::test]
async fn the_event_hub_refuses_as_its_switches_say() {
    let line = line(&[]).await;
    let tenant = line.play.profile("/cxone/tenant_id");
    let mut bad = hub(&line, &tenant).await;
    send(&mut bad, register("sim_nothing")).await;
    assert_eq!(next(&mut bad).await, None, "closed");
    let mut foreign = hub(&line, "11ee0000-aaaa-bbbb-cccc-0242ac110003").await;
    send(&mut foreign, register(&line.token)).await;
    assert_eq!(next(&mut foreign).await, None, "another tenant");
    line.sandbox().set_switch("hub-limit", "on-register").unwrap();
    let mut limited = hub(&line, &tenant).await;
    send(&mut limited, register(&line.token)).await;
    assert_eq!(next(&mut limited).await.as_deref(), Some("RATE_LIMIT_EXCEEDED"));
    line.sandbox().set_switch("hub-limit", "off").unwrap();
    line.sandbox().set_switch("hub-token", "silence").unwrap();
    let mut silent = hub(&line, &tenant).await;
    send(&mut silent, register("sim_nothing")).await;
    send(&mut silent, json!({ "action": "heartbeat" })).await;
    assert_eq!(
        next(&mut silent).await.as_deref(),
        Some("pong"),
        "and never authorized"
    );
}
