//! Probes of the handover endpoint that need no CXone: token, box, actions, and a nonsense path to compare with.
//!
//! Every call is one that CXone itself makes, with made-up ids where an id is needed: nothing is created, changed or
//! delivered. Only [`token`] sends credentials, and only to the base it is given. Redirects are answers and not followed.

use std::sync::Arc;

use byoc::outbound::{Brand, MessageContent, Outbound, Recipient, Thread};
use byoc::token::TokenRequest;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};
use transport::{Call, Client, Exchange, Method, Response, TransportError, Url};

/// A well-formed provider id that no install has: its time part is 1970.
pub const MADE_UP_PROVIDER: &str = "000000000000000000000000";

/// Ids of things that do not exist, recognisable in the logs of whoever reads them.
const MADE_UP: &str = "handover-desk-probe";

/// A channel of the right shape that no tenant has.
const MADE_UP_CHANNEL: &str = "00000000-0000-0000-0000-000000000000";

/// What a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BodyKind {
    /// Nothing.
    Empty,
    /// JSON, whatever the content type says.
    Json,
    /// A page for people: a gateway or an ingress speaks.
    Html,
    /// Anything else.
    Other,
}

/// An answer of the endpoint, or of whatever stands in front of it.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Media type in lower case, without parameters.
    pub content_type: Option<String>,
    /// What the body is.
    pub body_kind: BodyKind,
    /// `error` or `code` of a JSON body, if it is one word.
    pub error_code: Option<String>,
    /// Names of the fields of a JSON object, sorted.
    pub fields: Vec<String>,
    /// The redacted record.
    pub exchange: Arc<Exchange>,
}

/// What two answers are compared by: everything that does not repeat what was asked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint {
    /// Status code.
    pub status: u16,
    /// Media type.
    pub content_type: Option<String>,
    /// What the body is.
    pub body_kind: BodyKind,
    /// One-word error of a JSON body.
    pub error_code: Option<String>,
    /// Field names of a JSON object.
    pub fields: Vec<String>,
}

/// The answer to a token request.
#[derive(Clone, Debug)]
pub struct TokenAnswer {
    /// Status code.
    pub status: u16,
    /// A 2xx with an `access_token`.
    pub accepted: bool,
    /// What the body is.
    pub body_kind: BodyKind,
    /// One-word error of a JSON body, such as `invalid_client`.
    pub error_code: Option<String>,
    /// `token_type` of an accepted answer.
    pub token_type: Option<String>,
    /// `expires_in` of an accepted answer, in seconds.
    pub expires_in: Option<u64>,
    /// The whole of it.
    pub answer: Answer,
    /// The redacted record.
    pub exchange: Arc<Exchange>,
}

/// The two generations of the outbound path; CXone uses the one that the BYOC form's checkbox "Use DFO 3.0 Outbound API
/// for replies" chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BoxMode {
    /// `/2.0/channel/{channelId}/outbound`, checkbox on.
    V2,
    /// `/1.0/posts/{postId}/messages`, checkbox off.
    V1,
}

impl BoxMode {
    /// Both, the newer first.
    pub const ALL: [BoxMode; 2] = [BoxMode::V2, BoxMode::V1];
}

/// The three action URLs, opened by an administrator's browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// `/add`
    Add,
    /// `/reconnect`
    Reconnect,
    /// `/remove`
    Remove,
}

impl Action {
    /// In the order of the BYOC form.
    pub const ALL: [Action; 3] = [Action::Add, Action::Reconnect, Action::Remove];

    /// Last segment of its URL.
    #[must_use]
    pub fn segment(self) -> &'static str {
        match self {
            Action::Add => "add",
            Action::Reconnect => "reconnect",
            Action::Remove => "remove",
        }
    }
}

/// The same request to the handover service and to a path nobody serves.
#[derive(Clone, Debug)]
pub struct RouteAnswers {
    /// What `/handover/niceCxOne/...` answers.
    pub handover: Answer,
    /// What a path nobody serves answers.
    pub nonsense: Answer,
}

impl RouteAnswers {
    /// Whether the two cannot be told apart: then nobody but the ingress has answered.
    #[must_use]
    pub fn alike(&self) -> bool {
        self.handover.fingerprint() == self.nonsense.fingerprint()
    }
}

/// Asks for a token as CXone does: a JSON client-credentials request to the Authorization URL (JSON: seen in code).
///
/// # Errors
/// [`TransportError`] when there is no complete answer.
pub async fn token(
    client: &Client,
    base: &Url,
    provider_id: &str,
    client_id: &SecretString,
    client_secret: &SecretString,
) -> Result<TokenAnswer, TransportError> {
    client.redactor().add(client_secret);
    let body = TokenRequest::new(client_id.expose_secret(), client_secret.clone()).to_json();
    let url = below(base, &["handover", "niceCxOne", provider_id, "auth", "token"]);
    let response = client
        .call(Method::POST, url)
        .label("box token")
        .json(&body)
        .accept_json()
        .send()
        .await?;
    let object = object(&response);
    let text = |name: &str| object.as_ref().and_then(|object| object.get(name)?.as_str());
    let access_token = text("access_token").filter(|token| !token.is_empty());
    if let Some(token) = access_token {
        client.redactor().add_token(token);
    }
    let accepted = (200..300).contains(&response.status) && access_token.is_some();
    let answer = Answer::read(&response);
    Ok(TokenAnswer {
        status: answer.status,
        accepted,
        body_kind: answer.body_kind,
        error_code: answer.error_code.clone(),
        token_type: text("token_type").filter(|_| accepted).map(str::to_owned),
        expires_in: object
            .as_ref()
            .and_then(|object| object.get("expires_in")?.as_u64())
            .filter(|_| accepted),
        exchange: Arc::clone(&answer.exchange),
        answer,
    })
}

/// Sends a message of valid shape to a channel that does not exist, without a token. 401 is what makes CXone fetch one.
///
/// # Errors
/// [`TransportError`] when there is no complete answer.
pub async fn outbound_without_token(
    client: &Client,
    base: &Url,
    mode: BoxMode,
) -> Result<Answer, TransportError> {
    let (label, path) = match mode {
        BoxMode::V2 => ("box message 2.0", ["2.0", "channel", MADE_UP_CHANNEL, "outbound"]),
        BoxMode::V1 => ("box message 1.0", ["1.0", "posts", MADE_UP_CHANNEL, "messages"]),
    };
    let url = below(base, &[&["handover", "niceCxOne"], path.as_slice()].concat());
    let call = client
        .call(Method::POST, url)
        .label(label)
        .json(&message())
        .accept_json();
    answered(call).await
}

/// Opens an action URL with made-up parameters (their names: seen in code).
///
/// # Errors
/// [`TransportError`] when there is no complete answer.
pub async fn action(client: &Client, base: &Url, action: Action) -> Result<Answer, TransportError> {
    let mut url = below(base, &["handover", "niceCxOne", action.segment()]);
    url.query_pairs_mut()
        .append_pair("userId", "1")
        .append_pair("brandId", "1")
        .append_pair("token", MADE_UP)
        .append_pair("backUrl", "https://example.com/");
    answered(
        client
            .call(Method::GET, url)
            .label(format!("action {}", action.segment())),
    )
    .await
}

/// Asks for a path that nobody serves, of the shape of a handover path.
///
/// # Errors
/// [`TransportError`] when there is no complete answer.
pub async fn nonsense(client: &Client, base: &Url, method: Method) -> Result<Answer, TransportError> {
    let url = below(base, &[MADE_UP, "niceCxOne", MADE_UP_PROVIDER, "auth", "token"]);
    let mut call = client
        .call(method.clone(), url)
        .label("nonsense path")
        .accept_json();
    if method == Method::POST {
        call = call.json(&json!({}));
    }
    answered(call).await
}

/// The same empty token request to the handover service (with [`MADE_UP_PROVIDER`]) and to a path nobody serves.
///
/// # Errors
/// [`TransportError`] when one of the two has no complete answer.
pub async fn route(client: &Client, base: &Url) -> Result<RouteAnswers, TransportError> {
    let url = below(
        base,
        &["handover", "niceCxOne", MADE_UP_PROVIDER, "auth", "token"],
    );
    let call = client
        .call(Method::POST, url)
        .label("handover path")
        .json(&json!({}))
        .accept_json();
    let handover = answered(call).await?;
    let nonsense = nonsense(client, base, Method::POST).await?;
    Ok(RouteAnswers { handover, nonsense })
}

async fn answered(call: Call) -> Result<Answer, TransportError> {
    call.send().await.map(|response| Answer::read(&response))
}

impl Answer {
    fn read(response: &Response) -> Answer {
        let json = serde_json::from_slice::<Value>(&response.body).ok();
        let body_kind = if response.body.trim_ascii().is_empty() {
            BodyKind::Empty
        } else if json.is_some() {
            BodyKind::Json
        } else if response.looks_html() {
            BodyKind::Html
        } else {
            BodyKind::Other
        };
        let object = json.as_ref().and_then(Value::as_object);
        let mut fields: Vec<String> = object.into_iter().flat_map(Map::keys).cloned().collect();
        fields.sort();
        Answer {
            status: response.status,
            content_type: response.media_type(),
            body_kind,
            error_code: object.and_then(error_code),
            fields,
            exchange: Arc::clone(&response.exchange),
        }
    }

    /// Whether the body is JSON.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.body_kind == BodyKind::Json
    }

    /// What to compare this answer by.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint {
            status: self.status,
            content_type: self.content_type.clone(),
            body_kind: self.body_kind,
            error_code: self.error_code.clone(),
            fields: self.fields.clone(),
        }
    }
}

/// A message as CXone sends it, to nobody.
fn message() -> Value {
    let message = Outbound {
        brand: Some(Brand {
            id: Some(1),
            ..Brand::default()
        }),
        thread: Thread {
            id_on_external_platform: MADE_UP.to_owned(),
            id: None,
        },
        message_content: MessageContent::text(
            "This message goes nowhere: it asks whether a token is required.",
        ),
        end_user_recipients: vec![Recipient {
            id_on_external_platform: MADE_UP.to_owned(),
            name: None,
            is_primary: Some(true),
            is_private: Some(true),
        }],
        reply_to_message: None,
        is_reply_to_specific_message: Some(false),
        attachments: Vec::new(),
        forward: None,
        rest: Map::new(),
    };
    // Plain data with text keys always becomes JSON.
    serde_json::to_value(message).unwrap_or_default()
}

fn object(response: &Response) -> Option<Map<String, Value>> {
    serde_json::from_slice(&response.body).ok()
}

/// The first of the usual fields that holds one word.
fn error_code(object: &Map<String, Value>) -> Option<String> {
    let is_word = |text: &&str| {
        (1..=64).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
    };
    ["error", "code", "errorCode"]
        .iter()
        .find_map(|name| object.get(*name)?.as_str().filter(is_word))
        .map(str::to_owned)
}

/// `base` with these segments after its own path.
pub(crate) fn below(base: &Url, segments: &[&str]) -> Url {
    let mut url = base.clone();
    url.set_query(None);
    url.set_fragment(None);
    // A URL without path segments is none of http, and the call will say so.
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    url
}
