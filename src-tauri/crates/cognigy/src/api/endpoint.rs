//! Endpoints: where Flows can be talked to.

use crate::api::{Api, Error, Listed};
use crate::value::{self, folded};

/// An Endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// `_id`.
    pub id: String,
    /// `name`.
    pub name: Option<String>,
    /// `channel`, such as `webchat3`, `socket` or `rest`.
    pub channel: Option<String>,
    /// `flowId`: the Flow's reference id (seen in code).
    pub flow: Option<String>,
    /// `active`.
    pub is_active: Option<bool>,
    /// `useConversations`: whether conversations are kept. The transcript for the agent is made of them.
    pub collects_conversations: Option<bool>,
}

/// Beginnings of the channels that can hand over (the list is documented, the words are seen in code or inferred).
const CAN: [&str; 15] = [
    "webchat",
    "socket",
    "webhook",
    "facebook",
    "line",
    "slack",
    "whatsapp",
    "sunshine",
    "ringcentral",
    "rce",
    "azurebot",
    "botframework",
    "botservice",
    "msbot",
    "microsoftbot",
];
/// Beginnings of the channels that cannot: not in the documented list.
const CANNOT: [&str; 9] = [
    "rest",
    "nicecxone",
    "voicegateway",
    "alexa",
    "dialogflow",
    "inject",
    "userlike",
    "avaya",
    "genesysbot",
];

impl Endpoint {
    /// Whether an Endpoint of this channel can hand over; none for a channel that is not known.
    #[must_use]
    pub fn can_hand_over(&self) -> Option<bool> {
        let channel = folded(self.channel.as_deref()?);
        let begins = |words: &[&str]| words.iter().any(|word| channel.starts_with(word));
        if begins(&CAN) {
            Some(true)
        } else if begins(&CANNOT) {
            Some(false)
        } else {
            None
        }
    }
}

impl Api {
    /// The Endpoints of a project.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn endpoints(&self, project: &str) -> Result<Listed<Endpoint>, Error> {
        let query = [("projectId", project)];
        self.list(&["v2.0", "endpoints"], &query, "cognigy endpoints", |item| {
            Some(Endpoint {
                id: value::text(item, "_id")?,
                name: value::text(item, "name"),
                channel: value::text(item, "channel"),
                flow: value::text(item, "flowId"),
                is_active: value::flag(item, "active"),
                collects_conversations: value::flag(item, "useConversations"),
            })
        })
        .await
    }
}
