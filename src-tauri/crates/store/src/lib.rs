//! What stays on disk: the profile file and the archive of runs that window and terminal share, and the places secrets
//! are kept.
//!
//! Invariants of this crate:
//!
//! - **A file is replaced, never edited.** The new content is written aside and synced, the content it replaces is
//!   kept as `.bak`, and one rename makes the change visible. Killed between any two of these steps, the old or the
//!   new content is found again ([`ProfileFile`], [`Vault`]).
//! - **A lock is held for one write only**, so that window and terminal work on the same file side by side.
//! - **A newer file is never overwritten**, and a record this version cannot read is kept as it is.
//! - **A copy of a script stays on this computer**: it may hold secrets of the tenant, so only its owner can read it and it
//!   is part of no export ([`ScriptBackups`]).
//! - **Secrets of the program are never in plain text on disk.** They are in the system's keychain, in an encrypted vault, or in
//!   memory.
//! - **Secret stores block** - a keychain may ask its user - so they are served by a thread of their own
//!   ([`SecretThread`]) that nobody ever waits for without a limit.

pub mod archive;
mod disk;
mod error;
mod keychain;
mod lock;
mod migration;
mod profiles;
mod scripts;
mod session;
mod simulated;
mod thread;
mod vault;

pub use archive::{Archive, ArchiveError};
pub use error::{StoreAction, StoreError};
pub use keychain::{Keychain, SERVICE};
pub use profiles::{Loaded, ProfileFile, SCHEMA_VERSION, Stamp, Unreadable};
pub use scripts::{BackupReason, KEPT_BACKUPS, ScriptBackup, ScriptBackups};
pub use session::Session;
pub use simulated::{SimulatedFault, simulated};
pub use thread::{DEFAULT_LIMIT, Patience, SecretThread};
pub use vault::Vault;
