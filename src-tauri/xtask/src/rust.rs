//! The Rust steps. All of them use the same features, so that nothing is built twice.

use std::process::Command;

use crate::error::Error;
use crate::process;
use crate::workspace::Workspace;

/// The window loads the UI build that is embedded in it, not a development server.
const FEATURES: [&str; 2] = ["--features", "handover-desk/custom-protocol"];

pub fn format(workspace: &mut Workspace) -> Result<(), Error> {
    process::run(workspace.cargo().args(["fmt", "--all", "--check"]))
}

pub fn clippy(workspace: &mut Workspace) -> Result<(), Error> {
    process::run(
        workspace
            .cargo()
            .args(["clippy", "--workspace", "--all-targets"])
            .args(FEATURES)
            .args(["--", "-D", "warnings"]),
    )
}

/// The documentation's links and examples of code, as rustdoc sees them.
pub fn document(workspace: &mut Workspace) -> Result<(), Error> {
    process::run(
        workspace
            .cargo()
            .args([
                "doc",
                "--workspace",
                "--no-deps",
                "--document-private-items",
                "--quiet",
            ])
            .args(FEATURES)
            .env("RUSTDOCFLAGS", "-D warnings"),
    )
}

/// Every program. Not this one: it is running, and some systems do not let a running program be replaced. The examples
/// are here for what they need: with it, the libraries are the same ones that the tests use.
pub fn build(workspace: &mut Workspace) -> Result<(), Error> {
    process::run(
        workspace
            .cargo()
            .args([
                "build",
                "--workspace",
                "--exclude",
                "xtask",
                "--bins",
                "--examples",
            ])
            .args(FEATURES),
    )
}

/// `handover` alone: needs no web view.
pub fn build_terminal(workspace: &mut Workspace) -> Result<(), Error> {
    process::run(workspace.cargo().args(["build", "--package", "cli"]))
}

/// The tests of every crate, with nextest where it is installed.
pub fn test(workspace: &mut Workspace) -> Result<(), Error> {
    let nextest = process::succeeds(workspace.cargo().args(["nextest", "--version"]));
    let mut command = workspace.cargo();
    if nextest {
        command.args(["nextest", "run", "--workspace"]).args(FEATURES);
        // A line for each of hundreds of tests hides the few that matter.
        command.args(["--status-level", "slow", "--final-status-level", "flaky"]);
    } else {
        println!(
            "cargo-nextest is not installed (cargo install cargo-nextest --locked); cargo test does it as well."
        );
        command.args(["test", "--workspace", "--quiet"]).args(FEATURES);
    }
    settle(&mut command);
    process::run(&mut command)
}

/// Whether the committed files that are generated from the Rust types are what the types give.
pub fn generated(workspace: &mut Workspace) -> Result<(), Error> {
    process::run(
        workspace
            .command(workspace.built("examples/generate"))
            .arg("--check"),
    )
}

/// Tests see no credentials and no data folder of whoever runs them.
fn settle(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("HANDOVER_") {
            command.env_remove(name);
        }
    }
}
