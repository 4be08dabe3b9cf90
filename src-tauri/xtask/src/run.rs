//! `cargo xtask run`: from nothing to the window, or to its UI in a browser.

use std::process::Command;

use crate::error::Error;
use crate::workspace::Workspace;
use crate::{display, npm, process, rust, system};

pub fn run(workspace: &mut Workspace, window: bool, rest: &[String]) -> Result<(), Error> {
    let no_display = if window {
        display::absent()
    } else {
        Some("--no-window was given")
    };
    match no_display {
        None => {
            title("System packages");
            system::ensure(system::WINDOW)?;
        }
        Some(reason) => {
            println!("No window can be opened: {reason}. The UI will be served to a browser instead.")
        }
    }
    title("Node packages");
    npm::packages(workspace)?;
    title("UI build");
    npm::build(workspace)?;
    title("Rust build");
    match no_display {
        None => {
            rust::build(workspace)?;
            title("Handover Desk, with the sandbox and a sample profile that is kept nowhere");
            until_ended(
                workspace
                    .command(workspace.built("handover-desk"))
                    .arg("--sample")
                    .args(rest),
            )
        }
        Some(_) => {
            rust::build_terminal(workspace)?;
            title("Verification of the sample profile");
            let handover = workspace.built("handover");
            process::run(workspace.command(&handover).args(["verify", "--sample"]))?;
            title("The UI for a browser on this computer; Ctrl-C ends it");
            until_ended(
                workspace
                    .command(&handover)
                    .args(["serve", "--sample"])
                    .args(rest),
            )
        }
    }
}

/// Ctrl-C is how these programs are ended, and no failure.
fn until_ended(command: &mut Command) -> Result<(), Error> {
    const INTERRUPTED: i32 = 130;
    match process::run(command) {
        Err(Error::Failed {
            code: Some(INTERRUPTED),
            ..
        }) => Ok(()),
        result => result,
    }
}

fn title(text: &str) {
    println!("\n=== {text}");
}
