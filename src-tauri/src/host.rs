//! What the application needs of a window: its preferences, and this desktop's clipboard.

use std::sync::{Arc, Mutex, PoisonError};

use desk::clipboard::Clipboard;
use desk::notify::{self, Notifier};
use desk::wire::{HostKind, Preferences};
use desk::{Host, WireError};

use crate::preferences::PreferenceFile;

/// What can be done with the window itself.
pub struct Frame {
    /// Brings it to the front.
    pub reveal: Box<dyn Fn() + Send + Sync>,
    /// Ends the program (true), or puts the window out of the way.
    pub leave: Box<dyn Fn(bool) + Send + Sync>,
}

#[cfg(test)]
impl Frame {
    /// Of a window that is not there.
    pub fn none() -> Self {
        Self {
            reveal: Box::new(|| {}),
            leave: Box::new(|_| {}),
        }
    }
}

/// The desktop window as a host.
pub struct Window {
    /// `None`: a rehearsal, which writes nothing.
    file: Option<PreferenceFile>,
    /// Of a rehearsal, and until the program ends.
    memory: Mutex<Preferences>,
    notifier: Arc<dyn Notifier>,
    frame: Frame,
}

impl Window {
    pub fn new(file: Option<PreferenceFile>, frame: Frame) -> Self {
        Self {
            file,
            memory: Mutex::default(),
            notifier: notify::desktop(),
            frame,
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
        (self.frame.reveal)();
    }

    fn leave(&self, quit: bool) {
        (self.frame.leave)(quit);
    }
}

#[cfg(test)]
mod tests {
    use desk::wire::Theme;

    use super::*;

    #[test]
    fn a_rehearsal_remembers_in_memory() {
        let window = Window::new(None, Frame::none());
        assert_eq!(window.preferences(), Preferences::default());
        let dark = Preferences {
            theme: Theme::Dark,
            ..Preferences::default()
        };
        window.set_preferences(&dark).unwrap();
        assert_eq!(window.preferences(), dark);
    }
}
