use std::collections::BTreeSet;
use std::str::FromStr;

use desk::WireError;
use sandbox::switch::Switches;
use sandbox::{Fault, Options, Sandbox, StartError};

use crate::arguments;
use crate::exit::{Exit, Failure};
use crate::terminal;

/// `handover sandbox`: serves until it is ended.
pub async fn sandbox(options: arguments::Sandbox) -> Result<Exit, Failure> {
    let faults = parse(&options.faults)?;
    if let Some(fault) = faults.iter().find(|fault| !fault.is_shown_by_sandbox()) {
        return Err(Failure::usage(
            format!("{fault} is a fault of the computer that verifies; the sandbox cannot show it."),
            format!("Use `handover verify --simulate {fault}` with a profile of the sandbox."),
        ));
    }
    let switches = switches(&options.switches)?;
    let ending = terminal::Ending::new()?;
    let sandbox = Sandbox::start(Options {
        issuer_port: options.port,
        faults,
        switches,
        loose: options.loose,
        seed: options.seed,
    })
    .await
    .map_err(|error| match error {
        StartError::Bind { .. } => Failure::usage(
            format!("The sandbox cannot listen there: {error}."),
            "Choose another port with --port, or leave it out.",
        ),
        other => Failure {
            error: WireError::internal("starting the sandbox", other),
            exit: Exit::Crashed,
        },
    })?;
    let description = sandbox.description();
    if options.json {
        terminal::json_line(&description)?;
    } else {
        let mut text = format!("The sandbox plays a CXone tenant at {}\n", description.issuer);
        text.push_str(&format!(
            "and a Cognigy.AI endpoint at {}\n\n",
            description.endpoint_base
        ));
        text.push_str(
            "Verify it from another terminal: save the profile to a file and set the variables.\n\n",
        );
        text.push_str(&terminal::pretty(&description.profile)?);
        text.push('\n');
        for (name, value) in &description.env {
            text.push_str(&format!("export {name}='{value}'\n"));
        }
        text.push_str("\nEnd it with Ctrl-C.\n");
        terminal::print(&text)?;
    }
    ending.wait().await;
    sandbox.stop().await;
    Ok(Exit::Well)
}

/// The switches, each given as its name and its choice.
fn switches(given: &[String]) -> Result<Switches, Failure> {
    let mut switches = Switches::default();
    for pair in given {
        let (name, choice) = pair.split_once('=').unwrap_or((pair, ""));
        switches.set(name, choice).map_err(|error| {
            Failure::usage(
                format!("The sandbox cannot be switched so: {error}."),
                "docs/sandbox.md lists the switches and their choices.",
            )
        })?;
    }
    Ok(switches)
}

/// The faults by name.
pub fn parse(names: &[String]) -> Result<BTreeSet<Fault>, Failure> {
    names
        .iter()
        .map(|name| {
            Fault::from_str(name).map_err(|_| {
                let all: Vec<_> = Fault::ALL.iter().map(|fault| fault.name()).collect();
                Failure::usage(
                    format!("The sandbox has no fault named {name:?}."),
                    format!("There are: {}.", all.join(", ")),
                )
            })
        })
        .collect()
}
