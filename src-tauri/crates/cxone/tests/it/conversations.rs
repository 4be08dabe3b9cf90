//! Messages and contacts: what is sent, and that nothing is created twice.

use cxone::contacts;
use cxone::messages::{self, Inbound, Outbound};

use crate::server::{Answer, Server, granted, session};

const INBOUND: Inbound<'_> = Inbound {
    id: "in-1",
    thread: "thread 1/2",
    end_user: "user-1",
    nickname: "Test",
    text: "Hello",
    at: jiff::Timestamp::UNIX_EPOCH,
};

#[tokio::test]
async fn a_message_is_handed_in_as_documented() {
    let server = Server::start(|_, _| {
        Answer::json(
            201,
            r#"{"consumerContact":{"id":"204","status":"new"},"message":{"id":"m-1","idOnExternalPlatform":"in-1"}}"#,
        )
    })
    .await;
    let stored = messages::create(&session(&server), "c 1", &INBOUND)
        .await
        .unwrap();
    assert_eq!(stored.contact.unwrap().number, "204");
    assert_eq!(stored.message.unwrap().id, "m-1");
    let hit = &server.hits()[0];
    assert_eq!(hit.line(), "POST /dfo/3.0/channels/c%201/messages");
    let body: serde_json::Value = serde_json::from_str(&hit.body).unwrap();
    assert_eq!(body["createdAtWithMilliseconds"], "1970-01-01T00:00:00.000+00:00");
    assert_eq!(body["direction"], "inbound");
    assert_eq!(body["thread"]["idOnExternalPlatform"], "thread 1/2");
}

#[tokio::test]
async fn an_answer_without_contact_and_message_is_an_answer() {
    let server = Server::start(|_, _| Answer::json(201, "[]")).await;
    let stored = messages::create(&session(&server), "c-1", &INBOUND)
        .await
        .unwrap();
    assert_eq!((stored.contact, stored.message), (None, None));
}

#[tokio::test]
async fn creating_is_not_repeated_and_closing_is() {
    let server = Server::start(|_, _| Answer::empty(503)).await;
    let session = session(&server);
    let outbound = Outbound {
        thread: "t",
        end_user: "u",
        nickname: "n",
        text: "x",
    };
    assert_eq!(
        messages::create(&session, "c", &INBOUND)
            .await
            .unwrap_err()
            .status(),
        Some(503)
    );
    assert_eq!(
        messages::send(&session, "c", &outbound)
            .await
            .unwrap_err()
            .status(),
        Some(503)
    );
    assert_eq!(
        contacts::close(&session, "204").await.unwrap_err().status(),
        Some(503)
    );
    assert_eq!(
        server.lines(),
        [
            "POST /dfo/3.0/channels/c/messages",
            "POST /dfo/3.0/channels/c/outbound",
            "PUT /dfo/3.0/contacts/204/status",
            "PUT /dfo/3.0/contacts/204/status",
            "PUT /dfo/3.0/contacts/204/status",
        ]
    );
}

#[tokio::test]
async fn a_refused_token_is_renewed_once_for_a_write_too() {
    let server = Server::start(|hit, _| match (hit.path.as_str(), hit.authorization.as_deref()) {
        ("/auth/token", _) => granted("sim_token_1"),
        (_, Some("Bearer sim_token_1")) => Answer::empty(204),
        _ => Answer::empty(401),
    })
    .await;
    let session = session(&server);
    contacts::close(&session, "204").await.unwrap();
    let put = "PUT /dfo/3.0/contacts/204/status";
    assert_eq!(server.lines(), [put, "POST /auth/token", put]);
}
