//! Putting a script back: only over the version that was looked at, only where nobody holds it, only after that version
//! was kept, and read again afterwards.

use serde_json::Value;

use super::content::{Content, Lock, Version, history, read};
use super::meaning::Fingerprint;
use super::save::{Remark, SaveError, Saved, save};
use crate::Error;
use crate::session::Session;

/// What to put back.
#[derive(Debug, Clone)]
pub struct Order<'a> {
    /// Full path of the script in CXone.
    pub path: &'a str,
    /// The content that shall be there afterwards.
    pub wanted: &'a Content,
    /// What was there when the difference was shown.
    pub seen: &'a Fingerprint,
    /// Its version, where the server told it.
    pub seen_version: Option<i64>,
}

/// Where a restore is. Up to [`Stage::Keeping`] nothing was changed in CXone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Reading what is there.
    Reading,
    /// Keeping it.
    Keeping,
    /// Saving. Who stops here does not know whether CXone did.
    Saving,
    /// Reading what is there now.
    ReadingBack,
}

/// A script was put back.
#[derive(Debug)]
pub struct Restored {
    /// What CXone said.
    pub saved: Saved,
    /// What is there now.
    pub read_back: ReadBack,
}

/// What was read after the save.
#[derive(Debug)]
pub enum ReadBack {
    /// What was wanted.
    Equal,
    /// Something else.
    Differs(Box<Content>),
    /// It could not be read.
    Unread(Error),
}

/// Why a script was not put back. In CXone nothing changed, except where a [`SaveError::Call`] leaves it open.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError<E> {
    /// What is there could not be read.
    #[error(transparent)]
    Read(Error),
    /// Somebody changed the script since the difference was shown.
    #[error("the script changed since the difference was shown")]
    Changed {
        /// The version that is there, and who made it, where CXone tells.
        last: Option<Version>,
    },
    /// Somebody holds the script for editing.
    #[error("the script is locked")]
    Locked(Lock),
    /// It does already what the wanted content does.
    #[error("the script is as it should be")]
    Nothing,
    /// What is there could not be kept.
    #[error("the present script could not be kept")]
    Keep(E),
    /// CXone refused the script.
    #[error("CXone refused the script")]
    Refused {
        /// HTTP status.
        status: u16,
        /// What is wrong with which action.
        remarks: Vec<Remark>,
        /// The server's own words.
        message: Option<String>,
        /// The version that is there, and who made it, where CXone tells.
        last: Option<Version>,
    },
    /// The save did not work.
    #[error(transparent)]
    Save(Error),
}

/// Puts a script back. `keep` gets what is there before it is replaced; `stage` hears of every step. Dropping the future
/// ends it at once; the last stage heard of says what that means.
///
/// # Errors
/// [`RestoreError`].
pub async fn restore<E, K>(
    session: &Session,
    order: Order<'_>,
    stage: impl Fn(Stage),
    keep: impl FnOnce(Content) -> K,
) -> Result<Restored, RestoreError<E>>
where
    K: Future<Output = Result<(), E>>,
{
    stage(Stage::Reading);
    let current = read(session, order.path).await.map_err(RestoreError::Read)?;
    let other_version =
        matches!((order.seen_version, current.version()), (Some(seen), Some(found)) if seen != found);
    let fingerprint = current.fingerprint();
    if other_version || fingerprint != *order.seen {
        return Err(RestoreError::Changed {
            last: last(session, order.path).await,
        });
    }
    if let Some(lock) = current.lock() {
        return Err(RestoreError::Locked(lock));
    }
    let wanted = order.wanted.fingerprint();
    if fingerprint == wanted {
        return Err(RestoreError::Nothing);
    }
    stage(Stage::Keeping);
    keep(current.clone()).await.map_err(RestoreError::Keep)?;
    stage(Stage::Saving);
    let content: Value = order.wanted.over(&current);
    let saved = match save(session, &content).await {
        Ok(saved) => saved,
        Err(SaveError::Call(error)) => return Err(RestoreError::Save(error)),
        Err(SaveError::Locked { .. }) => return Err(RestoreError::Locked(held(session, order.path).await)),
        Err(SaveError::Refused {
            status,
            remarks,
            message,
            ..
        }) => {
            // A refusal without a remark may be a lock that came in between.
            let lock = held(session, order.path).await;
            if remarks.is_empty() && lock != Lock::default() {
                return Err(RestoreError::Locked(lock));
            }
            return Err(RestoreError::Refused {
                status,
                remarks,
                message,
                last: last(session, order.path).await,
            });
        }
    };
    stage(Stage::ReadingBack);
    let read_back = match read(session, order.path).await {
        Ok(content) if content.fingerprint() == wanted => ReadBack::Equal,
        Ok(content) => ReadBack::Differs(Box::new(content)),
        Err(error) => ReadBack::Unread(error),
    };
    Ok(Restored { saved, read_back })
}

/// The version that runs; none where CXone does not tell, which must not hide what it did tell.
async fn last(session: &Session, path: &str) -> Option<Version> {
    let versions = history(session, path).await.ok()?;
    let current = |version: &&Version| version.status.as_deref() == Some(super::CURRENT);
    versions.iter().find(current).or(versions.first()).cloned()
}

/// Who holds the script; nobody known where CXone does not tell.
async fn held(session: &Session, path: &str) -> Lock {
    let content = read(session, path).await.ok();
    content.and_then(|content| content.lock()).unwrap_or_default()
}
