//! Telling this person of something while nobody looks: by the desktop's own notifications, or as a line.
//!
//! A notice holds no secret: its words are made of a profile's name and a report's headline, which are free of them.

#[cfg(all(unix, not(target_os = "macos")))]
mod bus;
#[cfg(all(test, target_os = "linux"))]
mod bus_tests;
#[cfg(not(all(unix, not(target_os = "macos"))))]
mod native;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use profile::ProfileId;
use serde::Serialize;
use ts_rs::TS;

use crate::Desk;
use crate::wire::Event;

/// Characters of a body that are shown, at most: desktops cut longer ones in ways of their own.
const LONGEST: usize = 240;

/// A screen that a notice leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "NoticeScreen")]
pub enum Screen {
    /// What was checked, and what came of it.
    Verify,
    /// Why Save stays active, and whether it is well again.
    Diagnose,
}

/// How much a notice weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// Good to know.
    Low,
    /// Something changed.
    Normal,
}

/// What is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The profile it is about. A newer notice about it takes the place of the former one.
    pub about: ProfileId,
    /// Where a click leads.
    pub screen: Screen,
    /// The profile's name and what became of it, in a few words.
    pub title: String,
    /// One sentence, cut where it is very long. Plain text.
    pub body: String,
    /// How much it weighs.
    pub urgency: Urgency,
}

/// What to do when a notice is clicked. Called at most once, from any thread; must not block.
pub type OnClick = Arc<dyn Fn() + Send + Sync>;

/// Why nobody could be told.
#[derive(Debug, thiserror::Error)]
pub enum NotifyError {
    /// This session has no bus, or nothing on it shows notifications.
    #[error(
        "This desktop shows no notifications: {0}. Handover Desk goes on and shows in its window what it would have told."
    )]
    Missing(String),
    /// Whoever shows them did not answer in time.
    #[error(
        "This desktop's notification service does not answer. Handover Desk goes on and shows in its window what it would have told."
    )]
    Slow,
    /// Whoever shows them refused.
    #[error(
        "This desktop's notification service refused the notification: {0}. Handover Desk goes on and shows in its window what it would have told."
    )]
    Refused(String),
}

/// Tells a person something. Ends by itself within seconds.
pub trait Notifier: Send + Sync {
    /// Tells it.
    fn tell(&self, notice: Notice, clicked: OnClick) -> BoxFuture<'_, Result<(), NotifyError>>;
}

/// The notifications of this desktop session.
pub fn desktop() -> Arc<dyn Notifier> {
    #[cfg(all(unix, not(target_os = "macos")))]
    return Arc::new(bus::Bus::session());
    #[cfg(not(all(unix, not(target_os = "macos"))))]
    return Arc::new(native::Native);
}

impl Desk {
    /// Tells this person something, where the host can and the preferences allow it. A click raises the window and
    /// emits [`Event::Open`].
    ///
    /// # Errors
    /// [`NotifyError`]. Nothing depends on a notice: a caller logs it at most.
    pub async fn tell(&self, notice: Notice) -> Result<(), NotifyError> {
        let host = Arc::clone(&self.inner.options.host);
        let Some(notifier) = host.notifier() else {
            return Ok(());
        };
        let (desk, profile_id, screen) = (self.clone(), notice.about.clone(), notice.screen);
        let clicked: OnClick = Arc::new(move || {
            desk.inner.options.host.reveal();
            desk.emit(Event::Open {
                profile_id: profile_id.clone(),
                screen,
            });
        });
        notifier.tell(shortened(notice), clicked).await
    }
}

fn shortened(mut notice: Notice) -> Notice {
    if let Some((end, _)) = notice.body.char_indices().nth(LONGEST) {
        notice.body.truncate(end);
        notice.body.push('…');
    }
    notice
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_very_long_body_is_cut_between_characters() {
        let notice = Notice {
            about: ProfileId::random(),
            screen: Screen::Verify,
            title: "Support EU: a new problem".to_owned(),
            body: "ä".repeat(500),
            urgency: Urgency::Normal,
        };
        let cut = shortened(notice.clone()).body;
        assert_eq!(cut.chars().count(), LONGEST + 1);
        assert!(cut.ends_with('…'));
        let short = Notice {
            body: "ä".repeat(LONGEST),
            ..notice
        };
        assert_eq!(shortened(short.clone()), short);
    }
}
