//! A lock between processes, and between threads of one, held for a single write.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

/// Longer than any write takes, including one of a vault; whoever holds it longer hangs.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(5);

/// Released when dropped, and by the system when the process ends in whatever way.
pub(crate) struct Lock(#[allow(dead_code)] File);

/// Why there is no lock.
pub(crate) enum LockError {
    /// Somebody else has it.
    Busy,
    /// The file system refused.
    Io(io::Error),
}

impl Lock {
    /// Waits for the lock, a few seconds at most. The lock file stays: removing it would race with the next holder.
    pub(crate) fn take(path: &Path) -> Result<Lock, LockError> {
        Lock::take_within(path, PATIENCE)
    }

    pub(crate) fn take_within(path: &Path, patience: Duration) -> Result<Lock, LockError> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(LockError::Io)?;
        let end = Instant::now() + patience;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Lock(file)),
                Err(TryLockError::WouldBlock) if Instant::now() < end => std::thread::sleep(PAUSE),
                Err(TryLockError::WouldBlock) => return Err(LockError::Busy),
                Err(TryLockError::Error(error)) => return Err(LockError::Io(error)),
            }
        }
    }
}
