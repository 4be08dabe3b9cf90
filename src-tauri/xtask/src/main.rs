//! The two commands of the README, `cargo xtask run` and `cargo xtask test`, from a machine that has only the Rust
//! toolchain.
//!
//! Invariants:
//! - Nothing is installed before it is printed, and only what is missing; the system's Node is never replaced.
//! - A failure names its step and stops everything after it.
//! - The closing lines of `test` are those of the test runners: nothing is printed after the last of them.

mod arguments;
mod clients;
mod display;
mod error;
mod node;
mod npm;
mod process;
mod run;
mod rust;
mod step;
mod system;
mod test;
mod workspace;

use std::process::ExitCode;

use arguments::Task;
use error::Error;
use workspace::Workspace;

fn main() -> ExitCode {
    match work() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

fn work() -> Result<(), Error> {
    let task = arguments::parse(std::env::args().skip(1))?;
    let mut workspace = Workspace::here();
    match task {
        Task::Help => {
            println!("{}", arguments::USAGE);
            Ok(())
        }
        Task::Run { window, rest } => run::run(&mut workspace, window, &rest),
        Task::Test { only } => test::run(&mut workspace, &only),
        Task::List => {
            println!("{}", step::list(test::STEPS));
            Ok(())
        }
    }
}
