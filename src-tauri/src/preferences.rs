//! What the window remembers about itself, in one file of tauri-plugin-store beside the profiles. The page cannot
//! reach the plugin: it has no permission for it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use desk::wire::Preferences;
use desk::{ErrorCode, WireError};
use tauri::{AppHandle, Runtime, Wry};
use tauri_plugin_store::{Store, StoreBuilder};

const FILE: &str = "window.json";
const KEY: &str = "preferences";

/// The file of the preferences.
pub struct PreferenceFile<R: Runtime = Wry> {
    app: AppHandle<R>,
    path: PathBuf,
}

impl<R: Runtime> PreferenceFile<R> {
    /// The file in this folder; `None` without a folder.
    pub fn of(app: &AppHandle<R>, folder: Option<&Path>) -> Option<Self> {
        folder.map(|folder| Self {
            app: app.clone(),
            path: folder.join(FILE),
        })
    }

    /// What is kept; the defaults where nothing is, or nothing that can be read.
    pub fn read(&self) -> Preferences {
        let kept = self.store().ok().and_then(|store| store.get(KEY));
        kept.and_then(|value| serde_json::from_value(value).ok())
            .unwrap_or_default()
    }

    /// Keeps them at once: the plugin's own delayed saving loses what was chosen just before the end.
    pub fn write(&self, preferences: &Preferences) -> Result<(), WireError> {
        let value = serde_json::to_value(preferences).map_err(|error| self.failed(&error))?;
        let store = self.store().map_err(|error| self.failed(&error))?;
        store.set(KEY, value);
        store.save().map_err(|error| self.failed(&error))
    }

    fn store(&self) -> tauri_plugin_store::Result<Arc<Store<R>>> {
        let builder = || StoreBuilder::new(&self.app, &self.path).disable_auto_save();
        builder().build().or_else(|error| {
            tracing::warn!(%error, path = %self.path.display(), "the window's preferences cannot be read; they start anew");
            builder().create_new().build()
        })
    }

    fn failed(&self, error: &dyn std::fmt::Display) -> WireError {
        WireError::new(
            ErrorCode::Storage,
            format!(
                "The window's preferences could not be written to {}: {error}",
                self.path.display()
            ),
        )
        .hint("The choice holds until the window is closed. Mend the folder's permissions to keep it.")
    }
}

#[cfg(test)]
mod tests {
    use desk::wire::Theme;
    use tauri::test::{MockRuntime, mock_builder, mock_context, noop_assets};

    use super::*;

    fn app() -> tauri::App<MockRuntime> {
        mock_builder()
            .plugin(tauri_plugin_store::Builder::default().build())
            .build(mock_context(noop_assets()))
            .unwrap()
    }

    fn file(folder: &Path) -> PreferenceFile<MockRuntime> {
        PreferenceFile::of(app().handle(), Some(folder)).unwrap()
    }

    fn dark() -> Preferences {
        Preferences {
            theme: Theme::Dark,
            rail_folded: true,
            ..Preferences::default()
        }
    }

    #[test]
    fn another_start_finds_what_was_kept() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(file(folder.path()).read(), Preferences::default());
        file(folder.path()).write(&dark()).unwrap();
        assert_eq!(file(folder.path()).read(), dark());
    }

    #[test]
    fn a_damaged_file_gives_the_defaults_and_can_be_written_again() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), "{ not json").unwrap();
        assert_eq!(file(folder.path()).read(), Preferences::default());
        file(folder.path()).write(&dark()).unwrap();
        assert_eq!(file(folder.path()).read(), dark());
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_a_storage_error() {
        let folder = tempfile::tempdir().unwrap();
        let taken = folder.path().join("taken");
        std::fs::write(&taken, "a file where the folder should be").unwrap();
        assert_eq!(file(&taken).write(&dark()).unwrap_err().code, ErrorCode::Storage);
    }
}
