use std::io::Write;
use std::path::Path;

use desk::script::{Bench, connect};
use desk::wire::{
    ScriptBackupInfo, ScriptBackupReason, ScriptChange, ScriptChangeKind, ScriptDifference, ScriptReadBack,
};
use desk::{Desk, ErrorCode, WireError};
use profile::{ProfileId, Variable};
use tokio_util::sync::CancellationToken;
use verify::{Input, Run};

use super::profile::{Answer, ask, find, read};
use super::verify::{environment, input};
use crate::arguments::{ScriptCommand, Whose};
use crate::exit::{Exit, Failure};
use crate::terminal::{self, Place, plain};

/// `handover script`
pub async fn script(place: &Place, command: ScriptCommand) -> Result<Exit, Failure> {
    let cancel = CancellationToken::new();
    let ending = terminal::Ending::new()?;
    let ended = cancel.clone();
    let signal = tokio::spawn(async move {
        ending.wait().await;
        ended.cancel();
    });
    let result = Box::pin(run(place, command, &cancel)).await;
    signal.abort();
    result
}

async fn run(place: &Place, command: ScriptCommand, cancel: &CancellationToken) -> Result<Exit, Failure> {
    match command {
        ScriptCommand::Backup { whose, out, json } => {
            until(
                cancel,
                Box::pin(backup(&Subject::of(place, &whose).await?, out.as_deref(), json)),
            )
            .await
        }
        ScriptCommand::List { whose, json } => list(&Subject::of(place, &whose).await?, json).await,
        ScriptCommand::Diff { whose, backup, json } => {
            until(
                cancel,
                Box::pin(diff(&Subject::of(place, &whose).await?, backup.as_deref(), json)),
            )
            .await
        }
        ScriptCommand::Restore {
            whose,
            backup,
            yes,
            json,
        } => {
            let subject = Subject::of(place, &whose).await?;
            restore(&subject, backup.as_deref(), yes, json, cancel).await
        }
        ScriptCommand::Accept { whose, json } => {
            until(cancel, Box::pin(accept(&Subject::of(place, &whose).await?, json))).await
        }
    }
}

/// Ends work that changes nothing in CXone when the user does.
async fn until(
    cancel: &CancellationToken,
    work: impl Future<Output = Result<Exit, Failure>>,
) -> Result<Exit, Failure> {
    tokio::select! {
        result = work => result,
        () = cancel.cancelled() => Ok(Exit::Cancelled),
    }
}

/// Whose script it is, and all that reaching it needs.
struct Subject {
    bench: Bench,
    input: Input,
    run: Run,
    /// The profile that is stored; none for a profile file.
    stored: Option<(Desk, ProfileId)>,
}

impl Subject {
    async fn of(place: &Place, whose: &Whose) -> Result<Self, Failure> {
        if let Some(file) = &whose.profile_file {
            transport::install_crypto();
            let input = input(&read(file)?, Variable::read)?;
            return Ok(Self {
                bench: Bench::of_file(&place.folder()?, &input.profile)?,
                input,
                run: environment(),
                stored: None,
            });
        }
        let desk = place.desk().await?;
        // The argument group makes sure that one of the two is there.
        let record = find(&desk, whose.profile.as_deref().unwrap_or_default()).await?;
        terminal::unlock(&desk).await?;
        let (input, run) = desk.prepare(&record).await?;
        Ok(Self {
            bench: desk.script_bench(&record)?,
            input,
            run,
            stored: Some((desk, record.id)),
        })
    }
}

async fn backup(subject: &Subject, out: Option<&Path>, json: bool) -> Result<Exit, Failure> {
    let session = connect(subject.input.clone(), subject.run.clone()).await?;
    let info = subject.bench.backup(&session).await?;
    if let (Some(out), Some(file)) = (out, subject.bench.file(&info)) {
        copy(&file, out)?;
    }
    if json {
        terminal::json(&info)?;
    } else {
        terminal::print(&format!("{}\n", info.id))?;
        if let Some(file) = &info.file {
            eprintln!(
                "Kept as {}. It may hold secrets of the tenant: keep it to yourself.",
                plain(file)
            );
        }
    }
    Ok(Exit::Well)
}

/// Copies a file to a place that the user named, for this user alone.
fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    let write = || {
        let content = std::fs::read(from)?;
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(to)?.write_all(&content)
    };
    write().map_err(|error| Failure {
        error: WireError::new(
            ErrorCode::Storage,
            format!("{} cannot be written: {error}.", to.display()),
        )
        .hint("The copy in the data folder is kept all the same."),
        exit: Exit::Failed,
    })
}

async fn list(subject: &Subject, json: bool) -> Result<Exit, Failure> {
    let backups = subject.bench.list().await?;
    if json {
        terminal::json(&backups)?;
    } else if backups.is_empty() {
        eprintln!("There are no copies of this script yet.");
    } else {
        let line = |backup: &ScriptBackupInfo| {
            let reason = match backup.reason {
                _ if backup.accepted => "accepted",
                ScriptBackupReason::Accepted => "accepted before",
                ScriptBackupReason::Asked => "asked for",
                ScriptBackupReason::BeforeRestore => "before a restore",
            };
            let short: String = backup.fingerprint.chars().take(12).collect();
            format!("{}  {short}  {reason}\n", backup.id)
        };
        terminal::print(&backups.iter().map(line).collect::<String>())?;
    }
    Ok(Exit::Well)
}

async fn diff(subject: &Subject, backup: Option<&str>, json: bool) -> Result<Exit, Failure> {
    let session = connect(subject.input.clone(), subject.run.clone()).await?;
    let difference = subject.bench.diff(&session, backup).await?;
    if json {
        terminal::json(&difference)?;
    } else {
        terminal::print(&told(&difference))?;
    }
    Ok(if difference.equal {
        Exit::Well
    } else {
        Exit::Failed
    })
}

async fn restore(
    subject: &Subject,
    backup: Option<&str>,
    yes: bool,
    json: bool,
    cancel: &CancellationToken,
) -> Result<Exit, Failure> {
    let shown = tokio::select! {
        shown = async {
            let session = connect(subject.input.clone(), subject.run.clone()).await?;
            let difference = subject.bench.diff(&session, backup).await?;
            Ok::<_, WireError>((session, difference))
        } => shown?,
        () = cancel.cancelled() => return Ok(Exit::Cancelled),
    };
    let (session, difference) = shown;
    if difference.equal {
        return Err(Failure::usage(
            "The script does already what this copy does. Nothing was saved.",
            "Name another copy with --backup; `handover script list` shows them.",
        ));
    }
    eprint!("{}", told(&difference));
    if !yes {
        let question = format!(
            "Put the copy of {} back over \"{}\" in CXone?",
            difference.backup.at,
            plain(subject.bench.path())
        );
        // Waiting for an answer must not keep a signal from ending the program.
        let answer = tokio::task::spawn_blocking(move || ask(&question));
        let answer = tokio::select! {
            answer = answer => answer.map_err(|error| Failure::from(WireError::internal("asking", error)))??,
            () = cancel.cancelled() => return Ok(Exit::Cancelled),
        };
        match answer {
            Answer::Yes => {}
            Answer::No => return Err(Failure::usage("Nothing was put back.", "Answer y, or use --yes.")),
            Answer::Nobody => {
                return Err(Failure::usage(
                    "Nothing was put back: there is no terminal to ask on.",
                    "Use --yes to put the copy back without being asked.",
                ));
            }
        }
    }
    let (id, current) = (&difference.backup.id, &difference.current);
    let restored = subject
        .bench
        .restore(&session, id, &current.fingerprint, current.version, cancel)
        .await
        // Whether something could be put back is no matter of usage.
        .map_err(|error| match error.code {
            ErrorCode::Invalid | ErrorCode::NotFound => Failure {
                error,
                exit: Exit::Failed,
            },
            _ => Failure::from(error),
        })?;
    if json {
        terminal::json(&restored)?;
    } else {
        let mut text = format!("{}\n", plain(&restored.message));
        for warning in &restored.warnings {
            text.push_str(&format!("CXone warns: {}\n", plain(warning)));
        }
        text.push_str(&restored.changes.iter().map(line).collect::<String>());
        text.push_str(&format!(
            "To undo it: handover script restore --backup {}\n",
            restored.undo.id
        ));
        terminal::print(&text)?;
    }
    Ok(match restored.read_back {
        ScriptReadBack::Equal => Exit::Well,
        ScriptReadBack::Differs | ScriptReadBack::Unread => Exit::Failed,
    })
}

async fn accept(subject: &Subject, json: bool) -> Result<Exit, Failure> {
    let Some((desk, id)) = &subject.stored else {
        return Err(Failure::usage(
            "A profile file keeps no accepted script.",
            "Import it with `handover profile import FILE`, and use --profile.",
        ));
    };
    let session = connect(subject.input.clone(), subject.run.clone()).await?;
    let accepted = subject.bench.accept(&session, None).await?;
    desk.note_accepted(id, accepted.clone()).await?;
    if json {
        terminal::json(&accepted)?;
    } else {
        terminal::print(&format!("{}\n", accepted.fingerprint))?;
        eprintln!("Accepted. HD-605 compares with this state from now on.");
    }
    Ok(Exit::Well)
}

fn line(change: &ScriptChange) -> String {
    let sign = match change.kind {
        ScriptChangeKind::Added => '+',
        ScriptChangeKind::Removed => '-',
        ScriptChangeKind::Changed => '~',
    };
    format!("  {sign} {}\n", plain(&change.text))
}

fn told(difference: &ScriptDifference) -> String {
    let current = &difference.current;
    let by = current
        .changed_by
        .as_deref()
        .map(|by| format!(" by {}", plain(by)));
    let at = current
        .changed_at
        .as_deref()
        .map(|at| format!(" at {}", plain(at)));
    let mut text = format!(
        "{}\n  copy      {}\n  in CXone  saved{}{}\n\n",
        plain(&difference.backup.name),
        difference.backup.id,
        by.unwrap_or_default(),
        at.unwrap_or_default(),
    );
    if current.locked {
        let by = current
            .locked_by
            .as_deref()
            .map(|by| format!(" by {}", plain(by)));
        text.push_str(&format!("The script is locked{}.\n\n", by.unwrap_or_default()));
    }
    text.push_str(&difference.changes.iter().map(line).collect::<String>());
    text.push_str(&match difference.changes.len() {
        0 => "Nothing differs: it does what the copy does.\n".to_owned(),
        1 => "\n1 thing differs: + only CXone has it, - only the copy has it, ~ both have it.\n".to_owned(),
        number => {
            format!(
                "\n{number} things differ: + only CXone has it, - only the copy has it, ~ both have it.\n"
            )
        }
    });
    text
}
