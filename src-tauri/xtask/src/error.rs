//! Why a task stopped.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why a task stopped.
#[derive(Debug)]
pub enum Error {
    /// The command line makes no sense.
    Usage(String),
    /// A program could not be started.
    Start { program: String, source: io::Error },
    /// A program ended with a failure.
    Failed { program: String, code: Option<i32> },
    /// A file could not be read or written.
    File { path: PathBuf, source: io::Error },
    /// Something this machine lacks, and how to get it.
    Missing(String),
    /// The person at the terminal said no.
    Declined,
    /// A step failed.
    Step {
        id: &'static str,
        title: &'static str,
        source: Box<Error>,
    },
}

impl Error {
    /// What the shell gets: 64 for wrong usage (sysexits), 1 for everything else.
    pub fn exit_code(&self) -> u8 {
        if matches!(self, Self::Usage(_)) { 64 } else { 1 }
    }

    pub fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) => write!(f, "{text}\n\n{}", crate::arguments::USAGE),
            Self::Start { program, source } => write!(f, "`{program}` could not be started: {source}"),
            Self::Failed {
                program,
                code: Some(code),
            } => write!(f, "`{program}` ended with code {code}"),
            Self::Failed { program, code: None } => write!(f, "`{program}` was ended by a signal"),
            Self::File { path, source } => write!(f, "{}: {source}", path.display()),
            Self::Missing(text) => f.write_str(text),
            Self::Declined => f.write_str("stopped: without these packages it cannot go on"),
            Self::Step { id, title, source } => {
                write!(
                    f,
                    "step `{id}` ({title}) failed: {source}\nIt alone: cargo xtask test --only {id}"
                )
            }
        }
    }
}

impl std::error::Error for Error {}
