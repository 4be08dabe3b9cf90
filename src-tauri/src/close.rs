//! What closing the window means. With a watch on, the program goes on: in the tray where there is one that can be seen,
//! and else out of the way, when the person says so. It is never hidden where nothing could bring it back.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tauri::{AppHandle, CloseRequestApi, Manager, WebviewWindow};

use crate::backend::Backend;
use crate::tray::Visible;

/// A second wish to close within this time ends the program: its page may not be able to ask.
const AGAIN: Duration = Duration::from_secs(5);

/// What to do.
#[derive(Debug, PartialEq, Eq)]
enum Closing {
    /// Let the window go, and with it the program.
    End,
    /// Hide it: the tray brings it back.
    Hide,
    /// Keep it, and let its page ask.
    Ask,
}

fn meaning(watching: bool, tray: bool, asked: Option<Duration>) -> Closing {
    match (watching, tray) {
        (false, _) => Closing::End,
        (true, true) => Closing::Hide,
        (true, false) if asked.is_some_and(|since| since < AGAIN) => Closing::End,
        (true, false) => Closing::Ask,
    }
}

/// When the page was last asked to ask.
#[derive(Default)]
pub struct Asked(Mutex<Option<Instant>>);

/// The window should be closed.
pub fn requested(window: &WebviewWindow, api: &CloseRequestApi) {
    let app = window.app_handle();
    let Some(desk) = app.try_state::<Backend>().and_then(|backend| backend.running()) else {
        return;
    };
    let tray = app.try_state::<Visible>().is_some_and(|visible| visible.get());
    let state = app.state::<Asked>();
    let mut asked = state.0.lock().unwrap_or_else(PoisonError::into_inner);
    match meaning(desk.is_watching(), tray, asked.map(|at| at.elapsed())) {
        Closing::End => {}
        Closing::Hide => {
            api.prevent_close();
            if let Err(error) = window.hide() {
                tracing::warn!(%error, "the window cannot be hidden");
            }
            tauri::async_runtime::spawn(async move { desk.tell_hidden().await });
        }
        Closing::Ask => {
            api.prevent_close();
            *asked = Some(Instant::now());
            desk.ask_to_leave();
        }
    }
}

/// Minimises the window: the person wants to go on watching.
pub fn minimise(app: &AppHandle) {
    for window in app.webview_windows().into_values() {
        if let Err(error) = window.minimize() {
            tracing::warn!(%error, "the window cannot be minimised");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_is_never_hidden_where_nothing_brings_it_back() {
        let late = Some(Duration::from_secs(60));
        let just = Some(Duration::from_secs(1));
        for (watching, tray, asked, expected) in [
            (false, false, None, Closing::End),
            (false, true, None, Closing::End),
            (true, true, None, Closing::Hide),
            (true, true, just, Closing::Hide),
            (true, false, None, Closing::Ask),
            (true, false, late, Closing::Ask),
            (true, false, just, Closing::End),
        ] {
            assert_eq!(
                meaning(watching, tray, asked),
                expected,
                "{watching} {tray} {asked:?}"
            );
        }
    }
}
