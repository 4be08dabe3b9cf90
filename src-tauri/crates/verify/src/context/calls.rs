//! The calls that several checks share.
//!
//! Each is made once, by the first check that asks. A call that rests on another (the tenant's hosts need the tenant's
//! configuration) asks for it quietly: its exchange is evidence of the check that judges it, not of all that follow.
//!
//! Checks run in the order of what they mean; calls need not. Where an answer can be had earlier than its check has its
//! turn, it is asked for ahead, so that a run takes as long as its longest chain of calls and not of checks.

use std::sync::{Arc, OnceLock};

use cxone::business_unit::BusinessUnit;
use cxone::digital::Channel;
use cxone::discovery::{self, OpenId, Tenant};
use cxone::host::Hosts;
use cxone::session::Parts;
use cxone::{ClientAuth, Error, Jwks, Session, SignInError, Target, Token, sign_in};
use profile::{SecretError, StoreKind};
use transport::BuildError;

use super::{Context, Early, untold, waits_for};
use crate::evidence::{Once, quiet};
use crate::finding::Finding;
use crate::words;

/// State of the secret store.
pub(crate) enum StoreHealth {
    /// The run's secrets come from elsewhere.
    NotUsed(StoreKind),
    /// Write, read and delete worked.
    Works,
    /// It did not.
    Broken(SecretError),
}

/// What a shared call ended with.
pub(crate) type Answered<T> = Result<T, cxone::Error>;

/// The shared calls.
#[derive(Default)]
pub(crate) struct Calls {
    store: Once<StoreHealth>,
    openid: Once<Answered<OpenId>>,
    tenant: Once<Answered<Tenant>>,
    jwks: Once<Answered<Jwks>>,
    sign_in: Once<Result<(Token, ClientAuth), SignInError>>,
    key_alone: Once<Result<Token, SignInError>>,
    session: OnceLock<Arc<Session>>,
    units: Once<Answered<Vec<BusinessUnit>>>,
    channels: Once<Answered<Vec<Channel>>>,
    pub(crate) endpoint: crate::checks::endpoint::Calls,
    pub(crate) key: crate::checks::sign_in::KeyCalls,
    pub(crate) people: crate::checks::people::Calls,
    pub(crate) role: crate::checks::role::Calls,
    pub(crate) project: crate::checks::project::Calls,
    pub(crate) routing: crate::checks::routing::Calls,
    pub(crate) script: crate::checks::script::Calls,
}

impl Context {
    /// Begins shared calls that `id` will need, if it is part of the run, so that they need not wait for their turn. Nobody
    /// waits for them here: a call that hangs holds up only the check that is about it.
    pub(crate) fn ahead<F>(self: &Arc<Self>, id: &str, call: impl FnOnce(Arc<Self>) -> F)
    where
        F: Future<Output: Send> + Send + 'static,
    {
        if self.planned.contains(id) {
            let (over, call) = (self.over.clone(), call(Arc::clone(self)));
            tokio::spawn(over.run_until_cancelled_owned(async move {
                quiet(call).await;
            }));
        }
    }

    /// Whether the secret store works, asked once.
    pub(crate) async fn store_health(&self) -> Arc<StoreHealth> {
        let source = self.input.credentials.source;
        let used = self.store_is_simulated || source == StoreKind::Keychain;
        let (store, limit) = (Arc::clone(&self.store), self.store_limit);
        self.calls
            .store
            .get(|| async move {
                if !used {
                    return StoreHealth::NotUsed(source);
                }
                // A keychain that hangs is the finding of one check, and keeps no other.
                match tokio::time::timeout(limit, store.probe()).await {
                    Ok(Ok(())) => StoreHealth::Works,
                    Ok(Err(error)) => StoreHealth::Broken(error),
                    Err(_) => {
                        let after_ms = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
                        StoreHealth::Broken(SecretError::Slow { after_ms })
                    }
                }
            })
            .await
    }

    /// The issuer's OpenID configuration.
    pub(crate) async fn openid(&self) -> Result<Arc<Answered<OpenId>>, Early> {
        let (client, issuer) = (self.client.clone(), self.issuer()?);
        Ok(self
            .calls
            .openid
            .get(|| async move { discovery::openid(&client, &issuer).await })
            .await)
    }

    /// The tenant's configuration.
    pub(crate) async fn tenant(&self) -> Result<Arc<Answered<Tenant>>, Early> {
        let (client, issuer, tenant) = (self.client.clone(), self.issuer()?, self.tenant_id()?.to_owned());
        Ok(self
            .calls
            .tenant
            .get(|| async move { discovery::tenant(&client, &issuer, &tenant).await })
            .await)
    }

    /// The tenant's hosts. Where the configuration says nothing, the profile's overrides do, if they name them all.
    pub(crate) async fn hosts(&self) -> Result<Hosts, Early> {
        let target = self.target()?;
        match &*quiet(self.tenant()).await? {
            Ok(tenant) => cxone::host::derive(&target, tenant)
                .map_err(|_| waits_for("HD-302", "a host of the tenant is not known")),
            Err(Error::Shape { .. } | Error::NotJson { .. }) => {
                overridden(&target).ok_or_else(|| waits_for("HD-302", "the tenant's hosts are not known"))
            }
            Err(_) => Err(waits_for("HD-302", "the tenant's hosts are not known")),
        }
    }

    /// The sign-in with client and access key.
    pub(crate) async fn sign_in(&self) -> Result<Arc<Result<(Token, ClientAuth), SignInError>>, Early> {
        let values = self.sign_in_values()?;
        let target = self.target()?;
        let openid = quiet(self.openid()).await?;
        let Ok(openid) = &*openid else {
            return Err(waits_for("HD-301", "the cloud has not answered"));
        };
        let (client, endpoint, gate) = (
            self.client.clone(),
            openid.token_endpoint.clone(),
            self.gate.clone(),
        );
        Ok(self
            .calls
            .sign_in
            .get(|| async move { sign_in::password_grant(&client, &target, &endpoint, &values, &gate).await })
            .await)
    }

    /// The sign-in with the access key alone.
    pub(crate) async fn key_alone(&self) -> Result<Arc<Result<Token, SignInError>>, Early> {
        let (values, target, hosts) = (self.access_key()?, self.target()?, self.hosts().await?);
        let client = self.client.clone();
        Ok(self
            .calls
            .key_alone
            .get(|| async move { sign_in::access_key_only(&client, &target, &hosts.userhub, &values).await })
            .await)
    }

    /// The issuer's keys.
    pub(crate) async fn jwks(&self) -> Result<Arc<Answered<Jwks>>, Early> {
        let target = self.target()?;
        let openid = quiet(self.openid()).await?;
        let Ok(openid) = &*openid else {
            return Err(waits_for("HD-301", "the cloud has not answered"));
        };
        let (client, keys) = (self.client.clone(), openid.keys());
        Ok(self
            .calls
            .jwks
            .get(|| async move { sign_in::jwks(&client, &target, &keys).await })
            .await)
    }

    /// The verified claims of the sign-in; whoever needs them waits for the check that verifies them.
    pub(crate) async fn claims(&self) -> Result<cxone::Claims, Early> {
        let unproven = || {
            untold(
                "HD-305",
                "The token could not be verified, so this cannot be told.",
            )
        };
        let (sign_in, jwks) = (quiet(self.sign_in()).await?, quiet(self.jwks()).await?);
        let (Ok((token, _)), Ok(keys)) = (&*sign_in, &*jwks) else {
            return Err(unproven());
        };
        let openid = quiet(self.openid()).await?;
        let Ok(openid) = &*openid else {
            return Err(unproven());
        };
        sign_in::verify_id_token(token, keys, &openid.issuer, self.now()).map_err(|_| unproven())
    }

    /// The session all authenticated reads go through.
    pub(crate) async fn session(&self) -> Result<Arc<Session>, Early> {
        let (target, sign_in) = (self.target()?, self.sign_in_values()?);
        let (hosts, signed_in) = (self.hosts().await?, quiet(self.sign_in()).await?);
        let openid = quiet(self.openid()).await?;
        let (Ok((token, auth)), Ok(openid)) = (&*signed_in, &*openid) else {
            return Err(untold("HD-303", "There is no sign-in to read with."));
        };
        let parts = Parts {
            client: self.client.clone(),
            target,
            hosts,
            token: token.clone(),
            sign_in,
            token_endpoint: openid.token_endpoint.clone(),
            client_auth: *auth,
            gate: self.gate.clone(),
            clock: Arc::clone(&self.clock),
            waits: self.waits,
        };
        Ok(Arc::clone(
            self.calls.session.get_or_init(|| Arc::new(Session::new(parts))),
        ))
    }

    /// The tenant's business units.
    pub(crate) async fn units(&self) -> Result<Arc<Answered<Vec<BusinessUnit>>>, Early> {
        let session = self.session().await?;
        Ok(self
            .calls
            .units
            .get(|| async move { cxone::business_unit::read(&session).await })
            .await)
    }

    /// The business unit with this number.
    pub(crate) async fn unit(&self, number: i64) -> Result<BusinessUnit, Early> {
        match &*self.units().await? {
            Ok(units) => {
                units
                    .iter()
                    .find(|unit| unit.id == number)
                    .cloned()
                    .ok_or_else(|| {
                        let finding = Finding::unknown(format!(
                            "CXone does not show business unit {number} to this access key."
                        ));
                        Box::new(finding.hint(
                            "Check that the role of the access key's owner may view the business unit.",
                        ))
                    })
            }
            Err(error) => Err(Box::new(words::read_failed("the business unit", error))),
        }
    }

    /// All digital channels that the access key sees.
    pub(crate) async fn channels(&self) -> Result<Arc<Answered<Vec<Channel>>>, Early> {
        let session = self.session().await?;
        Ok(self
            .calls
            .channels
            .get(|| async move { cxone::digital::channels(&session).await })
            .await)
    }

    /// A signed-in session, outside of any check.
    pub(crate) async fn connect(&self) -> Result<Session, ConnectError> {
        let target = self.target().map_err(|_| ConnectError::Profile)?;
        let values = self.sign_in_values().map_err(|_| ConnectError::Profile)?;
        let openid = discovery::openid(&self.client, &target.issuer).await?;
        let tenant = discovery::tenant(&self.client, &target.issuer, &target.tenant_id).await?;
        let hosts = cxone::host::derive(&target, &tenant)?;
        let endpoint = openid.token_endpoint;
        let (token, client_auth) =
            sign_in::password_grant(&self.client, &target, &endpoint, &values, &self.gate)
                .await
                .map_err(cxone::Error::from)?;
        Ok(Session::new(Parts {
            client: self.client.clone(),
            target,
            hosts,
            token,
            sign_in: values,
            token_endpoint: endpoint,
            client_auth,
            gate: self.gate.clone(),
            clock: Arc::clone(&self.clock),
            waits: self.waits,
        }))
    }
}

/// Why there is no session.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The profile or its secrets lack a value that signing in needs; HD-104 names it.
    #[error("The profile lacks values that signing in to CXone needs.")]
    Profile,
    /// The settings of the network cannot be used.
    #[error(transparent)]
    Client(#[from] BuildError),
    /// A call did not work.
    #[error(transparent)]
    Cxone(#[from] cxone::Error),
}

/// The hosts of a profile that names every one that is called.
fn overridden(target: &Target) -> Option<Hosts> {
    let (api, digital, userhub) = (
        target.hosts.api.clone()?,
        target.hosts.digital.clone()?,
        target.hosts.userhub.clone()?,
    );
    let events = target.hosts.events.clone().unwrap_or_else(|| digital.clone());
    Some(Hosts {
        api,
        digital,
        facade: userhub.clone(),
        userhub,
        events,
    })
}
