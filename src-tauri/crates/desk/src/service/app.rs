use profile::{ProfileId, STEPS, Step};
use verify::CheckInfo;

use crate::Desk;
use crate::notify::{Notice, Screen, Urgency};
use crate::wire::{AppInfo, CopyOutcome, Empty, ErrorCode, Leave, Preferences, TextCopy, WireError};

impl Desk {
    pub(crate) async fn app_info(&self, _: Empty) -> Result<AppInfo, WireError> {
        let options = &self.inner.options;
        Ok(AppInfo {
            name: "Handover Desk".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            host: options.host.kind(),
            data_dir: options
                .data_dir
                .as_ref()
                .map_or_else(String::new, |path| path.display().to_string()),
            sample: options.sample,
            clipboard: self.inner.clipboard.is_some(),
        })
    }

    pub(crate) async fn app_leave(&self, request: Leave) -> Result<Empty, WireError> {
        self.inner.options.host.leave(request.quit);
        Ok(Empty {})
    }

    pub(crate) async fn preferences_get(&self, _: Empty) -> Result<Preferences, WireError> {
        let host = self.inner.options.host.clone();
        tokio::task::spawn_blocking(move || host.preferences())
            .await
            .map_err(|error| WireError::internal("reading the preferences", error))
    }

    pub(crate) async fn preferences_set(&self, preferences: Preferences) -> Result<Preferences, WireError> {
        let host = self.inner.options.host.clone();
        self.watch_prefers(&preferences);
        tokio::task::spawn_blocking(move || host.set_preferences(&preferences).map(|()| preferences))
            .await
            .map_err(|error| WireError::internal("keeping the preferences", error))?
    }

    /// Says, the first time, that the program goes on in the tray though its window is gone.
    pub async fn tell_hidden(&self) {
        let Ok(mut preferences) = self.preferences_get(Empty {}).await else {
            return;
        };
        if preferences.tray_told {
            return;
        }
        let notice = Notice {
            // No profile's: none of theirs takes its place.
            about: ProfileId::random(),
            screen: Screen::Verify,
            title: "Handover Desk goes on watching".to_owned(),
            body: "Its icon in the tray opens the window again, and quits.".to_owned(),
            urgency: Urgency::Low,
        };
        if let Err(error) = self.tell(notice).await {
            tracing::warn!(%error, "nobody was told where the window went");
        }
        preferences.tray_told = true;
        if let Err(error) = self.preferences_set(preferences).await {
            tracing::warn!(%error, "that it was told is not remembered");
        }
    }

    pub(crate) async fn setup_steps(&self, _: Empty) -> Result<Vec<Step>, WireError> {
        Ok(STEPS.to_vec())
    }

    pub(crate) async fn checks_list(&self, _: Empty) -> Result<Vec<CheckInfo>, WireError> {
        Ok(verify::catalogue().iter().map(verify::Check::info).collect())
    }

    pub(crate) async fn clipboard_copy(&self, request: TextCopy) -> Result<CopyOutcome, WireError> {
        self.copy(request.text.into(), false).await?;
        Ok(CopyOutcome {
            cleared_after_s: None,
        })
    }

    pub(crate) async fn copy(&self, text: secrecy::SecretString, secret: bool) -> Result<(), WireError> {
        let Some(clipboard) = &self.inner.clipboard else {
            return Err(WireError::new(
                ErrorCode::ClipboardMissing,
                "Copying works on the same desktop session as the program only.",
            )
            .hint(
                "Open the desktop window, or a browser on the computer and desktop where the program runs.",
            ));
        };
        clipboard.copy(text, secret).await
    }
}
