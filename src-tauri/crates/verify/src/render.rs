//! The report for people: a tree for the terminal, and Markdown for a ticket or a mail. Neither holds a secret,
//! because the report does not.

use std::fmt::Write as _;

use transport::Exchange;

use crate::normal::by_exchange;
use crate::outcome::{Group, Outcome, RunOutcome};
use crate::report::{CheckResult, Report, printable};

/// Above what a live round trip left behind.
const LEFT: &str = "Left in CXone";

impl Report {
    /// For a terminal: what needs attention first and in full, then the tree of all checks. `color` adds ANSI colours; the
    /// words alone say the same.
    pub fn to_text(&self, color: bool) -> String {
        let paint = Paint(color);
        let mut out = String::new();
        let _ = writeln!(out, "{}", paint.run(self.outcome, &self.headline));
        for check in self.checks.iter().filter(|check| check.is_problem()) {
            out.push('\n');
            text_detail(&mut out, check, paint);
        }
        for (group, checks) in self.groups() {
            let _ = writeln!(out, "\n{}", paint.bold(group.title()));
            for check in checks {
                let _ = writeln!(
                    out,
                    "  {}  {}  {}{}",
                    paint.outcome(check.outcome, &format!("{:<7}", check.outcome.word())),
                    check.id,
                    check.title,
                    aside(check),
                );
            }
        }
        if !self.remains.is_empty() {
            let _ = writeln!(out, "\n{}", paint.bold(LEFT));
            for left in &self.remains {
                let _ = writeln!(out, "  {}", left.message);
            }
        }
        let _ = writeln!(out, "\n{}", self.tally());
        let times: u32 = self.redacted.iter().map(|row| row.times).sum();
        if times > 0 {
            let _ = writeln!(
                out,
                "Taken out of the evidence: {times} places, {} values.",
                self.redacted.len()
            );
        }
        out
    }

    /// For a ticket or a mail.
    pub fn to_markdown(&self) -> String {
        let mut out = String::new();
        let _ = writeln!(
            out,
            "# Handover verification\n\n**{}**\n\n{}",
            escape(&self.headline),
            self.tally()
        );
        for check in self.checks.iter().filter(|check| check.is_problem()) {
            markdown_detail(&mut out, check);
        }
        for (group, checks) in self.groups() {
            let _ = writeln!(
                out,
                "\n## {}\n\n| id | check | outcome | meaning |\n|---|---|---|---|",
                group.title()
            );
            for check in checks {
                let _ = writeln!(
                    out,
                    "| {} | {} | {} | {} |",
                    check.id,
                    escape(&check.title),
                    check.outcome.word(),
                    escape(&check.message),
                );
            }
        }
        if !self.remains.is_empty() {
            let _ = writeln!(out, "\n## {LEFT}\n");
            for left in &self.remains {
                let _ = writeln!(out, "- {}", escape(&left.message));
            }
        }
        if !self.redacted.is_empty() {
            let _ = writeln!(
                out,
                "\n## Taken out\n\nThis report holds no secret. In place of each value stands a mark.\n\n\
                 | kind | name | mark | times |\n|---|---|---|---|"
            );
            for row in &self.redacted {
                let (kind, name) = (row.kind.word(), escape(&printable(&row.name)));
                let _ = writeln!(out, "| {kind} | {name} | {} | {} |", escape(&row.mark), row.times);
            }
        }
        out
    }

    pub(crate) fn groups(&self) -> impl Iterator<Item = (Group, Vec<&CheckResult>)> {
        Group::ALL.into_iter().filter_map(|group| {
            let checks: Vec<_> = self.checks.iter().filter(|check| check.group == group).collect();
            (!checks.is_empty()).then_some((group, checks))
        })
    }

    /// How many checks ended how, and how long it took.
    pub(crate) fn tally(&self) -> String {
        let counts: Vec<String> = Outcome::ALL
            .into_iter()
            .filter_map(|outcome| {
                let n = self
                    .checks
                    .iter()
                    .filter(|check| check.outcome == outcome)
                    .count();
                (n > 0).then(|| format!("{n} {}", outcome.word()))
            })
            .collect();
        let seconds = f64::from(self.duration_ms) / 1000.0;
        match counts.is_empty() {
            true => format!("No check ran ({seconds:.1} s)."),
            false => format!("{} ({seconds:.1} s).", counts.join(", ")),
        }
    }
}

/// What a line of the tree adds for a check that is neither well nor told in full above.
fn aside(check: &CheckResult) -> String {
    match check.outcome {
        Outcome::Blocked => format!(" (waits for {})", check.blocked_by.join(", ")),
        Outcome::Unknown | Outcome::Skipped | Outcome::Manual => {
            format!(" ({})", check.message.trim_end_matches('.'))
        }
        Outcome::Pass | Outcome::Warn | Outcome::Fail | Outcome::Crashed => String::new(),
    }
}

fn text_detail(out: &mut String, check: &CheckResult, paint: Paint) {
    let _ = writeln!(
        out,
        "{}  {}  {}",
        paint.outcome(check.outcome, check.outcome.word()),
        check.id,
        paint.bold(&check.title)
    );
    let _ = writeln!(out, "  {}", check.message);
    if let Some(hint) = &check.hint {
        let _ = writeln!(out, "  To do: {hint}");
    }
    if let Some(note) = check.answer.as_ref().and_then(|answer| answer.note.as_deref()) {
        let _ = writeln!(out, "  Note: {note}");
    }
    let _ = writeln!(out, "  Tried: {}", check.tried);
    if let Some(found) = &check.found {
        let _ = writeln!(out, "  Found: {found}");
    }
    for row in &check.compared {
        let _ = writeln!(
            out,
            "  {}: expected {}, found {}",
            row.what,
            row.expected.as_deref().unwrap_or("-"),
            row.found.as_deref().unwrap_or("-")
        );
    }
    let _ = writeln!(
        out,
        "  Rule: {} ({})",
        check.source.text,
        check.source.mark.word()
    );
    let normal = by_exchange(&check.normal);
    for exchange in &check.evidence {
        let _ = writeln!(out, "  Call: {}", call(exchange));
        for row in normal.get(&exchange.id).into_iter().flatten() {
            let _ = writeln!(out, "    Normal: {} {}", row.text, row.why);
        }
    }
}

fn markdown_detail(out: &mut String, check: &CheckResult) {
    let _ = writeln!(
        out,
        "\n## {} {}: {}\n\n{}\n",
        check.id,
        escape(&check.title),
        check.outcome.word(),
        escape(&check.message)
    );
    if let Some(hint) = &check.hint {
        let _ = writeln!(out, "- To do: {}", escape(hint));
    }
    if let Some(note) = check.answer.as_ref().and_then(|answer| answer.note.as_deref()) {
        let _ = writeln!(out, "- Note: {}", escape(note));
    }
    let _ = writeln!(out, "- Tried: {}", escape(&check.tried));
    if let Some(found) = &check.found {
        let _ = writeln!(out, "- Found: {}", escape(found));
    }
    let _ = writeln!(
        out,
        "- Rule: {} ({})",
        escape(&check.source.text),
        check.source.mark.word()
    );
    if !check.compared.is_empty() {
        let _ = writeln!(out, "\n| value | expected | found |\n|---|---|---|");
        for row in &check.compared {
            let _ = writeln!(
                out,
                "| {} | {} | {} |",
                escape(&row.what),
                escape(row.expected.as_deref().unwrap_or("-")),
                escape(row.found.as_deref().unwrap_or("-"))
            );
        }
    }
    if !check.evidence.is_empty() {
        let _ = writeln!(out, "\nCalls, seen from this computer:\n");
        let normal = by_exchange(&check.normal);
        for exchange in &check.evidence {
            let _ = writeln!(out, "- {}", escape(&call(exchange)));
            for row in normal.get(&exchange.id).into_iter().flatten() {
                let _ = writeln!(out, "  - Normal: {} {}", escape(&row.text), escape(&row.why));
            }
        }
    }
}

/// One exchange in one line: what was called, what came back, how long it took, and the id to quote to the vendor.
pub(crate) fn call(exchange: &Exchange) -> String {
    let mut line = format!("{} {}", exchange.method, exchange.url);
    match (&exchange.status, &exchange.failure) {
        (Some(status), _) => {
            let _ = write!(line, " answered {status}");
        }
        (None, Some(failure)) => {
            let _ = write!(line, " failed: {}", failure.detail);
        }
        (None, None) => line.push_str(" did not end"),
    }
    if let Some(total) = exchange.phases.total {
        let _ = write!(line, " in {total:.0} ms");
    }
    if let Some(trace) = &exchange.trace_id {
        let _ = write!(line, ", trace id {trace}");
    }
    printable(&line)
}

/// Text of a table cell or paragraph that must not become markup. Answers of servers are hostile.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// ANSI colours, or none.
#[derive(Clone, Copy)]
struct Paint(bool);

impl Paint {
    fn wrap(self, code: &str, text: &str) -> String {
        if self.0 {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    fn bold(self, text: &str) -> String {
        self.wrap("1", text)
    }

    fn outcome(self, outcome: Outcome, text: &str) -> String {
        self.wrap(
            match outcome {
                Outcome::Pass => "32",
                Outcome::Warn => "33",
                Outcome::Fail | Outcome::Crashed => "31",
                Outcome::Unknown => "35",
                Outcome::Blocked | Outcome::Skipped | Outcome::Manual => "90",
            },
            text,
        )
    }

    fn run(self, outcome: RunOutcome, text: &str) -> String {
        self.wrap(
            match outcome {
                RunOutcome::Pass => "1;32",
                RunOutcome::Warn | RunOutcome::Cancelled => "1;33",
                RunOutcome::Fail | RunOutcome::Crashed => "1;31",
                RunOutcome::Unknown => "1;35",
            },
            text,
        )
    }
}
