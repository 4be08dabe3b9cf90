//! One script: read, save, delete, its versions.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use http::{StatusCode, Uri};
use serde_json::{Map, Value, json};

use crate::acd::{Version, at, not_found};
use crate::answer;
use crate::params::{Params, json_body};
use crate::scripts::syntax::Findings;
use crate::scripts::{MODIFIER, library, modified};
use crate::state::{Seen, Sim};
use crate::tenant::{Action, MEDIA_DIGITAL, PastVersion, Script};

pub(super) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route(at!("scripts"), get(read).post(save).delete(remove))
        .route(at!("scripts/historybyname"), get(history))
        .route(at!("scripts/{id}"), get(by_id))
}

/// By path or by id, as the query says.
fn asked<'a>(seen: &'a Seen, params: &Params) -> Option<&'a Script> {
    let scripts = &seen.world.tenant.scripts;
    match (params.get("scriptPath"), params.get("scriptId")) {
        (Some(path), _) => scripts.iter().find(|script| same_path(&script.path, path)),
        (None, Some(id)) => scripts.iter().find(|script| script.master_id.to_string() == id),
        (None, None) => None,
    }
}

/// Paths are compared without regard to case, leading separators and the kind of separator.
fn same_path(one: &str, other: &str) -> bool {
    let plain = |path: &str| path.replace('/', "\\").trim_start_matches('\\').to_lowercase();
    plain(one) == plain(other)
}

/// The first script of the tenant, which is the handover script, as the seed makes it.
pub(crate) fn seeded(sim: &Sim) -> Option<Value> {
    let tenant = &sim.world.tenant;
    let script = tenant.scripts.first()?;
    Some(content_of(script, tenant.unit.number))
}

fn content(seen: &Seen, script: &Script) -> Value {
    content_of(script, seen.world.tenant.unit.number)
}

/// The body of a script: as saved, or made of its actions where it never was.
fn content_of(script: &Script, unit: u64) -> Value {
    if let Some(content) = &script.content {
        let mut content = content.clone();
        content["header"]["masterId"] = script.master_id.into();
        return content;
    }
    let mut actions = Map::new();
    let mut properties = Map::new();
    for action in &script.actions {
        let id = action.id.to_string();
        let row = json!({
            "actionId": action.id, "libraryId": library(action.id), "name": action.name, "label": action.label,
            "version": 1, "x": 100 * action.id, "y": 100, "xws": 100 * action.id, "yws": 100,
        });
        actions.insert(id.clone(), row);
        properties.insert(id, json!({ "0": { "name": "Caption", "value": action.label } }));
    }
    // As Cognigy.AI saves it: the script begins by asking for an agent.
    let number = |name: &str| {
        script
            .actions
            .iter()
            .find(|action| action.name == name)
            .map(|action| action.id)
    };
    let mut branches = Map::new();
    if let (Some(from), Some(to)) = (number("BEGIN"), number("REQAGENT")) {
        let branch = json!([{ "to": to, "label": "Default", "type": "default", "index": 0 }]);
        branches.insert(from.to_string(), branch);
    }
    json!({
        "header": {
            "masterId": script.master_id,
            "scriptName": script.path,
            "busNo": unit,
            "mediaType": script.media_type,
            "nextActionId": script.actions.len() + 1,
            "status": script.status,
            "lockInfo": { "lockedName": null, "lockedId": null, "lockedDate": null },
        },
        "actions": actions,
        "properties": properties,
        "branches": branches,
    })
}

async fn read(_: Version, seen: Seen, uri: Uri) -> Response {
    match asked(&seen, &Params::of(&uri)) {
        Some(script) => answer::ok(&json!({ "scriptContent": content(&seen, script) })),
        None => not_found("script"),
    }
}

async fn by_id(_: Version, seen: Seen, Path((_, id)): Path<(String, String)>) -> Response {
    let scripts = &seen.world.tenant.scripts;
    match scripts.iter().find(|script| script.master_id.to_string() == id) {
        Some(script) => {
            let (parent, name) = script.path.rsplit_once('\\').unwrap_or(("", &script.path));
            answer::ok(&json!({
                "name": name, "filePath": parent, "scriptId": script.master_id, "status": script.status,
                "scriptContent": content(&seen, script).to_string(),
            }))
        }
        None => not_found("script"),
    }
}

async fn history(_: Version, seen: Seen, uri: Uri) -> Response {
    let Some(script) = asked(&seen, &Params::of(&uri)) else {
        return not_found("script");
    };
    let version = |id: u64, at: i64, status: &str| json!({ "scriptId": id, "modifyDate": modified(at), "modifyUser": MODIFIER, "status": status });
    let mut versions = vec![version(script.master_id, script.modified_at, &script.status)];
    let past = script.history.iter().rev();
    versions.extend(past.map(|past| version(past.master_id, past.modified_at, "HIST")));
    answer::ok(&json!({ "name": script.path, "versions": versions }))
}

async fn remove(_: Version, seen: Seen, uri: Uri) -> Response {
    let Some(script) = asked(&seen, &Params::of(&uri)) else {
        return not_found("script");
    };
    let id = script.master_id;
    seen.sim
        .change(|world| world.tenant.scripts.retain(|script| script.master_id != id));
    answer::ok(&json!({ "success": true }))
}

fn read_actions(content: &Value) -> Vec<Action> {
    let mut actions: Vec<Action> = content["actions"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(_, action)| {
            let text = |name: &str| action[name].as_str().unwrap_or_default();
            Action::new(
                action["actionId"].as_u64().unwrap_or_default(),
                text("label"),
                text("name"),
            )
        })
        .collect();
    actions.sort_by_key(|action| action.id);
    actions
}

/// A new script, or a new version of the one with that path: 200 clean, 206 with warnings, 409 refused (seen in code).
async fn save(_: Version, seen: Seen, body: Bytes) -> Response {
    let content = json_body(&body)["scriptContent"].clone();
    let findings = Findings::of(&content, seen.switches);
    let library = content["header"]["libraryId"].clone();
    if !findings.errors.is_empty() {
        let result = json!({
            "success": false, "masterId": null, "libraryId": library, "error_code": findings.shown(),
        });
        let refused = json!({ "errorCount": 1, "results": [result] });
        return answer::because(answer::json(StatusCode::CONFLICT, &refused), findings.first());
    }
    let master_id = keep(&seen, content);
    let mut result = json!({ "success": true, "masterId": master_id, "libraryId": library });
    let mut status = StatusCode::OK;
    if !findings.warnings.is_empty() {
        status = StatusCode::PARTIAL_CONTENT;
        result["error_code"] = findings.shown();
    }
    answer::json(status, &json!({ "errorCount": 0, "results": [result] }))
}

fn keep(seen: &Seen, content: Value) -> u64 {
    let now = seen.sim.clock.now();
    let path = content["header"]["scriptName"].as_str().unwrap_or_default();
    let path = path.replace('/', "\\").trim_start_matches('\\').to_owned();
    seen.sim.change(|world| {
        let tenant = &mut world.tenant;
        if let Some((folder, _)) = path.split_once('\\')
            && !tenant
                .folders
                .iter()
                .any(|known| known.eq_ignore_ascii_case(folder))
        {
            tenant.folders.push(folder.to_owned());
        }
        let last = tenant.scripts.iter().map(|script| script.master_id).max();
        let master_id = last.unwrap_or(7_000_000) + 1;
        let version = Script {
            master_id,
            path: path.clone(),
            status: "CURR".to_owned(),
            media_type: content["header"]["mediaType"].as_i64().unwrap_or(MEDIA_DIGITAL),
            actions: read_actions(&content),
            content: Some(content),
            modified_at: now,
            history: Vec::new(),
        };
        match tenant
            .scripts
            .iter_mut()
            .find(|script| same_path(&script.path, &path))
        {
            Some(known) => {
                let mut history = std::mem::take(&mut known.history);
                history.push(PastVersion {
                    master_id: known.master_id,
                    modified_at: known.modified_at,
                });
                *known = Script { history, ..version };
            }
            None => tenant.scripts.push(version),
        }
        master_id
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_do_not_differ_by_case_or_separators() {
        assert!(same_path("Cognigy\\A b", "\\cognigy/a B"));
        assert!(!same_path("Cognigy\\A", "Cognigy\\B"));
    }
}
