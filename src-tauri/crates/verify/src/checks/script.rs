//! 6xx: the Studio script that Cognigy.AI puts into CXone.

use std::sync::Arc;

use cxone::Error;
use cxone::scripts::{CURRENT, FolderEntry, ROOT, Script};
use cxone::skills::DIGITAL;

use crate::context::{Context, Early, Judged, untold, waits_for};
use crate::evidence::Once;
use crate::evidence::quiet;
use crate::finding::{Compared, Finding};
use crate::words;

/// The folder that Cognigy.AI makes, and the start of the script's name.
const FOLDER: &str = "Cognigy";
const SCRIPT: &str = "Cognigy Handover Script";

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

/// HD-603
pub(crate) async fn escalation(context: Arc<Context>) -> Judged {
    let script = context.script().await?;
    if !script.actions_listed {
        return Ok(actions_hidden());
    }
    let has = |label: &str| {
        script.actions.iter().any(|action| {
            action
                .label
                .as_deref()
                .is_some_and(|found| found.trim().eq_ignore_ascii_case(label))
        })
    };
    let wanted = ["ESCALATE", "END ESCALATION"];
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
