//! How the program ends.

use std::process::ExitCode;

use desk::{ErrorCode, WireError};

/// The exit codes. They are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All well.
    Well,
    /// A check, or the command, failed.
    Failed,
    /// The arguments or what they name cannot be used (as `EX_USAGE`).
    Usage,
    /// Something in the program itself failed (as `EX_SOFTWARE`).
    Crashed,
    /// Ended by the user (as a shell reports SIGINT).
    Cancelled,
    /// The verification's own code.
    Verification(u8),
    /// The kind of a diagnosis: 1 a value is refused, 2 late, 3 not reached.
    Diagnosis(u8),
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Well => 0,
            Exit::Failed => 1,
            Exit::Usage => 64,
            Exit::Crashed => 70,
            Exit::Cancelled => 130,
            Exit::Verification(code) | Exit::Diagnosis(code) => code,
        })
    }
}

/// A command that could not do its work.
#[derive(Debug)]
pub struct Failure {
    /// What happened, and what to do.
    pub error: WireError,
    /// With which code the program ends.
    pub exit: Exit,
}

impl Failure {
    /// Wrong usage: what was given cannot be used.
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            error: WireError::new(ErrorCode::Invalid, message).hint(hint),
            exit: Exit::Usage,
        }
    }

    /// Says what happened on standard error.
    pub fn print(&self) {
        // Names and values of a file can be in it.
        let line = |text: &str| verify::printable(text);
        eprintln!("handover: {}", line(&self.error.message));
        if let Some(hint) = &self.error.hint {
            eprintln!("  {}", line(hint));
        }
    }
}

impl From<WireError> for Failure {
    fn from(error: WireError) -> Self {
        let exit = match error.code {
            ErrorCode::BadRequest | ErrorCode::Invalid | ErrorCode::NotFound => Exit::Usage,
            ErrorCode::Internal => Exit::Crashed,
            ErrorCode::Cancelled => Exit::Cancelled,
            _ => Exit::Failed,
        };
        Self { error, exit }
    }
}
