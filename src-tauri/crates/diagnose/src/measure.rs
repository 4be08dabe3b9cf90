//! The calls of Save in rounds.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use cxone::sign_in::SignInGate;
use profile::{Credentials, Profile};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use transport::{BuildError, Client, Settings};
use ts_rs::TS;

use crate::gauge::{Families, Tally};
use crate::problem::Problem;
use crate::read::Reader;
use crate::{Kind, Round, Sample, SaveCall, Trouble};

/// Blocked rounds in a row after which more of them would only wait for the same.
const STUBBORN: u32 = 2;

/// Whose save path is measured.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The profile, as typed.
    pub profile: Profile,
    /// The credentials, from wherever they are kept.
    pub credentials: Credentials,
    /// Hosts that are not the vendors' and that the administrator confirmed.
    pub trusted_hosts: BTreeSet<String>,
}

/// Hears of every step, in order. Must not block.
pub type OnProgress = Arc<dyn Fn(Progress) + Send + Sync>;

/// How it is measured. Made by [`Plan::new`] and then changed where needed.
#[derive(Clone)]
pub struct Plan {
    /// Rounds to make.
    pub rounds: u32,
    /// What a call of Save may take. What Cognigy.AI grants is not documented; 10 s is the usual limit of such calls.
    pub budget: Duration,
    /// How calls are made.
    pub settings: Settings,
    /// This computer's clock.
    pub clock: cxone::Clock,
    /// Seconds added to every `Date` header, to play a wrong clock.
    pub date_shift: i64,
    /// Makes a channel in the first round, with this id, and removes it again.
    pub create: Option<String>,
    /// Whether CXone accepted the same credentials in an earlier measurement: then none of them is mistyped.
    pub accepted_before: bool,
    /// Ends it at once; what was measured is kept.
    pub cancel: CancellationToken,
    /// Hears of every step.
    pub progress: OnProgress,
}

impl Plan {
    /// Five rounds and a budget of ten seconds, on the system's clock and settings, unheard and not cancelled.
    #[must_use]
    pub fn new() -> Plan {
        Plan {
            rounds: 5,
            budget: Duration::from_secs(10),
            settings: Settings::default(),
            clock: cxone::system_clock(),
            date_shift: 0,
            create: None,
            accepted_before: false,
            cancel: CancellationToken::new(),
            progress: Arc::new(|_| {}),
        }
    }

    /// The budget in milliseconds.
    #[must_use]
    pub fn budget_ms(&self) -> f64 {
        self.budget.as_secs_f64() * 1000.0
    }

    /// A call must be able to show by how much it misses the budget.
    fn settings(&self) -> Settings {
        let mut settings = self.settings.clone();
        let limits = &mut settings.timeouts;
        if self.budget >= limits.first_byte.min(limits.total) {
            limits.first_byte = limits.first_byte.max(self.budget.mul_f64(1.5));
            limits.total = limits.total.max(self.budget.mul_f64(2.0));
        }
        settings
    }
}

impl Default for Plan {
    fn default() -> Plan {
        Plan::new()
    }
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plan")
            .field("rounds", &self.rounds)
            .field("budget", &self.budget)
            .finish_non_exhaustive()
    }
}

/// A step of a measurement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(tag = "step", rename_all = "snake_case")]
#[ts(rename = "DiagnoseProgress")]
pub enum Progress {
    /// It begins.
    Started {
        /// Rounds that are planned.
        rounds: u32,
        /// The calls of a round.
        calls: Vec<SaveCall>,
        /// The budget in milliseconds.
        budget_ms: f64,
    },
    /// A call is being made.
    CallStarted {
        /// The round, from 1.
        round: u32,
        /// The call.
        call: SaveCall,
    },
    /// A call is over, well or not. A list of several pages is several of them.
    CallFinished {
        /// The round, from 1.
        round: u32,
        /// What was measured.
        sample: Box<Sample>,
    },
    /// A round is over.
    RoundFinished {
        /// The round, from 1.
        round: u32,
        /// All of its calls together, in milliseconds.
        total_ms: f64,
        /// Whether every call was made and answered as it should.
        complete: bool,
    },
    /// It is over, and the diagnosis can be read.
    Finished {
        /// What kind of verdict it came to.
        kind: Kind,
    },
}

/// What was measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measurement {
    /// The rounds that were made, the last one perhaps in part.
    pub rounds: Vec<Round>,
    /// Rounds that were planned.
    pub planned: u32,
    /// What was wrong, in the order it was met.
    pub troubles: Vec<Trouble>,
    /// Whether it was cancelled.
    pub cancelled: bool,
    /// Seconds that the servers' clock is ahead of this computer's; negative when it is behind.
    pub server_ahead_s: Option<i64>,
    /// Whether CXone has the provider's channel, once the list was read.
    pub channel_found: Option<bool>,
    /// Whether CXone accepted the credentials.
    pub accepted: bool,
    /// Name of a channel that was made and could not be removed.
    pub left_behind: Option<String>,
}

/// Measures the calls of Save.
///
/// # Errors
/// [`BuildError`] when the settings of the network cannot be used; whatever else happens is part of the measurement.
pub async fn measure(subject: &Subject, plan: &Plan) -> Result<Measurement, BuildError> {
    let mut runner = Runner::new(subject, plan)?;
    let mut calls = SaveCall::READS.to_vec();
    calls.extend(plan.create.is_some().then_some(SaveCall::Create));
    (plan.progress)(Progress::Started {
        rounds: plan.rounds,
        calls,
        budget_ms: plan.budget_ms(),
    });
    let mut blocked = 0;
    for _ in 0..plan.rounds {
        let round = runner.round(true).await;
        blocked = if round.blocked { blocked + 1 } else { 0 };
        if round.is_last || blocked == STUBBORN {
            break;
        }
    }
    Ok(runner.measurement)
}

/// What a round says about the next one.
pub(crate) struct Ended {
    /// Ended before the reads.
    pub(crate) blocked: bool,
    /// Nothing more is to be asked.
    pub(crate) is_last: bool,
}

/// Makes rounds, one after the other.
pub(crate) struct Runner<'a> {
    plan: &'a Plan,
    tally: Arc<Tally>,
    reader: Reader<'a>,
    made: u32,
    pub(crate) measurement: Measurement,
}

impl<'a> Runner<'a> {
    pub(crate) fn new(subject: &'a Subject, plan: &'a Plan) -> Result<Runner<'a>, BuildError> {
        let mut settings = plan.settings();
        let families = Arc::new(Families {
            inner: Arc::clone(&settings.resolver),
            four_first: AtomicBool::new(false),
        });
        settings.resolver = Arc::clone(&families) as _;
        let plain = Client::new(settings)?;
        for secret in subject.credentials.present() {
            plain.redactor().add(secret);
        }
        let tally = Tally::new(
            Arc::clone(&plan.clock),
            plan.date_shift,
            Arc::clone(&plan.progress),
            families,
        );
        let client = plain.with_gauge(Arc::clone(&tally) as _);
        Ok(Runner {
            plan,
            tally,
            reader: Reader::new(subject, plan, client, plain, SignInGate::new()),
            made: 0,
            measurement: Measurement {
                planned: plan.rounds,
                ..Measurement::default()
            },
        })
    }

    /// One round; without a sign-in it reads with the token of the last one, if there is one.
    pub(crate) async fn round(&mut self, sign_in: bool) -> Ended {
        self.made += 1;
        let number = self.made;
        self.tally.begin(number);
        let reading = Box::pin(self.reader.round(number, sign_in, &self.tally));
        let finished = self.plan.cancel.run_until_cancelled(reading).await;
        let cancelled = finished.is_none();
        let blocked = !finished.unwrap_or(false);
        let troubles = self.reader.take_troubles();
        // An owner that is not active is worth a word, and breaks no call.
        let harmless = |trouble: &Trouble| matches!(trouble.problem, Problem::Owner { .. });
        let complete = !cancelled && !blocked && troubles.iter().all(harmless);
        let round = Round::new(number, self.tally.samples(), complete);
        let is_last = cancelled
            || troubles.iter().any(|trouble| {
                trouble.problem.refuses()
                    || matches!(
                        trouble.problem,
                        Problem::RateLimit { .. } | Problem::Missing { .. } | Problem::Untrusted { .. }
                    )
            });
        let measured = &mut self.measurement;
        measured.cancelled |= cancelled;
        measured.troubles.extend(troubles);
        measured.accepted |= self.reader.accepted;
        measured.channel_found = self.reader.channel_found.or(measured.channel_found);
        measured.left_behind = self.reader.left_behind.clone();
        let ahead = round.calls.iter().find_map(|sample| sample.server_ahead_s);
        measured.server_ahead_s = measured.server_ahead_s.or(ahead);
        let total_ms = round.total_ms;
        measured.rounds.push(round);
        if !cancelled {
            (self.plan.progress)(Progress::RoundFinished {
                round: number,
                total_ms,
                complete,
            });
        }
        Ended { blocked, is_last }
    }
}
