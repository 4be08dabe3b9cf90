//! A chat over a real socket, with the tenant behind it at hand.

use reqwest::Method;
use sandbox::switch::Switches;
use sandbox::{Act, CannotAct, ContactView, Deed, Options};
use serde_json::{Value, json};

use crate::play::Play;
use crate::socket::{Engine, Socket};

pub const ACCEPTED: &str = "A colleague will be with you soon.";
pub const BACK: &str = "You are back with the bot.";
pub const NOBODY: &str = "Nobody can be reached at the moment.";
pub const CANCELLED: &str = "The handover was cancelled.";
pub const SESSION: &str = "sim_session_1";

/// A chat and the tenant behind it.
pub struct Talk {
    pub play: Play,
    pub socket: Socket,
}

impl Talk {
    pub async fn start() -> Talk {
        Talk::of(Options::default()).await
    }

    pub async fn switched(switches: Switches) -> Talk {
        Talk::of(Options {
            switches,
            ..Options::default()
        })
        .await
    }

    pub async fn of(options: Options) -> Talk {
        let play = Play::options(options).await;
        let socket = Socket::chat(&play, Engine::Four, "webchat3", "sim_user", SESSION).await;
        Talk { play, socket }
    }

    /// Asks for a human, and gives the contact that comes of it.
    pub async fn hand_over(&mut self) -> ContactView {
        self.socket.say("a human please").await;
        assert_eq!(self.socket.heard().await["text"], ACCEPTED);
        self.contact()
    }

    /// The newest contact, with its messages.
    pub fn contact(&self) -> ContactView {
        let number = self.play.sandbox.glance().contacts.last().unwrap().number;
        self.play.sandbox.contact(number).unwrap()
    }

    pub async fn act(&self, act: Act) -> ContactView {
        self.try_act(act).await.unwrap()
    }

    pub async fn try_act(&self, act: Act) -> Result<ContactView, CannotAct> {
        let number = self.contact().number;
        self.play.sandbox.act(number, Deed { agent: None, act }).await
    }

    pub async fn reply(&self, text: &str) -> ContactView {
        self.act(Act::Reply {
            text: text.to_owned(),
        })
        .await
    }

    /// Asserts what is said next, and by whom.
    pub async fn hears(&mut self, source: &str, text: &str) -> Value {
        let output = self.socket.heard().await;
        assert_eq!(
            (&output["source"], &output["text"]),
            (&json!(source), &json!(text))
        );
        output
    }

    /// Waits until the contact holds a message of the customer's with that text.
    pub async fn arrives(&self, text: &str) {
        self.play
            .until(text, || {
                self.contact().messages.iter().any(|message| message.text == text)
            })
            .await;
    }

    /// Waits until the contact has that status.
    pub async fn becomes(&self, status: &str) {
        self.play.until(status, || self.contact().status == status).await;
    }

    /// Changes a setting of the handover node.
    pub async fn configure(&self, key: &str, value: Value) {
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
    pub async fn errors(&self) -> Vec<Value> {
        let path = format!("/v2.1/projects/{}/logs/tail?type=error", self.play.project_id());
        self.play.api(Method::GET, &path, None).await.json()["items"]
            .as_array()
            .unwrap()
            .clone()
    }
}
