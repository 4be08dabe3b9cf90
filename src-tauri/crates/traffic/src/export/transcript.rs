//! One conversation to read: who said what when, what took how long, and what deserves a look.

use std::fmt::Write as _;

use jiff::tz::TimeZone;

use super::Manifest;
use crate::conversation::{Conversation, Durations};
use crate::event::{Event, Lane, Step, Text, What};
use crate::privacy::Privacy;

/// The conversation as Markdown, times by the clock of `zone`.
#[must_use]
pub fn transcript(conversation: &Conversation, privacy: &Privacy, zone: &TimeZone) -> (String, Manifest) {
    let mut out = String::new();
    let mut manifest = Manifest::default();
    let started = conversation.started_at.to_zoned(zone.clone());
    // Writing to a string cannot fail.
    let _ = writeln!(out, "# Handover {}\n", plain(&conversation.id));
    let _ = writeln!(out, "{}\n", started.strftime("%Y-%m-%d %H:%M:%S %Z"));
    for (name, key) in [
        ("Contact", &conversation.keys.contact),
        ("Thread", &conversation.keys.thread),
        ("Session", &conversation.keys.session),
        ("User", &conversation.keys.user),
    ] {
        if let Some(key) = key {
            let _ = writeln!(out, "- {name}: {}", plain(key));
        }
    }
    let durations = durations(&conversation.durations);
    if !durations.is_empty() {
        let _ = writeln!(out, "\n| part | took |\n|---|---|");
        for (name, took) in durations {
            let _ = writeln!(out, "| {name} | {} |", duration(took));
        }
    }
    if !conversation.findings.is_empty() {
        let _ = writeln!(out, "\n## Deserves a look\n");
        for found in &conversation.findings {
            let _ = writeln!(
                out,
                "- **{}** {} {}",
                found.code.word(),
                plain(&found.message),
                found.hint
            );
        }
    }
    let _ = writeln!(out, "\n## What happened\n");
    for event in &conversation.events {
        let event = privacy.event(event.clone());
        if let Some(text) = row(&event) {
            let at = event.at.to_zoned(zone.clone());
            let _ = writeln!(out, "- {} {text}", at.strftime("%H:%M:%S"));
            manifest.count(&event, None, &text);
        }
    }
    let _ = writeln!(
        out,
        "\n---\nEvents: {}. Secrets replaced: {}. Texts that are not kept: {}.",
        manifest.events, manifest.redacted, manifest.texts_left_out
    );
    (out, manifest)
}

fn row(event: &Event) -> Option<String> {
    Some(match &event.what {
        What::Message(message) => {
            let text = match &message.text {
                Text::Kept { text } => plain(text),
                Text::Digest { chars, .. } => format!("_{chars} characters, not kept_"),
            };
            format!("**{}** {text}", name(event.lane))
        }
        What::Status { to, .. } => format!("_The contact is {}._", plain(to)),
        What::Assignment { queue, agent } => match (queue, agent) {
            (_, Some(agent)) => format!("_Agent {} has it._", plain(agent)),
            (Some(queue), None) => format!("_It waits in {}._", plain(queue)),
            (None, None) => "_It was taken from its agent._".to_owned(),
        },
        What::Handover { step } => match step {
            Step::Requested => "_The Flow asked for an agent._".to_owned(),
            Step::Queued => "_It waits in a queue._".to_owned(),
            Step::Active => "_An agent has it._".to_owned(),
            Step::Completed => "_The handover is over._".to_owned(),
            Step::Cancelled => "_The handover was called off._".to_owned(),
            Step::Failed => "_The handover failed._".to_owned(),
        },
        What::Exchange(call) => {
            let status = call
                .status
                .map_or_else(|| "no answer".to_owned(), |status| status.to_string());
            let took = event
                .latency_ms
                .map(|took| format!(", {}", duration(took)))
                .unwrap_or_default();
            format!("`{} {}` {status}{took}", call.method, call.path.replace('`', "'"))
        }
        What::Log { message, .. } => format!("Log: {}", plain(message)),
        What::Finding { message, .. } => format!("**Deserves a look** {}", plain(message)),
        What::Note { text } => format!("Note: {}", plain(text)),
        What::Typing { .. } => return None,
    })
}

const fn name(lane: Lane) -> &'static str {
    match lane {
        Lane::User => "User",
        Lane::Cognigy => "Bot",
        Lane::Cxone => "CXone",
        Lane::Agent => "Agent",
    }
}

fn durations(durations: &Durations) -> Vec<(&'static str, f64)> {
    let mut rows: Vec<(&'static str, f64)> = [
        ("request to contact", durations.request_to_contact),
        ("contact to queue", durations.contact_to_queue),
        ("queue to agent", durations.queue_to_agent),
        ("first reply", durations.first_reply),
    ]
    .into_iter()
    .filter_map(|(name, took)| took.map(|took| (name, took)))
    .collect();
    rows.extend(durations.answers.iter().map(|took| ("answer", *took)));
    rows.extend(durations.close_to_end.map(|took| ("close to end", took)));
    rows
}

fn duration(milliseconds: f64) -> String {
    match milliseconds {
        ms if ms < 1_000.0 => format!("{ms:.0} ms"),
        ms if ms < 120_000.0 => format!("{:.1} s", ms / 1_000.0),
        ms => format!("{:.0} min", ms / 60_000.0),
    }
}

/// Text of others as text: nothing in it is a heading, a link or markup, and it stays on its line.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\r' | '\t' => out.push(' '),
            letter if letter.is_control() => {}
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '!' | '~' | '&' => {
                out.push('\\');
                out.push(letter);
            }
            other => out.push(other),
        }
    }
    out
}
