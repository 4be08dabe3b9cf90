//! One thing that happened on the way of a chat, as it is kept and shown.
//!
//! An event is small and says where it belongs; what is long (headers, bodies) is kept apart and fetched by its number.
//! Everything in it has been through the redactor, and message text is a [`Text`], which may be no text at all.

use jiff::Timestamp;
use profile::ProfileId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use transport::Phases;
use ts_rs::TS;

/// A row of words that stand in files, in filters and on the wire.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, TS,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$doc])* #[serde(rename = $word)] $variant,)+ }

        impl $name {
            /// All of them, in their order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word for it.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// Reads the word back, without regard to case.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.word().eq_ignore_ascii_case(word))
            }
        }
    };
}

words! {
    /// Whose move it was.
    Lane {
        /// The person who chats.
        User = "user",
        /// Cognigy.AI: the bot, its Flow and the handover service.
        Cognigy = "cognigy",
        /// CXone: channel, script, routing.
        Cxone = "cxone",
        /// The human agent.
        Agent = "agent",
    }
}

words! {
    /// Where the program learnt of it.
    Source {
        /// Reading contacts and messages of the channel again and again.
        Poller = "poller",
        /// CXone's event hub.
        EventHub = "hub",
        /// The recording proxy between CXone and the Cognigy.AI endpoint.
        Relay = "relay",
        /// Cognigy.AI's log entries and conversations.
        CognigyLog = "log",
        /// A test chat.
        TestChat = "chat",
        /// What this program itself sent.
        Own = "own",
        /// A file that was brought in.
        Import = "import",
        /// The administrator, with a note.
        Person = "person",
    }
}

words! {
    /// What kind of thing happened.
    Kind {
        /// An HTTP request and its answer.
        Exchange = "http",
        /// Somebody said something.
        Message = "message",
        /// Somebody is typing.
        Typing = "typing",
        /// A contact changed its status.
        Status = "status",
        /// A contact went to a queue or an agent.
        Assignment = "assignment",
        /// A handover began, went on or ended, as Cognigy.AI sees it.
        Handover = "handover",
        /// A log entry.
        Log = "log",
        /// Something that deserves a look.
        Finding = "finding",
        /// A note of the administrator.
        Note = "note",
    }
}

/// Position of an event in its store: from 1, without gaps, in the order of arrival.
pub type Seq = u64;

/// One event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Event {
    /// Its number; 0 until it is stored.
    #[ts(type = "number")]
    pub seq: Seq,
    /// When it happened, by the clock of whoever tells, corrected where the difference is known.
    #[ts(type = "string")]
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// The profile it belongs to.
    pub profile: ProfileId,
    /// Where the program learnt of it.
    pub source: Source,
    /// Whose move it was.
    pub lane: Lane,
    /// What it belongs to.
    #[serde(default, skip_serializing_if = "Keys::is_empty")]
    pub keys: Keys,
    /// The teller's own id of it. The same id of the same kind is the same thing, whoever tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub origin: Option<String>,
    /// How long it took, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub latency_ms: Option<f64>,
    /// What happened.
    pub what: What,
    /// The event this one belongs under, such as the message an HTTP call carried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub under: Option<Seq>,
}

impl Event {
    /// What kind of thing happened.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self.what {
            What::Exchange(_) => Kind::Exchange,
            What::Message(_) => Kind::Message,
            What::Typing { .. } => Kind::Typing,
            What::Status { .. } => Kind::Status,
            What::Assignment { .. } => Kind::Assignment,
            What::Handover { .. } => Kind::Handover,
            What::Log { .. } => Kind::Log,
            What::Finding { .. } => Kind::Finding,
            What::Note { .. } => Kind::Note,
        }
    }

    /// Whether it tells of something that did not work.
    #[must_use]
    pub fn is_error(&self) -> bool {
        match &self.what {
            What::Exchange(call) => call.failure.is_some() || call.status.is_some_and(|status| status >= 400),
            What::Message(message) => message.delivery == Some(Delivery::Failed),
            What::Log { level, .. } => *level == Level::Error,
            What::Handover { step } => *step == Step::Failed,
            What::Finding { .. } => true,
            _ => false,
        }
    }
}

/// The ids by which events of one handover are recognised. Each source knows some of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Keys {
    /// CXone's contact number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub contact: Option<String>,
    /// The thread's id on the external platform (`idOnExternalPlatform`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub thread: Option<String>,
    /// Cognigy.AI's session id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub session: Option<String>,
    /// Cognigy.AI's user id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub user: Option<String>,
    /// The message's id on the external platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub message: Option<String>,
}

impl Keys {
    /// Whether none is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all().iter().all(|key| key.is_none())
    }

    /// All of them.
    #[must_use]
    pub const fn all(&self) -> [&Option<String>; 5] {
        [
            &self.contact,
            &self.thread,
            &self.session,
            &self.user,
            &self.message,
        ]
    }

    /// Takes over what `other` knows and this does not.
    pub fn fill(&mut self, other: &Keys) {
        let mine = [
            &mut self.contact,
            &mut self.thread,
            &mut self.session,
            &mut self.user,
            &mut self.message,
        ];
        for (mine, theirs) in mine.into_iter().zip(other.all()) {
            if mine.is_none() {
                mine.clone_from(theirs);
            }
        }
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum What {
    /// An HTTP request and its answer; headers and bodies are kept apart.
    #[serde(rename = "http")]
    Exchange(Box<Call>),
    /// Somebody said something.
    Message(Message),
    /// Somebody is typing, or stopped.
    Typing {
        /// Whether it began.
        on: bool,
    },
    /// A contact changed its status.
    Status {
        /// What it was, where that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        from: Option<String>,
        /// What it is now, in CXone's words, such as `new`, `open`, `closed`.
        to: String,
    },
    /// A contact went to a queue or an agent.
    Assignment {
        /// Name or id of the routing queue.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        queue: Option<String>,
        /// Id of the agent; `None` when it was taken away.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        agent: Option<String>,
    },
    /// A handover began, went on or ended.
    Handover {
        /// Where it is now.
        step: Step,
    },
    /// A log entry.
    Log {
        /// How serious it calls itself.
        level: Level,
        /// What it says, redacted.
        message: String,
    },
    /// Something that deserves a look.
    Finding {
        /// Its stable name, such as `duplicate_delivery`.
        code: String,
        /// What was seen.
        message: String,
    },
    /// A note of the administrator.
    Note {
        /// The note.
        text: String,
    },
}

/// The head of an HTTP exchange.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Call {
    /// Method in capitals.
    pub method: String,
    /// Whether it went over TLS.
    pub secure: bool,
    /// Host and port.
    pub host: String,
    /// Path and query, secrets replaced.
    pub path: String,
    /// `HTTP/1.1` or `HTTP/2`, when there was an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub http_version: Option<String>,
    /// Status code, when there was an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub status: Option<u16>,
    /// Measured times, in milliseconds.
    pub phases: Phases,
    /// Why there is no complete answer: the word of a `transport::FailureKind`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub failure: Option<String>,
    /// Bytes of the request's body.
    #[ts(type = "number")]
    pub sent: u64,
    /// Bytes of the answer's body.
    #[ts(type = "number")]
    pub received: u64,
}

/// Something that was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Message {
    /// What was said.
    pub text: Text,
    /// What became of it, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub delivery: Option<Delivery>,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// It was handed over.
    Sent,
    /// It arrived.
    Delivered,
    /// It was read.
    Seen,
    /// It could not be delivered.
    Failed,
}

/// Where a handover is, as Cognigy.AI's Flow sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The Flow asked for an agent.
    Requested,
    /// It waits in a queue.
    Queued,
    /// An agent has it.
    Active,
    /// The agent closed it, and Cognigy.AI knows.
    Completed,
    /// The user, or the Flow, called it off.
    Cancelled,
    /// It broke, or the Endpoint cannot hand over.
    Failed,
}

impl Step {
    /// Whether the handover is over.
    #[must_use]
    pub const fn is_end(self) -> bool {
        matches!(self, Self::Completed | Self::Cancelled | Self::Failed)
    }
}

/// How serious a log entry calls itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// For developers.
    Debug,
    /// As it should be.
    Info,
    /// Deserves a look.
    Warning,
    /// Something did not work.
    Error,
}

/// Message text is personal data: by default only its length and a keyed hash are kept, which still tells whether two
/// messages are the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "form", rename_all = "snake_case")]
pub enum Text {
    /// The text itself: the profile allows it.
    Kept {
        /// The text.
        text: String,
    },
    /// That there was a text.
    Digest {
        /// Its length in characters.
        chars: u32,
        /// Keyed hash of it, in hex.
        hash: String,
    },
}

impl Text {
    /// The text, where it is kept.
    #[must_use]
    pub fn kept(&self) -> Option<&str> {
        match self {
            Self::Kept { text } => Some(text),
            Self::Digest { .. } => None,
        }
    }
}
