//! One verification from its input to its report.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cxone::scripts::Content;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use profile::{
    AcceptedScript, Answer, Credentials, Profile, ProfileField, SecretError, StoreKind, TypedForm,
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use transport::Settings;

use crate::catalogue::catalogue;
use crate::chat::TestChat;
use crate::check::Request;
use crate::context::{ConnectError, Context};
use crate::live::{Consent, LiveWaits};
use crate::report::{Frame, Report};
use crate::runner::{self, OnProgress, Orders, Progress, SelectError};

/// What is verified.
#[derive(Debug, Clone)]
pub struct Input {
    /// The profile, as typed.
    pub profile: Profile,
    /// The credentials of this run, from wherever they are kept.
    pub credentials: Credentials,
    /// The pasted BYOC form, for HD-401.
    pub typed_form: Option<TypedForm>,
    /// The Studio script that was accepted, for HD-605.
    pub accepted_script: Option<Accepted>,
    /// Hosts that are not the vendors' and that the administrator confirmed.
    pub trusted_hosts: BTreeSet<String>,
    /// Whether the profile is the built-in sandbox's.
    pub is_sandbox: bool,
    /// Secrets that are stored, but were entered for other addresses and not confirmed since: not among `credentials`.
    pub unconfirmed: Vec<ProfileField>,
    /// What a person found where only a person can look, by the check's id.
    pub answers: BTreeMap<String, Answer>,
}

/// A Studio script that the administrator accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    /// What identifies it.
    pub script: AcceptedScript,
    /// The copy that was kept then; none where it is not on this computer any more.
    pub content: Option<Content>,
}

impl Accepted {
    /// Accepts a script (`scriptContent`), whose copy has no id yet; none where the value is no script.
    pub fn new(content: serde_json::Value, at: Timestamp) -> Option<Self> {
        let content = Content::new(content)?;
        Some(Self {
            script: AcceptedScript {
                name: content.name().unwrap_or_default(),
                version: content.version(),
                fingerprint: content.fingerprint().to_string(),
                at,
                backup: None,
            },
            content: Some(content),
        })
    }
}

/// Asks the secret store for a sign of life: write, read and delete of a probe entry.
pub trait StoreProbe: Send + Sync {
    /// Which store it is.
    fn kind(&self) -> StoreKind;
    /// Asks. Ends by itself after the store's own limit with [`SecretError::Slow`].
    fn probe(&self) -> BoxFuture<'static, Result<(), SecretError>>;
}

/// How speed is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpeedOrders {
    /// How often the calls of Save are made; at least once.
    pub rounds: u32,
    /// Longest a single call may take and still be called fast enough.
    pub budget: Duration,
}

impl SpeedOrders {
    /// Most rounds that are made: each signs in once.
    pub const MOST_ROUNDS: u32 = 50;
}

impl Default for SpeedOrders {
    /// Five rounds, 10 s a call.
    fn default() -> Self {
        Self {
            rounds: 5,
            budget: Duration::from_secs(10),
        }
    }
}

/// How a run is made. Made by [`Run::new`] and then changed where needed.
#[derive(Clone)]
pub struct Run {
    /// Ids to run, with everything they need; empty means all.
    pub only: Vec<String>,
    /// Ends the run at once; what had finished is kept.
    pub cancel: CancellationToken,
    /// Hears of every step, in order. Must not block.
    pub progress: OnProgress,
    /// The secret store in use.
    pub probe_store: Arc<dyn StoreProbe>,
    /// This computer's clock.
    pub clock: cxone::Clock,
    /// How calls are made. Time-outs longer than the budget of a check are shortened to it.
    pub settings: Settings,
    /// Seconds added to every `Date` header, to play a wrong clock.
    pub date_shift: i64,
    /// Replaces the budget of every check.
    pub budget: Option<Duration>,
    /// How many checks work at the same time.
    pub side_by_side: usize,
    /// How long the clients of the two vendors wait before they repeat a read that the service put off.
    pub waits: cxone::Waits,
    /// Asks for the live round trip: what the administrator agreed to. Without it those checks are no part of the run.
    pub live: Option<Consent>,
    /// How long a live round trip waits.
    pub live_waits: LiveWaits,
    /// A chat with the Flow, which makes the live round trip complete.
    pub test_chat: Option<Arc<dyn TestChat>>,
    /// Asks for the measurement of speed. Without it that check is no part of the run.
    pub speed: Option<SpeedOrders>,
    /// How long the secret store may take to give its sign of life.
    pub store_limit: Duration,
    /// A store that stands in for the real one, whatever the secrets' source: see [`Run::simulate`].
    pub(crate) simulated_store: Option<Arc<dyn StoreProbe>>,
}

impl Run {
    /// A run of all checks with the system's clock and settings, unheard and not cancelled.
    pub fn new(probe_store: Arc<dyn StoreProbe>) -> Self {
        Self {
            only: Vec::new(),
            cancel: CancellationToken::new(),
            progress: Arc::new(|_| {}),
            probe_store,
            clock: cxone::system_clock(),
            settings: Settings::default(),
            date_shift: 0,
            budget: None,
            side_by_side: 8,
            waits: cxone::Waits::default(),
            live: None,
            live_waits: LiveWaits::default(),
            test_chat: None,
            speed: None,
            store_limit: Duration::from_secs(3),
            simulated_store: None,
        }
    }

    /// What is asked for.
    pub(crate) fn asked(&self) -> Vec<Request> {
        let live = self.live.as_ref().map(|_| Request::Live);
        let speed = self.speed.map(|_| Request::Speed);
        live.into_iter().chain(speed).collect()
    }

    /// The longest a single call may take: a little less than the budget, so that a call that hangs is reported with
    /// its phase and not as a check without an end.
    fn settings_within_budget(&self) -> Settings {
        let budget = self.budget.unwrap_or(crate::catalogue::BUDGET);
        let longest = budget.mul_f64(0.9);
        let mut settings = self.settings.clone();
        let limits = &mut settings.timeouts;
        for limit in [
            &mut limits.resolve,
            &mut limits.connect,
            &mut limits.tls,
            &mut limits.first_byte,
            &mut limits.body,
            &mut limits.total,
        ] {
            *limit = (*limit).min(longest);
        }
        settings
    }
}

/// Why a run did not begin.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The choice of checks cannot be run.
    #[error(transparent)]
    Select(#[from] SelectError),
    /// The settings of the network (proxy, roots of trust) cannot be used.
    #[error(transparent)]
    Client(#[from] transport::BuildError),
}

/// The ids a run of `only` would make that asks for `asked`, in report order; all of them when it is empty.
///
/// # Errors
/// The first id that does not exist, with all that do; one that is made on request only, when that is not among `asked`;
/// and a request that no named check is about.
pub fn select(only: &[String], asked: &[Request]) -> Result<Vec<&'static str>, SelectError> {
    Ok(runner::plan(catalogue(), only, asked)?
        .into_iter()
        .map(|check| check.id)
        .collect())
}

/// The ids whose results may change when the result of `id` does: those that need it, directly or through others, in
/// report order.
pub fn dependants(id: &str) -> Vec<&'static str> {
    let mut found = BTreeSet::new();
    let mut open = vec![id];
    while let Some(id) = open.pop() {
        for check in catalogue().iter().filter(|check| check.needs.contains(&id)) {
            if found.insert(check.id) {
                open.push(check.id);
            }
        }
    }
    catalogue()
        .iter()
        .map(|check| check.id)
        .filter(|id| found.contains(id))
        .collect()
}

/// Runs the verification. Errors are only about the request itself: whatever the run meets is in the report.
///
/// # Errors
/// [`RunError`], before anything was done.
pub async fn run(input: Input, run: Run) -> Result<Report, RunError> {
    let plan = runner::plan(catalogue(), &run.only, &run.asked())?;
    let since = Instant::now();
    let planned = plan.iter().map(|check| check.id).collect();
    let writing: BTreeSet<&'static str> = plan
        .iter()
        .filter(|check| check.on_request == Some(Request::Live))
        .map(|check| check.id)
        .collect();
    let answers = input.answers.clone();
    let context = Arc::new(Context::new(input, &run, run.settings_within_budget(), planned)?);
    let _over = context.end_with();
    let redactor = context.client().redactor().clone();
    // What was created is cleaned up as soon as nobody needs it, and not when the slowest check is through.
    let written = CancellationToken::new();
    let taken = redactor.clone();
    let orders = Orders {
        cancel: run.cancel.clone(),
        progress: ends_of(writing, written.clone(), Arc::clone(&run.progress)),
        side_by_side: run.side_by_side,
        budget: run.budget,
        answers,
        redact: Arc::new(move |text| redactor.text(text)),
    };
    (run.progress)(Progress::Started {
        ids: plan.iter().map(|check| check.id.to_owned()).collect(),
    });
    let work = async {
        let ended = runner::execute(catalogue(), plan, Arc::clone(&context), &orders).await;
        written.cancel();
        ended
    };
    let cleaning = async {
        written.cancelled().await;
        if context.has_written() {
            (run.progress)(Progress::CleaningUp {});
        }
        context.clean_up().await
    };
    let (ended, remains) = tokio::join!(work, cleaning);
    let frame = Frame {
        cancelled: ended.cancelled,
        took: since.elapsed(),
        remains,
    };
    let report = Report::new(ended.results, frame).explained(&crate::redacted::known(taken.taken()));
    (run.progress)(Progress::Finished {
        outcome: report.outcome,
    });
    Ok(report)
}

/// Tells `progress` everything, and `over` when the last of these checks has ended.
fn ends_of(writing: BTreeSet<&'static str>, over: CancellationToken, progress: OnProgress) -> OnProgress {
    let open = Mutex::new(writing);
    Arc::new(move |step| {
        let ended = match &step {
            Progress::CheckFinished { result } => Some(result.id.clone()),
            _ => None,
        };
        progress(step);
        if let Some(id) = ended {
            let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
            if open.remove(id.as_str()) && open.is_empty() {
                over.cancel();
            }
        }
    })
}

/// The tenant's digital inbound skills, for the choice of the routing skill. Signs in like a verification.
///
/// # Errors
/// What the first call said that did not work; a profile that lacks what the calls need is
/// [`cxone::Error::Underivable`].
pub async fn digital_skills(input: Input, run: Run) -> Result<Vec<cxone::skills::Skill>, ConnectError> {
    Ok(cxone::skills::digital_inbound(&connect(input, run).await?).await?)
}

/// A session for work beside a verification, signed in the same way. Its redactor knows the secrets of the run.
///
/// # Errors
/// What the first call said that did not work.
pub async fn connect(input: Input, run: Run) -> Result<cxone::Session, ConnectError> {
    let context = Context::new(input, &run, run.settings_within_budget(), BTreeSet::new())?;
    context.connect().await
}

/// How the last Save of the handover provider ended, by Cognigy.AI's own word. `None` without an API key, and where the
/// install does not say.
///
/// # Errors
/// When the settings of the network cannot be used.
pub async fn provisioning(
    input: Input,
    run: Run,
) -> Result<Option<cognigy::api::Provisioning>, transport::BuildError> {
    let context = Context::new(input, &run, run.settings_within_budget(), BTreeSet::new())?;
    Ok(context.provisioning().await)
}
