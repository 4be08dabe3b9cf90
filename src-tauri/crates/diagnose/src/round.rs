//! Rounds, and what they come to by call.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use transport::Phases;
use ts_rs::TS;

use crate::{Sample, SaveCall};

/// Rounds below which the highest of the values stands for p95: fewer cannot tell it apart.
pub(crate) const ENOUGH: usize = 20;

/// The calls of Save, once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
#[ts(rename = "DiagnoseRound")]
pub struct Round {
    /// From 1.
    pub round: u32,
    /// What was measured, in the order of the calls.
    pub calls: Vec<Sample>,
    /// All calls together, in milliseconds.
    pub total_ms: f64,
    /// Whether every call was made and answered as it should.
    pub complete: bool,
}

impl Round {
    pub(crate) fn new(round: u32, calls: Vec<Sample>, complete: bool) -> Round {
        Round {
            round,
            total_ms: calls.iter().map(Sample::total).sum(),
            calls,
            complete,
        }
    }
}

/// What a call took over all rounds, in milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
#[ts(rename = "DiagnoseCall")]
pub struct CallStats {
    /// The call.
    pub call: SaveCall,
    /// `host:port` that was asked.
    pub host: String,
    /// How often it was answered.
    pub answered: u32,
    /// How often there was no complete answer; these are in no median.
    pub failed: u32,
    /// The middle value of each phase.
    pub p50: Phases,
    /// The value that 95 of 100 stay under.
    pub p95: Phases,
    /// Whether `p95` is the highest value instead, because there are fewer than 20 rounds.
    pub p95_is_max: bool,
    /// How many took longer than the budget.
    pub over_budget: u32,
}

/// What the rounds come to, in the order of the calls.
pub(crate) fn stats(rounds: &[Round], budget_ms: f64) -> Vec<CallStats> {
    let mut calls: Vec<SaveCall> = rounds
        .iter()
        .flat_map(|round| &round.calls)
        .map(|s| s.call)
        .collect();
    calls.sort_unstable();
    calls.dedup();
    calls
        .into_iter()
        .map(|call| {
            let all: Vec<&Sample> = rounds
                .iter()
                .flat_map(|round| &round.calls)
                .filter(|sample| sample.call == call)
                .collect();
            let answered: Vec<&Phases> = all
                .iter()
                .filter(|sample| sample.failure.is_none())
                .map(|sample| &sample.phases)
                .collect();
            CallStats {
                call,
                host: all.last().map(|sample| sample.host.clone()).unwrap_or_default(),
                answered: count(answered.len()),
                failed: count(all.len() - answered.len()),
                p50: each(&answered, |values| median(values)),
                p95: each(&answered, |values| high(values)),
                p95_is_max: answered.len() < ENOUGH,
                over_budget: count(all.iter().filter(|sample| sample.total() > budget_ms).count()),
            }
        })
        .collect()
}

pub(crate) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Phases made of one value for each phase that was measured at all.
pub(crate) fn each(all: &[&Phases], of: impl Fn(&mut [f64]) -> Option<f64>) -> Phases {
    let made = |field: fn(&Phases) -> Option<f64>| {
        let mut values: Vec<f64> = all.iter().filter_map(|phases| field(phases)).collect();
        values.sort_by(f64::total_cmp);
        of(&mut values)
    };
    Phases {
        proxy_connect: made(|p| p.proxy_connect),
        resolve: made(|p| p.resolve),
        connection: made(|p| p.connection),
        connect: made(|p| p.connect),
        tls: made(|p| p.tls),
        send: made(|p| p.send),
        first_byte: made(|p| p.first_byte),
        body: made(|p| p.body),
        total: made(|p| p.total),
    }
}

/// The middle one of sorted values.
pub(crate) fn median(sorted: &[f64]) -> Option<f64> {
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        length if length % 2 == 1 => Some(sorted[middle]),
        _ => Some(f64::midpoint(sorted[middle - 1], sorted[middle])),
    }
}

fn high(sorted: &[f64]) -> Option<f64> {
    if sorted.len() < ENOUGH {
        return sorted.last().copied();
    }
    // Nearest rank, in whole numbers.
    let rank = (sorted.len() * 95).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p95_is_the_highest_below_twenty_values_and_a_rank_from_then_on() {
        let values = |n: u32| (1..=n).map(f64::from).collect::<Vec<_>>();
        assert_eq!((median(&values(5)), high(&values(5))), (Some(3.0), Some(5.0)));
        assert_eq!((median(&values(4)), high(&values(19))), (Some(2.5), Some(19.0)));
        assert_eq!(high(&values(20)), Some(19.0));
        assert_eq!(high(&values(100)), Some(95.0));
        assert_eq!((median(&[]), high(&[])), (None, None));
    }
}
