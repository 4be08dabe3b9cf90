//! One round: the calls, in the order in which Save makes them.

use std::sync::Arc;

use cxone::host::Hosts;
use cxone::session::Parts;
use cxone::sign_in::{self, SignInGate};
use cxone::{
    ClientAuth, Host, HostOverrides, Session, SignIn, SignInError, Target, Token, Waits, business_unit,
    digital, discovery, scripts,
};
use jiff::{SignedDuration, Timestamp};
use profile::ProfileField;
use secrecy::ExposeSecret;
use serde_json::Value;
use transport::{Client, FailureKind, Method, Url};

use crate::gauge::Tally;
use crate::measure::{Plan, Progress, Subject};
use crate::problem::{KeyState, OwnerState, Problem, Refusal, Trouble};
use crate::{SaveCall, create};

/// Name of the script that Save writes, without the provider's id.
const SCRIPT: &str = "Cognigy Handover Script";

/// Makes the calls and keeps what later rounds need of earlier ones.
pub(crate) struct Reader<'a> {
    subject: &'a Subject,
    plan: &'a Plan,
    /// Measures.
    client: Client,
    /// Does not: for what is asked only to understand a measurement.
    plain: Client,
    gate: SignInGate,
    auth: Option<ClientAuth>,
    last: Option<Signed>,
    troubles: Vec<Trouble>,
    round: u32,
    pub(crate) accepted: bool,
    pub(crate) channel_found: Option<bool>,
    pub(crate) left_behind: Option<String>,
}

/// What a sign-in left.
#[derive(Clone)]
struct Signed {
    token: Token,
    endpoint: Url,
    hosts: Option<Hosts>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(
        subject: &'a Subject,
        plan: &'a Plan,
        client: Client,
        plain: Client,
        gate: SignInGate,
    ) -> Self {
        Self {
            subject,
            plan,
            client,
            plain,
            gate,
            auth: None,
            last: None,
            troubles: Vec::new(),
            round: 0,
            accepted: false,
            channel_found: None,
            left_behind: None,
        }
    }

    pub(crate) fn take_troubles(&mut self) -> Vec<Trouble> {
        std::mem::take(&mut self.troubles)
    }

    fn trouble(&mut self, call: SaveCall, problem: Problem) {
        let round = self.round;
        self.troubles.push(Trouble { call, round, problem });
    }

    fn begin(&self, call: SaveCall) {
        let round = self.round;
        (self.plan.progress)(Progress::CallStarted { round, call });
    }

    async fn failed(&mut self, call: SaveCall, error: &cxone::Error, tally: &Tally) {
        if let Some(problem) = Problem::of_error(call, error) {
            let problem = self
                .confirmed(problem, error.exchange().map(|it| it.url.clone()), tally)
                .await;
            self.trouble(call, problem);
        }
    }

    /// An exchange that was broken off over HTTP/2 is tried once more without it: that is another problem.
    async fn confirmed(&self, problem: Problem, url: Option<String>, tally: &Tally) -> Problem {
        let Problem::NoAnswer { failure } = &problem else {
            return problem;
        };
        let by_http2 = tally
            .samples()
            .last()
            .is_some_and(|last| last.alpn.as_deref() == Some("h2"));
        let broken = matches!(failure.kind, FailureKind::Reset | FailureKind::Protocol);
        let Some(url) = url
            .filter(|_| by_http2 && broken)
            .and_then(|url| Url::parse(&url).ok())
        else {
            return problem;
        };
        if self.plain.probe(&url, Method::GET, true).await.failure.is_some() {
            return problem;
        }
        Problem::Http2 {
            failure: failure.clone(),
        }
    }

    /// The tenant and whom to trust; an address that cannot be used names its field.
    fn target(&self) -> Result<Target, ProfileField> {
        let cxone = &self.subject.profile.cxone;
        let hosts = cxone.hosts.resolve().map_err(|(field, _)| field)?;
        Ok(Target {
            issuer: self.subject.profile.issuer().map_err(|_| ProfileField::Issuer)?,
            tenant_id: cxone.tenant_id.as_deref().unwrap_or_default().trim().to_owned(),
            hosts: HostOverrides {
                api: hosts.api,
                digital: hosts.digital,
                userhub: hosts.userhub,
                events: hosts.events,
            },
            trusted_hosts: self.subject.trusted_hosts.clone(),
        })
    }

    fn values(&self) -> Result<SignIn, Vec<ProfileField>> {
        let credentials = &self.subject.credentials;
        let (id, secret) = (&credentials.access_key_id, &credentials.access_key_secret);
        let (client, client_secret) = (&credentials.client_id, &credentials.client_secret);
        match (id, secret, client, client_secret) {
            (Some(id), Some(secret), Some(client), Some(client_secret)) => Ok(SignIn {
                access_key_id: id.clone(),
                access_key_secret: secret.clone(),
                client_id: client.clone(),
                client_secret: client_secret.clone(),
            }),
            _ => Err([
                (ProfileField::AccessKeyId, id),
                (ProfileField::AccessKeySecret, secret),
                (ProfileField::ClientId, client),
                (ProfileField::ClientSecret, client_secret),
            ]
            .into_iter()
            .filter_map(|(field, value)| value.is_none().then_some(field))
            .collect()),
        }
    }

    /// All calls of a round, as far as they can be made. False when the reads were not come to.
    pub(crate) async fn round(&mut self, number: u32, signs_in: bool, tally: &Tally) -> bool {
        self.round = number;
        let target = match self.target() {
            Ok(target) => target,
            Err(field) => {
                self.trouble(SaveCall::Discovery, Problem::Missing { fields: vec![field] });
                return false;
            }
        };
        self.begin(SaveCall::Discovery);
        let openid = match discovery::openid(&self.client, &target.issuer).await {
            Ok(openid) => openid,
            Err(error) => {
                self.failed(SaveCall::Discovery, &error, tally).await;
                return false;
            }
        };
        let before = self.last.clone();
        let mut token = before.as_ref().map(|signed| signed.token.clone());
        if signs_in {
            token = self.sign_in(&target, &openid.token_endpoint, tally).await;
        }
        let hosts = self.tenant(&target, tally).await;
        if let Some(token) = &token {
            self.last = Some(Signed {
                token: token.clone(),
                endpoint: openid.token_endpoint.clone(),
                hosts: hosts.clone(),
            });
        }
        self.understand(&target, hosts.as_ref(), before.as_ref()).await;
        let (Some(token), Some(hosts)) = (token, hosts) else {
            return false;
        };
        let endpoint = &openid.token_endpoint;
        let session = self.session(&self.client, &target, &hosts, &token, endpoint);
        if number == 1 {
            self.claims(&target, &openid, &token, tally).await;
        }
        self.reads(&session, tally).await;
        if number == 1 && self.troubles.is_empty() {
            self.owner(&target, &hosts, &token, endpoint).await;
            if let Some(id) = self.plan.create.clone() {
                self.create(&target, &hosts, &token, &id, tally).await;
            }
        }
        true
    }

    async fn sign_in(&mut self, target: &Target, endpoint: &Url, tally: &Tally) -> Option<Token> {
        let values = match self.values() {
            Ok(values) => values,
            Err(fields) => {
                self.trouble(SaveCall::Token, Problem::Missing { fields });
                return None;
            }
        };
        self.begin(SaveCall::Token);
        let (client, gate) = (&self.client, &self.gate);
        let signed = match self.auth {
            None => sign_in::password_grant(client, target, endpoint, &values, gate).await,
            Some(auth) => sign_in::token(client, target, endpoint, &values, auth)
                .await
                .map(|token| (token, auth)),
        };
        match signed {
            Ok((token, auth)) => {
                self.auth = Some(auth);
                self.accepted = true;
                Some(token)
            }
            Err(error) => {
                self.refused(&error, tally).await;
                None
            }
        }
    }

    async fn refused(&mut self, error: &SignInError, tally: &Tally) {
        if let Some(problem) = Problem::of_sign_in(error) {
            let url = error.exchange().map(|exchange| exchange.url.clone());
            let problem = self.confirmed(problem, url, tally).await;
            self.trouble(SaveCall::Token, problem);
        }
    }

    async fn tenant(&mut self, target: &Target, tally: &Tally) -> Option<Hosts> {
        if target.tenant_id.is_empty() {
            let fields = vec![ProfileField::TenantId];
            self.trouble(SaveCall::Tenant, Problem::Missing { fields });
            return None;
        }
        self.begin(SaveCall::Tenant);
        let answered = discovery::tenant(&self.client, &target.issuer, &target.tenant_id).await;
        match answered.and_then(|tenant| cxone::host::derive(target, &tenant)) {
            Ok(hosts) => Some(hosts),
            Err(error) => {
                self.failed(SaveCall::Tenant, &error, tally).await;
                None
            }
        }
    }

    /// After a refusal: what the other half of the credentials and an older token have to say.
    async fn understand(&mut self, target: &Target, hosts: Option<&Hosts>, before: Option<&Signed>) {
        let Some(at) = self.troubles.iter().position(|trouble| trouble.problem.refuses()) else {
            return;
        };
        let mut problem = self.troubles[at].problem.clone();
        let Problem::SignIn {
            refusal,
            accepted_before,
            key_alone,
            key,
        } = &mut problem
        else {
            return;
        };
        *accepted_before = self.plan.accepted_before || self.accepted;
        if let (false, Some(hosts), Ok(values)) = (*refusal == Refusal::Key, hosts, self.values()) {
            *key_alone = match sign_in::access_key_only(&self.plain, target, &hosts.userhub, &values).await {
                Ok(_) => Some(true),
                Err(SignInError::Refused { .. }) => Some(false),
                Err(_) => None,
            };
        }
        if let (Refusal::Key, Some(before)) = (*refusal, before)
            && let Some(hosts) = hosts.or(before.hosts.as_ref())
        {
            let session = self.session(&self.plain, target, hosts, &before.token, &before.endpoint);
            *key = self.key_state(&session).await;
        }
        self.troubles[at].problem = problem;
    }

    /// A session that never signs in by itself: a read that is refused is a finding, not a reason to try again.
    fn session(
        &self,
        client: &Client,
        target: &Target,
        hosts: &Hosts,
        token: &Token,
        endpoint: &Url,
    ) -> Session {
        let gate = SignInGate::new();
        gate.close();
        let none = secrecy::SecretString::default;
        Session::new(Parts {
            client: client.clone(),
            target: target.clone(),
            hosts: hosts.clone(),
            token: token.clone(),
            sign_in: SignIn {
                access_key_id: none(),
                access_key_secret: none(),
                client_id: none(),
                client_secret: none(),
            },
            token_endpoint: endpoint.clone(),
            client_auth: self.auth.unwrap_or(ClientAuth::Basic),
            gate,
            clock: Arc::clone(&self.plan.clock),
            waits: Waits {
                retries: 0,
                ..Waits::none()
            },
        })
    }

    async fn reads(&mut self, session: &Session, tally: &Tally) {
        self.begin(SaveCall::BusinessUnit);
        if let Err(error) = business_unit::read(session).await {
            self.failed(SaveCall::BusinessUnit, &error, tally).await;
        }
        self.begin(SaveCall::Channels);
        match digital::channels(session).await {
            Ok(channels) => {
                let profile = &self.subject.profile;
                let integration = profile.channel_integration_id.as_deref().map(str::trim);
                let own = |channel: &digital::Channel| {
                    channel.name == profile.name
                        && channel
                            .channel_integration_id
                            .as_deref()
                            .is_none_or(|id| integration.is_none_or(|own| own == id))
                };
                self.channel_found = Some(channels.iter().any(own));
            }
            Err(error) => self.failed(SaveCall::Channels, &error, tally).await,
        }
        self.begin(SaveCall::Scripts);
        if let Err(error) = scripts::search(session, SCRIPT).await {
            self.failed(SaveCall::Scripts, &error, tally).await;
        }
    }

    /// Whose token it is. Whether it is genuine is the verification's matter: what cannot be read says nothing here.
    async fn claims(&mut self, target: &Target, openid: &discovery::OpenId, token: &Token, tally: &Tally) {
        let Ok(keys) = sign_in::jwks(&self.plain, target, &openid.keys()).await else {
            return;
        };
        let ahead = tally.samples().iter().find_map(|sample| sample.server_ahead_s);
        let now: Timestamp = (self.plan.clock)();
        let now = now
            .checked_add(SignedDuration::from_secs(ahead.unwrap_or(0)))
            .unwrap_or(now);
        let Ok(claims) = sign_in::verify_id_token(token, &keys, &openid.issuer, now) else {
            return;
        };
        if let Some(found) = claims.tenant_id
            && !found.eq_ignore_ascii_case(&target.tenant_id)
        {
            self.trouble(SaveCall::Token, Problem::OtherTenant { found });
        }
        let entered = self
            .subject
            .profile
            .cxone
            .business_unit
            .as_deref()
            .unwrap_or_default();
        let entered = entered.trim().trim_start_matches('0');
        match claims.business_unit.map(|number| number.to_string()) {
            _ if entered.is_empty() => {
                let fields = vec![ProfileField::BusinessUnit];
                self.trouble(SaveCall::BusinessUnit, Problem::Missing { fields });
            }
            Some(found) if found != entered => {
                self.trouble(SaveCall::BusinessUnit, Problem::BusinessUnit { found });
            }
            _ => {}
        }
    }

    /// The state of the key's owner, where the role may see it.
    async fn owner(&mut self, target: &Target, hosts: &Hosts, token: &Token, endpoint: &Url) {
        let session = self.session(&self.plain, target, hosts, token, endpoint);
        let state = self.key_state(&session).await.and_then(|key| key.owner);
        if let Some(owner @ (OwnerState::Pending | OwnerState::Inactive)) = state {
            self.trouble(SaveCall::Token, Problem::Owner { owner });
        }
    }

    async fn key_state(&self, session: &Session) -> Option<KeyState> {
        let id = self.subject.credentials.access_key_id.as_ref()?;
        let read = async |path: &[&str]| -> Option<Value> {
            let response = session.get(Host::Userhub, path, &[], "access-key").await.ok()?;
            serde_json::from_slice(&response.body).ok()
        };
        let keys = ["access-key-management", "v1", "access-keys", id.expose_secret()];
        let record = read(&keys).await?;
        let record = record.get("resultSet").unwrap_or(&record);
        let owner = match record["userId"].as_str() {
            Some(user) => read(&["user-management", "v1", "users", user])
                .await
                .and_then(|answer| owner_state(answer.get("user").unwrap_or(&answer))),
            None => None,
        };
        Some(KeyState {
            active: record["isActive"].as_bool(),
            owner,
        })
    }

    async fn create(&mut self, target: &Target, hosts: &Hosts, token: &Token, id: &str, tally: &Tally) {
        let Some(integration) = self.subject.profile.channel_integration_id.as_deref() else {
            let fields = vec![ProfileField::ChannelIntegrationId];
            self.trouble(SaveCall::Create, Problem::Missing { fields });
            return;
        };
        self.begin(SaveCall::Create);
        let channel = create::Channel {
            id: id.to_owned(),
            integration: integration.trim().to_owned(),
        };
        let made = create::make(&self.client, target, &hosts.digital, token, &channel).await;
        if let Err(error) = made {
            self.failed(SaveCall::Create, &error, tally).await;
            return;
        }
        if create::remove(&self.plain, target, &hosts.digital, token, &channel)
            .await
            .is_err()
        {
            self.left_behind = Some(channel.name());
        }
    }
}

fn owner_state(user: &Value) -> Option<OwnerState> {
    let status = user["status"].as_str()?;
    Some(if status.eq_ignore_ascii_case("active") {
        OwnerState::Active
    } else if status.eq_ignore_ascii_case("pending") || status.eq_ignore_ascii_case("invited") {
        OwnerState::Pending
    } else {
        OwnerState::Inactive
    })
}
