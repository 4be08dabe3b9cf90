//! The commands that a Rust host calls with their types, instead of by name and JSON.

use profile::{Record, StoreKind};
use tokio_util::sync::CancellationToken;

use crate::Desk;
use crate::wire::{
    ByIdRequest, DiffRequest, Empty, HistoryDelete, HistoryList, HistoryRequest, ImportOutcome,
    ImportRequest, ProfileList, ProfileView, RunDiff, RunRequest, RunView, StoreChoice, StoreStatus,
    WireError,
};

impl Desk {
    /// Every stored profile, as it is kept.
    ///
    /// # Errors
    /// When the profile file cannot be read.
    pub async fn records(&self) -> Result<Vec<Record>, WireError> {
        Ok(self.inner.profiles.all().await?.records)
    }

    /// `profile.list`
    ///
    /// # Errors
    /// When the profile file cannot be read.
    pub async fn profiles(&self) -> Result<ProfileList, WireError> {
        self.profile_list(Empty {}).await
    }

    /// A profile with all that follows from it.
    pub fn show(&self, record: &Record) -> ProfileView {
        self.view(record)
    }

    /// `profile.import`
    ///
    /// # Errors
    /// When the text is no profile file, or the profile file cannot be written.
    pub async fn import(&self, request: ImportRequest) -> Result<ImportOutcome, WireError> {
        self.profile_import(request).await
    }

    /// `profile.delete`
    ///
    /// # Errors
    /// When its secrets could not be deleted, or the profile file cannot be written.
    pub async fn delete(&self, request: ByIdRequest) -> Result<(), WireError> {
        self.profile_delete(request).await.map(|_| ())
    }

    /// `history.list`
    ///
    /// # Errors
    /// When the profile is gone or the archive cannot be read.
    pub async fn runs(&self, request: HistoryRequest) -> Result<HistoryList, WireError> {
        self.history_list(request).await
    }

    /// `history.get`
    ///
    /// # Errors
    /// When there is no such run or the archive cannot be read.
    pub async fn run(&self, request: RunRequest) -> Result<RunView, WireError> {
        self.history_get(request).await
    }

    /// `history.diff`
    ///
    /// # Errors
    /// When there are not two runs or the archive cannot be read.
    pub async fn compare_runs(&self, request: DiffRequest) -> Result<RunDiff, WireError> {
        self.history_diff(request).await
    }

    /// `history.delete`
    ///
    /// # Errors
    /// When the archive cannot be written.
    pub async fn delete_runs(&self, request: HistoryDelete) -> Result<(), WireError> {
        self.history_delete(request).await.map(|_| ())
    }

    /// Which secret store is in use.
    pub fn store_kind(&self) -> StoreKind {
        self.inner.secrets.kind()
    }

    /// `store.use`
    ///
    /// # Errors
    /// When the store cannot be opened, such as by a wrong passphrase.
    pub async fn use_store(&self, choice: StoreChoice) -> Result<StoreStatus, WireError> {
        self.store_use(choice).await
    }

    /// Cancelled when the application stops.
    pub fn stopped(&self) -> CancellationToken {
        self.inner.stop.clone()
    }
}

/// The operating system's random source. It fails only where the system offers none at all, and then a secret must not be
/// made from anything weaker.
pub fn os_random() -> impl rand::CryptoRng {
    rand::rand_core::UnwrapErr(rand::rngs::SysRng)
}
