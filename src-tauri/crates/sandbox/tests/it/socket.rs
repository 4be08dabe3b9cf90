//! A client of the chat socket: Engine.IO 4 and 3 over a bare websocket, as much of Socket.IO as a chat needs.

use std::collections::VecDeque;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::play::{NEVER, Play};

/// Which protocol a client speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Three,
    Four,
}

impl Engine {
    fn number(self) -> u8 {
        match self {
            Engine::Three => 3,
            Engine::Four => 4,
        }
    }
}

/// An event of the server, with the number of the confirmation it wants.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub name: String,
    pub payload: Value,
    pub confirm: Option<u64>,
}

pub struct Socket {
    wire: WebSocketStream<MaybeTlsStream<TcpStream>>,
    events: VecDeque<Event>,
    /// Confirmations of the server, by number.
    confirmed: Vec<u64>,
    /// Whether each event is confirmed at once.
    pub confirms: bool,
    pub token: String,
    pub user: String,
    pub session: String,
}

impl Socket {
    /// Connects with these parameters in the query.
    pub async fn connect(play: &Play, engine: Engine, query: &[(&str, &str)]) -> Socket {
        let query: String = query
            .iter()
            .map(|(name, value)| format!("&{name}={value}"))
            .collect();
        let base = play.about.endpoint_base.replace("http://", "ws://");
        let url = format!(
            "{base}/socket.io/?EIO={}&transport=websocket{query}",
            engine.number()
        );
        let (wire, _) = tokio_tungstenite::connect_async(url).await.unwrap();
        let mut socket = Socket {
            wire,
            events: VecDeque::new(),
            confirmed: Vec::new(),
            confirms: false,
            token: String::new(),
            user: String::new(),
            session: String::new(),
        };
        let open = socket.packet().await;
        assert!(open.starts_with("0{"), "{open}");
        // Newer clients ask for the namespace; older ones are in it.
        if engine == Engine::Four {
            socket.put("40").await;
        }
        let connected = socket.packet().await;
        assert!(connected.starts_with("40"), "{connected}");
        socket
    }

    /// A chat on the endpoint of that channel, ready to be talked to.
    pub async fn chat(play: &Play, engine: Engine, channel: &str, user: &str, session: &str) -> Socket {
        let token = token_of(play, channel).await;
        let query = [
            ("urlToken", token.as_str()),
            ("userId", user),
            ("sessionId", session),
        ];
        let mut socket = Socket::connect(play, engine, &query).await;
        socket.token.clone_from(&token);
        socket.user = user.to_owned();
        socket.session = session.to_owned();
        assert_eq!(socket.event().await.name, "endpoint-ready");
        socket
    }

    /// Hangs up, and waits until the server has heard it.
    pub async fn leave(mut self) {
        self.wire.close(None).await.unwrap();
        while self.wire.next().await.is_some_and(|message| message.is_ok()) {}
    }

    async fn put(&mut self, packet: &str) {
        self.wire.send(Message::text(packet.to_owned())).await.unwrap();
    }

    /// The next packet that is no heartbeat.
    async fn packet(&mut self) -> String {
        loop {
            let next = tokio::time::timeout(NEVER, self.wire.next()).await;
            let next = next.expect("no packet ever came");
            let message = next.expect("the server hung up").unwrap();
            let Message::Text(text) = message else { continue };
            match text.as_str() {
                "2" => self.put("3").await,
                "3" => {}
                _ => return text.as_str().to_owned(),
            }
        }
    }

    async fn read(&mut self) {
        let packet = self.packet().await;
        let Some(rest) = packet.strip_prefix("42") else {
            if let Some(rest) = packet.strip_prefix("43") {
                self.confirmed
                    .push(rest.split('[').next().unwrap().parse().unwrap());
            }
            return;
        };
        let at = rest.find('[').unwrap();
        let body: Value = serde_json::from_str(&rest[at..]).unwrap();
        let event = Event {
            name: body[0].as_str().unwrap().to_owned(),
            payload: body[1].clone(),
            confirm: rest[..at].parse().ok(),
        };
        if let (true, Some(number)) = (self.confirms, event.confirm) {
            self.put(&format!("43{number}[]")).await;
        }
        self.events.push_back(event);
    }

    /// The next event.
    pub async fn event(&mut self) -> Event {
        while self.events.is_empty() {
            self.read().await;
        }
        self.events.pop_front().unwrap()
    }

    /// The next event of that name; others are passed by.
    pub async fn wait(&mut self, name: &str) -> Value {
        loop {
            let event = self.event().await;
            if event.name == name {
                return event.payload;
            }
        }
    }

    /// The next output's data: what was said.
    pub async fn heard(&mut self) -> Value {
        self.wait("output").await["data"].clone()
    }

    /// Confirms an event with a value.
    pub async fn confirm(&mut self, number: u64, value: &Value) {
        self.put(&format!("43{number}{}", json!([value]))).await;
    }

    pub async fn emit(&mut self, name: &str, payload: &Value) {
        self.put(&format!("42{}", json!([name, payload]))).await;
    }

    /// Says something, as the vendor's client would.
    pub async fn say(&mut self, text: &str) {
        let payload = self.input(text);
        self.emit("processInput", &payload).await;
    }

    /// Says something and waits until the server has it.
    pub async fn say_confirmed(&mut self, text: &str) {
        let payload = self.input(text);
        self.put(&format!("427{}", json!(["processInput", payload])))
            .await;
        while !self.confirmed.contains(&7) {
            self.read().await;
        }
    }

    pub fn input(&self, text: &str) -> Value {
        json!({
            "URLToken": self.token, "userId": self.user, "sessionId": self.session, "channel": "handover-desk",
            "source": "device", "passthroughIP": null, "resetFlow": false, "text": text, "data": {},
        })
    }
}

/// The token of the sample install's endpoint of that channel.
pub async fn token_of(play: &Play, channel: &str) -> String {
    let path = format!("/v2.0/endpoints?projectId={}", play.project_id());
    let list = play.api(reqwest::Method::GET, &path, None).await.json();
    let endpoints = list["items"].as_array().unwrap();
    let found = endpoints.iter().find(|endpoint| endpoint["channel"] == channel);
    found.unwrap()["URLToken"].as_str().unwrap().to_owned()
}
