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

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::Arc;

    use desk::Options;
    use serde_json::json;
    use tauri::WebviewWindowBuilder;
    use tauri::ipc::{CallbackFn, InvokeBody};
    use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder, mock_context, noop_assets};
    use tauri::webview::InvokeRequest;

    use super::*;
    use crate::host::{Frame, Window};

    /// Asks as the page does, through Tauri's own message handling.
    fn ask(data_dir: Option<PathBuf>, command: &str, arguments: Value) -> Result<Value, Value> {
        let app: tauri::App<MockRuntime> = mock_builder()
            .invoke_handler(tauri::generate_handler![rpc, events])
            .build(mock_context(noop_assets()))
            .unwrap();
        let options = Options {
            data_dir,
            sample: false,
            host: Arc::new(Window::new(None, Frame::none())),
        };
        Backend::start(app.handle(), options);
        let page = WebviewWindowBuilder::new(&app, "main", Default::default())
            .build()
            .unwrap();
        let request = InvokeRequest {
            cmd: command.into(),
            callback: CallbackFn(0),
            error: CallbackFn(1),
            url: "tauri://localhost".parse().unwrap(),
            body: InvokeBody::Json(arguments),
            headers: Default::default(),
            invoke_key: INVOKE_KEY.to_owned(),
        };
        get_ipc_response(&page, request).map(|body| body.deserialize().unwrap())
    }

    #[test]
    fn a_command_is_answered_by_the_application() {
        let answer = ask(None, "rpc", json!({ "name": "app.info", "payload": {} })).unwrap();
        assert_eq!(
            (&answer["host"], &answer["sample"]),
            (&json!("desktop"), &json!(false))
        );
    }

    #[test]
    fn a_refusal_keeps_its_code() {
        let refusal = ask(None, "rpc", json!({ "name": "no.such", "payload": {} })).unwrap_err();
        assert_eq!(refusal["code"], "not_found");
    }

    #[test]
    fn an_application_that_could_not_start_says_why_to_every_command() {
        let folder = tempfile::tempdir().unwrap();
        let taken = folder.path().join("taken");
        std::fs::write(&taken, "a file where the folder should be").unwrap();
        for (command, arguments) in [
            ("rpc", json!({ "name": "app.info", "payload": {} })),
            ("events", json!({ "channel": "__CHANNEL__:7" })),
        ] {
            let refusal = ask(Some(taken.clone()), command, arguments).unwrap_err();
            assert_eq!(refusal["code"], "storage", "{command}: {refusal}");
        }
    }
}
