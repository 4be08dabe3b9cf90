//! Recipient validation for messages an agent starts: `POST <box>/1.0/channel/{channelId}/recipients/validation` (seen in
//! code: public middlewares). Needed where a channel has the manual outbound flow (inferred).

use serde::{Deserialize, Serialize};

use crate::outbound::Recipient;

/// Body of the call (seen in code: public middlewares).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ValidationRequest {
    /// The recipients to look at; at least their external ids.
    pub end_user_recipients: Vec<Recipient>,
}

/// Answer 200: `{"status": "valid"}` (seen in code: public middlewares; weak).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValidationAnswer {
    /// `valid`.
    pub status: String,
}

impl ValidationAnswer {
    /// The recipients can be reached.
    pub fn valid() -> ValidationAnswer {
        ValidationAnswer {
            status: "valid".to_owned(),
        }
    }
}

/// Answer 400 (seen in code: public middlewares, two files).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ValidationRefusal {
    /// Text shown to the agent.
    pub display_error_message: String,
    /// [`ValidationRefusal::CODE`].
    pub error_code: String,
    /// What is wrong, and where.
    #[serde(default)]
    pub errors: Vec<ValidationError>,
}

impl ValidationRefusal {
    /// The one error code seen.
    pub const CODE: &'static str = "outboundValidationFailed";

    /// A refusal with one error at one place.
    pub fn at(path: &[&str], message: &str) -> ValidationRefusal {
        ValidationRefusal {
            display_error_message: message.to_owned(),
            error_code: ValidationRefusal::CODE.to_owned(),
            errors: vec![ValidationError {
                path: path.iter().map(|step| (*step).to_owned()).collect(),
                message: message.to_owned(),
            }],
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValidationError {
    /// Steps to the field.
    pub path: Vec<String>,
    /// Text for people.
    pub message: String,
}
