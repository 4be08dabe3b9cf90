//! The live round trip as the administrator sees it: what it will create, their word for it, and what is left of it.
//!
//! A [`Consent`] is only made from a [`LivePlan`], and what is created bears the plan's ids and texts: what was agreed to is
//! what happens.

use std::time::Duration;

use profile::Profile;
use rand::{Rng, RngExt};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Begins every id and text of a round trip, so that whoever meets one knows where it comes from.
const MARK: &str = "handover-desk";

/// The name agents and reports see beside the test's messages.
pub(crate) const NICKNAME: &str = "Handover Desk test";

/// What a live round trip will create, said before anything is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct LivePlan {
    /// Unique to this plan, and part of all that it creates. Also the end user's id in CXone.
    pub mark: String,
    /// Name of the channel in CXone.
    pub channel: String,
    /// External id of the thread.
    pub thread: String,
    /// What the made-up end user says.
    pub message: String,
    /// What is said to them under the name of the access key's owner.
    pub reply: String,
    /// Each thing that is created, in a sentence.
    pub creates: Vec<String>,
    /// What is done about it afterwards.
    pub cleans_up: String,
    /// What stays in CXone for good.
    pub remains: String,
}

impl LivePlan {
    /// A plan for the channel of a profile. Nothing is asked and nothing is sent.
    /// `has_chat` says whether a chat with the Flow is part of it.
    pub fn new(profile: &Profile, has_chat: bool, rng: &mut impl Rng) -> Self {
        let number: u64 = rng.random();
        let mark = format!("{MARK}-{number:016x}");
        let channel = profile.name.clone();
        let message =
            format!("Test by Handover Desk ({mark}). Nobody waits for an answer; it is closed by itself.");
        let reply = format!("Test reply by Handover Desk ({mark}).");
        let mut creates = vec![
                format!("An end user {mark}, called {NICKNAME}, with a message on the channel {channel}."),
                "A contact for that message. It goes to the queue of the channel, so an agent who is there may see it for a \
                 moment."
                    .to_owned(),
                "A reply to it under the name of the access key's owner. CXone brings it to the integration box; if that does \
                 not work, the same reply is brought there once from this computer, to see why."
                    .to_owned(),
            ];
        if has_chat {
            let chat = "A chat with the Flow as that end user, which is handed over: what is said in it comes to the contact too.";
            creates.insert(2, chat.to_owned());
        }
        Self {
            thread: format!("{mark}-thread"),
            creates,
            cleans_up: "The contact is closed, also when the run is cancelled.".to_owned(),
            remains: "CXone has no way to delete a contact: the closed one stays in its history, with its messages and the end \
                      user."
                .to_owned(),
            mark,
            channel,
            message,
            reply,
        }
    }

    /// The administrator's word for this plan.
    pub fn agreed(self) -> Consent {
        Consent { plan: self }
    }
}

/// The administrator's word for one plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    plan: LivePlan,
}

impl Consent {
    /// What was agreed to.
    pub fn plan(&self) -> &LivePlan {
        &self.plan
    }
}

/// How long a round trip waits for each of its steps, and how often it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveWaits {
    /// For the contact to reach a queue.
    pub routed: Duration,
    /// For the reply to be brought to the box, and to be shown in the test chat.
    pub delivered: Duration,
    /// For the Cognigy side to hear that the contact is closed.
    pub released: Duration,
    /// Between two looks.
    pub poll: Duration,
    /// For the clean-up, which no cancelling ends.
    pub cleanup: Duration,
}

impl Default for LiveWaits {
    fn default() -> Self {
        Self {
            routed: Duration::from_secs(30),
            delivered: Duration::from_secs(30),
            released: Duration::from_secs(30),
            poll: Duration::from_secs(1),
            cleanup: Duration::from_secs(20),
        }
    }
}

/// What something is that a round trip left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum LeftKind {
    /// A contact with its messages.
    Contact,
    /// An end user.
    EndUser,
}

/// How it was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum LeftState {
    /// As planned: over, and nobody need do anything.
    Settled,
    /// Still open: somebody has to close it by hand.
    Open,
    /// It may be there: the call that would have told had no answer.
    Untold,
}

/// Something that a round trip left on the vendor's side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Left {
    /// What it is.
    pub kind: LeftKind,
    /// What to look for: the number of a contact, the id of an end user.
    pub id: String,
    /// How it was left.
    pub state: LeftState,
    /// In a sentence, with what is to be done where something is.
    pub message: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_plans_never_share_a_mark_and_all_that_is_created_bears_it() {
        let profile = Profile {
            name: "Support EU".to_owned(),
            ..Profile::default()
        };
        let (one, other) = (
            LivePlan::new(&profile, false, &mut rand::rng()),
            LivePlan::new(&profile, false, &mut rand::rng()),
        );
        assert_ne!(one.mark, other.mark);
        for text in [&one.thread, &one.message, &one.reply, &one.creates[0]] {
            assert!(text.contains(&one.mark), "{text}");
        }
        assert!(one.creates[0].contains("Support EU"));
        assert_eq!(one.clone().agreed().plan(), &one);
        let chatting = LivePlan::new(&profile, true, &mut rand::rng());
        assert_eq!(chatting.creates.len(), one.creates.len() + 1);
    }
}
