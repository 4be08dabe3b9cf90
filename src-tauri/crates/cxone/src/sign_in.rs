//! Signing in with an access key, the way back-end applications do: the password grant of `{issuer}/auth/token`.
//!
//! - The client's credentials go as HTTP Basic first; only when that is refused as a client, once more in the body,
//!   because an application is registered for one of the two.
//! - HTTP/1.1 only: HTTP/2 to the token endpoint is reported to fail.
//! - Refusals are told by `error`, whatever the status (400 by the specification, 401 as reported). An overloaded,
//!   failing or foreign server (429, 5xx, a web page, a time-out) says nothing about a credential, and never reads
//!   as if it did.
//! - Nothing is repeated. A refusal closes the run's [`SignInGate`].

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use secrecy::SecretString;
use serde_json::{Value, json};
use transport::{Call, Client, FormValue, Method, Response};
use url::Url;

use crate::discovery::under;
use crate::failure::{Family, is_html};
use crate::field::Row;
use crate::host::untrusted;

use crate::{ApiFailure, Error, Target, Token};

mod refusal;

pub use self::refusal::{ClientAuth, OAuthCode, SignInError};
pub use crate::id_token::{Claims, IdTokenError, Jwks, LEEWAY_SECONDS, Role, verify as verify_id_token};

/// Documented life of a token in seconds, for an answer that does not say.
const DOCUMENTED_LIFE: u64 = 3600;

/// The two pairs that make a back-end sign-in.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// Access key id, sent as `username`.
    pub access_key_id: SecretString,
    /// Access key secret, sent as `password`.
    pub access_key_secret: SecretString,
    /// Client id of the registered application.
    pub client_id: SecretString,
    /// Client secret of the registered application.
    pub client_secret: SecretString,
}

/// Shared by all sign-ins of one run: closed for good by the first refused credential.
#[derive(Debug, Clone, Default)]
pub struct SignInGate(Arc<AtomicBool>);

impl SignInGate {
    /// An open gate.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether a credential was refused.
    pub fn is_closed(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    /// Lets no further sign-in pass.
    pub fn close(&self) {
        self.0.store(true, Ordering::Release);
    }
}

/// One password grant. Does not look at the gate; [`password_grant`] does.
///
/// # Errors
/// [`SignInError`]; [`SignInError::Untrusted`] before anything is sent.
pub async fn token(
    client: &Client,
    target: &Target,
    token_endpoint: &Url,
    sign_in: &SignIn,
    auth: ClientAuth,
) -> Result<Token, SignInError> {
    if let Some(host) = untrusted(target, token_endpoint) {
        return Err(SignInError::Untrusted { host });
    }
    // A server may name the client in its words, so the id is redacted too, also when it goes as Basic.
    client.redactor().add(&sign_in.client_id);
    let mut fields = vec![
        ("grant_type", FormValue::Plain("password")),
        ("username", FormValue::Secret(&sign_in.access_key_id)),
        ("password", FormValue::Secret(&sign_in.access_key_secret)),
    ];
    let mut call = client
        .call(Method::POST, token_endpoint.clone())
        .label("token")
        .http1_only()
        .accept_json();
    match auth {
        ClientAuth::Basic => call = call.basic(&sign_in.client_id, &sign_in.client_secret),
        ClientAuth::Body => fields.extend([
            ("client_id", FormValue::Secret(&sign_in.client_id)),
            ("client_secret", FormValue::Secret(&sign_in.client_secret)),
        ]),
    }
    send(client, call.form(&fields), Some(auth)).await
}

/// Signs in: Basic, then, if the client is refused, body credentials. Says which of the two was accepted.
///
/// # Errors
/// [`SignInError::Closed`] when the gate is. When both ways are refused, the first refusal; but the second where
/// it says more: the client got past (`invalid_grant`), or the service failed and so decided nothing.
pub async fn password_grant(
    client: &Client,
    target: &Target,
    token_endpoint: &Url,
    sign_in: &SignIn,
    gate: &SignInGate,
) -> Result<(Token, ClientAuth), SignInError> {
    if gate.is_closed() {
        return Err(SignInError::Closed);
    }
    let refusal = match token(client, target, token_endpoint, sign_in, ClientAuth::Basic).await {
        Ok(token) => return Ok((token, ClientAuth::Basic)),
        Err(error) if error.refuses_client() => error,
        Err(error) => return Err(closing(gate, error)),
    };
    match token(client, target, token_endpoint, sign_in, ClientAuth::Body).await {
        Ok(token) => Ok((token, ClientAuth::Body)),
        Err(second) => {
            let second_decides = match &second {
                SignInError::Refused { code, .. } => *code == OAuthCode::InvalidGrant,
                _ => true,
            };
            // Closed by the first refusal, whatever the second attempt met.
            gate.close();
            Err(if second_decides { second } else { refusal })
        }
    }
}

/// One sign-in in the way that worked before.
pub(crate) async fn gated(
    client: &Client,
    target: &Target,
    token_endpoint: &Url,
    sign_in: &SignIn,
    auth: ClientAuth,
    gate: &SignInGate,
) -> Result<Token, SignInError> {
    if gate.is_closed() {
        return Err(SignInError::Closed);
    }
    token(client, target, token_endpoint, sign_in, auth)
        .await
        .map_err(|error| closing(gate, error))
}

/// Signs in with the access key alone, at UserHub. It decides whether a key is good when the client is not, so
/// the gate does not hold it; ask once a run.
///
/// # Errors
/// [`SignInError`]; [`SignInError::Untrusted`] before anything is sent. The error bodies of this endpoint are not
/// documented: 400, 401 and 403 with anything but a web page count as a refusal.
pub async fn access_key_only(
    client: &Client,
    target: &Target,
    userhub: &Url,
    sign_in: &SignIn,
) -> Result<Token, SignInError> {
    let url = under(userhub, &["authentication", "v1", "token", "access-key"]);
    if let Some(host) = untrusted(target, &url) {
        return Err(SignInError::Untrusted { host });
    }
    use secrecy::ExposeSecret;
    // The body is built here, so the redactor must know the secret before it is sent.
    client.redactor().add(&sign_in.access_key_id);
    client.redactor().add(&sign_in.access_key_secret);
    let body = json!({
        "accessKeyId": sign_in.access_key_id.expose_secret(),
        "accessKeySecret": sign_in.access_key_secret.expose_secret(),
    });
    let call = client
        .call(Method::POST, url)
        .label("token-access-key")
        .http1_only()
        .accept_json()
        .json(&body);
    send(client, call, None).await
}

/// Fetches the keys that id_tokens are signed with.
///
/// # Errors
/// [`Error::Untrusted`] before anything is sent: keys from a foreign host would prove a foreign token.
pub async fn jwks(client: &Client, target: &Target, url: &Url) -> Result<Jwks, Error> {
    if let Some(host) = untrusted(target, url) {
        return Err(Error::Untrusted { host });
    }
    let response = client
        .call(Method::GET, url.clone())
        .label("jwks")
        .accept_json()
        .send()
        .await?;
    let value = crate::session::json(client, &response)?;
    Jwks::read(&value).map_err(|error| error.seen_in(&response.exchange))
}

fn closing(gate: &SignInGate, error: SignInError) -> SignInError {
    if error.refuses_credential() {
        gate.close();
    }
    error
}

async fn send(client: &Client, call: Call, auth: Option<ClientAuth>) -> Result<Token, SignInError> {
    let response = call.send().await?;
    if response.status == 200 {
        return accepted(client, &response);
    }
    Err(refused(client, &response, auth))
}

fn accepted(client: &Client, response: &Response) -> Result<Token, SignInError> {
    let exchange = || Arc::clone(&response.exchange);
    let value: Value = serde_json::from_slice(&response.body).map_err(|_| SignInError::NotJson {
        html: is_html(&String::from_utf8_lossy(&response.body)),
        status: response.status,
        exchange: exchange(),
    })?;
    let shape = |detail| SignInError::Shape {
        detail,
        exchange: exchange(),
    };
    let row = Row::new(&value).ok_or_else(|| shape("it is no object"))?;
    // Every token is a secret of its own from the moment it is seen.
    let secret = |name: &str| {
        row.text(name).filter(|text| !text.is_empty()).map(|text| {
            client.redactor().add_token(&text);
            SecretString::from(text)
        })
    };
    Ok(Token {
        access_token: secret("access_token").ok_or_else(|| shape("no access_token"))?,
        id_token: secret("id_token"),
        refresh_token: secret("refresh_token"),
        expires_in: row
            .number("expires_in")
            .and_then(|n| u64::try_from(n).ok())
            .unwrap_or(DOCUMENTED_LIFE),
        obtained_at: response.exchange.started_at,
    })
}

fn refused(client: &Client, response: &Response, auth: Option<ClientAuth>) -> SignInError {
    let status = response.status;
    let exchange = Arc::clone(&response.exchange);
    if !matches!(status, 400 | 401 | 403) {
        // 2xx other than 200, redirects (a portal), 404 (no such endpoint), 429, 5xx: not about credentials.
        return SignInError::Service {
            status,
            retry_after: response.retry_after(),
            exchange,
        };
    }
    let failure = ApiFailure::read(&response.body, None, None).redacted(|text| client.redactor().text(text));
    // Anything but JSON refuses a credential only as 401 (an empty one, or old servers' text), or at the endpoint
    // whose error bodies nobody documents.
    let tells = match failure.family {
        Family::Html => false,
        Family::Text | Family::Empty | Family::AcdHeader => status == 401 || auth.is_none(),
        _ => true,
    };
    if !tells {
        return SignInError::NotJson {
            html: failure.family == Family::Html,
            status,
            exchange,
        };
    }
    let code = OAuthCode::read(failure.code.as_deref().unwrap_or_default());
    SignInError::Refused {
        code,
        status,
        description: failure.message,
        auth,
        exchange,
    }
}
