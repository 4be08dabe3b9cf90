//! From measurements to a name: a pure function.
//!
//! The order is that of what a person can act on: what is wrong on the way (in the order of the calls), then what is late,
//! then what looks like lateness and is not, then what is merely unusual. Everything found is told; the first is the verdict,
//! the others stand in `also` and in its sentence.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use transport::Phase;
use ts_rs::TS;

use crate::diagnosis::{CognigySays, CognigyStatus};
use crate::measure::Measurement;
use crate::problem::{OwnerState, Problem};
use crate::round::CallStats;
use crate::{SaveCall, Usual, slow, words};

/// Seconds from which tokens are judged wrong by programs with such a clock.
const CLOCK_FAILS: u64 = 300;

/// From where everything is measured.
pub(crate) const HERE: &str = "from this computer";

/// What kind of thing it is, and so the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "DiagnoseKind")]
pub enum Kind {
    /// All calls are answered as they should, in time. Exit code 0.
    Well,
    /// A value is refused. Exit code 1.
    Authentication,
    /// A call is late, or slow. Exit code 2.
    Slow,
    /// A call does not get through, or not to CXone. Exit code 3.
    Unreachable,
    /// Nothing was measured.
    Unknown,
}

macro_rules! codes {
    ($($variant:ident $kind:ident $text:literal;)+) => {
        /// The name of a verdict.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        #[ts(rename = "DiagnoseCode")]
        pub enum Code { $(#[doc = $text] $variant,)+ }

        impl Code {
            /// All verdicts.
            pub const ALL: &'static [Code] = &[$(Code::$variant),+];

            /// What kind of thing it is.
            #[must_use]
            pub fn kind(self) -> Kind {
                match self { $(Code::$variant => Kind::$kind,)+ }
            }
        }
    };
}

codes! {
    Well Well "Everything that Save needs answers in time.";
    SaveElsewhere Well "All is well from here, and yet the provider has no channel.";
    Client Authentication "The registered application is disabled, or may not sign in so.";
    ClientSecret Authentication "Client ID or Client Secret is refused.";
    Key Authentication "The access key is refused: its id, its secret, or its state.";
    KeyInactive Authentication "The access key was switched off or revoked.";
    KeyOwner Authentication "The owner of the access key is not active.";
    Tenant Authentication "The Tenant ID is not known, or the credentials belong to another tenant.";
    BusinessUnit Authentication "The credentials belong to another business unit.";
    Role Authentication "The role of the key's owner may not make the call.";
    ProfileIncomplete Authentication "A value that the calls need is missing.";
    UntrustedHost Authentication "A credential would go to a host that nobody vouches for.";
    ClockSkew Authentication "The clock of this computer is far off.";
    Timeout Slow "A call is not answered within the time limit.";
    Slow Slow "A call takes longer than the budget.";
    SlowerThanUsual Slow "A call is within the budget, and far slower than usual.";
    Ipv6BlackHole Slow "IPv6 addresses say nothing, and IPv4 ones answer.";
    RateLimit Slow "CXone answers that there were too many requests.";
    CognigySaveFailed Slow "All is well from here, and Cognigy.AI says that its Save failed.";
    Dns Unreachable "The name has no address.";
    Refused Unreachable "Nothing listens at the address.";
    NetworkDown Unreachable "There is no way to the host from this computer.";
    Reset Unreachable "The connection is broken off.";
    TlsInspection Unreachable "Something on the way shows a certificate of its own.";
    Tls Unreachable "TLS cannot be agreed on.";
    ProxyAuth Unreachable "The proxy wants a sign-in.";
    ProxyFailed Unreachable "The proxy does not let through.";
    CaptivePortal Unreachable "A page of the network answers in place of CXone.";
    Http2Refused Unreachable "The host offers HTTP/2 and then breaks it off.";
    Html Unreachable "A web page stands where JSON should be.";
    UnexpectedAnswer Unreachable "What answers does not speak as CXone does.";
    ServiceError Unreachable "The service fails: 5xx.";
    NotMeasured Unknown "Nothing was measured.";
}

/// Whose side it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "DiagnoseSide")]
pub enum Side {
    /// This computer and what was entered on it.
    ThisComputer,
    /// The proxy.
    Proxy,
    /// What lies between.
    Network,
    /// NiCE CXone.
    Cxone,
    /// The Cognigy.AI install.
    Cognigy,
}

/// How sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "DiagnoseConfidence")]
pub enum Confidence {
    /// By elimination.
    Low,
    /// More likely than anything else.
    Medium,
    /// Measured, or said by a code.
    High,
}

/// What it comes to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
#[ts(rename = "DiagnoseVerdict")]
pub struct Verdict {
    /// Its name.
    pub code: Code,
    /// What kind of thing it is.
    pub kind: Kind,
    /// The call it is about.
    pub call: Option<SaveCall>,
    /// The phase of the call.
    pub phase: Option<Phase>,
    /// Whose side it is.
    pub side: Option<Side>,
    /// How sure that is.
    pub confidence: Confidence,
    /// One or two sentences.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
    /// From where it was measured.
    pub measured_from: String,
    /// What it rests on, one line each.
    pub evidence: Vec<String>,
    /// What else was found.
    pub also: Vec<Verdict>,
}

impl Verdict {
    pub(crate) fn new(code: Code, confidence: Confidence, message: impl Into<String>) -> Verdict {
        Verdict {
            code,
            kind: code.kind(),
            call: None,
            phase: None,
            side: None,
            confidence,
            message: message.into(),
            hint: None,
            measured_from: HERE.to_owned(),
            evidence: Vec::new(),
            also: Vec::new(),
        }
    }

    pub(crate) fn on(mut self, side: Side) -> Verdict {
        self.side = Some(side);
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Verdict {
        self.hint = Some(hint.into());
        self
    }

    pub(crate) fn at(mut self, call: SaveCall, phase: Option<Phase>) -> Verdict {
        self.call = Some(call);
        self.phase = phase;
        self
    }
}

/// What a verdict rests on.
#[derive(Clone, Copy, Debug)]
pub struct Measured<'a> {
    /// The measurement.
    pub measurement: &'a Measurement,
    /// The same by call.
    pub calls: &'a [CallStats],
    /// What a call may take, in milliseconds.
    pub budget_ms: f64,
    /// What is usual for the profile.
    pub usual: &'a Usual,
    /// What the profile says, for the words.
    pub entered: Entered<'a>,
    /// What Cognigy.AI says about its last Save.
    pub cognigy: Option<&'a CognigySays>,
}

/// Plain fields of the profile.
#[derive(Clone, Copy, Debug, Default)]
pub struct Entered<'a> {
    /// Tenant ID.
    pub tenant_id: Option<&'a str>,
    /// Business Unit ID.
    pub business_unit: Option<&'a str>,
}

/// The verdict.
#[must_use]
pub fn verdict(measured: Measured<'_>) -> Verdict {
    let mut found = wrong(measured);
    let holes = black_hole(measured);
    let late = slow::slow(measured);
    // Waiting for a silent address is what made the connection slow.
    found.extend(late.filter(|slow| holes.is_none() || slow.phase != Some(Phase::Connect)));
    found.extend(holes);
    found.extend(clock(measured));
    found.extend(slow::unusual(measured).filter(|_| !found.iter().any(|it| it.kind == Kind::Slow)));
    let owner = owner(measured);
    if found.is_empty() {
        let mut well = if measured.measurement.rounds.iter().any(|round| round.complete) {
            words::well(measured)
        } else {
            Verdict::new(
                Code::NotMeasured,
                Confidence::Low,
                "It was stopped before a round was complete.",
            )
            .hint("Measure again.")
        };
        well.also.extend(owner);
        return well;
    }
    found.extend(owner);
    let mut first = found.remove(0);
    if let Some(says) = measured.cognigy
        && says.status == CognigyStatus::Failed
    {
        first.evidence.push(words::said(says));
    }
    if let Some(second) = found.iter().find(|it| it.code != Code::KeyOwner) {
        first.message = format!("{} Besides: {}", first.message, second.message);
    }
    first.also = found;
    first
}

/// What was wrong with calls, once for each name, in the order it was met.
fn wrong(measured: Measured<'_>) -> Vec<Verdict> {
    let mut found: Vec<Verdict> = Vec::new();
    let rounds = measured.measurement.rounds.len();
    for trouble in &measured.measurement.troubles {
        if matches!(trouble.problem, Problem::Owner { .. }) {
            continue;
        }
        let mut verdict = words::wrong(measured, trouble);
        if let Some(known) = found.iter_mut().find(|known| known.code == verdict.code) {
            let line = format!(
                "Round {}: the same with the {} call.",
                trouble.round,
                trouble.call.name()
            );
            if known.call != verdict.call && known.evidence.len() < 6 {
                known.evidence.push(line);
            }
            continue;
        }
        let in_rounds: std::collections::BTreeSet<u32> = measured
            .measurement
            .troubles
            .iter()
            .filter(|other| other.call == trouble.call)
            .map(|other| other.round)
            .collect();
        let once = matches!(
            trouble.problem,
            Problem::SignIn { .. }
                | Problem::OtherTenant { .. }
                | Problem::BusinessUnit { .. }
                | Problem::Missing { .. }
        );
        if !once && in_rounds.len() < rounds {
            verdict.confidence = verdict.confidence.min(Confidence::Medium);
            verdict
                .evidence
                .push(format!("In {} of {rounds} rounds.", in_rounds.len()));
        }
        let also = std::mem::take(&mut verdict.also);
        found.push(verdict);
        found.extend(also);
    }
    found
}

fn black_hole(measured: Measured<'_>) -> Option<Verdict> {
    let samples = measured.measurement.rounds.iter().flat_map(|round| &round.calls);
    let met: Vec<_> = samples.filter(|sample| sample.met_black_hole()).collect();
    let first = met.first()?;
    let verdict = Verdict::new(
        Code::Ipv6BlackHole,
        Confidence::High,
        format!(
            "{} has IPv6 addresses that say nothing; IPv4 answers. A program that waits for IPv6 loses {} to it.",
            first.host,
            words::time(first.lost_to_black_hole()),
        ),
    );
    let mut verdict = verdict
        .at(first.call, Some(Phase::Connect))
        .on(Side::Network)
        .hint("Ask whoever runs this network to mend IPv6 or to switch it off. Cognigy.AI sits elsewhere and may not have this.");
    verdict.evidence = met
        .iter()
        .map(|sample| format!("{}: {}", sample.call.name(), words::attempts(sample)))
        .collect();
    Some(verdict)
}

fn clock(measured: Measured<'_>) -> Option<Verdict> {
    let ahead = measured.measurement.server_ahead_s?;
    if ahead.unsigned_abs() <= CLOCK_FAILS {
        return None;
    }
    let direction = if ahead > 0 { "behind" } else { "ahead of" };
    let off = ahead.unsigned_abs();
    Some(
        Verdict::new(
            Code::ClockSkew,
            Confidence::High,
            format!("The clock of this computer is {off} s {direction} the time of CXone."),
        )
        .on(Side::ThisComputer)
        .hint(
            "Let the system set the clock by a time server. Until then programs here judge tokens as expired or not yet \
             valid. If the same holds for the servers of Cognigy.AI, Save fails there.",
        ),
    )
}

fn owner(measured: Measured<'_>) -> Option<Verdict> {
    let troubles = measured.measurement.troubles.iter();
    let state = troubles.rev().find_map(|trouble| match trouble.problem {
        Problem::Owner { owner } => Some(owner),
        _ => None,
    })?;
    let message = if state == OwnerState::Pending {
        "The owner of the access key has not accepted the invitation to CXone."
    } else {
        "The owner of the access key is not active in CXone."
    };
    Some(
        Verdict::new(Code::KeyOwner, Confidence::Medium, message)
            .at(SaveCall::Token, None)
            .on(Side::Cxone)
            .hint("In CXone, open Admin, then the employee whose key it is, and let the invitation be accepted."),
    )
}
