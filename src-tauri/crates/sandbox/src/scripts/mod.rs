//! Studio scripts: search with their actions, folders, and each script by itself.

mod file;
mod syntax;

use std::sync::Arc;

use axum::Router;
use axum::response::Response;
use axum::routing::get;
pub(crate) use file::seeded;
use http::Uri;
use serde_json::{Value, json};

use crate::acd::{Version, at, moment, paged};
use crate::params::Params;
use crate::state::{Seen, Sim};
use crate::tenant::Script;

/// When the seeded scripts were changed last.
const MODIFIED: &str = "2026-01-05T09:00:00Z";
/// Who changed them, and everything since.
const MODIFIER: &str = "sim_service@example.com";

/// The moment a script was changed.
fn modified(at: i64) -> String {
    match at {
        0 => MODIFIED.to_owned(),
        at => moment(at),
    }
}

/// The library id of BEGIN, the same on every tenant (seen in code).
const BEGIN: &str = "b2f794c5-0232-40e7-9830-76d573bf57d7";

/// The library id of an action by its number in the script; the first one is BEGIN. The others are not documented publicly:
/// ours are marked.
pub(crate) fn library(action: u64) -> String {
    match action {
        1 => BEGIN.to_owned(),
        action => format!("51b00000-0000-4000-8000-{action:012}"),
    }
}

pub(crate) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route(at!("scripts/search"), get(search))
        .route(at!("script-folders"), get(folders))
        .merge(file::routes())
}

async fn search(_: Version, seen: Seen, uri: Uri) -> Response {
    let params = Params::of(&uri);
    let media = params.number("mediaType", 0);
    let tenant = &seen.world.tenant;
    let rows = tenant
        .scripts
        .iter()
        .filter(|script| params.matches("scriptName", &script.path))
        .filter(|script| media.is_none_or(|media| i64::try_from(media) == Ok(script.media_type)))
        .filter(|script| {
            params.get("caption").is_none() || has(script, |action| params.matches("caption", &action.label))
        })
        .filter(|script| {
            params.get("toolName").is_none() || has(script, |action| params.matches("toolName", &action.name))
        })
        .map(|script| {
            let actions: Vec<Value> = script
                .actions
                .iter()
                .map(|action| {
                    json!({
                        "actionId": action.id, "label": action.label, "libraryId": library(action.id),
                        "name": action.name,
                    })
                })
                .collect();
            json!({
                "masterID": script.master_id,
                "busNo": tenant.unit.number,
                "mUser": MODIFIER,
                "scriptName": script.path,
                "status": script.status,
                "mediaType": script.media_type,
                "modifyDate": modified(script.modified_at),
                "actions": actions,
            })
        })
        .collect();
    paged(
        &uri,
        json!({ "busNo": tenant.unit.number }),
        "scriptSearchDetails",
        rows,
    )
}

fn has(script: &Script, wanted: impl Fn(&crate::tenant::Action) -> bool) -> bool {
    script.actions.iter().any(wanted)
}

/// The root (a single backslash, or nothing) lists the folders; a folder lists its scripts.
async fn folders(_: Version, seen: Seen, uri: Uri) -> Response {
    let params = Params::of(&uri);
    let folder = params.get("folder").unwrap_or_default().trim_matches(['\\', '/']);
    let tenant = &seen.world.tenant;
    let rows = if folder.is_empty() {
        tenant.folders.iter().map(|name| folder_row(name)).collect()
    } else {
        tenant
            .scripts
            .iter()
            .filter(|script| {
                script
                    .path
                    .rsplit_once('\\')
                    .is_some_and(|(parent, _)| parent.eq_ignore_ascii_case(folder))
            })
            .filter(|script| {
                params
                    .get("status")
                    .is_none_or(|status| status.eq_ignore_ascii_case(&script.status))
            })
            .map(script_row)
            .collect()
    };
    paged(
        &uri,
        json!({ "businessUnitId": tenant.unit.number }),
        "scriptList",
        rows,
    )
}

fn folder_row(name: &str) -> Value {
    json!({ "scriptName": name, "isFolder": true, "status": "", "size": 0, "masterID": null, "mediaType": null })
}

fn script_row(script: &Script) -> Value {
    json!({
        "scriptName": script.path,
        "isFolder": false,
        "status": script.status,
        "masterID": script.master_id,
        "createDate": modified(script.history.first().map_or(script.modified_at, |first| first.modified_at)),
        "modifyDate": modified(script.modified_at),
        "modifiedBy": MODIFIER,
        "mediaType": script.media_type,
        "size": 1024,
        "hidden": false,
        "readOnly": false,
        "scriptLockingType": null,
        "lockedBy": null,
    })
}
