use std::io::{IsTerminal, Read};
use std::path::Path;

use desk::Desk;
use desk::wire::{ByIdRequest, ImportRequest, ProfileSummary, ProfileView};
use desk::{ErrorCode, WireError};
use profile::{FormField, Record, SecretField, SecretState};

use crate::arguments::{Profile, ProfileCommand};
use crate::exit::{Exit, Failure};
use crate::terminal::{self, Place};

/// How many profiles are named when the wanted one is not there.
const NAMED: usize = 10;

/// `handover profile`
pub async fn profile(place: &Place, options: Profile) -> Result<Exit, Failure> {
    let desk = place.desk().await?;
    match options.command {
        ProfileCommand::List { json } => list(&desk, json).await,
        ProfileCommand::Show { profile, json } => show(&desk, &profile, json).await,
        ProfileCommand::Import {
            file,
            accept_hosts,
            json,
        } => import(&desk, &file, accept_hosts, json).await,
        ProfileCommand::Export { profile, output, .. } => export(&desk, &profile, output.as_deref()).await,
        ProfileCommand::Delete { profile, yes, json } => delete(&desk, &profile, yes, json).await,
    }
}

/// A stored profile by its id or its name.
pub async fn find(desk: &Desk, wanted: &str) -> Result<Record, Failure> {
    let records = desk.records().await?;
    let by_id = records.iter().position(|record| record.id.as_str() == wanted);
    let position = match by_id {
        Some(position) => position,
        None => {
            let named: Vec<_> = (0..records.len())
                .filter(|&i| records[i].profile.name == wanted)
                .collect();
            match named[..] {
                [one] => one,
                [] => return Err(missing(wanted, &records)),
                _ => {
                    return Err(Failure::usage(
                        format!("{} profiles are named {wanted:?}.", named.len()),
                        "Use the id; `handover profile list` shows it.",
                    ));
                }
            }
        }
    };
    records
        .into_iter()
        .nth(position)
        .ok_or_else(|| missing(wanted, &[]))
}

fn missing(wanted: &str, records: &[Record]) -> Failure {
    let names: Vec<_> = records
        .iter()
        .take(NAMED)
        .map(|record| format!("\"{}\"", terminal::plain(&record.profile.name)))
        .collect();
    let hint = match records.len().checked_sub(NAMED) {
        _ if names.is_empty() => {
            "There are no profiles yet: import one with `handover profile import FILE`, or use --profile-file.".to_owned()
        }
        Some(more @ 1..) => format!("There are: {}, and {more} more; see `handover profile list`.", names.join(", ")),
        _ => format!("There are: {}.", names.join(", ")),
    };
    Failure::usage(
        format!("There is no profile named \"{}\".", terminal::plain(wanted)),
        hint,
    )
}

async fn list(desk: &Desk, json: bool) -> Result<Exit, Failure> {
    let list = desk.profiles().await?;
    if list.recovered {
        eprintln!("handover: the profile file was damaged; its previous copy is in use.");
    }
    if json {
        terminal::json(&list.profiles)?;
    } else if list.profiles.is_empty() {
        eprintln!("There are no profiles yet.");
    } else {
        let line = |profile: &ProfileSummary| {
            format!("{}  {}\n", profile.id.as_str(), terminal::plain(&profile.name))
        };
        terminal::print(&list.profiles.iter().map(line).collect::<String>())?;
    }
    Ok(Exit::Well)
}

async fn show(desk: &Desk, wanted: &str, json: bool) -> Result<Exit, Failure> {
    let record = find(desk, wanted).await?;
    let view = desk.show(&record);
    if json {
        terminal::json(&view)?
    } else {
        terminal::print(&describe(&view))?
    }
    Ok(Exit::Well)
}

fn describe(view: &ProfileView) -> String {
    let mut text = format!(
        "{}\n{}\n\n",
        terminal::plain(&view.profile.name),
        view.id.as_str()
    );
    let mut row =
        |label: &str, value: &str| text.push_str(&format!("{label:<30}{}\n", terminal::plain(value)));
    let none = "-";
    row(
        "Tenant ID",
        view.profile.cxone.tenant_id.as_deref().unwrap_or(none),
    );
    row(
        "Business Unit",
        view.profile.cxone.business_unit.as_deref().unwrap_or(none),
    );
    row(
        "Channel Integration ID",
        view.profile.channel_integration_id.as_deref().unwrap_or(none),
    );
    row(
        "Cognigy.AI API",
        view.profile
            .cognigy_api
            .as_deref()
            .unwrap_or("follows from the link"),
    );
    let key = view
        .secrets
        .iter()
        .find(|of| of.field == SecretField::CognigyApiKey);
    row(
        "Cognigy.AI API key",
        match key.map(|key| key.state) {
            Some(SecretState::Present) => "(stored apart)",
            Some(SecretState::NeedsConfirmation) => "(stored for another address, not used)",
            Some(SecretState::Absent) | None => "- (optional)",
        },
    );
    for line in &view.form {
        let value = if line.field == FormField::ClientSecret {
            "(stored apart)"
        } else {
            line.value.as_deref().unwrap_or(none)
        };
        row(line.label, value);
    }
    for problem in &view.problems {
        row("Problem", &problem.named());
    }
    text
}

async fn import(desk: &Desk, file: &Path, accept_hosts: bool, json: bool) -> Result<Exit, Failure> {
    let text = read(file)?;
    let mut outcome = desk
        .import(ImportRequest {
            json: text.clone(),
            accept_hosts,
        })
        .await?;
    if outcome.id.is_none() {
        let hosts: Vec<String> = outcome
            .foreign_hosts
            .iter()
            .map(|host| terminal::plain(host))
            .collect();
        let hosts = hosts.join(", ");
        let question = format!("This profile names hosts that are not the vendors' own: {hosts}. Import it?");
        if ask(&question)? != Answer::Yes {
            return Err(Failure::usage(
                format!("Nothing was imported: {hosts} are not the vendors' own hosts."),
                "If you know them, import with --accept-hosts.",
            ));
        }
        outcome = desk
            .import(ImportRequest {
                json: text,
                accept_hosts: true,
            })
            .await?;
    }
    if json {
        terminal::json(&outcome)?;
    } else if let (Some(id), Some(name)) = (&outcome.id, &outcome.name) {
        terminal::print(&format!("{}\n", id.as_str()))?;
        eprintln!("Imported as \"{}\".", terminal::plain(name));
    }
    Ok(Exit::Well)
}

async fn export(desk: &Desk, wanted: &str, output: Option<&Path>) -> Result<Exit, Failure> {
    let record = find(desk, wanted).await?;
    let text = profile::export(&record.profile);
    if record.typed_form.is_some() {
        eprintln!("handover: the BYOC form that was pasted for the comparison is not part of the file.");
    }
    match output {
        None => terminal::print(&(text + "\n"))?,
        Some(path) => std::fs::write(path, text + "\n").map_err(|error| Failure {
            error: WireError::new(
                ErrorCode::Storage,
                format!("{} cannot be written: {error}.", path.display()),
            ),
            exit: Exit::Failed,
        })?,
    }
    Ok(Exit::Well)
}

async fn delete(desk: &Desk, wanted: &str, yes: bool, json: bool) -> Result<Exit, Failure> {
    let record = find(desk, wanted).await?;
    let question = format!(
        "Delete the profile \"{}\" and its secrets?",
        terminal::plain(&record.profile.name)
    );
    if !yes {
        match ask(&question)? {
            Answer::Yes => {}
            Answer::No => return Err(Failure::usage("Nothing was deleted.", "Answer y, or use --yes.")),
            Answer::Nobody => {
                return Err(Failure::usage(
                    "Nothing was deleted: there is no terminal to ask on.",
                    "Use --yes to delete without being asked.",
                ));
            }
        }
    }
    terminal::unlock(desk).await?;
    desk.delete(ByIdRequest {
        id: record.id.clone(),
    })
    .await?;
    if json {
        terminal::json(&serde_json::json!({
            "id": record.id,
            "name": record.profile.name,
            "deleted": true,
        }))?;
    }
    Ok(Exit::Well)
}

/// Reads a file that a user named; `-` is standard input.
pub fn read(file: &Path) -> Result<String, Failure> {
    // One byte more than a profile file may have shows that it is too large without reading all of it.
    let limit = profile::MAX_IMPORT_BYTES as u64 + 1;
    let mut text = String::new();
    let result = if file == Path::new("-") {
        std::io::stdin().lock().take(limit).read_to_string(&mut text)
    } else {
        std::fs::File::open(file).and_then(|file| file.take(limit).read_to_string(&mut text))
    };
    let name = match file == Path::new("-") {
        true => "Standard input".to_owned(),
        false => terminal::plain(&file.to_string_lossy()),
    };
    let unusable = |why: String| {
        Failure::usage(
            format!("{name} {why}."),
            "Name a profile file, or - for standard input.",
        )
    };
    result.map_err(|error| {
        unusable(match error.kind() {
            std::io::ErrorKind::InvalidData => "is not text in UTF-8".to_owned(),
            _ => format!("cannot be read: {error}"),
        })
    })?;
    if text.trim().is_empty() {
        return Err(unusable("is empty".to_owned()));
    }
    Ok(text)
}

/// What was said to a question.
#[derive(PartialEq, Eq)]
pub(super) enum Answer {
    Yes,
    No,
    /// There is no terminal to ask on.
    Nobody,
}

/// Asks on the terminal.
pub(super) fn ask(question: &str) -> Result<Answer, Failure> {
    if !std::io::stdin().is_terminal() {
        return Ok(Answer::Nobody);
    }
    eprint!("{question} [y/N] ");
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).map_err(|error| {
        Failure::usage(
            format!("The answer could not be read: {error}."),
            "Use --yes or --accept-hosts.",
        )
    })?;
    Ok(match answer.trim() {
        "y" | "Y" | "yes" => Answer::Yes,
        _ => Answer::No,
    })
}
