//! What this profile's calls usually take.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use transport::Phases;
use ts_rs::TS;

use crate::SaveCall;
use crate::round::{CallStats, count, each, median};

/// Earlier measurements that it takes to call something usual.
pub(crate) const ENOUGH: usize = 3;

/// What is needed of an earlier diagnosis.
#[derive(Clone, Debug, PartialEq)]
pub struct Earlier {
    /// Its calls.
    pub calls: Vec<CallStats>,
}

/// What is usual.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
#[ts(rename = "DiagnoseUsual")]
pub struct Usual {
    /// Earlier measurements it is made of.
    pub measurements: u32,
    /// By call; a call that was answered too seldom is left out.
    pub calls: Vec<UsualCall>,
}

/// What a call usually takes, in milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
#[ts(rename = "DiagnoseUsualCall")]
pub struct UsualCall {
    /// The call.
    pub call: SaveCall,
    /// The middle of the earlier medians.
    pub p50: Phases,
    /// The lowest of the earlier medians of the whole call.
    pub low_ms: f64,
    /// The highest of them.
    pub high_ms: f64,
}

impl Usual {
    /// What a call usually takes.
    #[must_use]
    pub fn of(&self, call: SaveCall) -> Option<&UsualCall> {
        self.calls.iter().find(|usual| usual.call == call)
    }
}

/// Medians of the medians of earlier measurements. Calls without an answer count for nothing: an outage is not usual.
#[must_use]
pub fn usual(earlier: &[Earlier]) -> Usual {
    let answered = |call: SaveCall| -> Vec<&Phases> {
        let all = earlier.iter().flat_map(|one| &one.calls);
        all.filter(|stats| stats.call == call && stats.answered > 0 && stats.failed == 0)
            .map(|stats| &stats.p50)
            .collect()
    };
    let calls = SaveCall::READS.into_iter().filter_map(|call| {
        let phases = answered(call);
        let mut totals: Vec<f64> = phases.iter().filter_map(|phases| phases.total).collect();
        totals.sort_by(f64::total_cmp);
        if totals.len() < ENOUGH {
            return None;
        }
        Some(UsualCall {
            call,
            p50: each(&phases, |values| median(values)),
            low_ms: totals.first().copied()?,
            high_ms: totals.last().copied()?,
        })
    });
    Usual {
        measurements: count(earlier.len()),
        calls: calls.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(total: f64, failed: u32) -> Earlier {
        let p50 = Phases {
            first_byte: Some(total / 2.0),
            total: Some(total),
            ..Phases::default()
        };
        Earlier {
            calls: vec![CallStats {
                call: SaveCall::Token,
                host: "cxone.example.com:443".to_owned(),
                answered: 5,
                failed,
                p50,
                p95: p50,
                p95_is_max: true,
                over_budget: 0,
            }],
        }
    }

    #[test]
    fn it_takes_three_and_an_outage_is_not_usual() {
        let two = [measured(100.0, 0), measured(300.0, 0)];
        assert!(usual(&two).of(SaveCall::Token).is_none());
        let with_outage = [measured(100.0, 0), measured(300.0, 0), measured(9000.0, 1)];
        assert!(usual(&with_outage).of(SaveCall::Token).is_none());
        let three = [measured(100.0, 0), measured(300.0, 0), measured(200.0, 0)];
        let found = usual(&three);
        let token = found.of(SaveCall::Token).unwrap();
        assert_eq!(
            (token.p50.total, token.p50.first_byte),
            (Some(200.0), Some(100.0))
        );
        assert_eq!(
            (token.low_ms, token.high_ms, found.measurements),
            (100.0, 300.0, 3)
        );
    }
}
