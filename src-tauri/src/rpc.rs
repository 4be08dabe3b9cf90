//! The only two things that the page can ask: a command, and to hear what happens.

use desk::{Event, WireError};
use serde_json::Value;
use tauri::State;
use tauri::ipc::Channel;

use crate::backend::Backend;

/// Runs a command of the application's list.
#[tauri::command]
pub async fn rpc(backend: State<'_, Backend>, name: String, payload: Value) -> Result<Value, WireError> {
    backend.desk().await?.dispatch(&name, payload).await
}

/// Sends all events from now on to this page.
#[tauri::command]
pub async fn events(backend: State<'_, Backend>, channel: Channel<Event>) -> Result<(), WireError> {
    backend.listen(channel).await
}
