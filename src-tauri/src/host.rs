//! What the application needs of a window: its preferences, and this desktop's clipboard.

use std::sync::{Mutex, PoisonError};

use desk::clipboard::Clipboard;
use desk::wire::{HostKind, Preferences};
use desk::{Host, WireError};

use crate::preferences::PreferenceFile;

/// The desktop window as a host.
pub struct Window {
    /// `None`: a rehearsal, which writes nothing.
    file: Option<PreferenceFile>,
    /// Of a rehearsal, and until the program ends.
    memory: Mutex<Preferences>,
}

impl Window {
    pub fn new(file: Option<PreferenceFile>) -> Self {
        Self {
            file,
            memory: Mutex::default(),
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
}

#[cfg(test)]
mod tests {
    use desk::wire::Theme;

    use super::*;

    #[test]
    fn a_rehearsal_remembers_in_memory() {
        let window = Window::new(None);
        assert_eq!(window.preferences(), Preferences::default());
        let dark = Preferences {
            theme: Theme::Dark,
            ..Preferences::default()
        };
        window.set_preferences(&dark).unwrap();
        assert_eq!(window.preferences(), dark);
    }
}
