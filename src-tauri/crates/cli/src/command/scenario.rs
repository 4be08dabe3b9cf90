use std::path::Path;

use desk::wire::ScenarioReport;
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
    let report = tokio::select! {
        report = desk.play_scenario(scenario) => report?,
        () = ending.wait() => return Ok(Exit::Cancelled),
    };
    desk.stop().await;
    if json {
        terminal::json(&report)?;
    } else {
        terminal::print(&told(&report))?;
    }
    Ok(if report.passed { Exit::Well } else { Exit::Failed })
}

fn told(report: &ScenarioReport) -> String {
    let mark = |went: bool| if went { "ok     " } else { "MISSED " };
    let mut text = format!("{}\n", report.title);
    text.push_str(if report.steps.is_empty() { "" } else { "\n" });
    for step in &report.steps {
        text.push_str(&format!("  {}{}\n", mark(step.went), step.step));
        if let Some(missed) = &step.missed {
            text.push_str(&format!("         {}\n", terminal::plain(missed)));
        }
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
