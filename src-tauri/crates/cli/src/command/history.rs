use std::fmt::Write as _;
use std::io::IsTerminal;

use desk::wire::{
    CheckChange, DiffRequest, HistoryDelete, HistoryRequest, RunDiff, RunHead, RunOrigin, RunRequest, Turn,
};
use desk::{Desk, ErrorCode, WireError};
use profile::ProfileId;

use super::profile as stored;
use crate::arguments::HistoryCommand;
use crate::exit::{Exit, Failure};
use crate::terminal::{self, Place};

/// `handover history`
pub async fn history(place: &Place, command: HistoryCommand) -> Result<Exit, Failure> {
    let desk = place.desk().await?;
    let done = match command {
        HistoryCommand::List { profile, limit, json } => list(&desk, &profile, limit, json).await,
        HistoryCommand::Show { run, profile, json } => show(&desk, &profile, run, json).await,
        HistoryCommand::Diff {
            before,
            after,
            profile,
            json,
        } => diff(&desk, &profile, (before, after), json).await,
        HistoryCommand::Delete {
            run, profile, json, ..
        } => delete(&desk, &profile, run, json).await,
    };
    desk.stop().await;
    done.map(|()| Exit::Well)
}

async fn list(desk: &Desk, wanted: &str, limit: u32, json: bool) -> Result<(), Failure> {
    let id = stored::find(desk, wanted).await?.id;
    let list = desk
        .runs(HistoryRequest {
            id,
            before: None,
            limit: Some(limit),
        })
        .await?;
    if json {
        return terminal::json(&list);
    }
    if list.runs.is_empty() {
        eprintln!("No verification of this profile is kept yet.");
    }
    terminal::print(&list.runs.iter().map(|run| line(run) + "\n").collect::<String>())
}

async fn show(desk: &Desk, wanted: &str, run: Option<u32>, json: bool) -> Result<(), Failure> {
    let id = stored::find(desk, wanted).await?.id;
    let run = match run {
        Some(run) => run,
        None => newest(desk, &id).await?,
    };
    let view = desk.run(RunRequest { id, run }).await?;
    if json {
        return terminal::json(&view);
    }
    let text = view.report.to_text(std::io::stdout().is_terminal());
    terminal::print(&format!("{}\n\n{text}", line(&view.head)))
}

async fn newest(desk: &Desk, id: &ProfileId) -> Result<u32, Failure> {
    let list = desk
        .runs(HistoryRequest {
            id: id.clone(),
            before: None,
            limit: Some(1),
        })
        .await?;
    let run = list.runs.first().map(|run| run.run);
    run.ok_or_else(|| {
        WireError::new(
            ErrorCode::NotFound,
            "No verification of this profile is kept yet.",
        )
        .hint("Run `handover verify --profile NAME` first.")
        .into()
    })
}

async fn diff(
    desk: &Desk,
    wanted: &str,
    (before, after): (Option<u32>, Option<u32>),
    json: bool,
) -> Result<(), Failure> {
    let id = stored::find(desk, wanted).await?.id;
    let diff = desk.compare_runs(DiffRequest { id, before, after }).await?;
    if json {
        return terminal::json(&diff);
    }
    terminal::print(&text(&diff))
}

async fn delete(desk: &Desk, wanted: &str, run: Option<u32>, json: bool) -> Result<(), Failure> {
    let id = stored::find(desk, wanted).await?.id;
    desk.delete_runs(HistoryDelete { id: id.clone(), run }).await?;
    match json {
        true => terminal::json(&serde_json::json!({ "profile": id, "run": run, "deleted": true })),
        false => Ok(()),
    }
}

fn line(run: &RunHead) -> String {
    let origin = match run.facts.origin {
        RunOrigin::Window => "window",
        RunOrigin::Terminal => "terminal",
        RunOrigin::Watch => "watch",
    };
    let part = match run.facts.only.is_empty() {
        true => String::new(),
        false => format!(" [{}]", run.facts.only.join(", ")),
    };
    let outcome = serde_json::to_value(run.outcome).ok();
    format!(
        "{:>5}  {}  {:<9}  {origin:<8}  {}{}",
        run.run,
        run.at.strftime("%Y-%m-%d %H:%M:%SZ"),
        outcome
            .as_ref()
            .and_then(|word| word.as_str())
            .unwrap_or_default(),
        verify::printable(&run.headline),
        terminal::plain(&part)
    )
}

fn text(diff: &RunDiff) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_diff(&mut out, diff);
    out
}

fn write_diff(out: &mut String, diff: &RunDiff) -> std::fmt::Result {
    writeln!(
        out,
        "{}\n\n{}\n{}",
        diff.headline,
        line(&diff.before),
        line(&diff.after)
    )?;
    for (turn, title) in [
        (Turn::Red, "Turned red"),
        (Turn::Green, "Turned green"),
        (Turn::Other, "Changed otherwise"),
        (Turn::Appeared, "In the later run only"),
        (Turn::Vanished, "In the earlier run only"),
    ] {
        let changes: Vec<&CheckChange> = diff.checks.iter().filter(|change| change.turn == turn).collect();
        if changes.is_empty() {
            continue;
        }
        writeln!(out, "\n{title}")?;
        for change in changes {
            let word = |outcome: Option<verify::Outcome>| outcome.map_or("-", verify::Outcome::word);
            writeln!(
                out,
                "  {}  {} -> {}  {}",
                change.id,
                word(change.before),
                word(change.after),
                verify::printable(&change.title)
            )?;
            if let Some(said) = change.said_after.as_ref().filter(|_| turn != Turn::Green) {
                writeln!(out, "          {}", verify::printable(said))?;
            }
        }
    }
    if !diff.values.is_empty() || !diff.secrets.is_empty() {
        writeln!(out, "\nThe profile")?;
    }
    for change in &diff.values {
        let shown = |value: &Option<String>| value.as_deref().map_or("-".to_owned(), terminal::plain);
        writeln!(
            out,
            "  {}: {} -> {}",
            terminal::plain(&change.label),
            shown(&change.before),
            shown(&change.after)
        )?;
    }
    for change in &diff.secrets {
        let what = match (change.before, change.after) {
            (None, _) => "entered",
            (_, None) => "deleted",
            _ => "replaced",
        };
        writeln!(out, "  {}: {what}", change.label)?;
    }
    for (names, what) in [
        (&diff.faults_on, "switched on"),
        (&diff.faults_off, "switched off"),
    ] {
        if !names.is_empty() {
            writeln!(out, "\nFaults {what}: {}", terminal::plain(&names.join(", ")))?;
        }
    }
    Ok(())
}
