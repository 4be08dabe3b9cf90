//! 9xx: whether Save would finish in time, by making its calls.
//!
//! Rounds are made one after the other, each with a client of its own, so that every round connects anew as a server that
//! has been idle does. Each call may take longer than its budget, so that it is told how late it was.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cxone::session::Parts;
use cxone::{Error, Session, Waits, business_unit, digital, discovery, host, scripts, sign_in};
use transport::{Client, Exchange, FailureKind, Phase, Recorder, Settings};

use crate::context::{Context, Judged};
use crate::evidence;
use crate::finding::{Compared, Finding};
use crate::run::SpeedOrders;
use crate::words;

/// How much longer than its budget a call may take, at least.
const PATIENCE: Duration = Duration::from_secs(5);

/// A call of Save.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Discovery,
    Token,
    Tenant,
    BusinessUnit,
    Channels,
    Scripts,
}

impl Step {
    const ALL: [Self; 6] = [
        Self::Discovery,
        Self::Token,
        Self::Tenant,
        Self::BusinessUnit,
        Self::Channels,
        Self::Scripts,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Discovery => "Discovery",
            Self::Token => "Token",
            Self::Tenant => "Tenant configuration",
            Self::BusinessUnit => "Business unit",
            Self::Channels => "Channels",
            Self::Scripts => "Scripts",
        }
    }
}

/// Hears of the exchanges of all rounds. The calls of a round come one after the other, so it is told what comes next.
struct Laps {
    now: Mutex<Step>,
    heard: Mutex<Vec<(Step, Arc<Exchange>)>>,
}

impl Default for Laps {
    fn default() -> Self {
        Self {
            now: Mutex::new(Step::Discovery),
            heard: Mutex::default(),
        }
    }
}

impl Laps {
    fn next(&self, step: Step) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = step;
    }

    fn take(&self) -> Vec<(Step, Arc<Exchange>)> {
        std::mem::take(&mut *self.heard.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Recorder for Laps {
    fn record(&self, exchange: Arc<Exchange>) {
        let step = *self.now.lock().unwrap_or_else(PoisonError::into_inner);
        self.heard
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((step, exchange));
    }
}

/// HD-901
pub(crate) async fn in_time(context: Arc<Context>) -> Judged {
    let Some(orders) = context.speed else {
        return Ok(Finding::skipped("The measurement was not asked for."));
    };
    let laps = Arc::new(Laps::default());
    let rounds = orders.rounds.clamp(1, SpeedOrders::MOST_ROUNDS);
    let mut done = 0;
    let mut ended = Ok(());
    while done < rounds && ended.is_ok() {
        let recorder: Arc<Laps> = Arc::clone(&laps);
        let Ok(client) = Client::new(patient(context.client().settings(), orders.budget)) else {
            return Ok(Finding::unknown(
                "No further connection can be set up on this computer.",
            ));
        };
        for secret in context.input.credentials.present() {
            client.redactor().add(secret);
        }
        ended = round(&context, client.with_recorder(recorder), &laps).await?;
        done += 1;
    }
    Ok(judge(&laps.take(), orders.budget, done, rounds, ended.err()))
}

/// Settings under which a call that is too slow still comes to its end.
fn patient(settings: &Settings, budget: Duration) -> Settings {
    let mut settings = settings.clone();
    let longest = budget.mul_f64(1.5).max(budget + PATIENCE);
    let limits = &mut settings.timeouts;
    for limit in [
        &mut limits.resolve,
        &mut limits.connect,
        &mut limits.tls,
        &mut limits.first_byte,
        &mut limits.body,
        &mut limits.total,
    ] {
        *limit = longest;
    }
    settings
}

/// The calls of Save, one after the other, up to the first that does not work.
async fn round(
    context: &Context,
    client: Client,
    laps: &Laps,
) -> Result<Result<(), Error>, crate::context::Early> {
    let (target, values) = (context.target()?, context.sign_in_values()?);
    let script = format!("Cognigy Handover Script {}", context.provider()?.id);
    let work = async move {
        laps.next(Step::Discovery);
        let openid = discovery::openid(&client, &target.issuer).await?;
        laps.next(Step::Token);
        let endpoint = openid.token_endpoint;
        let (token, client_auth) =
            sign_in::password_grant(&client, &target, &endpoint, &values, &context.gate()).await?;
        laps.next(Step::Tenant);
        let tenant = discovery::tenant(&client, &target.issuer, &target.tenant_id).await?;
        let session = Session::new(Parts {
            hosts: host::derive(&target, &tenant)?,
            client,
            target,
            token,
            sign_in: values,
            token_endpoint: endpoint,
            client_auth,
            gate: context.gate(),
            clock: context.clock(),
            // A repeated call would hide how long the first one took.
            waits: Waits {
                retries: 0,
                ..Waits::default()
            },
        });
        laps.next(Step::BusinessUnit);
        business_unit::read(&session).await?;
        laps.next(Step::Channels);
        digital::channels(&session).await?;
        laps.next(Step::Scripts);
        scripts::folder(&session, scripts::ROOT).await?;
        scripts::search(&session, &script).await?;
        Ok(())
    };
    Ok(work.await)
}

/// How long a call took, in milliseconds.
fn took(exchange: &Exchange) -> f64 {
    exchange.phases.total.unwrap_or_default()
}

fn is_late(exchange: &Exchange) -> bool {
    exchange
        .failure
        .as_ref()
        .is_some_and(|failure| failure.kind == FailureKind::Timeout)
}

/// The phase that took longest of a call, and how many milliseconds; where one ran out of time, that one.
fn slowest_phase(exchange: &Exchange) -> Option<(Phase, f64)> {
    let phases = &exchange.phases;
    let measured = [
        (Phase::Resolve, phases.resolve),
        (Phase::Connect, phases.connection),
        (Phase::FirstByte, phases.first_byte),
        (Phase::Body, phases.body),
    ];
    let measured = measured
        .into_iter()
        .filter_map(|(phase, time)| time.map(|time| (phase, time)));
    let longest = measured.max_by(|a, b| a.1.total_cmp(&b.1));
    let failed = exchange.failure.as_ref().and_then(|failure| failure.phase);
    match failed.filter(|_| is_late(exchange)) {
        Some(phase) => Some((phase, took(exchange) - longest.map_or(0.0, |(_, time)| time))),
        None => longest,
    }
}

/// Whose side a phase is on, seen from here, and what to do.
fn side(phase: Phase) -> (&'static str, &'static str) {
    match phase {
        Phase::Resolve => (
            "the name service of this computer",
            "Check the DNS and the VPN of this computer.",
        ),
        Phase::ProxyConnect => ("the proxy on the way", "Check the proxy of this computer."),
        Phase::Connect | Phase::Tls | Phase::Send => (
            "the network or the proxy on the way",
            "Check the network, the VPN and the proxy of this computer, and measure once more from another network.",
        ),
        Phase::FirstByte => (
            "CXone",
            "Wait and measure again. If it stays so, send this report to the support of NiCE.",
        ),
        Phase::Body => (
            "CXone, or a network that hands the answer on in pieces",
            "Measure once more from another network. If it stays so, send this report to the support of NiCE.",
        ),
    }
}

fn in_words(milliseconds: f64) -> String {
    if milliseconds < 1000.0 {
        format!("{milliseconds:.0} ms")
    } else {
        let seconds = format!("{:.1}", milliseconds / 1000.0);
        format!("{} s", seconds.trim_end_matches(".0"))
    }
}

/// A phase beside its time.
const fn short(phase: Phase) -> &'static str {
    match phase {
        Phase::ProxyConnect => "proxy",
        Phase::Resolve => "name",
        Phase::Connect | Phase::Tls => "connection",
        Phase::Send => "request",
        Phase::FirstByte => "first byte",
        Phase::Body => "body",
    }
}

/// The middle one; of an even number the later of both.
fn median(sorted: &[f64]) -> f64 {
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

fn judge(
    heard: &[(Step, Arc<Exchange>)],
    budget: Duration,
    done: u32,
    rounds: u32,
    failed: Option<Error>,
) -> Finding {
    let limit = budget.as_secs_f64() * 1000.0;
    let slow = |exchange: &Exchange| took(exchange) > limit || is_late(exchange);
    let mut rows = Vec::new();
    for (number, step) in Step::ALL.into_iter().enumerate() {
        let of_step = heard.iter().filter(|(known, _)| *known == step);
        let exchanges: Vec<&Arc<Exchange>> = of_step.map(|(_, exchange)| exchange).collect();
        let worst = exchanges.iter().max_by(|a, b| took(a).total_cmp(&took(b)));
        let Some(worst) = worst else { continue };
        // Each client numbers its calls from one, so the evidence is numbered anew.
        evidence::cite(Arc::new(Exchange {
            id: number as u64 + 1,
            ..Exchange::clone(worst)
        }));
        let mut times: Vec<f64> = exchanges.iter().map(|exchange| took(exchange)).collect();
        times.sort_by(f64::total_cmp);
        let phase = slowest_phase(worst)
            .map(|(phase, time)| format!(" ({} {})", short(phase), in_words(time)))
            .unwrap_or_default();
        rows.push(Compared {
            what: step.name().to_owned(),
            expected: Some(format!("at most {}", in_words(limit))),
            found: Some(format!(
                "{}, at most {}{phase}",
                in_words(median(&times)),
                in_words(took(worst))
            )),
        });
    }
    let worst = heard
        .iter()
        .filter(|(_, exchange)| slow(exchange))
        .max_by(|a, b| took(&a.1).total_cmp(&took(&b.1)));
    let made = words::counted(done as usize, "round");
    let finding = match (worst, failed) {
        (Some((step, exchange)), _) => {
            let times = heard
                .iter()
                .filter(|(known, call)| known == step && slow(call))
                .count();
            let (phase, whose, hint) = match slowest_phase(exchange) {
                Some((phase, time)) => {
                    let (whose, hint) = side(phase);
                    let part = format!(", {} of that {}", in_words(time), phase.doing());
                    (part, format!(" That points at {whose}."), hint)
                }
                None => (
                    String::new(),
                    String::new(),
                    "Measure once more from another network.",
                ),
            };
            Finding::warn(format!(
                "Save may run out of time: the call {} took {} where {} is the budget{phase}, seen from this computer.{whose}",
                step.name(),
                in_words(took(exchange)),
                in_words(limit),
            ))
            .hint(hint)
            .found(format!(
                "{made}; {} was too slow {}.",
                step.name(),
                words::counted(times, "time")
            ))
        }
        (None, Some(error)) => {
            let Finding { message, hint, .. } = words::read_failed("what Save reads", &error);
            let finding = Finding::warn(format!(
                "A call of Save failed in round {done} of {rounds}. {message}"
            ));
            hint.map_or(finding.clone(), |hint| finding.hint(hint))
                .found(format!("{made}."))
        }
        (None, None) => Finding::pass(format!(
            "Every call of Save ended within {}, seen from this computer.",
            in_words(limit)
        ))
        .found(format!("{made}.")),
    };
    finding.compare_all(rows)
}

#[cfg(test)]
mod tests {
    use transport::{Failure, Phases};

    use super::*;

    fn call(total: f64, first_byte: f64, body: f64) -> Exchange {
        Exchange {
            id: 1,
            label: "call".to_owned(),
            started_at: jiff::Timestamp::UNIX_EPOCH,
            method: "GET".to_owned(),
            url: "https://cxone.example.com/".to_owned(),
            request_headers: Vec::new(),
            request_body: None,
            status: Some(200),
            response_headers: Vec::new(),
            response_body: None,
            body_truncated: false,
            phases: Phases {
                connection: Some(total - first_byte - body),
                first_byte: Some(first_byte),
                body: Some(body),
                total: Some(total),
                ..Phases::default()
            },
            http_version: None,
            remote: None,
            trace_id: None,
            failure: None,
        }
    }

    fn judged(heard: Vec<(Step, Exchange)>) -> Finding {
        let heard: Vec<_> = heard
            .into_iter()
            .map(|(step, exchange)| (step, Arc::new(exchange)))
            .collect();
        judge(&heard, Duration::from_secs(1), 2, 2, None)
    }

    #[test]
    fn the_slowest_call_and_its_phase_are_named() {
        let finding = judged(vec![
            (Step::Token, call(1_200.0, 1_100.0, 50.0)),
            (Step::Channels, call(2_500.0, 200.0, 2_250.0)),
            (Step::Channels, call(120.0, 100.0, 10.0)),
        ]);
        assert_eq!(
            finding.message,
            "Save may run out of time: the call Channels took 2.5 s where 1 s is the budget, 2.2 s of that reading the \
             answer, seen from this computer. That points at CXone, or a network that hands the answer on in pieces."
        );
        assert_eq!(
            finding.found.as_deref(),
            Some("2 rounds; Channels was too slow 1 time.")
        );
        assert_eq!(finding.compared.len(), 2);
    }

    #[test]
    fn a_call_without_an_end_counts_with_the_phase_it_hung_in() {
        let hung = Exchange {
            status: None,
            failure: Some(Failure {
                kind: FailureKind::Timeout,
                phase: Some(Phase::FirstByte),
                tls: None,
                detail: "late".to_owned(),
            }),
            phases: Phases {
                connection: Some(10.0),
                total: Some(900.0),
                ..Phases::default()
            },
            ..call(0.0, 0.0, 0.0)
        };
        let finding = judged(vec![(Step::Scripts, hung)]);
        assert!(
            finding.message.contains("Scripts took 900 ms")
                && finding.message.contains("890 ms of that waiting for"),
            "{}",
            finding.message
        );
    }

    #[test]
    fn calls_within_the_budget_pass_with_their_times() {
        let finding = judged(vec![
            (Step::Token, call(300.0, 250.0, 10.0)),
            (Step::Token, call(200.0, 150.0, 10.0)),
            (Step::Token, call(900.0, 850.0, 10.0)),
        ]);
        assert_eq!(finding.outcome, crate::Outcome::Pass);
        assert_eq!(
            finding.compared[0].found.as_deref(),
            Some("300 ms, at most 900 ms (first byte 850 ms)")
        );
    }
}
