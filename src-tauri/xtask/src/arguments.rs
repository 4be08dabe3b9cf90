//! The command line, by hand: this crate has no dependencies.

use crate::error::Error;

pub const USAGE: &str = "\
cargo xtask run [--no-window] [-- ARGUMENTS]   set up, build, open the window with the sandbox and a sample profile;
                                               without a display: verify the sample profile, then serve the UI
cargo xtask test [--only STEP,...]             set up, then every check and test; or these steps and what they need
cargo xtask test --list                        the steps";

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Task {
    Help,
    /// `rest` goes to the window, or to `handover serve`.
    Run {
        window: bool,
        rest: Vec<String>,
    },
    /// Empty: all steps.
    Test {
        only: Vec<String>,
    },
    List,
}

pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Task, Error> {
    let mut arguments = arguments.into_iter();
    match arguments.next().as_deref() {
        None | Some("help" | "--help" | "-h") => Ok(Task::Help),
        Some("run") => run(arguments),
        Some("test") => test(arguments),
        Some(other) => Err(Error::Usage(format!("there is no task `{other}`"))),
    }
}

fn run(arguments: impl Iterator<Item = String>) -> Result<Task, Error> {
    let (mut window, mut rest, mut ours) = (true, Vec::new(), true);
    for argument in arguments {
        match argument.as_str() {
            _ if !ours => rest.push(argument),
            "--" => ours = false,
            "--no-window" => window = false,
            "--help" | "-h" => return Ok(Task::Help),
            other => return Err(Error::Usage(format!("`run` does not know `{other}`"))),
        }
    }
    Ok(Task::Run { window, rest })
}

fn test(mut arguments: impl Iterator<Item = String>) -> Result<Task, Error> {
    let mut only = Vec::new();
    while let Some(argument) = arguments.next() {
        let steps = match argument.as_str() {
            "--list" => return Ok(Task::List),
            "--help" | "-h" => return Ok(Task::Help),
            "--only" => arguments
                .next()
                .ok_or_else(|| Error::Usage("`--only` needs the name of a step".to_owned()))?,
            other => match other.strip_prefix("--only=") {
                Some(steps) => steps.to_owned(),
                None => return Err(Error::Usage(format!("`test` does not know `{other}`"))),
            },
        };
        only.extend(
            steps
                .split(',')
                .map(str::trim)
                .filter(|s| !s.is_empty())
                .map(str::to_owned),
        );
    }
    Ok(Task::Test { only })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Task, Error> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn nothing_or_help_prints_the_usage() {
        for line in ["", "help", "--help", "run --help", "test -h"] {
            assert_eq!(parsed(line).unwrap(), Task::Help, "{line}");
        }
    }

    #[test]
    fn run_keeps_what_follows_the_dashes_for_the_program() {
        let task = parsed("run --no-window -- --port 8080 --no-window").unwrap();
        let rest = ["--port", "8080", "--no-window"].map(str::to_owned).to_vec();
        assert_eq!(task, Task::Run { window: false, rest });
    }

    #[test]
    fn test_collects_steps_from_both_spellings() {
        let task = parsed("test --only fmt,clippy --only=desktop").unwrap();
        assert_eq!(
            task,
            Task::Test {
                only: ["fmt", "clippy", "desktop"].map(str::to_owned).to_vec()
            }
        );
        assert_eq!(parsed("test --list").unwrap(), Task::List);
    }

    #[test]
    fn wrong_usage_is_code_64_and_shows_the_usage() {
        for line in ["fly", "run --fast", "test --only", "test desktop"] {
            let error = parsed(line).unwrap_err();
            assert_eq!(error.exit_code(), 64, "{line}");
            assert!(error.to_string().contains(USAGE), "{line}");
        }
    }
}
