//! A message from CXone (agent, bot or Studio script) to the end user, in both generations of the call.
//!
//! Documented is only this much: CXone sends an HTTPS request to the box, and the answer must be status 200 with the
//! external platform's message id in a JSON body. Paths and fields are seen in code; which generation is used is chosen by
//! "Use DFO 3.0 Outbound API for replies" in the BYOC form (that "on" means 2.0 is inferred).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Body of `POST <box>/2.0/channel/{channelId}/outbound` (seen in code: public middlewares, six revisions of one family).
///
/// Author and contact of the message are read by nobody: whether CXone sends them is unknown; they would land in `rest`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Outbound {
    /// The tenant, in Digital's word (name seen in code: public middlewares).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<Brand>,
    /// The conversation it belongs to (seen in code: public middlewares).
    pub thread: Thread,
    /// What is said (seen in code: public middlewares).
    pub message_content: MessageContent,
    /// Whom it goes to (seen in code: public middlewares; shape of an element documented).
    #[serde(default)]
    pub end_user_recipients: Vec<Recipient>,
    /// The message it answers, presumably by its external id (name seen in code: public middlewares; content inferred).
    #[serde(default)]
    pub reply_to_message: Option<Value>,
    /// Whether it answers one message in particular (seen in code: public middlewares). May be null.
    #[serde(default)]
    pub is_reply_to_specific_message: Option<bool>,
    /// Files (name seen in code: public middlewares; that an element has the documented shape is inferred). Their addresses
    /// are valid for a short time only (seen in code: one public middleware).
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    /// A forwarded e-mail (seen in code: public middlewares). Null for chats.
    #[serde(default)]
    pub forward: Option<Value>,
    /// Whatever else came.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// A tenant as Digital knows it. Inner fields are inferred from the vendor's own SDK.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Brand {
    /// Number of the brand, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// Tenant id, a UUID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<String>,
    /// Number of the business unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_unit_id: Option<u64>,
}

/// A conversation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Thread {
    /// The id the box gave when it created the message that opened it; not empty (seen in code: public middlewares).
    pub id_on_external_platform: String,
    /// CXone's own id (seen in code: one revision of a public middleware).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// Content of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageContent {
    /// `TEXT`, or a rich type such as `QUICK_REPLIES` (documented for the mirror call into CXone).
    #[serde(rename = "type")]
    pub kind: String,
    /// By type; `{ "text": … }` for `TEXT` (seen in code: public middlewares).
    pub payload: Value,
    /// Text for platforms that cannot show the type (documented for the mirror call).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback_text: Option<String>,
    /// Payload of a pressed button (documented for the mirror call).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postback: Option<String>,
}

impl MessageContent {
    /// A plain text.
    pub fn text(text: &str) -> MessageContent {
        let payload = serde_json::json!({ "text": text });
        MessageContent {
            kind: "TEXT".to_owned(),
            payload,
            fallback_text: None,
            postback: None,
        }
    }

    /// The text to show: the payload's, else the fall-back.
    pub fn as_text(&self) -> Option<&str> {
        self.payload["text"].as_str().or(self.fallback_text.as_deref())
    }
}

/// A recipient (documented for the mirror call into CXone; seen in code here: public middlewares).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Recipient {
    /// The end user's id on the external platform.
    pub id_on_external_platform: String,
    /// Name to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether it is the main one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_primary: Option<bool>,
    /// Whether the others cannot see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_private: Option<bool>,
}

/// A file of a message (documented for the mirror call; that CXone sends the same is inferred).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// File name to show.
    #[serde(default)]
    pub friendly_name: String,
    /// Where to fetch it.
    #[serde(default)]
    pub url: String,
}

/// Answer to the 2.0 call, status 200. Which fields are mandatory is unknown; the documented message id is in every
/// revision seen, so writers send all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OutboundAnswer {
    /// The message as the external platform keeps it.
    pub message: DeliveredMessage,
    /// Echo of the request's thread (seen in code: public middlewares).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<Thread>,
    /// The end users reached; empty is used too (seen in code: public middlewares).
    #[serde(default)]
    pub end_user_identities: Vec<EndUserIdentity>,
    /// Echo of the recipients; empty is used too (seen in code: public middlewares).
    #[serde(default)]
    pub recipients: Vec<Recipient>,
}

/// The delivered message.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveredMessage {
    /// Message id of the external platform; not empty (documented: an id must come back; field seen in code).
    pub id_on_external_platform: String,
    /// ISO 8601 with milliseconds (seen in code: public middlewares).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at_with_milliseconds: Option<String>,
    /// Address of the message (seen in code: public middlewares).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// An end user (seen in code: public middlewares).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EndUserIdentity {
    /// Id on the external platform.
    pub id_on_external_platform: String,
    /// First name, may be empty.
    #[serde(default)]
    pub first_name: String,
    /// Last name, may be empty.
    #[serde(default)]
    pub last_name: String,
    /// Name used in chats, may be empty.
    #[serde(default)]
    pub nickname: String,
    /// Address of a picture, may be empty.
    #[serde(default)]
    pub image: String,
}

/// Answer to the 1.0 call, `POST <box>/1.0/posts/{postId}/messages`, status 200 (seen in code: vendor employee's sample, both
/// generations). The fields of that call's *body* are unknown, so there is no type for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LegacyAnswer {
    /// Message id of the external platform; not empty.
    pub id_on_external_platform: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A message in the form public middlewares read, with one field nobody knows.
    const MESSAGE: &str = r#"{
        "brand": { "id": 4321 },
        "thread": { "idOnExternalPlatform": "sim_session_1" },
        "messageContent": { "type": "TEXT", "payload": { "text": "Good morning" } },
        "endUserRecipients": [ { "idOnExternalPlatform": "sim_user_1", "isPrimary": true, "isPrivate": true } ],
        "replyToMessage": null, "isReplyToSpecificMessage": null, "attachments": [], "forward": null,
        "sentByNobodyKnowsWhom": 7
    }"#;

    #[test]
    fn a_message_is_read_and_what_is_unknown_is_kept() {
        let message: Outbound = serde_json::from_str(MESSAGE).unwrap();
        assert_eq!(message.thread.id_on_external_platform, "sim_session_1");
        assert_eq!(message.message_content.as_text(), Some("Good morning"));
        assert_eq!(message.rest["sentByNobodyKnowsWhom"], 7);
        insta::assert_json_snapshot!(message);
    }

    #[test]
    fn the_smallest_message_is_enough() {
        let small = r#"{"thread":{"idOnExternalPlatform":"t"},"messageContent":{"type":"TEXT","payload":{"text":"x"}}}"#;
        let message: Outbound = serde_json::from_str(small).unwrap();
        assert!(message.attachments.is_empty() && message.rest.is_empty());
        assert!(
            serde_json::from_str::<Outbound>(r#"{"messageContent":{"type":"TEXT","payload":{}}}"#).is_err()
        );
    }
}
