//! Tokens that are out.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::HeaderMap;

/// Tokens handed out, with what they stand for and when they end.
#[derive(Default)]
pub(crate) struct Tokens {
    issued: Mutex<HashMap<String, Issued>>,
}

#[derive(Clone)]
pub(crate) struct Issued {
    /// Access key (CXone) or provider (Cognigy.AI) the token was issued to.
    pub subject: String,
    /// Seconds since 1970.
    pub expires_at: i64,
    pub refresh: bool,
}

impl Tokens {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Issued>> {
        self.issued.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    pub(crate) fn issue(&self, token: String, issued: Issued) {
        self.lock().insert(token, issued);
    }

    /// What a token stands for, if it is known, of the asked kind and not over.
    pub(crate) fn valid(&self, token: &str, refresh: bool, now: i64) -> Option<Issued> {
        self.lock()
            .get(token)
            .filter(|issued| issued.refresh == refresh && issued.expires_at > now)
            .cloned()
    }

    /// The bearer token of a request, if it is a valid one.
    pub(crate) fn bearer(&self, headers: &HeaderMap, now: i64) -> Option<Issued> {
        let value = headers.get(http::header::AUTHORIZATION)?.to_str().ok()?;
        let (scheme, token) = value.split_once(' ')?;
        scheme
            .eq_ignore_ascii_case("bearer")
            .then(|| self.valid(token.trim(), false, now))
            .flatten()
    }
}
