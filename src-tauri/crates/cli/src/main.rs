//! `handover`: everything the window does, for terminals, servers and pipelines.
//!
//! What is printed with `--json` and the exit codes are stable and documented in the README; everything else is for
//! people. Standard output holds the result alone, progress and errors go to standard error.

mod arguments;
mod command;
mod exit;
mod serve;
mod terminal;

use std::io::IsTerminal;
use std::process::ExitCode;

use arguments::{Arguments, Command};
use clap::Parser;
use exit::Exit;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Printing can only fail when nobody reads any more.
            let _ = error.print();
            return if error.use_stderr() {
                Exit::Usage.into()
            } else {
                Exit::Well.into()
            };
        }
    };
    tracing_subscriber::fmt()
        .with_env_filter(desk::log_filter(
            &std::env::var("HANDOVER_LOG").unwrap_or_default(),
        ))
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("handover: the program could not start its threads: {error}");
            return Exit::Crashed.into();
        }
    };
    let result = runtime.block_on(run(arguments));
    // A keychain that waits for its dialog must not keep the program.
    runtime.shutdown_background();
    match result {
        Ok(exit) => exit.into(),
        Err(error) => {
            error.print();
            error.exit.into()
        }
    }
}

async fn run(arguments: Arguments) -> Result<Exit, exit::Failure> {
    let place = terminal::Place {
        data_dir: arguments.data_dir.or_else(|| {
            std::env::var_os("HANDOVER_DATA_DIR")
                .filter(|folder| !folder.is_empty())
                .map(Into::into)
        }),
    };
    match arguments.command {
        Command::Urls(options) => command::urls(&options),
        Command::Secret(options) => command::secret(&options),
        Command::Profile(options) => command::profile(&place, options).await,
        Command::Verify(options) => command::verify(&place, options).await,
        Command::Diagnose(options) => command::diagnose(&place, options).await,
        Command::History(options) => command::history(&place, options.command).await,
        Command::Watch(options) => command::watch(&place, options).await,
        Command::Checks(options) => command::checks(&place, options.command).await,
        Command::Sandbox(options) => command::sandbox(options).await,
        Command::Scenario(options) => command::scenario(options.command).await,
        Command::Script(options) => Box::pin(command::script(&place, options.command)).await,
        Command::Serve(options) => serve::serve(&place, options).await,
    }
}
