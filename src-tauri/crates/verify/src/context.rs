//! What the checks of one run look at: the input, the one client, and the calls they share.
//!
//! A value that cannot be had ends the check that wanted it with the finding that says who is to blame; see
//! [`Judged`].

mod calls;

use std::collections::BTreeSet;
use std::sync::Arc;

use cxone::sign_in::SignInGate;
use cxone::{Clock, HostOverrides, SignIn, Target, Waits};
use jiff::{SignedDuration, Timestamp};
use profile::{
    AddressError, Credentials, Endpoint, FieldProblem, Profile, ProfileField, Provider, ProviderError,
    StoreKind,
};
use secrecy::{ExposeSecret, SecretString};
use tokio_util::sync::{CancellationToken, DropGuard};
use transport::{BuildError, Client, Settings};
use url::Url;

pub use self::calls::ConnectError;
pub(crate) use self::calls::{Calls, StoreHealth};
use crate::checks::local;
use crate::evidence::{Offset, Tap};
use crate::finding::{Advice, Finding};
use crate::run::{Input, Run, StoreProbe};

/// A check's answer; the error is an answer too, given early because something it needs is not there.
pub(crate) type Judged = Result<Finding, Early>;

/// An answer that is given before the check could look.
pub(crate) type Early = Box<Finding>;

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
    /// How long the store may take to answer.
    store_limit: std::time::Duration,
    planned: BTreeSet<&'static str>,
    over: CancellationToken,
}

impl Context {
    /// A context for one run. The credentials are made known to the redactor before anything is sent.
    /// `planned` names the checks of the run; calls that only others need are not made ahead.
    pub(crate) fn new(
        input: Input,
        run: &Run,
        settings: Settings,
        planned: BTreeSet<&'static str>,
    ) -> Result<Self, BuildError> {
        let tap = Arc::new(Tap::new(run.date_shift));
        let recorder: Arc<Tap> = Arc::clone(&tap);
        let client = Client::new(settings)?.with_recorder(recorder);
        for (field, secret) in input.credentials.named() {
            client.redactor().add_named(secret, field.label());
        }
        if let Some(secret) = input.typed_form.as_ref().and_then(|form| form.secret.as_ref()) {
            client
                .redactor()
                .add_named(secret, "Client Secret of the pasted form");
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
            store_limit: run.store_limit,
            planned,
            over: CancellationToken::new(),
            input,
        })
    }

    /// How reads are repeated that a service put off.
    pub(crate) fn waits(&self) -> Waits {
        self.waits
    }

    /// The profile as typed.
    pub(crate) fn profile(&self) -> &Profile {
        &self.input.profile
    }

    /// The client of this run.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Ends, when dropped, what was begun ahead.
    pub(crate) fn end_with(&self) -> DropGuard {
        self.over.clone().drop_guard()
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
    pub(crate) fn provider(&self) -> Result<Provider, Early> {
        self.profile()
            .provider()
            .map_err(|error| unusable_provider(&error))
    }

    /// The endpoint's address; without one the check waits for whoever judges it.
    pub(crate) fn endpoint(&self) -> Result<Endpoint, Early> {
        self.profile().endpoint().map_err(|error| match error {
            AddressError::Missing { field } => lacks(field),
            AddressError::Provider(error) => unusable_provider(&error),
            _ => lacks(ProfileField::EndpointBase),
        })
    }

    /// Whether this is a run on a profile file, which takes its secrets from the environment.
    pub(crate) fn is_of_file(&self) -> bool {
        self.input.credentials.source == StoreKind::Environment
    }

    /// A finding about a host that nobody vouches for, with where a run on a file takes the word for it.
    pub(crate) fn host_of_file(&self, finding: Finding) -> Finding {
        match finding.advice {
            Some(Advice::TrustHost { .. }) if self.is_of_file() => finding.hint(
                "Ask NiCE whether the host is theirs. If it is, name it under cxone.hosts of the profile file.",
            ),
            _ => finding,
        }
    }

    /// The issuer's address.
    pub(crate) fn issuer(&self) -> Result<Url, Early> {
        self.profile().issuer().map_err(|_| lacks(ProfileField::Issuer))
    }

    /// The fields of the profile that are missing or malformed: HD-104's matter.
    pub(crate) fn problems(&self) -> &[FieldProblem] {
        &self.problems
    }

    /// A field's value without the white space around it; a check that needs one that is not usable waits for HD-104.
    fn usable<'a>(&self, field: ProfileField, value: Option<&'a String>) -> Result<&'a str, Early> {
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
    pub(crate) fn name(&self) -> Result<&str, Early> {
        self.usable(ProfileField::Name, Some(&self.profile().name))
    }

    /// The Tenant ID as typed.
    pub(crate) fn tenant_id(&self) -> Result<&str, Early> {
        self.usable(ProfileField::TenantId, self.profile().cxone.tenant_id.as_ref())
    }

    /// The Business Unit ID as typed.
    pub(crate) fn business_unit(&self) -> Result<&str, Early> {
        self.usable(
            ProfileField::BusinessUnit,
            self.profile().cxone.business_unit.as_ref(),
        )
    }

    /// The Channel Integration ID as typed.
    pub(crate) fn integration_id(&self) -> Result<&str, Early> {
        self.usable(
            ProfileField::ChannelIntegrationId,
            self.profile().channel_integration_id.as_ref(),
        )
    }

    /// The tenant and whom to trust.
    pub(crate) fn target(&self) -> Result<Target, Early> {
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
    pub(crate) fn sign_in_values(&self) -> Result<SignIn, Early> {
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
    pub(crate) fn access_key(&self) -> Result<SignIn, Early> {
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
    pub(crate) fn integration_pair(&self) -> Result<(SecretString, SecretString), Early> {
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
    pub(crate) fn integration_secret(&self) -> Result<SecretString, Early> {
        let secret = self.input.credentials.integration_client_secret.as_ref();
        held(secret, ProfileField::IntegrationClientSecret)
    }
}

/// Whoever needs the provider waits for the profile, if nothing is entered, else for the check that judges it.
fn unusable_provider(error: &ProviderError) -> Early {
    match error {
        ProviderError::Missing | ProviderError::DomainMissing => lacks(error.field()),
        _ => waits_for("HD-201", "the provider is not usable yet"),
    }
}

/// Waits for HD-104, which names the field.
pub(crate) fn lacks(field: ProfileField) -> Early {
    waits_for("HD-104", &format!("it needs the {}", field.label()))
}

/// Waits for another check; `why` ends a sentence.
pub(crate) fn waits_for(id: &str, why: &str) -> Early {
    Box::new(Finding::blocked(
        &[id],
        format!("This check waits for {id}: {why}."),
    ))
}

/// Cannot tell, because of another check's doubt.
pub(crate) fn untold(id: &str, message: &str) -> Early {
    Box::new(Finding::unknown(message).because_of(&[id]))
}

fn held(value: Option<&SecretString>, field: ProfileField) -> Result<SecretString, Early> {
    value
        .filter(|secret| !secret.expose_secret().is_empty() && !Credentials::is_oversized(secret))
        .cloned()
        .ok_or_else(|| lacks(field))
}
