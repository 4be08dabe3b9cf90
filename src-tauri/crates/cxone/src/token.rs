//! What a sign-in gives.

use jiff::Timestamp;
use secrecy::SecretString;

/// Tokens of one sign-in. All of them are known to the client's redactor by the time the caller sees them.
#[derive(Debug, Clone)]
pub struct Token {
    /// Bearer token for ACD, digital and UserHub calls alike.
    pub access_token: SecretString,
    /// Signed claims about the owner of the access key.
    pub id_token: Option<SecretString>,
    /// Given by the server, unused here: a new sign-in is the documented way for access keys.
    pub refresh_token: Option<SecretString>,
    /// Life in seconds, as the server says; 3600 where it does not say (documented life).
    pub expires_in: u64,
    /// When the request for it was started, by this computer's clock: the cautious end of the interval.
    pub obtained_at: Timestamp,
}
