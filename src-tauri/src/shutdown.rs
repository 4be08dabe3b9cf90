//! The end of the program: jobs are cancelled, a copied secret is cleared, and nothing is waited for longer than
//! [`GRACE`]. A thread that waits for the keychain ends with the process.

use std::time::Duration;

use tauri::{AppHandle, Manager, RunEvent};

use crate::backend::Backend;

/// How long the application may take to stop.
const GRACE: Duration = Duration::from_secs(2);
/// What a shell expects of a program that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

/// Stops the application when the last window was closed, then lets the program end.
pub fn on_event(app: &AppHandle, event: RunEvent) {
    // With a code it is our own wish to end, below.
    if let RunEvent::ExitRequested { api, code: None, .. } = event {
        api.prevent_exit();
        quit(app);
    }
}

/// Ends the program as closing its last window does.
pub fn quit(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move { end(&app, 0).await });
}

/// Ends the program in the same way when the terminal or the system asks for it.
pub fn on_signal(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        match asked().await {
            Ok(()) => end(&app, INTERRUPTED).await,
            Err(error) => tracing::warn!(%error, "signals cannot be heard"),
        }
    });
}

async fn end(app: &AppHandle, code: i32) {
    let running = app.try_state::<Backend>().and_then(|backend| backend.running());
    if let Some(desk) = running
        && tokio::time::timeout(GRACE, desk.stop()).await.is_err()
    {
        tracing::warn!("the application did not stop in time");
    }
    app.exit(code);
}

#[cfg(unix)]
async fn asked() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn asked() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
