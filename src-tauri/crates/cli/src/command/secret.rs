use secrecy::ExposeSecret;

use crate::arguments::{Secret, SecretCommand};
use crate::exit::{Exit, Failure};
use crate::terminal;

/// `handover secret new`: the one command whose result is a secret.
pub fn secret(options: &Secret) -> Result<Exit, Failure> {
    let SecretCommand::New { json } = options.command;
    let secret = profile::generate_secret(&mut desk::os_random());
    if json {
        terminal::json(&serde_json::json!({ "secret": secret.expose_secret(), "characters": 32 }))?;
    } else {
        terminal::print(&format!("{}\n", secret.expose_secret()))?;
    }
    Ok(Exit::Well)
}
