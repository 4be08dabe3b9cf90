//! What the checks of one run look at: the input, the one client, and the calls they share.
//!
//! Every shared call is made once, by the first check that asks. A call that rests on another (the tenant's hosts
//! need the tenant's configuration) asks for it quietly: its exchange is evidence of the check that judges it, not of
//! all that follow. A value that cannot be had ends the check that wanted it with the finding that says who is
//! to blame; see [`Judged`].

use std::sync::Arc;

use cxone::business_unit::BusinessUnit;
use cxone::digital::Channel;
use cxone::discovery::{self, OpenId, Tenant};
use cxone::host::Hosts;
use cxone::session::Parts;
use cxone::sign_in::{self, SignInGate};
use cxone::{ClientAuth, Clock, HostOverrides, Jwks, Session, SignIn, SignInError, Target, Token, Waits};
use jiff::{SignedDuration, Timestamp};
use profile::{
    AddressError, Endpoint, FieldProblem, Profile, ProfileField, Provider, ProviderError, SecretError,
    StoreKind,
};
use secrecy::{ExposeSecret, SecretString};
use transport::{BuildError, Client, Settings};
use url::Url;

use crate::checks::local;
use crate::evidence::{Offset, Once, Tap, quiet};
use crate::finding::Finding;
use crate::run::{Input, Run, StoreProbe};
use crate::words;

/// A check's answer; the error is an answer too, given early because something it needs is not there.
pub(crate) type Judged = Result<Finding, Box<Finding>>;

/// State of the secret store.
pub(crate) enum StoreHealth {
    /// The run's secrets come from elsewhere.
    NotUsed(StoreKind),
    /// Write, read and delete worked.
    Works,
    /// It did not.
    Broken(SecretError),
}

type Answer<T> = Once<Result<T, cxone::Error>>;

/// Everything a check can ask. Made once per run.
pub struct Context {
    pub(crate) input: Input,
    pub(crate) calls: Calls,
    problems: Vec<FieldProblem>,
    client: Client,
    tap: Arc<Tap>,
    clock: Clock,
    waits: Waits,
    gate: SignInGate,
    store: Arc<dyn StoreProbe>,
    store_is_simulated: bool,
}

/// The shared calls.
#[derive(Default)]
pub(crate) struct Calls {
    store: Once<StoreHealth>,
    openid: Answer<OpenId>,
    tenant: Answer<Tenant>,
    jwks: Answer<Jwks>,
    sign_in: Once<Result<(Token, ClientAuth), SignInError>>,
    key_alone: Once<Result<Token, SignInError>>,
    session: Once<Option<Arc<Session>>>,
    units: Answer<Vec<BusinessUnit>>,
    channels: Answer<Vec<Channel>>,
    pub(crate) endpoint: crate::checks::endpoint::Calls,
    pub(crate) routing: crate::checks::routing::Calls,
    pub(crate) script: crate::checks::script::Calls,
}

impl Context {
    /// A context for one run. The six credentials are made known to the redactor before anything is sent.
    pub(crate) fn new(input: Input, run: &Run, settings: Settings) -> Result<Self, BuildError> {
        let tap = Arc::new(Tap::new(run.date_shift));
        let recorder: Arc<Tap> = Arc::clone(&tap);
        let client = Client::new(settings)?.with_recorder(recorder);
        let typed = input.typed_form.as_ref().and_then(|form| form.secret.as_ref());
        for secret in input.credentials.present().chain(typed) {
            client.redactor().add(secret);
        }
        let store_is_simulated = run.simulated_store.is_some();
        let store = run.simulated_store.as_ref().unwrap_or(&run.probe_store);
        Ok(Self {
            problems: input.profile.problems(),
            calls: Calls::default(),
            client,
            tap,
            clock: Arc::clone(&run.clock),
            waits: run.waits,
            gate: SignInGate::new(),
            store: Arc::clone(store),
            store_is_simulated,
            input,
        })
    }

    /// The profile as typed.
    pub(crate) fn profile(&self) -> &Profile {
        &self.input.profile
    }

    /// The client of this run.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// How far this computer's clock is off, once an answer told.
    pub(crate) fn offset(&self) -> Option<&Offset> {
        self.tap.offset()
    }

    /// Now, by the server's clock where it is known.
    pub(crate) fn now(&self) -> Timestamp {
        let now = (self.clock)();
        let ahead = SignedDuration::from_secs(self.offset().map_or(0, |offset| offset.seconds));
        now.checked_add(ahead).unwrap_or(now)
    }

    /// The provider; without one the check waits for whoever judges it.
    pub(crate) fn provider(&self) -> Result<Provider, Finding> {
        self.profile()
            .provider()
            .map_err(|error| unusable_provider(&error))
    }

    /// The endpoint's address; without one the check waits for whoever judges it.
    pub(crate) fn endpoint(&self) -> Result<Endpoint, Finding> {
        self.profile().endpoint().map_err(|error| match error {
            AddressError::Missing { field } => lacks(field),
            AddressError::Provider(error) => unusable_provider(&error),
            AddressError::Underivable { .. } => Finding::blocked(
                &["HD-202"],
                "This check waits for HD-202: the endpoint's address is not known.",
            ),
            _ => lacks(ProfileField::EndpointBase),
        })
    }

    /// The issuer's address.
    pub(crate) fn issuer(&self) -> Result<Url, Finding> {
        self.profile().issuer().map_err(|_| lacks(ProfileField::Issuer))
    }

    /// The fields of the profile that are missing or malformed: HD-104's matter.
    pub(crate) fn problems(&self) -> &[FieldProblem] {
        &self.problems
    }

    /// A field's value without the white space around it; a check that needs one that is not usable waits for HD-104.
    fn usable<'a>(&self, field: ProfileField, value: Option<&'a String>) -> Result<&'a str, Finding> {
        let spoilt = self
            .problems
            .iter()
            .any(|it| it.field == field && local::is_unusable(it.code));
        value
            .map(|text| text.trim())
            .filter(|text| !spoilt && !text.is_empty())
            .ok_or_else(|| lacks(field))
    }

    /// The provider's name, which is the channel's too. Exactly as typed.
    pub(crate) fn name(&self) -> Result<&str, Finding> {
        self.usable(ProfileField::Name, Some(&self.profile().name))
    }

    /// The Tenant ID as typed.
    pub(crate) fn tenant_id(&self) -> Result<&str, Finding> {
        self.usable(ProfileField::TenantId, self.profile().cxone.tenant_id.as_ref())
    }

    /// The Business Unit ID as typed.
    pub(crate) fn business_unit(&self) -> Result<&str, Finding> {
        self.usable(
            ProfileField::BusinessUnit,
            self.profile().cxone.business_unit.as_ref(),
        )
    }

    /// The Channel Integration ID as typed.
    pub(crate) fn integration_id(&self) -> Result<&str, Finding> {
        self.usable(
            ProfileField::ChannelIntegrationId,
            self.profile().channel_integration_id.as_ref(),
        )
    }

    /// The tenant and whom to trust.
    pub(crate) fn target(&self) -> Result<Target, Finding> {
        let hosts = self
            .profile()
            .cxone
            .hosts
            .resolve()
            .map_err(|(field, _)| lacks(field))?;
        Ok(Target {
            issuer: self.issuer()?,
            tenant_id: self.tenant_id()?.to_owned(),
            hosts: HostOverrides {
                api: hosts.api,
                digital: hosts.digital,
                userhub: hosts.userhub,
                events: hosts.events,
            },
            trusted_hosts: self.input.trusted_hosts.clone(),
        })
    }

    /// The four values of the CXone sign-in.
    pub(crate) fn sign_in_values(&self) -> Result<SignIn, Finding> {
        let credentials = &self.input.credentials;
        Ok(SignIn {
            access_key_id: held(credentials.access_key_id.as_ref(), ProfileField::AccessKeyId)?,
            access_key_secret: held(
                credentials.access_key_secret.as_ref(),
                ProfileField::AccessKeySecret,
            )?,
            client_id: held(credentials.client_id.as_ref(), ProfileField::ClientId)?,
            client_secret: held(credentials.client_secret.as_ref(), ProfileField::ClientSecret)?,
        })
    }

    /// The access key alone, with an empty client: enough for the sign-in that needs none.
    pub(crate) fn access_key(&self) -> Result<SignIn, Finding> {
        let credentials = &self.input.credentials;
        let none = || SecretString::from("");
        Ok(SignIn {
            access_key_id: held(credentials.access_key_id.as_ref(), ProfileField::AccessKeyId)?,
            access_key_secret: held(
                credentials.access_key_secret.as_ref(),
                ProfileField::AccessKeySecret,
            )?,
            client_id: credentials.client_id.clone().unwrap_or_else(none),
            client_secret: credentials.client_secret.clone().unwrap_or_else(none),
        })
    }

    /// Id and secret of the channel integration.
    pub(crate) fn integration_pair(&self) -> Result<(SecretString, SecretString), Finding> {
        let credentials = &self.input.credentials;
        Ok((
            held(
                credentials.integration_client_id.as_ref(),
                ProfileField::IntegrationClientId,
            )?,
            held(
                credentials.integration_client_secret.as_ref(),
                ProfileField::IntegrationClientSecret,
            )?,
        ))
    }

    /// The secret of the channel integration alone.
    pub(crate) fn integration_secret(&self) -> Result<SecretString, Finding> {
        let secret = self.input.credentials.integration_client_secret.as_ref();
        held(secret, ProfileField::IntegrationClientSecret)
    }

    /// Whether the secret store works, asked once.
    pub(crate) async fn store_health(&self) -> Arc<StoreHealth> {
        let source = self.input.credentials.source;
        let used = self.store_is_simulated || source == StoreKind::Keychain;
        let store = Arc::clone(&self.store);
        self.calls
            .store
            .get(|| async move {
                if !used {
                    return StoreHealth::NotUsed(source);
                }
                match store.probe().await {
                    Ok(()) => StoreHealth::Works,
                    Err(error) => StoreHealth::Broken(error),
                }
            })
            .await
    }

    /// The issuer's OpenID configuration.
    pub(crate) async fn openid(&self) -> Result<Arc<Result<OpenId, cxone::Error>>, Finding> {
        let (client, issuer) = (self.client.clone(), self.issuer()?);
        Ok(self
            .calls
            .openid
            .get(|| async move { discovery::openid(&client, &issuer).await })
            .await)
    }

    /// The tenant's configuration.
    pub(crate) async fn tenant(&self) -> Result<Arc<Result<Tenant, cxone::Error>>, Finding> {
        let (client, issuer, tenant) = (self.client.clone(), self.issuer()?, self.tenant_id()?.to_owned());
        Ok(self
            .calls
            .tenant
            .get(|| async move { discovery::tenant(&client, &issuer, &tenant).await })
            .await)
    }

    /// The tenant's hosts; a profile whose overrides name them all still needs the configuration.
    pub(crate) async fn hosts(&self) -> Result<Hosts, Finding> {
        let target = self.target()?;
        match &*quiet(self.tenant()).await? {
            Ok(tenant) => cxone::host::derive(&target, tenant).map_err(|_| {
                Finding::blocked(&["HD-302"], "This check waits for HD-302: a host is not known.")
            }),
            Err(_) => Err(Finding::blocked(&["HD-302"], "This check waits for HD-302.")),
        }
    }

    /// The sign-in with client and access key.
    pub(crate) async fn sign_in(&self) -> Result<Arc<Result<(Token, ClientAuth), SignInError>>, Finding> {
        let values = self.sign_in_values()?;
        let target = self.target()?;
        let openid = quiet(self.openid()).await?;
        let Ok(openid) = &*openid else {
            return Err(Finding::blocked(&["HD-301"], "This check waits for HD-301."));
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
    pub(crate) async fn key_alone(&self) -> Result<Arc<Result<Token, SignInError>>, Finding> {
        let (values, target, hosts) = (self.access_key()?, self.target()?, self.hosts().await?);
        let client = self.client.clone();
        Ok(self
            .calls
            .key_alone
            .get(|| async move { sign_in::access_key_only(&client, &target, &hosts.userhub, &values).await })
            .await)
    }

    /// The issuer's keys.
    pub(crate) async fn jwks(&self) -> Result<Arc<Result<Jwks, cxone::Error>>, Finding> {
        let target = self.target()?;
        let openid = quiet(self.openid()).await?;
        let Ok(openid) = &*openid else {
            return Err(Finding::blocked(&["HD-301"], "This check waits for HD-301."));
        };
        let (client, keys) = (self.client.clone(), openid.keys());
        Ok(self
            .calls
            .jwks
            .get(|| async move { sign_in::jwks(&client, &target, &keys).await })
            .await)
    }

    /// The verified claims of the sign-in; whoever needs them waits for the check that verifies them.
    pub(crate) async fn claims(&self) -> Result<cxone::Claims, Finding> {
        let unproven = || {
            Finding::unknown("The token could not be verified, so this cannot be told.")
                .because_of(&["HD-305"])
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
    pub(crate) async fn session(&self) -> Result<Arc<Session>, Finding> {
        let (target, sign_in) = (self.target()?, self.sign_in_values()?);
        let (hosts, signed_in) = (self.hosts().await?, quiet(self.sign_in()).await?);
        let openid = quiet(self.openid()).await?;
        let (Ok((token, auth)), Ok(openid)) = (&*signed_in, &*openid) else {
            return Err(Finding::unknown("There is no sign-in to read with.").because_of(&["HD-303"]));
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
        let session = self
            .calls
            .session
            .get(|| async move { Some(Arc::new(Session::new(parts))) })
            .await;
        session
            .as_ref()
            .clone()
            .ok_or_else(|| Finding::unknown("There is no sign-in to read with."))
    }

    /// The tenant's business units.
    pub(crate) async fn units(&self) -> Result<Arc<Result<Vec<BusinessUnit>, cxone::Error>>, Finding> {
        let session = self.session().await?;
        Ok(self
            .calls
            .units
            .get(|| async move { cxone::business_unit::read(&session).await })
            .await)
    }

    /// The business unit with this number.
    pub(crate) async fn unit(&self, number: i64) -> Result<BusinessUnit, Finding> {
        match &*self.units().await? {
            Ok(units) => units
                .iter()
                .find(|unit| unit.id == number)
                .cloned()
                .ok_or_else(|| {
                    Finding::unknown(format!(
                        "CXone does not show business unit {number} to this access key."
                    ))
                    .hint("Check that the role of the access key's owner may view the business unit.")
                }),
            Err(error) => Err(words::read_failed("the business unit", error)),
        }
    }

    /// All digital channels that the access key sees.
    pub(crate) async fn channels(&self) -> Result<Arc<Result<Vec<Channel>, cxone::Error>>, Finding> {
        let session = self.session().await?;
        Ok(self
            .calls
            .channels
            .get(|| async move { cxone::digital::channels(&session).await })
            .await)
    }

    /// The tenant's digital inbound skills, outside of any check.
    pub(crate) async fn digital_skills(&self) -> Result<Vec<cxone::skills::Skill>, SkillsError> {
        let target = self.target().map_err(|_| SkillsError::Profile)?;
        let values = self.sign_in_values().map_err(|_| SkillsError::Profile)?;
        let openid = discovery::openid(&self.client, &target.issuer).await?;
        let tenant = discovery::tenant(&self.client, &target.issuer, &target.tenant_id).await?;
        let hosts = cxone::host::derive(&target, &tenant)?;
        let endpoint = openid.token_endpoint;
        let (token, client_auth) =
            sign_in::password_grant(&self.client, &target, &endpoint, &values, &self.gate)
                .await
                .map_err(cxone::Error::from)?;
        let session = Session::new(Parts {
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
        });
        Ok(cxone::skills::digital_inbound(&session).await?)
    }
}

/// Why the skills cannot be listed.
#[derive(Debug, thiserror::Error)]
pub enum SkillsError {
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

/// Whoever needs the provider waits for the profile, if nothing is entered, else for the check that judges it.
fn unusable_provider(error: &ProviderError) -> Finding {
    match error {
        ProviderError::Missing | ProviderError::DomainMissing => lacks(error.field()),
        _ => Finding::blocked(
            &["HD-201"],
            "This check waits for HD-201: the provider is not usable yet.",
        ),
    }
}

/// Waits for HD-104, which names the field.
pub(crate) fn lacks(field: ProfileField) -> Finding {
    Finding::blocked(
        &["HD-104"],
        format!("This check waits for HD-104: it needs the {}.", field.label()),
    )
}

fn held(value: Option<&SecretString>, field: ProfileField) -> Result<SecretString, Finding> {
    value
        .filter(|secret| !secret.expose_secret().is_empty())
        .cloned()
        .ok_or_else(|| lacks(field))
}
