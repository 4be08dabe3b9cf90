//! What is late: against the budget, and against what is usual.

use transport::{Phase, Phases};

use crate::round::CallStats;
use crate::sample::{Sample, timed};
use crate::verdict::{Code, Confidence, Measured, Side, Verdict};
use crate::words::time;

/// How many times the usual a call must take, and by how many milliseconds more, to be worth a word.
const FACTOR: f64 = 3.0;
const MORE_MS: f64 = 200.0;

/// A server that lets wait this many round trips is slow itself.
const TRIPS: f64 = 4.0;

/// The call that misses the budget by most, if any does; the others are its evidence.
pub(crate) fn slow(measured: Measured<'_>) -> Option<Verdict> {
    let over: Vec<&CallStats> = measured
        .calls
        .iter()
        .filter(|stats| stats.over_budget > 0 && slowest(measured, stats).is_some())
        .collect();
    let highest = |stats: &CallStats| stats.p95.total.unwrap_or_default();
    let Some(worst) = over
        .iter()
        .copied()
        .max_by(|a, b| highest(a).total_cmp(&highest(b)))
    else {
        return together(measured);
    };
    let sample = slowest(measured, worst)?;
    let phase = longest(&sample.phases)?;
    let (side, mut confidence) = side(phase, &sample.phases, sample.proxy.is_some());
    let typical = worst.p50.total.unwrap_or_default();
    let always = typical > measured.budget_ms;
    let shown = if always { typical } else { sample.total() };
    let rounds = worst.answered + worst.failed;
    let often = if always {
        String::new()
    } else {
        confidence = confidence.min(Confidence::Medium);
        format!(" in {} of {rounds} calls", worst.over_budget)
    };
    let usually = match measured.usual.of(worst.call).and_then(|usual| usual.p50.total) {
        Some(usual) => format!(" Usually it takes {}, now {}.", time(usual), time(shown)),
        None => String::new(),
    };
    let message = format!(
        "The {} call takes {}{often}, against a budget of {}. Most of it goes by while {}.{usually}",
        worst.call.name(),
        time(shown),
        time(measured.budget_ms),
        phase.doing(),
    );
    let mut verdict = Verdict::new(Code::Slow, confidence, message)
        .at(worst.call, Some(phase))
        .on(side)
        .hint(advice(side, phase));
    verdict.evidence = over.iter().map(|stats| line(stats)).collect();
    Some(verdict)
}

/// No call is over the budget alone, but all of them together are.
fn together(measured: Measured<'_>) -> Option<Verdict> {
    let mut totals: Vec<f64> = measured
        .measurement
        .rounds
        .iter()
        .filter(|round| round.complete)
        .map(|round| round.total_ms)
        .collect();
    totals.sort_by(f64::total_cmp);
    let total = crate::round::median(&totals).filter(|total| *total > measured.budget_ms)?;
    let answered = measured.calls.iter().filter(|stats| stats.answered > 0);
    let worst = answered.max_by(|a, b| a.p50.total.unwrap_or(0.0).total_cmp(&b.p50.total.unwrap_or(0.0)))?;
    let phase = longest(&worst.p50)?;
    let sample = slowest(measured, worst)?;
    let (side, _) = side(phase, &sample.phases, sample.proxy.is_some());
    let message = format!(
        "No call alone takes longer than {}, but together they take {}. The slowest is the {} call with {}, most of it \
         while {}.",
        time(measured.budget_ms),
        time(total),
        worst.call.name(),
        time(worst.p50.total.unwrap_or_default()),
        phase.doing(),
    );
    let mut verdict = Verdict::new(Code::Slow, Confidence::Low, message)
        .at(worst.call, Some(phase))
        .on(side)
        .hint("Whether Save has its limit for each call or for all of them is not documented. Measure again when it is quieter.");
    verdict.evidence = measured.calls.iter().map(line).collect();
    Some(verdict)
}

/// The call that is farthest above what is usual, within the budget.
pub(crate) fn unusual(measured: Measured<'_>) -> Option<Verdict> {
    let farthest = measured
        .calls
        .iter()
        .filter_map(|stats| {
            let usual = measured.usual.of(stats.call)?;
            let (now, before) = (stats.p50.total?, usual.p50.total?);
            let far = now > before * FACTOR && now > before + MORE_MS && now > usual.high_ms;
            far.then_some((stats, usual, now, before))
        })
        .max_by(|a, b| (a.2 / a.3.max(1.0)).total_cmp(&(b.2 / b.3.max(1.0))))?;
    let (stats, usual, now, before) = farthest;
    let grown = timed(&stats.p50).into_iter().max_by(|a, b| {
        let more = |(phase, ms): &(Phase, f64)| ms - crate::sample::of(&usual.p50, *phase).unwrap_or(0.0);
        more(a).total_cmp(&more(b))
    });
    let phase = grown?.0;
    let sample = slowest(measured, stats)?;
    let (side, confidence) = side(phase, &sample.phases, sample.proxy.is_some());
    let message = format!(
        "The {} call takes {}; usually it takes {}. That is within the budget of {}. What grew is the time while {}.",
        stats.call.name(),
        time(now),
        time(before),
        time(measured.budget_ms),
        phase.doing(),
    );
    let mut verdict = Verdict::new(Code::SlowerThanUsual, confidence, message)
        .at(stats.call, Some(phase))
        .on(side)
        .hint("Save should still work. If it does not, wait until this is as usual again.");
    verdict.evidence = vec![format!(
        "{}; usual are {} to {} over {} measurements.",
        line(stats),
        time(usual.low_ms),
        time(usual.high_ms),
        measured.usual.measurements
    )];
    Some(verdict)
}

/// The slowest sample of a call that was answered.
fn slowest<'a>(measured: Measured<'a>, stats: &CallStats) -> Option<&'a Sample> {
    let samples = measured.measurement.rounds.iter().flat_map(|round| &round.calls);
    samples
        .filter(|sample| sample.call == stats.call && sample.failure.is_none())
        .max_by(|a, b| a.total().total_cmp(&b.total()))
}

pub(crate) fn longest(phases: &Phases) -> Option<Phase> {
    timed(phases)
        .into_iter()
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(phase, _)| phase)
}

/// Whose side a phase is on. The time to connect is one round trip: what takes many of them is not the network's.
pub(crate) fn side(phase: Phase, phases: &Phases, proxied: bool) -> (Side, Confidence) {
    let took = crate::sample::of(phases, phase);
    let far = match (took, phases.connect) {
        (Some(took), Some(trip)) => took > trip * TRIPS,
        // Waiting that never ended is longer than any trip.
        (None, Some(_)) => true,
        _ => false,
    };
    match phase {
        Phase::ProxyConnect => (Side::Proxy, Confidence::High),
        Phase::Connect if proxied => (Side::Proxy, Confidence::High),
        Phase::Resolve => (Side::Network, Confidence::High),
        Phase::Connect | Phase::Send => (Side::Network, Confidence::Medium),
        Phase::Tls | Phase::Body if far => (Side::Cxone, Confidence::Medium),
        Phase::FirstByte if far && !proxied => (Side::Cxone, Confidence::High),
        Phase::FirstByte if far => (Side::Cxone, Confidence::Medium),
        Phase::Tls | Phase::FirstByte | Phase::Body => (Side::Network, Confidence::Medium),
    }
}

pub(crate) fn advice(side: Side, phase: Phase) -> &'static str {
    match (side, phase) {
        (Side::Proxy, _) => {
            "Ask whoever runs the proxy. Cognigy.AI does not use this proxy, so its Save may work all the same."
        }
        (_, Phase::Resolve) => {
            "Ask whoever runs the DNS or the VPN of this computer. Cognigy.AI does not use it, so its Save may work all the same."
        }
        (Side::Network, _) => {
            "The time goes by between this computer and CXone. Try another network; Cognigy.AI sits elsewhere and may not have this."
        }
        _ => {
            "CXone itself is slow. Let Handover Desk tell you when it is well again, and save then. If it stays so, send the \
             chart and the trace ids to NiCE."
        }
    }
}

fn line(stats: &CallStats) -> String {
    format!(
        "{} ({}): p50 {}, {} {}",
        stats.call.name(),
        stats.host,
        time(stats.p50.total.unwrap_or_default()),
        if stats.p95_is_max { "highest" } else { "p95" },
        time(stats.p95.total.unwrap_or_default()),
    )
}
