//! The install as a client of CXone: it finds the sign-in by discovery, signs in with the provider's connection, and calls
//! with the token, once more with a fresh one after a 401.
//!
//! The order of the sign-in is that of public code of the vendor's; which calls the real provider makes is not public.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{Method, StatusCode};
use serde_json::Value;

use crate::cognigy::install::{Install, Provider};
use crate::cognigy::sample::{OUTBOUND_CREDENTIALS, TENANT_ID};
use crate::description::base;
use crate::outgoing::{Call, CallError, Reply};
use crate::state::Sim;
use crate::switch::SaveTimeout;

/// What a provider signs in with.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Account {
    username: String,
    password: String,
    client_id: String,
    client_secret: String,
    tenant_id: String,
}

impl Account {
    /// The account of a provider; none while a value is missing.
    pub(crate) fn of(install: &Install, provider: &Provider) -> Option<Account> {
        let connection = install.connection(&provider.text(OUTBOUND_CREDENTIALS)?)?;
        let field = |name: &str| connection.field(name).map(str::to_owned);
        Some(Account {
            username: field("username")?,
            password: field("password")?,
            client_id: field("clientId")?,
            client_secret: field("clientSecret")?,
            tenant_id: provider.text(TENANT_ID)?,
        })
    }
}

/// Tokens of CXone by provider.
#[derive(Default)]
pub(crate) struct Keyring {
    held: Mutex<HashMap<String, (Account, String)>>,
}

impl Keyring {
    /// Drops every token.
    pub(crate) fn forget(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, (Account, String)>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why CXone did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CxoneError {
    #[error("The handover provider does not exist.")]
    NoProvider,
    #[error("The handover provider is not complete.")]
    Incomplete,
    #[error("CXone could not be reached: {0}")]
    Call(#[from] CallError),
    #[error("CXone refused the sign-in with {status} {code}")]
    SignIn { status: StatusCode, code: String },
    #[error("CXone answered {status} for the tenant")]
    Tenant { status: StatusCode },
    #[error("The business unit is {entered}, and the sign-in's is {found}")]
    OtherUnit { entered: String, found: u64 },
    #[error("CXone answered {status}: {what}")]
    Refused { what: &'static str, status: StatusCode },
}

/// What a sign-in gives.
pub(crate) struct SignedIn {
    token: String,
    /// The business unit the id token names; none where it names none.
    pub unit: Option<u64>,
}

impl SignedIn {
    /// Whether the unit is the one of the sign-in. Where the token names none, nothing speaks against it.
    pub(crate) fn of_unit(&self, entered: &str) -> Result<(), CxoneError> {
        match self.unit {
            Some(found) if found.to_string() != entered => Err(CxoneError::OtherUnit {
                entered: entered.to_owned(),
                found,
            }),
            _ => Ok(()),
        }
    }
}

/// The unit that an id token names. Its signature is the business of whoever lets somebody in by it.
fn unit(id_token: &str) -> Option<u64> {
    let claims = URL_SAFE_NO_PAD.decode(id_token.split('.').nth(1)?).ok()?;
    serde_json::from_slice::<Value>(&claims).ok()?["icBUId"].as_u64()
}

/// A provider's way to CXone.
pub(crate) struct Cxone<'a> {
    sim: &'a Sim,
    provider: String,
    account: Account,
    patience: Duration,
}

impl<'a> Cxone<'a> {
    /// The way of a provider, if it has all it needs.
    pub(crate) fn of(sim: &'a Sim, provider: &str) -> Result<Cxone<'a>, CxoneError> {
        let install = sim.cognigy.install();
        let found = install.provider(provider).ok_or(CxoneError::NoProvider)?;
        let account = Account::of(&install, found).ok_or(CxoneError::Incomplete)?;
        Ok(Cxone {
            sim,
            provider: provider.to_owned(),
            account,
            patience: match sim.switches().save_timeout {
                SaveTimeout::TenSeconds => Duration::from_secs(10),
                SaveTimeout::OneSecond => Duration::from_secs(1),
                SaveTimeout::ThirtySeconds => Duration::from_secs(30),
            },
        })
    }

    /// A call of the Digital API; `what` names it where it fails.
    pub(crate) async fn digital(
        &self,
        what: &'static str,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Reply, CxoneError> {
        let base = base(self.sim.addresses.digital);
        self.call(what, Call::new(method, &base, path), body).await
    }

    /// A call of the ACD API.
    pub(crate) async fn acd(
        &self,
        what: &'static str,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Reply, CxoneError> {
        let base = base(self.sim.addresses.api);
        self.call(what, Call::new(method, &base, path), body).await
    }

    /// An answer that is not 2xx is an error here, but for 404 of a deletion, which the caller looks at.
    async fn call(&self, what: &'static str, call: Call, body: Option<&Value>) -> Result<Reply, CxoneError> {
        let call = match body {
            Some(body) => call.json(body),
            None => call,
        };
        let mut reply = call
            .clone()
            .bearer(&self.token(false).await?)
            .send(self.patience)
            .await?;
        if reply.status == StatusCode::UNAUTHORIZED {
            reply = call.bearer(&self.token(true).await?).send(self.patience).await?;
        }
        if reply.status.is_success() {
            Ok(reply)
        } else {
            Err(CxoneError::Refused {
                what,
                status: reply.status,
            })
        }
    }

    /// The token held for this account, or a fresh one.
    async fn token(&self, fresh: bool) -> Result<String, CxoneError> {
        if !fresh {
            let held = self.sim.cognigy.cxone.lock().get(&self.provider).cloned();
            if let Some((account, token)) = held
                && account == self.account
            {
                return Ok(token);
            }
        }
        Ok(self.sign_in().await?.token)
    }

    /// Signs in whatever is held, as Save does; keeps the token.
    pub(crate) async fn sign_in(&self) -> Result<SignedIn, CxoneError> {
        let issuer = self.sim.issuer();
        let get = |path: &str| Call::new(Method::GET, &issuer, path).send(self.patience);
        let discovery = get("/.well-known/openid-configuration").await?;
        let token_endpoint = discovery.json()["token_endpoint"].as_str().map(str::to_owned);
        let token_endpoint = token_endpoint.ok_or(CxoneError::Refused {
            what: "discovery",
            status: discovery.status,
        })?;
        let reply = Call::new(Method::POST, &token_endpoint, "")
            .basic(&self.account.client_id, &self.account.client_secret)
            .form(&[
                ("grant_type", "password"),
                ("username", &self.account.username),
                ("password", &self.account.password),
            ])
            .send(self.patience)
            .await?;
        let body = reply.json();
        let Some(token) = body["access_token"].as_str().map(str::to_owned) else {
            return Err(CxoneError::SignIn {
                status: reply.status,
                code: body["error"].as_str().unwrap_or_default().to_owned(),
            });
        };
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("tenantId", &self.account.tenant_id)
            .finish();
        let tenant = get(&format!("/.well-known/cxone-configuration?{query}")).await?;
        if !tenant.status.is_success() {
            return Err(CxoneError::Tenant {
                status: tenant.status,
            });
        }
        let held = (self.account.clone(), token.clone());
        self.sim.cognigy.cxone.lock().insert(self.provider.clone(), held);
        Ok(SignedIn {
            token,
            unit: body["id_token"].as_str().and_then(unit),
        })
    }
}
