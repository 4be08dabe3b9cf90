//! Chats with the bot: the socket's handshakes in both versions of Engine.IO, the REST endpoint, and what is refused.

use sandbox::Options;
use sandbox::switch::{FinalPing, Switches};
use serde_json::{Value, json};

use crate::play::Play;
use crate::socket::{Engine, Socket, token_of};

const GREETING: &str = "I am the sandbox's bot. Say human to reach a person.";
const ENGINES: [Engine; 2] = [Engine::Four, Engine::Three];

#[tokio::test]
async fn both_engines_chat_with_the_bot() {
    let play = Play::start().await;
    for engine in ENGINES {
        for channel in ["webchat3", "socket"] {
            let session = format!("sim_session_{engine:?}_{channel}");
            let mut socket = Socket::chat(&play, engine, channel, "sim_user", &session).await;
            socket.say_confirmed("hello").await;
            let output = socket.wait("output").await;
            assert_eq!(output["type"], "output");
            assert_eq!(
                (&output["data"]["text"], &output["data"]["source"]),
                (&json!(GREETING), &json!("bot"))
            );
            assert_eq!(socket.wait("finalPing").await, json!({ "type": "regular" }));
        }
    }
}

#[tokio::test]
async fn the_end_of_a_run_may_be_an_output() {
    let play = Play::switched(Switches {
        final_ping: FinalPing::Output,
        ..Switches::default()
    })
    .await;
    let mut socket = Socket::chat(&play, Engine::Four, "socket", "sim_user", "sim_session_1").await;
    socket.say("hello").await;
    socket.wait("output").await;
    let ping = json!({ "type": "finalPing", "data": { "type": "regular" } });
    assert_eq!(socket.wait("output").await, ping);
}

#[tokio::test]
async fn ids_may_come_as_the_answer_to_a_handshake() {
    let play = Play::start().await;
    for engine in ENGINES {
        let token = token_of(&play, "webchat3").await;
        let mut socket = Socket::connect(&play, engine, &[("handshake", "true")]).await;
        let asked = socket.event().await;
        assert_eq!(asked.name, "handshake");
        let ids = json!({ "userId": "sim_user", "sessionId": "sim_session_1", "urlToken": token });
        socket.confirm(asked.confirm.unwrap(), &ids).await;
        assert_eq!(socket.event().await.name, "endpoint-ready");

        let mut nobody = Socket::connect(&play, engine, &[("handshake", "true")]).await;
        let asked = nobody.event().await;
        nobody
            .confirm(asked.confirm.unwrap(), &json!({ "userId": "sim_user" }))
            .await;
        assert_eq!(nobody.event().await.name, "exception");
    }
}

#[tokio::test]
async fn ids_may_come_with_the_first_message() {
    let play = Play::start().await;
    let mut socket = Socket::connect(&play, Engine::Four, &[]).await;
    assert_eq!(socket.event().await.name, "endpoint-ready");
    socket.token = token_of(&play, "socket").await;
    socket.user = "sim_user".to_owned();
    socket.session = "sim_session_1".to_owned();
    socket.say("hello").await;
    assert_eq!(socket.heard().await["text"], GREETING);
}

#[tokio::test]
async fn events_are_confirmed_where_the_client_wants_to() {
    let play = Play::start().await;
    let token = token_of(&play, "webchat3").await;
    let query = [
        ("urlToken", token.as_str()),
        ("userId", "sim_user"),
        ("sessionId", "sim_session_1"),
        ("emitWithAck", "true"),
    ];
    let mut socket = Socket::connect(&play, Engine::Four, &query).await;
    socket.confirms = true;
    socket.token.clone_from(&token);
    socket.user = "sim_user".to_owned();
    socket.session = "sim_session_1".to_owned();
    assert_eq!(socket.event().await.name, "endpoint-ready");
    socket.say("hello").await;
    let said = socket.event().await;
    assert_eq!(said.name, "output");
    assert!(said.confirm.is_some());
    // Only a confirmed output lets the run end.
    assert_eq!(socket.event().await.name, "finalPing");
}

/// Sends one input and gives what comes back first.
async fn answer_to(play: &Play, change: impl FnOnce(&mut Value)) -> (String, Value) {
    let mut socket = Socket::chat(play, Engine::Four, "socket", "sim_user", "sim_session_1").await;
    let mut input = socket.input("hello");
    change(&mut input);
    socket.emit("processInput", &input).await;
    let event = socket.event().await;
    (event.name, event.payload)
}

#[tokio::test]
async fn a_wrong_input_is_an_exception_that_names_the_rule() {
    let play = Play::start().await;
    let rest = token_of(&play, "rest").await;
    type Change = Box<dyn FnOnce(&mut Value)>;
    let changes: [(Change, &str); 6] = [
        (
            Box::new(|input| input["mood"] = "bad".into()),
            "additionalProperties",
        ),
        (Box::new(|input| input["text"] = 7.into()), "type"),
        (Box::new(|input| input["userId"] = "".into()), "minLength"),
        (Box::new(|input| input["resetFlow"] = "no".into()), "type"),
        (Box::new(|input| input["URLToken"] = "sim_nothing".into()), ""),
        (Box::new(move |input| input["URLToken"] = rest.into()), ""),
    ];
    for (change, rule) in changes {
        let (name, payload) = answer_to(&play, change).await;
        assert_eq!(name, "exception");
        assert!(payload["error"].is_string());
        let told = payload["rule"].as_str().unwrap_or_default();
        assert!(told.ends_with(rule), "{payload}: {rule}");
        assert_eq!(rule.is_empty(), payload.get("rule").is_none(), "{payload}");
    }
    let mut socket = Socket::chat(&play, Engine::Four, "socket", "sim_user", "sim_session_1").await;
    socket
        .emit("typingStatus", &json!({ "status": "typingOn" }))
        .await;
    socket.emit("typingStatus", &json!({ "status": "humming" })).await;
    let told = socket.wait("exception").await;
    assert_eq!(told["rule"], "event typingStatus /status enum");
    let loose = Play::options(Options {
        loose: true,
        ..Options::default()
    })
    .await;
    let (name, _) = answer_to(&loose, |input| input["mood"] = "bad".into()).await;
    assert_eq!(name, "output");
}

#[tokio::test]
async fn a_handshake_with_a_token_nobody_has_is_an_exception() {
    let play = Play::start().await;
    let rest = token_of(&play, "rest").await;
    for token in ["sim_nothing", &rest] {
        let query = [
            ("urlToken", token),
            ("userId", "sim_user"),
            ("sessionId", "sim_session_1"),
        ];
        let mut socket = Socket::connect(&play, Engine::Four, &query).await;
        assert_eq!(socket.event().await.name, "exception");
    }
}

#[tokio::test]
async fn polling_opens_a_session_too() {
    let play = Play::start().await;
    for engine in [3, 4] {
        let url = format!(
            "{}/socket.io/?EIO={engine}&transport=polling",
            play.about.endpoint_base
        );
        let open = play.get(&url).await;
        assert_eq!(open.status, 200);
        // The older version writes the packet's length before it.
        assert_eq!(open.text.starts_with("0{"), engine == 4, "{}", open.text);
        assert!(open.text.contains("\"sid\""), "{}", open.text);
    }
    let url = format!("{}/socket.io/?EIO=2&transport=polling", play.about.endpoint_base);
    assert_eq!(play.get(&url).await.status, 400);
}

#[tokio::test]
async fn the_rest_endpoint_answers_at_once_and_cannot_hand_over() {
    let play = Play::start().await;
    let token = token_of(&play, "rest").await;
    let url = format!("{}/{token}", play.about.endpoint_base);
    let say = async |text: &str| {
        let body = json!({ "userId": "sim_user", "sessionId": "sim_session_1", "text": text });
        play.send(play.http.post(&url).json(&body)).await
    };
    let hello = say("hello").await.json();
    assert_eq!(
        (&hello["text"], &hello["sessionId"]),
        (&json!(GREETING), &json!("sim_session_1"))
    );
    assert_eq!(hello["outputStack"][0]["source"], "bot");
    let human = say("human please").await.json();
    assert_eq!(human["text"], "Nobody can be reached at the moment.");
    let project = play.project_id();
    let path = format!("/v2.1/projects/{project}/logs/tail?sessionId=sim_session_1&type=error");
    let log = play.api(reqwest::Method::GET, &path, None).await.json();
    assert_eq!(log["items"][0]["meta"]["reason"], "unsupported");

    for body in [
        json!({ "userId": "sim_user", "text": "hello" }),
        json!({ "userId": "sim_user", "sessionId": "sim_session_1" }),
        json!({ "userId": "sim_user", "sessionId": "sim_session_1", "text": "hello", "mood": "bad" }),
    ] {
        assert_eq!(
            play.send(play.http.post(&url).json(&body)).await.status,
            400,
            "{body}"
        );
    }
    let chat = token_of(&play, "webchat3").await;
    let body = json!({ "userId": "sim_user", "sessionId": "sim_session_1", "text": "hello" });
    let elsewhere = play
        .http
        .post(format!("{}/{chat}", play.about.endpoint_base))
        .json(&body);
    assert_eq!(play.send(elsewhere).await.status, 400);
    let test = play
        .http
        .post(format!("{}/test/{token}", play.about.endpoint_base))
        .json(&body);
    assert_eq!(play.send(test).await.status, 200);
}
