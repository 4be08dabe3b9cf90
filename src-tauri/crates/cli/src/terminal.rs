//! Standard output, signals, and the terminal as a host of the application.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;

use desk::clipboard::Clipboard;
use desk::wire::{HostKind, Preferences, StoreChoice};
use desk::{Desk, ErrorCode, Host, Options, WireError};
use profile::StoreKind;
use secrecy::SecretString;

use crate::exit::{Exit, Failure};

/// Where profiles are kept.
#[derive(Debug, Clone)]
pub struct Place {
    /// Instead of this user's own folder.
    pub data_dir: Option<PathBuf>,
}

impl Place {
    /// The folder.
    pub fn folder(&self) -> Result<PathBuf, Failure> {
        self.data_dir
            .clone()
            .or_else(Options::user_data_dir)
            .ok_or_else(|| {
                Failure::usage(
                    "This user has no home folder.",
                    "Name a folder with --data-dir or HANDOVER_DATA_DIR.",
                )
            })
    }

    /// The application, as a terminal needs it.
    pub async fn desk(&self) -> Result<Desk, Failure> {
        start(Options {
            data_dir: Some(self.folder()?),
            sample: false,
            host: Arc::new(Terminal),
        })
        .await
    }
}

/// The application with nothing of this user's: no files and no keychain.
pub async fn in_memory() -> Result<Desk, Failure> {
    start(Options {
        data_dir: None,
        sample: false,
        host: Arc::new(Terminal),
    })
    .await
}

/// Starts the application.
pub async fn start(options: Options) -> Result<Desk, Failure> {
    Desk::start(options).await.map_err(|error| Failure {
        error: WireError::new(ErrorCode::Storage, error.to_string()),
        exit: Exit::Failed,
    })
}

/// Opens the vault, when it is the store in use, by the environment or a prompt.
pub async fn unlock(desk: &Desk) -> Result<(), Failure> {
    if desk.store_kind() != StoreKind::Vault {
        return Ok(());
    }
    let passphrase = match std::env::var("HANDOVER_VAULT_PASSPHRASE") {
        Ok(passphrase) => passphrase,
        Err(std::env::VarError::NotUnicode(_)) => {
            return Err(Failure::usage(
                "The variable HANDOVER_VAULT_PASSPHRASE is set, but not to text in UTF-8.",
                "Set it to the passphrase of the vault, or leave it out to be asked.",
            ));
        }
        // Nobody to ask: whatever needs a secret says that the vault is locked.
        Err(_) if !std::io::stdin().is_terminal() => return Ok(()),
        Err(_) => tokio::task::spawn_blocking(|| rpassword::prompt_password("Passphrase of the vault: "))
            .await
            .map_err(|error| Failure::from(WireError::internal("asking for the passphrase", error)))?
            .map_err(|error| {
                Failure::usage(
                    format!("The passphrase could not be read: {error}."),
                    "Type it again.",
                )
            })?,
    };
    let choice = StoreChoice {
        kind: StoreKind::Vault,
        passphrase: Some(desk::wire::SecretText(SecretString::from(passphrase))),
    };
    desk.use_store(choice).await?;
    Ok(())
}

struct Terminal;

impl Host for Terminal {
    fn kind(&self) -> HostKind {
        HostKind::Terminal
    }
    fn preferences(&self) -> Preferences {
        Preferences::default()
    }
    fn set_preferences(&self, _: &Preferences) -> Result<(), WireError> {
        Ok(())
    }
    fn clipboard(&self) -> Option<Clipboard> {
        None
    }
    fn dialogs(&self) -> bool {
        has_display()
    }
}

/// Whether this runs within a desktop session. Elsewhere than on Linux a program always may.
pub fn has_display() -> bool {
    !cfg!(target_os = "linux")
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Text of somebody else, fit for one line of a terminal: control characters and marks that turn text are written out, so that it can neither
/// steer the terminal nor pass for another line, and what is very long is cut.
pub fn plain(text: &str) -> String {
    const MOST: usize = 200;
    let mut line: String = text
        .chars()
        .take(MOST)
        .map(|c| {
            if c.is_control() || profile::is_format_mark(c) {
                c.escape_default().to_string()
            } else {
                c.to_string()
            }
        })
        .collect();
    if text.chars().nth(MOST).is_some() {
        line.push('…');
    }
    line
}

/// Prints text; a reader that went away is no error.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure {
            error: WireError::new(
                ErrorCode::Storage,
                format!("Standard output cannot be written: {error}."),
            ),
            exit: Exit::Failed,
        }),
        _ => Ok(()),
    }
}

/// Prints JSON, readable.
pub fn json(value: &impl serde::Serialize) -> Result<(), Failure> {
    print(&(pretty(value)? + "\n"))
}

/// Prints JSON on one line.
pub fn json_line(value: &impl serde::Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(value)
        .map_err(|error| Failure::from(WireError::internal("writing JSON", error)))?;
    print(&(text + "\n"))
}

/// JSON, readable.
pub fn pretty(value: &impl serde::Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(value)
        .map_err(|error| Failure::from(WireError::internal("writing JSON", error)))
}

/// Which signal it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndedBy {
    /// SIGINT: a person does not want to wait.
    Interrupt,
    /// SIGTERM: whoever runs it wants it to end.
    Terminate,
}

/// SIGINT and SIGTERM. They are caught from the moment this is made.
pub struct Ending {
    #[cfg(unix)]
    signals: [tokio::signal::unix::Signal; 2],
}

impl Ending {
    /// Catches the signals from now on.
    pub fn new() -> Result<Self, Failure> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let catch = |kind| {
                signal(kind).map_err(|error| Failure::from(WireError::internal("catching signals", error)))
            };
            Ok(Self {
                signals: [catch(SignalKind::interrupt())?, catch(SignalKind::terminate())?],
            })
        }
        #[cfg(not(unix))]
        Ok(Self {})
    }

    /// Waits for one of them.
    pub async fn wait(self) {
        self.which().await;
    }

    /// Waits for one of them, and says which it was.
    #[cfg_attr(not(unix), allow(unused_mut))]
    pub async fn which(mut self) -> EndedBy {
        #[cfg(unix)]
        {
            let [interrupt, terminate] = &mut self.signals;
            tokio::select! {
                _ = interrupt.recv() => EndedBy::Interrupt,
                _ = terminate.recv() => EndedBy::Terminate,
            }
        }
        #[cfg(not(unix))]
        {
            if let Err(error) = tokio::signal::ctrl_c().await {
                tracing::warn!(%error, "signals cannot be waited for");
            }
            EndedBy::Interrupt
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_others_cannot_steer_the_terminal() {
        assert_eq!(plain("a\n\u{1b}[31mb"), "a\\n\\u{1b}[31mb");
        assert_eq!(plain("a\u{202e}b"), "a\\u{202e}b");
        assert_eq!(plain("Zürich"), "Zürich");
        assert_eq!(plain(&"x".repeat(500)).chars().count(), 201);
    }
}
