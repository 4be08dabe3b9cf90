//! What the application needs of a window: its preferences, and this desktop's clipboard.

use std::sync::{Arc, Mutex, PoisonError};

use desk::clipboard::Clipboard;
use desk::notify::{self, Notifier};
use desk::wire::{HostKind, Preferences};
use desk::{Host, WireError};

use crate::preferences::PreferenceFile;

/// Brings the window to the front.
pub type Reveal = Box<dyn Fn() + Send + Sync>;

/// The desktop window as a host.
pub struct Window {
    /// `None`: a rehearsal, which writes nothing.
    file: Option<PreferenceFile>,
    /// Of a rehearsal, and until the program ends.
    memory: Mutex<Preferences>,
    notifier: Arc<dyn Notifier>,
    reveal: Reveal,
}

impl Window {
    pub fn new(file: Option<PreferenceFile>, reveal: Reveal) -> Self {
        Self {
            file,
            memory: Mutex::default(),
            notifier: notify::desktop(),
            reveal,
        }
    }
}

impl Host for Window {
    fn kind(&self) -> HostKind {
        HostKind::Desktop
    }

    fn preferences(&self) -> Preferences {
        match &self.file {
            Some(file) => file.read(),
            None => self.memory.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }

    fn set_preferences(&self, preferences: &Preferences) -> Result<(), WireError> {
        match &self.file {
            Some(file) => file.write(preferences),
            None => {
                preferences.clone_into(&mut self.memory.lock().unwrap_or_else(PoisonError::into_inner));
                Ok(())
            }
        }
    }

    fn clipboard(&self) -> Option<Clipboard> {
        Some(Clipboard::desktop())
    }

    fn dialogs(&self) -> bool {
        true
    }

    fn notifier(&self) -> Option<Arc<dyn Notifier>> {
        Some(Arc::clone(&self.notifier))
    }

    fn reveal(&self) {
        (self.reveal)();
    }
}

#[cfg(test)]
mod tests {
    use desk::wire::Theme;

    use super::*;

    #[test]
    fn a_rehearsal_remembers_in_memory() {
        let window = Window::new(None, Box::new(|| {}));
        assert_eq!(window.preferences(), Preferences::default());
        let dark = Preferences {
            theme: Theme::Dark,
            ..Preferences::default()
        };
        window.set_preferences(&dark).unwrap();
        assert_eq!(window.preferences(), dark);
    }
}
