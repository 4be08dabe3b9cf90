//! Notifications of Windows and macOS.

use futures_util::future::BoxFuture;

use super::{Notice, Notifier, NotifyError, OnClick};

pub(super) struct Native;

impl Notifier for Native {
    /// The click is not heard: neither system tells it to a program that did not register for it when it was installed.
    fn tell(&self, notice: Notice, _clicked: OnClick) -> BoxFuture<'_, Result<(), NotifyError>> {
        Box::pin(async move {
            let shown = tokio::task::spawn_blocking(move || {
                notify_rust::Notification::new()
                    .appname("Handover Desk")
                    .summary(&notice.title)
                    .body(&notice.body)
                    .show()
                    .map(drop)
            });
            match shown.await {
                Ok(shown) => shown.map_err(|error| NotifyError::Refused(error.to_string())),
                Err(error) => Err(NotifyError::Refused(error.to_string())),
            }
        })
    }
}
