//! 6xx: the Studio script that Cognigy.AI puts into CXone.

use std::sync::Arc;

use cxone::Error;
use cxone::scripts::{CURRENT, Change, Content, Difference, Fingerprint, FolderEntry, ROOT, Script};
use cxone::skills::DIGITAL;

use crate::context::{Context, Early, Judged, untold, waits_for};
use crate::evidence::Once;
use crate::evidence::quiet;
use crate::finding::{Compared, Finding};
use crate::words;

/// The folder that Cognigy.AI makes, and the start of the script's name.
const FOLDER: &str = "Cognigy";
const SCRIPT: &str = "Cognigy Handover Script";

/// Changes of the script that HD-605 lists; the whole difference is shown beside it.
const LISTED: usize = 25;

/// Full path of the script that Cognigy.AI makes for a provider (documented).
pub fn path(provider_id: &str) -> String {
    format!("{FOLDER}\\{SCRIPT} {provider_id}")
}

/// Shared calls of this group.
#[derive(Default)]
pub(crate) struct Calls {
    root: Once<Result<Vec<FolderEntry>, Error>>,
    search: Once<Result<Vec<Script>, Error>>,
}

/// The last part of a path. Studio separates with backslashes.
fn last(path: &str) -> &str {
    path.trim_end_matches('\\').rsplit('\\').next().unwrap_or(path)
}

/// What stands before the last part.
fn parent(path: &str) -> &str {
    path.trim_matches('\\')
        .rsplit_once('\\')
        .map_or("", |(parent, _)| parent)
}

fn save_never_got_through() -> Finding {
    Finding::blocked(
        &["HD-403"],
        "This check waits for HD-403: Save did not get through, so there is no script either.",
    )
}

/// HD-601
pub(crate) async fn folder(context: Arc<Context>) -> Judged {
    let session = context.session().await?;
    let calls = &context.calls.script;
    let root = calls
        .root
        .get(|| async move { cxone::scripts::folder(&session, ROOT).await })
        .await;
    let entries = match &*root {
        Ok(entries) => entries,
        // The same host answers for the business unit: where that failed too, it is the one cause.
        Err(_) if matches!(&quiet(context.units()).await, Ok(units) if units.is_err()) => {
            return Ok(Finding::blocked(
                &["HD-308"],
                "This check waits for HD-308: the host of the business unit and of the scripts does not answer as it should.",
            ));
        }
        Err(error) => return Ok(words::read_failed("the folders of the Studio scripts", error)),
    };
    let folders: Vec<&FolderEntry> = entries.iter().filter(|entry| entry.is_folder).collect();
    if folders.iter().any(|entry| last(&entry.name) == FOLDER) {
        return Ok(Finding::pass("The folder Cognigy is there."));
    }
    if context.channel_is_missing().await {
        return Ok(save_never_got_through());
    }
    let near: Vec<Compared> = folders
        .iter()
        .map(|entry| last(&entry.name))
        .filter(|name| name.to_lowercase().contains(&FOLDER.to_lowercase()))
        .map(|name| Compared {
            what: "Folder".to_owned(),
            expected: Some(FOLDER.to_owned()),
            found: Some(name.to_owned()),
        })
        .collect();
    Ok(Finding::fail("The folder Cognigy is not among the Studio scripts.")
        .hint(
            "In CXone, open Studio. If the folder was renamed, give it the name Cognigy again: Cognigy.AI looks its script \
             up there when the provider is deleted. Otherwise save the provider in Cognigy.AI once more.",
        )
        .found(format!("{} folders, none with this name.", folders.len()))
        .compare_all(near))
}

impl Context {
    fn script_name(&self) -> Result<String, Early> {
        Ok(format!("{SCRIPT} {}", self.provider()?.id))
    }

    async fn scripts(&self, name: String) -> Result<Arc<Result<Vec<Script>, Error>>, Early> {
        let session = self.session().await?;
        let calls = &self.calls.script;
        Ok(calls
            .search
            .get(|| async move { cxone::scripts::search(&session, &name).await })
            .await)
    }

    /// The script in its folder; the current version where there are several.
    async fn script(&self) -> Result<Script, Early> {
        let name = self.script_name()?;
        match &*self.scripts(name.clone()).await? {
            Ok(scripts) => best(scripts, &name)
                .cloned()
                .ok_or_else(|| waits_for("HD-602", "there is no script to look at")),
            Err(_) => Err(untold(
                "HD-602",
                "The script cannot be read, so this cannot be told.",
            )),
        }
    }
}

/// The script of this name in the folder Cognigy, the current version first. An answer without paths counts by name.
fn best<'a>(scripts: &'a [Script], name: &str) -> Option<&'a Script> {
    let at_place =
        |script: &&Script| last(&script.name) == name && matches!(parent(&script.name), "" | FOLDER);
    let mut found: Vec<&Script> = scripts.iter().filter(at_place).collect();
    found.sort_by_key(|script| script.status.as_deref() != Some(CURRENT));
    found.first().copied()
}

/// HD-602
pub(crate) async fn exists(context: Arc<Context>) -> Judged {
    let name = context.script_name()?;
    let answer = context.scripts(name.clone()).await?;
    let scripts = match &*answer {
        Ok(scripts) => scripts,
        Err(error) => return Ok(words::read_failed("the Studio scripts", error)),
    };
    let Some(script) = best(scripts, &name) else {
        if context.channel_is_missing().await {
            return Ok(save_never_got_through());
        }
        return Ok(Finding::fail("The handover script is not in the folder Cognigy.")
            .hint(
                "In CXone, open Studio and the folder Cognigy. If the script was renamed or moved, give it back its name and \
                 place. Otherwise save the provider in Cognigy.AI once more.",
            )
            .compare("Script", format!("{FOLDER}\\{name}"), "none with this name"));
    };
    let current = script.status.as_deref().map(|status| status == CURRENT);
    let digital = script.media_type.map(|media| media == DIGITAL);
    let finding = if current == Some(false) {
        Finding::fail("The handover script is there, but not as the current version.")
            .hint("In CXone, open Studio, open the script in the folder Cognigy and save it as the current version.")
    } else if digital == Some(false) {
        Finding::fail("The script with this name is not made for digital contacts.")
            .hint("In CXone, open Studio and remove it, then save the provider in Cognigy.AI once more.")
    } else if current.is_none() || digital.is_none() {
        Finding::unknown(
            "The script is there. CXone does not show whether it is the current version for digital contacts.",
        )
    } else {
        Finding::pass("The handover script is there as the current version.")
    };
    let shown = |value: Option<String>| value.unwrap_or_else(|| "not shown".to_owned());
    Ok(finding
        .compare("Script", format!("{FOLDER}\\{name}"), script.name.clone())
        .compare("Status", CURRENT, shown(script.status.clone()))
        .compare(
            "Media type",
            DIGITAL.to_string(),
            shown(script.media_type.map(|media| media.to_string())),
        ))
}

/// Without the list of actions nothing can be told.
fn actions_hidden() -> Finding {
    Finding::unknown("CXone does not list the actions of the script, so this cannot be told.")
        .hint("In CXone, open Studio and look into the script in the folder Cognigy.")
}

/// Label of the action that asks for an agent.
const ESCALATE: &str = "ESCALATE";

fn has_action(script: &Script, label: &str) -> bool {
    script.actions.iter().any(|action| {
        action
            .label
            .as_deref()
            .is_some_and(|found| found.trim().eq_ignore_ascii_case(label))
    })
}

/// Whether the script is known to have no action that asks for an agent: HD-603's matter.
pub(crate) async fn never_escalates(context: &Context) -> bool {
    match quiet(context.script()).await {
        Ok(script) => script.actions_listed && !has_action(&script, ESCALATE),
        Err(_) => false,
    }
}

/// HD-603
pub(crate) async fn escalation(context: Arc<Context>) -> Judged {
    let script = context.script().await?;
    if !script.actions_listed {
        return Ok(actions_hidden());
    }
    let has = |label: &str| has_action(&script, label);
    let wanted = [ESCALATE, "END ESCALATION"];
    let missing: Vec<&str> = wanted.into_iter().filter(|label| !has(label)).collect();
    let finding = match missing.as_slice() {
        [] => Finding::pass("Both escalation actions are in the script."),
        missing => Finding::fail(format!("The script has no action labelled {}.", missing.join(" and none labelled ")))
            .hint(
                "In CXone, open Studio and the script in the folder Cognigy, and go back to an earlier version or give the \
                 action its label again. Cognigy.AI starts and ends handovers through it.",
            ),
    };
    let rows = wanted.map(|label| Compared {
        what: "Action label".to_owned(),
        expected: Some(label.to_owned()),
        found: Some(if has(label) { label } else { "missing" }.to_owned()),
    });
    Ok(finding.compare_all(rows.to_vec()))
}

/// HD-604
pub(crate) async fn release(context: Arc<Context>) -> Judged {
    let script = context.script().await?;
    if !script.actions_listed {
        return Ok(actions_hidden());
    }
    let is = |text: &Option<String>| {
        text.as_deref()
            .is_some_and(|text| text.trim().eq_ignore_ascii_case("ONRELEASE"))
    };
    let there = script.actions.iter().any(|action| is(&action.name));
    let finding = if there {
        Finding::pass("The script reports the end of a conversation.")
    } else {
        Finding::fail("The script has no ONRELEASE action, so Cognigy.AI never learns that an agent closed a conversation.")
            .hint("In CXone, open Studio and the script in the folder Cognigy, and go back to an earlier version.")
    };
    Ok(finding.compare("Action", "ONRELEASE", if there { "ONRELEASE" } else { "missing" }))
}

/// HD-605. The state to compare with is an input that nobody but the administrator can give, so without one the check is
/// skipped, as HD-401 is without a paste.
pub(crate) async fn unchanged(context: Arc<Context>) -> Judged {
    let script = context.script().await?;
    let Some(accepted) = &context.input.accepted_script else {
        return Ok(
            Finding::skipped("No state of the script was accepted yet, so there is nothing to compare with.").hint(
                if context.is_of_file() {
                    "A profile file has none. Import the profile to compare the script with a state that you accepted."
                } else {
                    "Look at the script in CXone, under Studio, in the folder Cognigy. If it is as it should be, accept it."
                },
            ),
        );
    };
    let name = context.script_name()?;
    if last(&accepted.script.name) != name {
        return Ok(Finding::skipped(
            "The script that was accepted belongs to another provider, so there is nothing to compare with.",
        )
        .hint("Accept the script of this provider.")
        .compare("Script", &accepted.script.name, format!("{FOLDER}\\{name}")));
    }
    let path = match parent(&script.name) {
        "" => format!("{FOLDER}\\{name}"),
        _ => script.name.trim_start_matches('\\').to_owned(),
    };
    let session = context.session().await?;
    let read = cxone::scripts::read(&session, &path).await;
    let found = match &read {
        Ok(found) => found,
        Err(error) if error.status() == Some(500) => {
            return Ok(Finding::unknown(
                "CXone does not hand out the whole script, so it cannot be compared. Scripts that were edited in Desktop \
                 Studio look like this.",
            )
            .hint("In CXone, open the script in Studio and save it there once.")
            .found("HTTP 500."));
        }
        Err(error) => return Ok(words::read_failed("the content of the Studio script", error)),
    };
    let since = accepted.script.at.strftime("%-d %B %Y");
    if found.fingerprint() == Fingerprint::stored(accepted.script.fingerprint.as_str()) {
        return Ok(Finding::pass(format!(
            "The script does what the one accepted on {since} does."
        )));
    }
    let hint = "If the change is meant, accept the script as it is now. Otherwise restore the accepted one.";
    let Some(before) = &accepted.content else {
        return Ok(Finding::warn(format!(
            "The script was changed since it was accepted on {since}."
        ))
        .hint(hint)
        .found("What changed cannot be shown: the copy of the accepted script is not on this computer."));
    };
    let redactor = context.client().redactor();
    let shown = |content: &Content| content.meaning().redacted(redactor);
    let changes = Difference::between(&shown(before), &shown(found)).changes;
    let rows = changes.iter().take(LISTED).map(row).collect();
    let more = match changes.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!(" The first {LISTED} are listed, {more} are not."),
    };
    let number = match changes.len() {
        1 => "1 thing is".to_owned(),
        number => format!("{number} things are"),
    };
    Ok(Finding::warn(format!(
        "The script was changed since it was accepted on {since}: {number} different."
    ))
    .hint(hint)
    .found(format!("Another fingerprint than the accepted one.{more}"))
    .compare_all(rows))
}

/// A change as values side by side.
fn row(change: &Change) -> Compared {
    let absent = || Some("not there".to_owned());
    Compared {
        what: change.place(),
        expected: change.was().or_else(absent),
        found: change.is().or_else(absent),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    const NAME: &str = "Cognigy Handover Script 69f9bba8844ecf15d07954f9";

    fn script(name: &str, status: &str) -> Script {
        Script {
            master_id: None,
            name: name.to_owned(),
            status: Some(status.to_owned()),
            media_type: Some(DIGITAL),
            actions: Vec::new(),
            actions_listed: true,
            raw: Value::Null,
        }
    }

    #[test]
    fn the_script_is_found_by_path_or_by_name_alone() {
        for name in [
            format!("Cognigy\\{NAME}"),
            format!("\\Cognigy\\{NAME}"),
            NAME.to_owned(),
        ] {
            assert!(best(&[script(&name, CURRENT)], NAME).is_some(), "{name}");
        }
    }

    #[test]
    fn other_folders_and_longer_names_are_others() {
        for name in [
            format!("Old\\{NAME}"),
            format!("Cognigy\\Old\\{NAME}"),
            format!("Cognigy\\{NAME} (copy)"),
            format!("Cognigy\\Copy of {NAME}"),
        ] {
            assert!(best(&[script(&name, CURRENT)], NAME).is_none(), "{name}");
        }
    }

    #[test]
    fn the_current_version_wins() {
        let path = format!("Cognigy\\{NAME}");
        let versions = [
            script(&path, "HIST"),
            script(&path, CURRENT),
            script(&path, "HIST"),
        ];
        assert_eq!(
            best(&versions, NAME).and_then(|script| script.status.as_deref()),
            Some(CURRENT)
        );
    }
}
