//! A diagnosis as text for terminals.

use std::fmt::Write as _;

use crate::verdict::{Confidence, Kind, Side, Verdict};
use crate::words::time;
use crate::{CallStats, Diagnosis};

/// Characters of the longest bar.
const WIDTH: usize = 28;

impl Diagnosis {
    /// A headline, what to do, and the calls with small bars. `colours` are those of a terminal (ANSI).
    #[must_use]
    pub fn to_text(&self, colours: bool) -> String {
        let mut text = String::new();
        let verdict = &self.verdict;
        let paint = |code: &str, word: &str| match colours {
            true => format!("\x1b[{code}m{word}\x1b[0m"),
            false => word.to_owned(),
        };
        let (code, word) = match verdict.kind {
            Kind::Well => ("32", "WELL"),
            Kind::Authentication => ("31", "REFUSED"),
            Kind::Slow => ("33", "SLOW"),
            Kind::Unreachable => ("31", "UNREACHABLE"),
            Kind::Unknown => ("35", "NOT MEASURED"),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}  {}", paint(code, word), printable(&verdict.message));
        let _ = writeln!(text, "{}", printable(&about(verdict)));
        if let Some(hint) = &verdict.hint {
            let _ = writeln!(text, "What to do: {}", printable(hint));
        }
        for also in &verdict.also {
            let _ = writeln!(text, "Also: {}", printable(&also.message));
        }
        for line in &verdict.evidence {
            let _ = writeln!(text, "  - {}", printable(line));
        }
        if let Some(name) = &self.left_behind {
            let _ = writeln!(
                text,
                "The channel {} could not be removed: delete it in CXone.",
                printable(name)
            );
        }
        if !self.calls.is_empty() {
            text.push('\n');
            text.push_str(&bars(&self.calls, self.budget_ms));
        }
        let _ = writeln!(
            text,
            "\n{} of {} rounds, measured {}.{}",
            self.rounds.len(),
            self.planned_rounds,
            self.measured_from,
            if self.cancelled { " Cancelled." } else { "" }
        );
        text
    }
}

/// Side, call, phase and confidence in one line.
fn about(verdict: &Verdict) -> String {
    let side = verdict.side.map(|side| match side {
        Side::ThisComputer => "side: this computer",
        Side::Proxy => "side: proxy",
        Side::Network => "side: network",
        Side::Cxone => "side: CXone",
        Side::Cognigy => "side: Cognigy.AI",
    });
    let call = verdict.call.map(|call| format!("call: {}", call.name()));
    let phase = verdict.phase.map(|phase| format!("while {}", phase.doing()));
    let confidence = match verdict.confidence {
        Confidence::Low => "confidence: low",
        Confidence::Medium => "confidence: medium",
        Confidence::High => "confidence: high",
    };
    let parts = [
        side.map(str::to_owned),
        call,
        phase,
        Some(confidence.to_owned()),
        Some(format!("measured {}", verdict.measured_from)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// The calls as a table. A bar is as long as p50, and its light end as long as p95 or the highest; `|` is the budget, where
/// it is within reach.
#[must_use]
pub fn bars(calls: &[CallStats], budget_ms: f64) -> String {
    let high = |stats: &CallStats| stats.p95.total.unwrap_or_default();
    let longest = calls.iter().map(high).fold(1.0, f64::max);
    let is_near = longest > budget_ms / 4.0;
    let scale = if is_near { longest.max(budget_ms) } else { longest };
    let cells = |ms: f64| ((ms / scale) * WIDTH as f64).round().min(WIDTH as f64) as usize;
    let all_max = calls.iter().all(|stats| stats.p95_is_max);
    let mut text = format!(
        "{:<21} {:>9} {:>9}  {}\n",
        "call",
        "p50",
        if all_max { "highest" } else { "p95" },
        if is_near {
            format!("| is the budget of {}", time(budget_ms))
        } else {
            format!("far below the budget of {}", time(budget_ms))
        }
    );
    for stats in calls {
        let p50 = stats.p50.total.unwrap_or_default();
        let (dark, light) = (
            cells(p50).max(usize::from(stats.answered > 0)),
            cells(high(stats)),
        );
        let mut bar: Vec<char> = (0..=WIDTH)
            .map(|at| match at {
                _ if at < dark => '█',
                _ if at < light => '░',
                _ => ' ',
            })
            .collect();
        if is_near && let Some(cell) = bar.get_mut(cells(budget_ms).min(WIDTH)) {
            *cell = '|';
        }
        let bar: String = bar.into_iter().collect();
        let times = if stats.answered == 0 {
            ("no answer".to_owned(), String::new())
        } else {
            (time(p50), time(high(stats)))
        };
        let failed = match stats.failed {
            0 => String::new(),
            n if stats.answered == 0 => format!("{n} failed"),
            n => format!(" {n} failed"),
        };
        let line = format!(
            "{:<21} {:>9} {:>9}  {bar}{failed}",
            stats.call.name(),
            times.0,
            times.1
        );
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Milliseconds for people.
#[must_use]
pub fn millis(ms: f64) -> String {
    time(ms)
}

/// Names from the network must not steer a terminal.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
