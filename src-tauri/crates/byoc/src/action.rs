//! Typing: `POST <box>/1.0/channel/{channelId}/thread/{threadIdOnExternalPlatform}/sender-action`, answered 204 without a
//! body (seen in code: public middlewares). CXone calls it only for channels that can show it (inferred).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::outbound::Brand;

/// Body of the call (seen in code: public middlewares).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SenderActionRequest {
    /// The tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<Brand>,
    /// What the sender does.
    pub sender_action: SenderAction,
    /// The agent (seen in code: public middlewares). Its fields are not known, so it is kept as it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author_user: Option<Value>,
}

/// Wrapper of the action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SenderAction {
    /// Typing begins or ends.
    pub action: Typing,
}

/// The two actions (documented for the mirror call into CXone).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Typing {
    /// The agent types.
    #[serde(rename = "isTypingOn")]
    On,
    /// The agent stopped.
    #[serde(rename = "isTypingOff")]
    Off,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_actions_and_nothing_else() {
        for (word, typing) in [("isTypingOn", Typing::On), ("isTypingOff", Typing::Off)] {
            let body = json!({ "senderAction": { "action": word }, "authorUser": { "id": 55 } });
            let request: SenderActionRequest = serde_json::from_value(body.clone()).unwrap();
            assert_eq!(request.sender_action.action, typing);
            assert_eq!(serde_json::to_value(request).unwrap(), body);
        }
        assert!(
            serde_json::from_value::<SenderActionRequest>(json!({ "senderAction": { "action": "x" } }))
                .is_err()
        );
    }
}
