//! The token request to the Authorization URL, and its answers.
//!
//! A `POST` with a JSON body (seen in code: vendor employee's sample, public middlewares); no Basic header is used by any
//! implementation seen. Secrets stay wrapped: none of these types is `Serialize`, `to_json` is the one way out.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

/// The only grant CXone asks for (seen in code: vendor employee's sample, public middlewares).
pub const CLIENT_CREDENTIALS: &str = "client_credentials";

/// What CXone sends (seen in code: vendor employee's sample, public middlewares).
#[derive(Clone, Debug, Deserialize)]
pub struct TokenRequest {
    /// [`CLIENT_CREDENTIALS`].
    pub grant_type: String,
    /// Client id as typed in the BYOC form.
    pub client_id: String,
    /// Client secret as typed in the BYOC form. Cognigy.AI wants 32 characters (documented by Cognigy; a rule of CXone's own
    /// is not public).
    #[serde(deserialize_with = "secret")]
    pub client_secret: SecretString,
}

impl TokenRequest {
    /// A request for this pair.
    pub fn new(client_id: impl Into<String>, client_secret: SecretString) -> TokenRequest {
        TokenRequest {
            grant_type: CLIENT_CREDENTIALS.to_owned(),
            client_id: client_id.into(),
            client_secret,
        }
    }

    /// The body to send. Holds the secret in the clear.
    pub fn to_json(&self) -> Value {
        json!({
            "grant_type": self.grant_type,
            "client_id": self.client_id,
            "client_secret": self.client_secret.expose_secret(),
        })
    }
}

/// The box's answer, status 200.
#[derive(Clone, Debug, Deserialize)]
pub struct TokenAnswer {
    /// Opaque or a JWT; CXone does not look inside (seen in code: vendor employee's sample).
    #[serde(deserialize_with = "secret")]
    pub access_token: SecretString,
    /// `Bearer` or `bearer`: both are used (seen in code). Some middlewares leave it out; whether CXone minds is unknown.
    #[serde(default)]
    pub token_type: Option<String>,
    /// Seconds. 30 to 86400 are used (seen in code: vendor employee's sample); absent in some middlewares.
    #[serde(default)]
    pub expires_in: Option<u64>,
}

impl TokenAnswer {
    /// A complete answer.
    pub fn new(access_token: SecretString, expires_in: u64) -> TokenAnswer {
        TokenAnswer {
            access_token,
            token_type: Some("Bearer".to_owned()),
            expires_in: Some(expires_in),
        }
    }

    /// The body to send. Holds the token in the clear.
    pub fn to_json(&self) -> Value {
        let mut body = json!({ "access_token": self.access_token.expose_secret() });
        if let Some(token_type) = &self.token_type {
            body["token_type"] = token_type.as_str().into();
        }
        if let Some(expires_in) = self.expires_in {
            body["expires_in"] = expires_in.into();
        }
        body
    }
}

/// A refused token request: 401 with `invalid_client`, 400 with `unsupported_grant_type` or `invalid_request` by the
/// convention of OAuth (seen in code: vendor employee's sample). How CXone reacts is unknown.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
pub struct TokenRefusal {
    /// OAuth error code.
    pub error: String,
    /// Text for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_description: Option<String>,
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    String::deserialize(deserializer).map(SecretString::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_go_round_by_to_json_and_never_by_debug() {
        let request = TokenRequest::new(
            "byoc-demo",
            SecretString::from("test-secret-0123456789abcdef0123"),
        );
        assert!(!format!("{request:?}").contains("test-secret"));
        let read: TokenRequest = serde_json::from_value(request.to_json()).unwrap();
        assert_eq!(read.to_json(), request.to_json());

        let answer = TokenAnswer::new(SecretString::from("test-secret-token"), 3600);
        assert!(!format!("{answer:?}").contains("test-secret"));
        assert_eq!(
            answer.to_json(),
            json!({ "access_token": "test-secret-token", "token_type": "Bearer", "expires_in": 3600 })
        );
    }

    #[test]
    fn the_smallest_answer_seen_is_read() {
        let answer: TokenAnswer = serde_json::from_value(json!({ "access_token": "t" })).unwrap();
        assert_eq!((answer.token_type, answer.expires_in), (None, None));
    }
}
