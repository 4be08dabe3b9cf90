//! Whole conversations over real sockets: a customer in the chat, the bot, the handover to CXone, agents there, and the way
//! back to the bot.

use reqwest::Method;
use sandbox::switch::{HandoverEnding, OutboundMode, QueueEvents, SenderActions, Switches};
use sandbox::{Act, CannotAct, ContactView, Deed, Fault, Options};
use serde_json::{Value, json};

use crate::play::Play;
use crate::socket::{Engine, Socket};

const ACCEPTED: &str = "A colleague will be with you soon.";
const BACK: &str = "You are back with the bot.";
const NOBODY: &str = "Nobody can be reached at the moment.";
const CANCELLED: &str = "The handover was cancelled.";
const SESSION: &str = "sim_session_1";

/// A chat and the tenant behind it.
struct Talk {
    play: Play,
    socket: Socket,
}

impl Talk {
    async fn start() -> Talk {
        Talk::of(Options::default()).await
    }

    async fn switched(switches: Switches) -> Talk {
        Talk::of(Options {
            switches,
            ..Options::default()
        })
        .await
    }

    async fn of(options: Options) -> Talk {
        let play = Play::options(options).await;
        let socket = Socket::chat(&play, Engine::Four, "webchat3", "sim_user", SESSION).await;
        Talk { play, socket }
    }

    /// Asks for a human, and gives the contact that comes of it.
    async fn hand_over(&mut self) -> ContactView {
        self.socket.say("a human please").await;
        assert_eq!(self.socket.heard().await["text"], ACCEPTED);
        self.contact()
    }

    /// The newest contact, with its messages.
    fn contact(&self) -> ContactView {
        let number = self.play.sandbox.glance().contacts.last().unwrap().number;
        self.play.sandbox.contact(number).unwrap()
    }

    async fn act(&self, act: Act) -> ContactView {
        self.try_act(act).await.unwrap()
    }

    async fn try_act(&self, act: Act) -> Result<ContactView, CannotAct> {
        let number = self.contact().number;
        self.play.sandbox.act(number, Deed { agent: None, act }).await
    }

    async fn reply(&self, text: &str) -> ContactView {
        self.act(Act::Reply {
            text: text.to_owned(),
        })
        .await
    }

    /// Asserts what is said next, and by whom.
    async fn hears(&mut self, source: &str, text: &str) -> Value {
        let output = self.socket.heard().await;
        assert_eq!(
            (&output["source"], &output["text"]),
            (&json!(source), &json!(text))
        );
        output
    }

    /// Waits until the contact holds a message of the customer's with that text.
    async fn arrives(&self, text: &str) {
        let mut pulse = self.play.sandbox.pulse();
        while !self.contact().messages.iter().any(|message| message.text == text) {
            pulse.changed().await.unwrap();
        }
    }

    /// Waits until the contact has that status.
    async fn becomes(&self, status: &str) {
        let mut pulse = self.play.sandbox.pulse();
        while self.contact().status != status {
            pulse.changed().await.unwrap();
        }
    }

    /// Changes a setting of the handover node.
    async fn configure(&self, key: &str, value: Value) {
        let project = self.play.project_id();
        let flows = format!("/v2.0/flows?projectId={project}");
        let flow = self.play.api(Method::GET, &flows, None).await.json()["items"][0]["_id"].clone();
        let nodes = format!("/v2.0/flows/{}/chart/nodes", flow.as_str().unwrap());
        let search = format!("{nodes}/search?type=handoverToAgent");
        let node = self.play.api(Method::GET, &search, None).await.json()["items"][0]["_id"].clone();
        let body = json!({ "config": { key: value } });
        let path = format!("{nodes}/{}", node.as_str().unwrap());
        assert_eq!(self.play.api(Method::PATCH, &path, Some(body)).await.status, 204);
    }

    /// Errors in the install's log.
    async fn errors(&self) -> Vec<Value> {
        let path = format!("/v2.1/projects/{}/logs/tail?type=error", self.play.project_id());
        self.play.api(Method::GET, &path, None).await.json()["items"]
            .as_array()
            .unwrap()
            .clone()
    }
}

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
    let mut pulse = play.sandbox.pulse();
    customer.say("human").await.unwrap();
    while customer.stage() != sandbox::ChatStage::Agent {
        pulse.changed().await.unwrap();
    }
    while customer.lines().len() < 3 {
        pulse.changed().await.unwrap();
    }
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
        .find(|agent| agent.id != first && !agent.skills.is_empty())
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
    let mut pulse = play.sandbox.pulse();
    while play
        .sandbox
        .contact(number)
        .unwrap()
        .messages
        .last()
        .unwrap()
        .text
        != "I am"
    {
        pulse.changed().await.unwrap();
    }
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
