//! The icon in the tray, while a profile is watched: how the watched profiles stand, and what can be done without the
//! window. Where the desktop shows no tray there is none, and everything else works as before.

mod icon;
#[cfg(target_os = "linux")]
mod item;
#[cfg(not(target_os = "linux"))]
mod native;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use desk::watch::Standing;
use desk::{Desk, Event};
use serde_json::json;
use tauri::{AppHandle, Manager};
use tokio::sync::broadcast::error::RecvError;

#[cfg(target_os = "linux")]
use item::Shown;
#[cfg(not(target_os = "linux"))]
use native::Shown;

use crate::backend::Backend;
use crate::{shutdown, window};

/// What the menu offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    Open,
    Verify,
    Pause,
    Resume,
    Quit,
}

impl Act {
    /// The entries, in order.
    pub fn menu(all_paused: bool) -> [Self; 4] {
        let pause = if all_paused { Self::Resume } else { Self::Pause };
        [Self::Open, Self::Verify, pause, Self::Quit]
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Verify => "Verify now",
            Self::Pause => "Pause watching",
            Self::Resume => "Resume watching",
            Self::Quit => "Quit",
        }
    }
}

/// Hears what was chosen. Must not block.
pub type OnAct = Arc<dyn Fn(Act) + Send + Sync>;

/// Whether there is an icon that a person can see.
#[derive(Debug, Clone, Default)]
pub struct Visible(Arc<AtomicBool>);

impl Visible {
    pub fn set(&self, visible: bool) {
        self.0.store(visible, Ordering::Relaxed);
    }

    pub fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Keeps the icon in step with the watched profiles until the application stops.
pub async fn follow(app: AppHandle, desk: Desk, visible: Visible) {
    let mut events = desk.subscribe();
    let mut shown: Option<Shown> = None;
    let act: OnAct = {
        let app = app.clone();
        Arc::new(move |act| chosen(&app, act))
    };
    loop {
        // Profiles that cannot be read now are read at the next event.
        if let Ok(standing) = desk.standing().await {
            shown = step(shown, standing, &app, &act, &visible).await;
            visible.set(shown.as_ref().is_some_and(Shown::is_visible));
        }
        loop {
            match events.recv().await {
                Ok(Event::Watch { .. } | Event::Profiles {}) | Err(RecvError::Lagged(_)) => break,
                Ok(_) => {}
                Err(RecvError::Closed) => return,
            }
        }
    }
}

async fn step(
    shown: Option<Shown>,
    standing: Option<Standing>,
    app: &AppHandle,
    act: &OnAct,
    visible: &Visible,
) -> Option<Shown> {
    match (shown, standing) {
        (Some(shown), Some(standing)) => {
            shown.update(&standing).await;
            Some(shown)
        }
        (None, Some(standing)) => match Shown::new(app, standing, Arc::clone(act), visible.clone()).await {
            Ok(shown) => Some(shown),
            Err(error) => {
                tracing::info!(%error, "this desktop shows no tray");
                None
            }
        },
        (Some(shown), None) => {
            shown.end().await;
            None
        }
        (None, None) => None,
    }
}

fn chosen(app: &AppHandle, act: Act) {
    match act {
        Act::Open => window::reveal(app),
        Act::Quit => shutdown::quit(app),
        Act::Verify | Act::Pause | Act::Resume => {
            let Some(desk) = app.try_state::<Backend>().and_then(|backend| backend.running()) else {
                return;
            };
            let command = match act {
                Act::Verify => "watch.verify",
                Act::Pause => "watch.pause",
                _ => "watch.resume",
            };
            tauri::async_runtime::spawn(async move {
                if let Err(error) = desk.dispatch(command, json!({})).await {
                    tracing::warn!(%error, command, "what was chosen in the tray failed");
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_menu_offers_what_can_be_done() {
        let labels = |paused| Act::menu(paused).map(Act::label);
        assert_eq!(labels(false), ["Open", "Verify now", "Pause watching", "Quit"]);
        assert_eq!(labels(true), ["Open", "Verify now", "Resume watching", "Quit"]);
    }
}
