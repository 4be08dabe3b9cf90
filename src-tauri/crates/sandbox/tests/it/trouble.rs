//! Conversations that go wrong: nobody there, refusals on either side, a script that lost its parts, a chat that broke off.

use reqwest::Method;
use sandbox::{Act, CannotAct, Deed, Fault};
use serde_json::json;

use crate::play::Play;
use crate::socket::{Engine, Socket};
use crate::talk::{ACCEPTED, CANCELLED, NOBODY, SESSION, Talk};

#[tokio::test]
async fn a_refusal_of_cxone_takes_the_error_branch() {
    for fault in [
        Fault::KeyWrong,
        Fault::ClientDisabled,
        Fault::TenantUnknown,
        Fault::ChannelMissing,
        Fault::Discovery503,
        Fault::Token429,
    ] {
        let mut talk = Talk::start().await;
        talk.play.sandbox.set_fault(fault, true);
        talk.socket.say("human").await;
        talk.hears("bot", NOBODY).await;
        let errors = talk.errors().await;
        assert_eq!(
            (errors.len(), &errors[0]["meta"]["sessionId"]),
            (1, &json!(SESSION)),
            "{fault}"
        );
        assert_eq!(errors[0]["meta"]["reason"], "error");
        assert!(talk.play.sandbox.glance().contacts.is_empty(), "{fault}");
        // Once it is mended, the same chat can hand over.
        talk.play.sandbox.set_fault(fault, false);
        talk.hand_over().await;
    }
}

#[tokio::test]
async fn without_an_error_branch_the_customer_hears_nothing() {
    let mut talk = Talk::start().await;
    talk.play.sandbox.set_fault(Fault::KeyWrong, true);
    talk.play.sandbox.set_fault(Fault::FlowNoErrorBranch, true);
    talk.socket.say("human").await;
    assert_eq!(talk.socket.event().await.name, "finalPing");
    assert_eq!(talk.errors().await.len(), 1);
}

#[tokio::test]
async fn a_script_without_onrelease_leaves_the_chat_with_nobody() {
    let mut talk = Talk::start().await;
    talk.play.sandbox.set_fault(Fault::ScriptNoOnrelease, true);
    talk.hand_over().await;
    talk.act(Act::Accept).await;
    talk.reply("Bye").await;
    talk.hears("agent", "Bye").await;
    talk.act(Act::Close).await;
    // The bot would answer this, were the chat back with it.
    talk.socket.say("hello").await;
    talk.arrives("hello").await;
    assert_eq!(
        talk.play.sandbox.customer("sim_user", SESSION).stage(),
        sandbox::ChatStage::Agent
    );
}

#[tokio::test]
async fn a_box_that_refuses_shows_the_agent_a_failed_delivery() {
    let mut talk = Talk::start().await;
    talk.hand_over().await;
    talk.act(Act::Accept).await;
    talk.play.sandbox.set_fault(Fault::Outbound404, true);
    let contact = talk.reply("Good morning").await;
    let message = contact.messages.last().unwrap();
    assert_eq!(message.delivered, Some(false));
    assert!(message.failure.as_deref().unwrap().contains("404"), "{message:?}");
    talk.play.sandbox.set_fault(Fault::Outbound404, false);
    talk.reply("Better now").await;
    talk.hears("agent", "Better now").await;
}

#[tokio::test]
async fn with_nobody_there_the_chat_waits_and_can_be_cancelled() {
    let mut talk = Talk::start().await;
    talk.play.sandbox.set_fault(Fault::AgentsOffline, true);
    talk.play.sandbox.set_agent(vec![Act::Accept, Act::Close]);
    let contact = talk.hand_over().await;
    assert_eq!((contact.status.as_str(), contact.agent), ("new", None));
    assert_eq!(talk.try_act(Act::Accept).await.unwrap_err(), CannotAct::NoAgent);
    talk.socket.say("are you there?").await;
    talk.arrives("are you there?").await;
    talk.socket.say("Cancel").await;
    talk.hears("bot", CANCELLED).await;
}

#[tokio::test]
async fn a_chat_that_comes_back_hears_what_it_missed() {
    let mut talk = Talk::start().await;
    talk.hand_over().await;
    talk.act(Act::Accept).await;
    let Talk { play, socket } = talk;
    socket.leave().await;
    let number = play.sandbox.glance().contacts[0].number;
    let deed = Deed {
        agent: None,
        act: Act::Reply {
            text: "Are you there?".to_owned(),
        },
    };
    play.sandbox.act(number, deed).await.unwrap();
    let mut socket = Socket::chat(&play, Engine::Three, "webchat3", "sim_user", SESSION).await;
    assert_eq!(socket.heard().await["text"], "Are you there?");
    socket.say("I am").await;
    let last = || {
        play.sandbox
            .contact(number)
            .unwrap()
            .messages
            .last()
            .unwrap()
            .text
            .clone()
    };
    play.until("the answer", || last() == "I am").await;
}

#[tokio::test]
async fn credentials_that_were_changed_count_from_the_next_handover_on() {
    let mut talk = Talk::start().await;
    talk.hand_over().await;
    talk.socket.say("Cancel").await;
    talk.hears("bot", CANCELLED).await;
    let project = talk.play.project_id();
    let list = format!("/v2.0/connections?projectId={project}&filter=outbound");
    let list = talk.play.api(Method::GET, &list, None).await.json();
    let path = format!("/v2.0/connections/{}", list["items"][0]["_id"].as_str().unwrap());
    let change = json!({ "fields": { "password": "sim_wrong" } });
    assert_eq!(
        talk.play.api(Method::PATCH, &path, Some(change)).await.status,
        204
    );
    talk.socket.say("human").await;
    talk.hears("bot", NOBODY).await;
}

#[tokio::test]
async fn a_second_line_waits_until_the_first_is_handed_over() {
    let play = Play::start().await;
    let customer = play.sandbox.customer("sim_user", SESSION);
    let (first, second) = tokio::join!(customer.say("human"), customer.say("hello"));
    assert_eq!((first, second), (Ok(()), Ok(())));
    let texts: Vec<String> = customer.lines().into_iter().map(|line| line.text).collect();
    assert_eq!(texts, ["human", ACCEPTED, "hello"]);
    let contact = play
        .sandbox
        .contact(play.sandbox.glance().contacts[0].number)
        .unwrap();
    let texts: Vec<&str> = contact
        .messages
        .iter()
        .map(|message| message.text.as_str())
        .collect();
    assert_eq!(texts, ["User: human", "hello"]);
}
