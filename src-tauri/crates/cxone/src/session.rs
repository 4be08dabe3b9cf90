//! Authenticated reads: one token for ACD, digital and UserHub, kept fresh, shared by all checks of a run.
//!
//! - A token is renewed a minute before it ends (half-way for tokens that live less than two minutes), by a new
//!   sign-in.
//! - On 401 there is one new sign-in and one more attempt; calls that fail side by side share that sign-in.
//! - 429, 502, 503 and 504 are repeated at most twice, after `Retry-After` where that is short.
//! - The token goes to a trusted host or nowhere.

use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::Mutex;
pub use transport::Waits;
use transport::{Client, Method, Response};
use url::Url;

use crate::discovery::{add_query, under};
use crate::host::{Hosts, untrusted};
use crate::sign_in::{self, ClientAuth, SignIn, SignInError, SignInGate};
use crate::{ApiFailure, Error, Host, Target, Token};

/// Versions of the ACD API in the order in which they are tried: the documented one, then older ones that keep
/// working side by side.
const ACD_VERSIONS: [&str; 3] = ["v34.0", "v30.0", "v27.0"];

/// How long before its end a token is renewed, in seconds.
const RENEW_BEFORE: u64 = 60;

/// Tells the time; passed in so that renewal can be tested without waiting.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// This computer's clock.
pub fn system_clock() -> Clock {
    Arc::new(Timestamp::now)
}

/// What a session is made of.
pub struct Parts {
    /// Carries the calls; its redactor learns every token.
    pub client: Client,
    /// The tenant and what may be trusted.
    pub target: Target,
    /// The tenant's services.
    pub hosts: Hosts,
    /// Token of the sign-in that succeeded.
    pub token: Token,
    /// For renewal.
    pub sign_in: SignIn,
    /// For renewal.
    pub token_endpoint: Url,
    /// The way the client's credentials were accepted.
    pub client_auth: ClientAuth,
    /// Shared by all sign-ins of the run.
    pub gate: SignInGate,
    /// Tells the time.
    pub clock: Clock,
    /// How reads are repeated.
    pub waits: Waits,
}

/// What the record of a read keeps of the answer's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Record {
    /// All of it, redacted.
    Whole,
    /// Its length: the answer is about people.
    Length,
}

/// A signed-in connection to one tenant.
pub struct Session {
    client: Client,
    target: Target,
    hosts: Hosts,
    sign_in: SignIn,
    token_endpoint: Url,
    client_auth: ClientAuth,
    gate: SignInGate,
    clock: Clock,
    waits: Waits,
    /// Held across a sign-in, so that there is one at a time and the others wait for its token.
    current: Mutex<Current>,
    /// The version that answered, once one has.
    acd_version: OnceLock<usize>,
}

struct Current {
    token: Token,
    /// Counts sign-ins: a 401 to an older token asks for no new one.
    generation: u64,
}

impl Session {
    /// A session that starts with a token.
    pub fn new(parts: Parts) -> Self {
        let Parts {
            client,
            target,
            hosts,
            token,
            sign_in,
            token_endpoint,
            client_auth,
            gate,
            clock,
            waits,
        } = parts;
        let current = Mutex::new(Current { token, generation: 0 });
        let acd_version = OnceLock::new();
        Self {
            client,
            target,
            hosts,
            sign_in,
            token_endpoint,
            client_auth,
            gate,
            clock,
            waits,
            current,
            acd_version,
        }
    }

    /// The services' addresses.
    pub fn hosts(&self) -> &Hosts {
        &self.hosts
    }

    /// The client that carries the calls.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The token in use; renewed first if it is about to end.
    ///
    /// # Errors
    /// [`Error::SignIn`] or [`Error::SignInClosed`].
    pub async fn token(&self) -> Result<Token, Error> {
        self.fresh().await.map(|(token, _)| token)
    }

    /// Reads from one service. `path` is given in segments, each sent as one, whatever it contains.
    ///
    /// # Errors
    /// [`Error::Untrusted`] before anything is sent; [`Error::Status`] for every status but 2xx; [`Error::SignIn`]
    /// and [`Error::SignInClosed`] when a renewal was needed and failed.
    pub async fn get(
        &self,
        host: Host,
        path: &[&str],
        query: &[(&str, &str)],
        label: &'static str,
    ) -> Result<Response, Error> {
        self.read(host, path, query, label, Record::Whole).await
    }

    /// As [`Session::get`], and says what is recorded of the answer.
    pub(crate) async fn read(
        &self,
        host: Host,
        path: &[&str],
        query: &[(&str, &str)],
        label: &'static str,
        record: Record,
    ) -> Result<Response, Error> {
        let mut url = under(self.hosts.base(host), path);
        add_query(&mut url, query);
        self.repeated(url, None, label, record).await
    }

    /// Reads by a search, which is a POST that changes nothing. Searches are about people: of the answer nothing but its
    /// length is recorded.
    pub(crate) async fn search(
        &self,
        host: Host,
        path: &[&str],
        body: &Value,
        label: &'static str,
    ) -> Result<Response, Error> {
        let url = under(self.hosts.base(host), path);
        self.repeated(url, Some(body), label, Record::Length).await
    }

    /// A read, with what is done about answers that ask for another attempt.
    async fn repeated(
        &self,
        url: Url,
        body: Option<&Value>,
        label: &'static str,
        record: Record,
    ) -> Result<Response, Error> {
        if let Some(host) = untrusted(&self.target, &url) {
            return Err(Error::Untrusted { host });
        }
        let mut signed_in_again = false;
        let mut repeated = 0;
        loop {
            let (token, generation) = self.fresh().await?;
            let method = if body.is_some() { Method::POST } else { Method::GET };
            let mut call = self
                .client
                .call(method, url.clone())
                .label(label)
                .bearer(&token.access_token)
                .accept_json();
            if let Some(body) = body {
                call = call.json(body);
            }
            if record == Record::Length {
                call = call.keep_no_body();
            }
            let response = call.send().await?;
            match response.status {
                200..=299 => return Ok(response),
                401 if !signed_in_again => {
                    signed_in_again = true;
                    self.renew_after(generation).await?;
                }
                status => match self
                    .waits
                    .before_repeating(status, repeated, response.retry_after())
                {
                    Some(wait) => {
                        repeated += 1;
                        tokio::time::sleep(wait).await;
                    }
                    None => return Err(failed(&self.client, &response)),
                },
            }
        }
    }

    /// Reads from the ACD API: `{api}/incontactapi/services/{version}/…`. Until a version has answered, 404 may mean
    /// that the tenant lacks it, so the next older one is asked; after that 404 means what it says.
    ///
    /// # Errors
    /// As [`Session::get`]; where every version answers 404, the answer of the first.
    pub async fn acd(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
        label: &'static str,
    ) -> Result<Response, Error> {
        self.acd_read(path, query, label, Record::Whole).await
    }

    /// As [`Session::acd`], and says what is recorded of the answer.
    pub(crate) async fn acd_read(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
        label: &'static str,
        record: Record,
    ) -> Result<Response, Error> {
        let known = self.acd_version.get().copied();
        let mut index = known.unwrap_or(0);
        let mut first = None;
        loop {
            let mut segments = vec!["incontactapi", "services", ACD_VERSIONS[index]];
            segments.extend(path);
            match self.read(Host::Api, &segments, query, label, record).await {
                Ok(response) => {
                    // Another task may have found one in the meantime, which is as good.
                    let _ = self.acd_version.set(index);
                    return Ok(response);
                }
                Err(error) if error.status() != Some(404) => return Err(error),
                Err(error) if known.is_none() && index + 1 < ACD_VERSIONS.len() => {
                    first.get_or_insert(error);
                    index += 1;
                }
                Err(error) => return Err(first.unwrap_or(error)),
            }
        }
    }

    /// Writes to the ACD API, once: whatever the server answers but a 401 is the answer, because a write that was put off may
    /// still have been done. The version is the one that answered a read before, else the documented one.
    ///
    /// # Errors
    /// [`Error::Untrusted`] before anything is sent; [`Error::Transport`], [`Error::SignIn`] and [`Error::SignInClosed`].
    pub(crate) async fn acd_write(
        &self,
        path: &[&str],
        body: &Value,
        label: &'static str,
    ) -> Result<Response, Error> {
        let version = ACD_VERSIONS[self.acd_version.get().copied().unwrap_or(0)];
        let mut segments = vec!["incontactapi", "services", version];
        segments.extend(path);
        let url = under(self.hosts.base(Host::Api), &segments);
        if let Some(host) = untrusted(&self.target, &url) {
            return Err(Error::Untrusted { host });
        }
        let mut signed_in_again = false;
        loop {
            let (token, generation) = self.fresh().await?;
            let call = self
                .client
                .call(Method::POST, url.clone())
                .label(label)
                .bearer(&token.access_token)
                .accept_json()
                .json(body);
            let response = call.send().await?;
            if response.status != 401 || signed_in_again {
                return Ok(response);
            }
            signed_in_again = true;
            self.renew_after(generation).await?;
        }
    }

    async fn fresh(&self) -> Result<(Token, u64), Error> {
        let mut current = self.current.lock().await;
        let age = (self.clock)().duration_since(current.token.obtained_at).as_secs();
        let life = current.token.expires_in;
        let usable = life - RENEW_BEFORE.min(life / 2);
        // A life of nothing is a server's way of not telling; a 401 will.
        if life > 0 && age >= i64::try_from(usable).unwrap_or(i64::MAX) {
            self.renew(&mut current).await?;
        }
        Ok((current.token.clone(), current.generation))
    }

    /// Signs in again, unless somebody did since the token of `generation` was handed out.
    async fn renew_after(&self, generation: u64) -> Result<(), Error> {
        let mut current = self.current.lock().await;
        if current.generation == generation {
            self.renew(&mut current).await
        } else {
            Ok(())
        }
    }

    async fn renew(&self, current: &mut Current) -> Result<(), Error> {
        let renewed = sign_in::gated(
            &self.client,
            &self.target,
            &self.token_endpoint,
            &self.sign_in,
            self.client_auth,
            &self.gate,
        )
        .await;
        let token = renewed.map_err(|error| match error {
            SignInError::Closed => Error::SignInClosed,
            error => Error::SignIn(error),
        })?;
        // The session's own clock counts from here on.
        current.token = Token {
            obtained_at: (self.clock)(),
            ..token
        };
        current.generation += 1;
        Ok(())
    }
}

/// JSON of a successful answer.
///
/// # Errors
/// [`Error::Status`] for other statuses and for batches with failed items, [`Error::NotJson`].
pub(crate) fn json(client: &Client, response: &Response) -> Result<Value, Error> {
    if !(200..=299).contains(&response.status) {
        return Err(failed(client, response));
    }
    let value: Value = serde_json::from_slice(&response.body).map_err(|_| Error::NotJson {
        html: response.looks_html(),
        status: response.status,
        exchange: Arc::clone(&response.exchange),
    })?;
    match ApiFailure::batch(&value, response.trace_id()) {
        Some(failure) => Err(status_error(client, response, failure)),
        None => Ok(value),
    }
}

/// The error of an answer that is no success.
pub(crate) fn failed(client: &Client, response: &Response) -> Error {
    let failure = ApiFailure::read(
        &response.body,
        response
            .headers
            .get(crate::failure::STATUS_DESCRIPTION)
            .and_then(|value| value.to_str().ok()),
        response.trace_id(),
    );
    status_error(client, response, failure)
}

fn status_error(client: &Client, response: &Response, failure: ApiFailure) -> Error {
    Error::Status {
        status: response.status,
        api: Box::new(failure.redacted(|text| client.redactor().text(text))),
        retry_after: response.retry_after(),
        exchange: Arc::clone(&response.exchange),
    }
}
