//! What a filter can ask for: one table for the parser, the completion, the help and the query.

use crate::event::{Kind, Lane, Source};

/// What kind of value a field takes, and so how it is compared.
#[derive(Clone, Copy, Debug)]
pub enum Takes {
    /// One of a few words.
    Word(fn() -> Vec<&'static str>),
    /// An id: the whole of it, or its beginning with `*` at the end.
    Id,
    /// Words that occur somewhere, in this order; the last may be a beginning.
    Text,
    /// A number: `500`, `5xx`, `500..599`, and with `<`, `<=`, `>`, `>=`.
    Number,
    /// A duration in milliseconds, or with a unit: `250`, `250ms`, `1.5s`, `2m`.
    Duration,
    /// A moment: `10:00`, `2026-11-24`, `2026-11-24T10:00`, or `-15m` for a quarter of an hour ago.
    Moment,
}

impl Takes {
    /// Whether more and less make sense.
    #[must_use]
    pub const fn is_ordered(self) -> bool {
        matches!(self, Self::Number | Self::Duration)
    }
}

macro_rules! fields {
    ($($(#[doc = $doc:literal])+ $variant:ident $word:literal $takes:expr, $example:literal;)+) => {
        /// A field of a filter.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Field { $($(#[doc = $doc])+ $variant,)+ }

        impl Field {
            /// All fields, in the order of the help.
            pub const ALL: &'static [Field] = &[$(Field::$variant),+];

            /// The word before the colon.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Field::$variant => $word,)+ }
            }

            /// What it takes.
            #[must_use]
            pub const fn takes(self) -> Takes {
                match self { $(Field::$variant => $takes,)+ }
            }

            /// One line of help.
            #[must_use]
            pub const fn help(self) -> &'static str {
                match self { $(Field::$variant => concat!($($doc),+),)+ }
            }

            /// A term that uses it.
            #[must_use]
            pub const fn example(self) -> &'static str {
                match self { $(Field::$variant => $example,)+ }
            }
        }
    };
}

fn lanes() -> Vec<&'static str> {
    Lane::ALL.iter().map(|it| it.word()).collect()
}

fn kinds() -> Vec<&'static str> {
    Kind::ALL.iter().map(|it| it.word()).collect()
}

fn sources() -> Vec<&'static str> {
    Source::ALL.iter().map(|it| it.word()).collect()
}

/// What `has:` can ask for.
pub(crate) const HAS: [&str; 4] = ["error", "note", "mark", "text"];

fn has() -> Vec<&'static str> {
    HAS.to_vec()
}

/// HTTP methods that occur between the two vendors.
fn methods() -> Vec<&'static str> {
    vec!["GET", "POST", "PUT", "PATCH", "DELETE"]
}

fields! {
    /// Text of messages, notes and log entries, paths and findings.
    Text "text" Takes::Text, "text:\"refund\"";
    /// Whose move it was.
    Lane "lane" Takes::Word(lanes), "lane:agent";
    /// What kind of thing happened.
    Kind "kind" Takes::Word(kinds), "kind:message";
    /// Where it was learnt.
    Source "source" Takes::Word(sources), "source:relay";
    /// HTTP status.
    Status "status" Takes::Number, "status>=500";
    /// How long it took.
    Latency "latency" Takes::Duration, "latency>2s";
    /// Contact number in CXone.
    Contact "contact" Takes::Id, "contact:204000000123";
    /// Thread id on the external platform.
    Thread "thread" Takes::Id, "thread:sim_*";
    /// Session id in Cognigy.AI.
    Session "session" Takes::Id, "session:session-7";
    /// User id in Cognigy.AI.
    User "user" Takes::Id, "user:user-7";
    /// Id of a message on the external platform.
    Message "message" Takes::Id, "message:in-5001";
    /// Later than, or at, a moment.
    After "after" Takes::Moment, "after:10:00";
    /// Earlier than a moment.
    Before "before" Takes::Moment, "before:-15m";
    /// HTTP method.
    Method "method" Takes::Word(methods), "method:POST";
    /// Host of an HTTP call.
    Host "host" Takes::Id, "host:digital*";
    /// Path of an HTTP call.
    Path "path" Takes::Id, "path:/handover/*";
    /// Name of a finding.
    Finding "finding" Takes::Id, "finding:duplicate_delivery";
    /// The id of the profile.
    Profile "profile" Takes::Id, "profile:0b5f*";
    /// Events that have an error, a note, a mark or kept text.
    Has "has" Takes::Word(has), "has:error";
}

impl Field {
    /// Reads a field's word, without regard to case.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|field| field.word().eq_ignore_ascii_case(word))
    }
}
