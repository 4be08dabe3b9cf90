use std::collections::BTreeMap;

use desk::wire::{AnswerRequest, AnswerText};
use desk::{ErrorCode, WireError};
use serde::Serialize;
use verify::CheckInfo;

use super::profile as stored;
use crate::arguments::{Answer, ChecksCommand};
use crate::exit::{Exit, Failure};
use crate::terminal::{self, Place};

/// A check with what a person said about it.
#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    check: CheckInfo,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<profile::Answer>,
}

/// What `answer` prints.
#[derive(Serialize)]
struct Answered {
    profile: String,
    check: String,
    answer: Option<profile::Answer>,
}

/// `handover checks`
pub async fn checks(place: &Place, command: ChecksCommand) -> Result<Exit, Failure> {
    match command {
        ChecksCommand::List { profile, json } => list(place, profile.as_deref(), json).await,
        ChecksCommand::Answer(options) => answer(place, options).await,
    }
}

async fn list(place: &Place, wanted: Option<&str>, json: bool) -> Result<Exit, Failure> {
    let mut answers = match wanted {
        Some(wanted) => {
            let desk = place.desk().await?;
            let record = stored::find(&desk, wanted).await?;
            desk.stop().await;
            record.answers
        }
        None => BTreeMap::new(),
    };
    let rows: Vec<Row> = verify::catalogue()
        .iter()
        .map(|check| Row {
            check: check.info(),
            answer: answers.remove(check.id),
        })
        .collect();
    if json {
        terminal::json(&rows)?;
        return Ok(Exit::Well);
    }
    let mut text = String::new();
    for Row { check, answer } in &rows {
        let hand = if check.by_hand {
            "  (takes your answer)"
        } else {
            ""
        };
        text.push_str(&format!("{}  {}{hand}\n", check.id, check.title));
        if let Some(answer) = answer {
            text.push_str(&format!("        {}\n", said(answer)));
        }
    }
    terminal::print(&text)?;
    Ok(Exit::Well)
}

/// An answer in one line.
fn said(answer: &profile::Answer) -> String {
    let word = if answer.well { "well" } else { "not well" };
    let note = answer
        .note
        .as_deref()
        .map_or_else(String::new, |note| format!(": {}", terminal::plain(note)));
    format!("You said {word} on {}{note}", answer.at.strftime("%Y-%m-%d"))
}

async fn answer(place: &Place, options: Answer) -> Result<Exit, Failure> {
    let desk = place.desk().await?;
    let record = stored::find(&desk, &options.profile).await?;
    let given = (!options.clear).then_some(AnswerText {
        well: options.well,
        note: options.note,
    });
    let request = AnswerRequest {
        id: record.id,
        check: options.id,
        answer: given,
    };
    let view = desk.checks_answer(request.clone()).await.map_err(usage)?;
    let check = {
        let id = request.check.trim().to_ascii_uppercase();
        let number = id.strip_prefix("HD-").unwrap_or(&id);
        format!("HD-{number}")
    };
    let answered = Answered {
        answer: view.answers.get(&check).cloned(),
        profile: view.profile.name,
        check,
    };
    desk.stop().await;
    if options.json {
        terminal::json(&answered)?;
    } else {
        let line = match &answered.answer {
            Some(answer) => format!("{}: {}.\n", answered.check, said(answer)),
            None => format!("{}: no answer is kept.\n", answered.check),
        };
        terminal::print(&line)?;
    }
    Ok(Exit::Well)
}

/// A check that does not exist is a matter of what was typed.
fn usage(error: WireError) -> Failure {
    match error.code {
        ErrorCode::NotFound | ErrorCode::Invalid => {
            let hint = error.hint.clone().unwrap_or_default();
            Failure::usage(error.message, hint)
        }
        _ => error.into(),
    }
}
