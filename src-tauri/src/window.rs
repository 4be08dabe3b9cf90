//! The one window, which shows the pages of this program and nothing else.

use tauri::webview::NewWindowResponse;
use tauri::{App, AppHandle, Manager, Url, WebviewWindowBuilder, WindowEvent};

use crate::close;

/// Opens the window of tauri.conf.json.
pub fn open(app: &App) -> tauri::Result<()> {
    let Some(config) = app.config().app.windows.first() else {
        return Ok(());
    };
    let window = WebviewWindowBuilder::from_config(app.handle(), config)?
        .on_navigation(own)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .build()?;
    let closing = window.clone();
    window.on_window_event(move |event| {
        if let WindowEvent::CloseRequested { api, .. } = event {
            close::requested(&closing, api);
        }
    });
    Ok(())
}

/// Shows the window and brings it to the front, from wherever it is.
pub fn reveal(app: &AppHandle) {
    let Some(window) = app.webview_windows().into_values().next() else {
        return;
    };
    let raised = window
        .show()
        .and_then(|()| window.unminimize())
        .and_then(|()| window.set_focus());
    if let Err(error) = raised {
        tracing::warn!(%error, "the window cannot be brought to the front");
    }
}

/// Whether an address is a page of this program: the embedded UI, or in development the UI's server.
fn own(url: &Url) -> bool {
    match (url.scheme(), url.host_str()) {
        ("tauri", Some("localhost")) => true,
        // Windows serves custom protocols so.
        ("http" | "https", Some("tauri.localhost")) => true,
        ("http", Some("localhost")) => cfg!(not(feature = "custom-protocol")) && url.port() == Some(5173),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_stays_on_its_own_pages() {
        for own_page in [
            "tauri://localhost",
            "tauri://localhost/index.html",
            "http://tauri.localhost/",
        ] {
            assert!(own(&own_page.parse().unwrap()), "{own_page}");
        }
        for foreign in [
            "https://example.com/",
            "file:///etc/passwd",
            "http://localhost:8080/",
            "data:text/html,x",
        ] {
            assert!(!own(&foreign.parse().unwrap()), "{foreign}");
        }
    }
}
