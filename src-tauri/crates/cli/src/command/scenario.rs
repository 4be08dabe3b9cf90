use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;

use desk::wire::{ScenarioProgress, ScenarioReport, StepResult};
use sandbox::scenario::Scenario;

use super::profile::read;
use crate::arguments::ScenarioCommand;
use crate::exit::{Exit, Failure};
use crate::terminal;

/// `handover scenario`
pub async fn scenario(command: ScenarioCommand) -> Result<Exit, Failure> {
    match command {
        ScenarioCommand::List { json } => list(json),
        ScenarioCommand::Show { scenario } => {
            terminal::print(&terminal::pretty(&find(&scenario)?)?)?;
            Ok(Exit::Well)
        }
        ScenarioCommand::Run { scenario, json } => run(find(&scenario)?, json).await,
    }
}

fn list(json: bool) -> Result<Exit, Failure> {
    let scenarios = desk::scenarios()?;
    if json {
        terminal::json(&scenarios)?;
        return Ok(Exit::Well);
    }
    let line = |scenario: &Scenario| format!("{:<36}{}\n", scenario.name, scenario.title);
    terminal::print(&scenarios.iter().map(line).collect::<String>())?;
    Ok(Exit::Well)
}

/// A scenario file, where one of that name is there or the name can only be a file's; else a shipped scenario.
fn find(wanted: &str) -> Result<Scenario, Failure> {
    let path = Path::new(wanted);
    let is_file = wanted == "-" || wanted.ends_with(".json") || wanted.contains(std::path::MAIN_SEPARATOR);
    if !is_file {
        return Ok(desk::find_scenario(wanted)?);
    }
    Scenario::read(&read(path)?).map_err(|error| {
        Failure::usage(
            format!("{wanted} cannot be used: {error}."),
            "docs/scenario.schema.json describes scenario files; `handover scenario show NAME` prints one.",
        )
    })
}

async fn run(scenario: Scenario, json: bool) -> Result<Exit, Failure> {
    let ending = terminal::Ending::new()?;
    let desk = terminal::in_memory().await?;
    // Whoever watches sees every step as it is played; a file or a pipe gets the same lines at the end.
    let live = !json && std::io::stdout().is_terminal();
    if live {
        terminal::print(&title(&scenario.title, scenario.steps.is_empty()))?;
    }
    let play = desk.play_scenario(
        scenario,
        Arc::new(move |progress| {
            // A terminal that is gone shows itself when the end is printed.
            if live && terminal::print(&line(progress)).is_err() {
                tracing::debug!("a step could not be shown");
            }
        }),
    );
    tracing::debug!("the scenario starts");
    let report = tokio::select! {
        report = play => report?,
        () = ending.wait() => {
            if live {
                terminal::print(&format!("{CLEAR}The scenario was cancelled.\n"))?;
            }
            return Ok(Exit::Cancelled);
        }
    };
    desk.stop().await;
    if json {
        terminal::json(&report)?;
    } else {
        terminal::print(&told(&report, live))?;
    }
    Ok(if report.passed { Exit::Well } else { Exit::Failed })
}

/// Back to the beginning of the line, which is wiped.
const CLEAR: &str = "\r\x1b[K";

/// Most letters of a step in a line that is going to be wiped: one that wraps could not be.
const NARROW: usize = 56;

fn mark(went: bool) -> &'static str {
    if went { "ok     " } else { "MISSED " }
}

fn title(title: &str, bare: bool) -> String {
    format!("{}\n{}", terminal::plain(title), if bare { "" } else { "\n" })
}

fn step(step: &StepResult) -> String {
    let missed = step
        .missed
        .as_deref()
        .map(|missed| format!("         {}\n", terminal::plain(missed)));
    format!(
        "  {}{}\n{}",
        mark(step.went),
        terminal::plain(&step.step),
        missed.unwrap_or_default()
    )
}

/// What a terminal shows of a scenario that goes on: the step that is played, replaced by how it went.
fn line(progress: &ScenarioProgress) -> String {
    match progress {
        ScenarioProgress::Step { at, of, step } => {
            let step = terminal::plain(step);
            let cut: String = step.chars().take(NARROW).collect();
            let more = if cut.len() < step.len() { "…" } else { "" };
            format!("{CLEAR}  Step {at} of {of}: {cut}{more}")
        }
        ScenarioProgress::StepOver { result, .. } => format!("{CLEAR}{}", step(result)),
        ScenarioProgress::Verifying { of: 0, .. } => format!("{CLEAR}Verifying"),
        ScenarioProgress::Verifying { done, of } => format!("{CLEAR}Verifying: {done} of {of}"),
        ScenarioProgress::Over {} => CLEAR.to_owned(),
    }
}

/// The whole of it, or what follows the steps where they were shown already.
fn told(report: &ScenarioReport, shown: bool) -> String {
    let mut text = String::new();
    if !shown {
        text.push_str(&title(&report.title, report.steps.is_empty()));
        text.extend(report.steps.iter().map(step));
    }
    if !report.steps.is_empty() {
        text.push_str(&format!(
            "\n  {} steps in {:.0} ms.\n",
            report.steps.len(),
            report.steps_ms
        ));
    }
    if let Some(headline) = &report.headline {
        text.push_str(&format!(
            "\nThe verification says: {}\n",
            terminal::plain(headline)
        ));
    }
    for check in &report.checks {
        let went = check.expected == check.found;
        text.push_str(&format!("  {}{} {}", mark(went), check.id, check.found));
        if !went {
            text.push_str(&format!(", and not {}", check.expected));
        }
        text.push_str(&format!(": {}\n", terminal::plain(&check.message)));
    }
    text.push_str(if report.passed {
        "\nEverything went as the scenario says.\n"
    } else {
        "\nIt went otherwise than the scenario says.\n"
    });
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_shows_the_step_that_is_played_and_then_how_it_went() {
        let begins = ScenarioProgress::Step {
            at: 2,
            of: 3,
            step: "An agent\u{1b}[2J takes it".to_owned(),
        };
        assert_eq!(
            line(&begins),
            "\r\x1b[K  Step 2 of 3: An agent\\u{1b}[2J takes it"
        );
        let over = ScenarioProgress::StepOver {
            at: 2,
            of: 3,
            result: StepResult {
                step: "An agent takes it".to_owned(),
                went: false,
                missed: Some("there is no contact".to_owned()),
            },
        };
        assert_eq!(
            line(&over),
            "\r\x1b[K  MISSED An agent takes it\n         there is no contact\n"
        );
        let checking = ScenarioProgress::Verifying { done: 7, of: 50 };
        assert_eq!(line(&checking), "\r\x1b[KVerifying: 7 of 50");
        assert_eq!(line(&ScenarioProgress::Over {}), "\r\x1b[K");
    }
}
