//! Sessions: who chats on which endpoint, and the handover that is on. A session is a user id and a session id together.
//!
//! A handover goes one way: requested (CXone is being asked), queued, active (an agent has answered), gone. What CXone says
//! while it is still being asked is kept and told after the accepted message, so that a quick agent does not overtake it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::cognigy::install::{Endpoint, Install};
use crate::id::Ids;
use crate::tenant::World;

/// Life of an event for a chat that is not connected, in seconds (a default of the install's chart).
const EVENT_LIFE: i64 = 120;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub user: String,
    pub session: String,
}

impl Key {
    /// The room its sockets are in.
    pub(crate) fn room(&self) -> String {
        format!("{}\n{}", self.user, self.session)
    }
}

pub(crate) struct Session {
    /// Token of the endpoint it chats on.
    pub endpoint: String,
    pub handover: Option<Handover>,
    /// External ids of the threads it had at CXone.
    threads: Vec<String>,
    /// Whether its client wants to confirm each event.
    pub confirms: bool,
    waiting: Vec<Event>,
    /// Held by what the user said until the bot has answered it.
    turn: Arc<tokio::sync::Mutex<()>>,
}

/// An event of the chat socket.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub name: &'static str,
    pub payload: Value,
    /// Seconds since 1970.
    pub at: i64,
}

#[derive(Clone, Debug)]
pub(crate) struct Handover {
    /// Tells it from an earlier one of the same session.
    pub number: u64,
    pub terms: Terms,
    /// CXone's channel, and the thread's external id.
    pub channel: String,
    pub thread: String,
    /// CXone's own ids, once it has answered.
    pub cxone_thread: Option<String>,
    pub contact: Option<String>,
    pub stage: Stage,
    /// What CXone said before it answered.
    pub early: Vec<Early>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Requested,
    Queued,
    Active,
}

#[derive(Clone, Debug)]
pub(crate) enum Early {
    Agent(Reply),
    /// With the contact it was told of.
    Released(Option<String>),
}

impl Handover {
    /// Whether a contact is another than this handover's. Where either side named none, it is not.
    pub(crate) fn is_of_another(&self, contact: Option<&str>) -> bool {
        matches!((&self.contact, contact), (Some(own), Some(told)) if own != told)
    }
}

/// What an agent says.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub text: Option<String>,
    pub data: Value,
}

/// The settings of a handover node.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    pub node: String,
    pub provider: String,
    pub accepted: String,
    pub repeat: bool,
    pub cancel_intent: String,
    pub cancel_button: String,
    pub resolve_event: bool,
    pub queue_event: bool,
    pub active_event: bool,
    pub transcript: bool,
    pub agent_details: bool,
}

impl Terms {
    pub(crate) fn of(node: &str, config: &Value) -> Terms {
        let text = |key: &str| config[key].as_str().unwrap_or_default().to_owned();
        let flag = |key: &str, default: bool| config[key].as_bool().unwrap_or(default);
        Terms {
            node: node.to_owned(),
            provider: text("handoverProvider"),
            accepted: text("text"),
            repeat: flag("repeatHandoverMessage", false),
            cancel_intent: text("cancelIntent"),
            cancel_button: text("quickReply"),
            resolve_event: flag("sendResolveEvent", true),
            queue_event: flag("sendOnQueueEvent", false),
            active_event: flag("sendOnActiveEvent", false),
            transcript: flag("sendTranscriptAsFirstMessage", true),
            agent_details: flag("displayAgentDetails", false),
        }
    }
}

/// All sessions.
pub(crate) struct Sessions(Mutex<HashMap<Key, Session>>);

impl Sessions {
    /// Ends every session and takes those of another.
    pub(crate) fn become_fresh(&self, fresh: Sessions) {
        let fresh = fresh.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = fresh;
    }

    /// The thread that the tenant has from the start belongs to a session with an agent.
    pub(crate) fn new(seed: u64, world: &World, install: &Install) -> Sessions {
        let ids = Ids::new(seed);
        let mut sessions = HashMap::new();
        let node = install.flows.first().and_then(|flow| {
            let nodes = &flow.chart.nodes;
            nodes.iter().find(|node| node.kind == "handoverToAgent")
        });
        if let (Some(channel), Some(endpoint), Some(node)) =
            (world.tenant.channels.first(), install.endpoints.first(), node)
        {
            let key = Key {
                user: format!("sim_user_{}", ids.hex("session", 8)),
                session: format!("sim_session_{}", ids.hex("session", 8)),
            };
            let mut session = Session::new(&endpoint.url_token);
            session.begin(Handover {
                number: 0,
                terms: Terms::of(&node.id, &node.config),
                channel: channel.id.clone(),
                thread: key.session.clone(),
                cxone_thread: Some(ids.uuid("thread")),
                contact: None,
                stage: Stage::Active,
                early: Vec::new(),
            });
            sessions.insert(key, session);
        }
        Sessions(Mutex::new(sessions))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with a session, which begins with its first word or socket.
    pub(crate) fn with<T>(&self, key: &Key, endpoint: &Endpoint, act: impl FnOnce(&mut Session) -> T) -> T {
        let mut sessions = self.lock();
        let session = sessions
            .entry(key.clone())
            .or_insert_with(|| Session::new(&endpoint.url_token));
        act(session)
    }

    /// Does something with a session that is there.
    pub(crate) fn known<T>(&self, key: &Key, act: impl FnOnce(&mut Session) -> T) -> Option<T> {
        self.lock().get_mut(key).map(act)
    }

    /// The session with this thread at CXone. Its own id of the thread, and channel and thread in one, serve too: what the
    /// 1.0 call names is not known.
    pub(crate) fn of_thread(&self, thread: &str) -> Option<Key> {
        let sessions = self.lock();
        let exact = sessions
            .iter()
            .find(|(_, session)| session.threads.iter().any(|own| own == thread));
        let alias = || {
            sessions.iter().find(|(_, session)| {
                session.handover.as_ref().is_some_and(|handover| {
                    handover.cxone_thread.as_deref() == Some(thread)
                        || thread == format!("{}_{}", handover.channel, handover.thread)
                })
            })
        };
        exact.or_else(alias).map(|(key, _)| key.clone())
    }
}

impl Session {
    fn new(endpoint: &str) -> Session {
        Session {
            endpoint: endpoint.to_owned(),
            handover: None,
            threads: Vec::new(),
            confirms: false,
            waiting: Vec::new(),
            turn: Arc::default(),
        }
    }

    pub(crate) fn turn(&self) -> Arc<tokio::sync::Mutex<()>> {
        self.turn.clone()
    }

    pub(crate) fn begin(&mut self, handover: Handover) {
        if !self.threads.contains(&handover.thread) {
            self.threads.push(handover.thread.clone());
        }
        self.handover = Some(handover);
    }

    /// The handover of that number, if it is still on.
    pub(crate) fn handover(&mut self, number: u64) -> Option<&mut Handover> {
        self.handover
            .as_mut()
            .filter(|handover| handover.number == number)
    }

    /// Ends the handover of that number; nothing if it is over already.
    pub(crate) fn end(&mut self, number: u64) -> Option<Handover> {
        self.handover(number)?;
        self.handover.take()
    }

    pub(crate) fn keep(&mut self, event: Event) {
        self.waiting.push(event);
    }

    /// What nobody was there to hear, as far as it is fresh.
    pub(crate) fn missed(&mut self, now: i64) -> Vec<Event> {
        let mut missed = std::mem::take(&mut self.waiting);
        missed.retain(|event| event.at + EVENT_LIFE > now);
        missed
    }
}
