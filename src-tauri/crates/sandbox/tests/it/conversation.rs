//! Whole conversations over real sockets: a customer in the chat, the bot, the handover to CXone, agents there, and the way
//! back to the bot.

use reqwest::Method;
use sandbox::switch::{HandoverEnding, OutboundMode, QueueEvents, SenderActions, Switches};
use sandbox::{Act, CannotAct};
use serde_json::{Value, json};

use crate::play::Play;
use crate::talk::{ACCEPTED, BACK, CANCELLED, SESSION, Talk};

#[tokio::test]
async fn a_handover_goes_its_whole_way_and_so_does_a_second_one() {
    for outbound_mode in [OutboundMode::V2, OutboundMode::V1] {
        let mut talk = Talk::switched(Switches {
            outbound_mode,
            ..Switches::default()
        })
        .await;
        talk.socket.say("hello").await;
        talk.hears("bot", "I am the sandbox's bot. Say human to reach a person.")
            .await;
        let first = talk.hand_over().await;
        assert_eq!(first.thread, SESSION);
        assert_eq!(
            (first.status.as_str(), first.skill.as_deref()),
            ("new", Some("Sandbox escalations"))
        );
        assert_eq!(first.end_user, "sim_user");
        assert_eq!(
            first.messages[0].text,
            "User: hello\nBot: I am the sandbox's bot. Say human to reach a person.\nUser: a human please"
        );

        talk.socket.say("are you there?").await;
        talk.arrives("are you there?").await;
        assert_eq!(talk.act(Act::Accept).await.status, "open");
        for (answer, question) in [
            ("Good morning", "Where is it?"),
            ("It is on its way", "Thank you"),
            ("Bye", "Bye"),
        ] {
            let contact = talk.reply(answer).await;
            assert_eq!(contact.messages.last().unwrap().delivered, Some(true), "{answer}");
            talk.hears("agent", answer).await;
            talk.socket.say(question).await;
            talk.arrives(question).await;
        }
        assert_eq!(talk.act(Act::Close).await.status, "closed");
        talk.hears("bot", BACK).await;

        talk.socket.say("hello").await;
        talk.hears("bot", "I am the sandbox's bot. Say human to reach a person.")
            .await;
        let second = talk.hand_over().await;
        assert_ne!(second.number, first.number);
        assert_eq!(second.thread, SESSION, "the same thread");
        talk.act(Act::Accept).await;
        talk.reply("Again").await;
        talk.hears("agent", "Again").await;
        talk.act(Act::Close).await;
        talk.hears("bot", BACK).await;
        assert_eq!(talk.errors().await, Vec::<Value>::new());
    }
}

#[tokio::test]
async fn a_scripted_agent_serves_every_contact() {
    let mut talk = Talk::start().await;
    talk.play.sandbox.set_agent(vec![
        Act::Accept,
        Act::Reply {
            text: "Good morning".to_owned(),
        },
        Act::Reply {
            text: "Good bye".to_owned(),
        },
        Act::Close,
    ]);
    for _ in 0..2 {
        talk.socket.say("human").await;
        talk.hears("bot", ACCEPTED).await;
        talk.hears("agent", "Good morning").await;
        talk.hears("agent", "Good bye").await;
        talk.hears("bot", BACK).await;
    }
    let contacts = talk.play.sandbox.glance().contacts;
    let statuses: Vec<&str> = contacts.iter().map(|contact| contact.status.as_str()).collect();
    assert_eq!(statuses, ["closed", "closed"]);
}

#[tokio::test]
async fn a_customer_without_a_socket_has_the_same_chat() {
    let play = Play::start().await;
    play.sandbox.set_agent(vec![
        Act::Accept,
        Act::Reply {
            text: "Good morning".to_owned(),
        },
    ]);
    let customer = play.sandbox.customer("sim_user", SESSION);
    customer.say("human").await.unwrap();
    play.until("three lines", || customer.lines().len() >= 3).await;
    assert_eq!(customer.stage(), sandbox::ChatStage::Agent);
    let lines = customer.lines();
    let said: Vec<(sandbox::Speaker, &str)> = lines
        .iter()
        .map(|line| (line.speaker, line.text.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            (sandbox::Speaker::User, "human"),
            (sandbox::Speaker::Bot, ACCEPTED),
            (sandbox::Speaker::Agent, "Good morning"),
        ]
    );
    assert_eq!(lines[1].buttons, ["Cancel"]);
}

#[tokio::test]
async fn the_settings_of_the_node_count() {
    let mut talk = Talk::start().await;
    talk.configure("sendTranscriptAsFirstMessage", false.into()).await;
    talk.configure("displayAgentDetails", true.into()).await;
    talk.configure("repeatHandoverMessage", true.into()).await;
    talk.socket.say("hello").await;
    talk.socket.heard().await;
    let contact = talk.hand_over().await;
    assert_eq!(contact.messages[0].text, "a human please");
    talk.socket.say("still there?").await;
    talk.hears("bot", ACCEPTED).await;
    talk.act(Act::Accept).await;
    talk.reply("Good morning").await;
    let output = talk.hears("agent", "Good morning").await;
    assert_eq!(output["data"]["avatarName"], "Sandbox Agent1");
    talk.configure("displayAgentDetails", false.into()).await;
    talk.act(Act::Close).await;
    talk.hears("bot", BACK).await;
    talk.hand_over().await;
    talk.act(Act::Accept).await;
    talk.reply("Again").await;
    let output = talk.hears("agent", "Again").await;
    assert_eq!(output["data"], json!({}));
}

#[tokio::test]
async fn waiting_can_be_cancelled_and_closes_the_contact() {
    for (word, handover_ending) in [
        ("Cancel", HandoverEnding::Status),
        ("never mind", HandoverEnding::Signal),
    ] {
        let mut talk = Talk::switched(Switches {
            handover_ending,
            ..Switches::default()
        })
        .await;
        talk.socket.say("human").await;
        let output = talk.hears("bot", ACCEPTED).await;
        let replies = &output["data"]["_cognigy"]["_webchat"]["message"]["quick_replies"];
        assert_eq!(replies[0]["payload"], "Cancel");
        talk.socket.say(word).await;
        talk.hears("bot", CANCELLED).await;
        talk.becomes("closed").await;
        assert_eq!(talk.try_act(Act::Accept).await.unwrap_err(), CannotAct::Over);
        let texts: Vec<String> = talk
            .contact()
            .messages
            .into_iter()
            .map(|message| message.text)
            .collect();
        assert_eq!(texts, ["User: human"], "the word itself is not for the agent");
        // The session is free for another handover.
        talk.hand_over().await;
        talk.act(Act::Accept).await;
        talk.reply("Good morning").await;
        talk.hears("agent", "Good morning").await;
    }
}

#[tokio::test]
async fn a_transfer_does_not_end_the_handover() {
    let mut talk = Talk::start().await;
    talk.hand_over().await;
    let first = talk.act(Act::Accept).await.agent.unwrap();
    talk.reply("Good morning").await;
    talk.hears("agent", "Good morning").await;
    let agents = talk.play.sandbox.glance().agents;
    let other = agents
        .iter()
        .find(|agent| agent.id != first && agent.digital && !agent.skills.is_empty())
        .unwrap()
        .id;
    let moved = talk
        .act(Act::Transfer {
            agent: Some(other),
            skill: None,
        })
        .await;
    assert_eq!(moved.agent, Some(other));
    talk.reply("I took over").await;
    talk.hears("agent", "I took over").await;
    talk.socket.say("Hello again").await;
    talk.arrives("Hello again").await;
    // Into the queue and out of it again.
    let skill: u64 = talk.play.profile("/routing_skill").parse().unwrap();
    assert_eq!(
        talk.act(Act::Transfer {
            agent: None,
            skill: Some(skill)
        })
        .await
        .agent,
        None
    );
    talk.socket.say("Anybody?").await;
    talk.arrives("Anybody?").await;
    talk.act(Act::Accept).await;
    talk.reply("Here").await;
    talk.hears("agent", "Here").await;
    talk.act(Act::Close).await;
    talk.hears("bot", BACK).await;
    assert_eq!(talk.play.sandbox.glance().contacts.len(), 1);
}

#[tokio::test]
async fn typing_shows_where_the_channel_has_it() {
    let mut talk = Talk::switched(Switches {
        sender_actions: SenderActions::On,
        ..Switches::default()
    })
    .await;
    talk.hand_over().await;
    talk.act(Act::Accept).await;
    for (on, word) in [(true, "typingOn"), (false, "typingOff")] {
        talk.act(Act::Typing { on }).await;
        assert_eq!(talk.socket.wait("typingStatus").await, json!({ "status": word }));
    }
}

#[tokio::test]
async fn a_flow_may_hear_of_queue_and_agent() {
    let mut talk = Talk::switched(Switches {
        queue_events: QueueEvents::On,
        ..Switches::default()
    })
    .await;
    talk.configure("sendOnQueueEvent", true.into()).await;
    talk.configure("sendOnActiveEvent", true.into()).await;
    talk.hand_over().await;
    // A run of the flow for the message, one for the queue, one for the agent: nothing is said in the last two.
    talk.socket.wait("finalPing").await;
    talk.socket.wait("finalPing").await;
    talk.act(Act::Accept).await;
    talk.reply("Good morning").await;
    talk.hears("agent", "Good morning").await;
    talk.socket.wait("finalPing").await;
}

#[tokio::test]
async fn the_conversation_is_written_down_with_its_handover() {
    let mut talk = Talk::start().await;
    talk.hand_over().await;
    talk.act(Act::Accept).await;
    talk.reply("Good morning").await;
    talk.hears("agent", "Good morning").await;
    let path = format!("/v2.0/conversations/{SESSION}");
    let turns = talk.play.api(Method::GET, &path, None).await.json();
    let rows: Vec<(String, bool, bool)> = turns["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|turn| {
            (
                turn["source"].as_str().unwrap().to_owned(),
                turn["inHandoverRequest"].as_bool().unwrap(),
                turn["inHandoverConversation"].as_bool().unwrap(),
            )
        })
        .collect();
    let row = |source: &str, request, on| (source.to_owned(), request, on);
    assert_eq!(
        rows,
        [
            row("user", false, false),
            row("bot", true, false),
            row("agent", true, true)
        ]
    );
    assert_eq!(talk.play.api(Method::DELETE, &path, None).await.status, 204);
    assert_eq!(talk.play.api(Method::GET, &path, None).await.status, 404);
}

/// An agent by the Digital API alone, who does not wait for what becomes of a message.
#[tokio::test]
async fn a_farewell_arrives_before_the_release() {
    let mut talk = Talk::start().await;
    let token = talk.play.access_token().await;
    let call = async |play: &Play, method: Method, path: String, body: Value| {
        let request = play.http.request(method, play.dfo(&path));
        let answer = play.send(request.bearer_auth(&token).json(&body)).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.text);
    };
    for _ in 0..10 {
        let contact = talk.hand_over().await;
        let agent = talk.play.sandbox.glance().agents[1].id + 500_000;
        let path = |tail: &str| format!("contacts/{}/{tail}", contact.number);
        call(
            &talk.play,
            Method::PUT,
            path("inbox-assignment"),
            json!({ "userId": agent }),
        )
        .await;
        let outbound = format!("channels/{}/outbound", contact.channel);
        for text in ["Good morning", "Good bye"] {
            let body = json!({
                "thread": { "idOnExternalPlatform": SESSION }, "messageContent": { "type": "TEXT", "payload": { "text": text } },
            });
            call(&talk.play, Method::POST, outbound.clone(), body).await;
        }
        call(
            &talk.play,
            Method::PUT,
            path("status"),
            json!({ "status": "closed" }),
        )
        .await;
        talk.hears("agent", "Good morning").await;
        talk.hears("agent", "Good bye").await;
        talk.hears("bot", BACK).await;
    }
}
