//! Client of NiCE CXone: discovery, sign-in, business unit, digital channels, skills, campaigns, agents, scripts.
//!
//! What holds everywhere in this crate:
//!
//! - **Nothing secret goes to a host that is not trusted.** Addresses come from documents that a server wrote, so
//!   every call that carries a credential or a token asks [`host::trust`] first and answers [`Error::Untrusted`] (or
//!   [`SignInError::Untrusted`]) before a single byte is sent. The keys that prove a token are fetched by the same rule.
//! - **A refused credential is offered once.** [`SignInGate`] is shared by all sessions of one run; after a refusal
//!   it closes, so that no check locks the owner of the access key out by trying again.
//! - **Answers are read tolerantly, judged elsewhere.** Numbers written as text, empty PHP arrays in place of
//!   objects, unknown and missing fields are all understood; what a value means is the caller's business. Where a
//!   missing field differs from a null one, [`Field`] keeps the three cases apart.
//! - **Decisions rest on codes**: HTTP status, `error`, `errorCode`; never on English text.
//! - Reads are repeated at most twice, and only on 429, 502, 503 and 504; sign-in and discovery never are.

pub mod access_keys;
pub mod agents;
pub mod business_unit;
pub mod campaigns;
pub mod contacts;
pub mod digital;
pub mod discovery;
mod error;
pub mod failure;
mod field;
pub mod host;
mod id_token;
mod paging;
pub mod scripts;
pub mod session;
pub mod sign_in;
pub mod skills;
mod target;
mod token;
pub mod users;

pub use error::{Error, Misshape};
pub use failure::ApiFailure;
pub use field::Field;
pub use host::Host;
pub use id_token::{Claims, IdTokenError, Jwks, Role};
pub use session::{Clock, Session, Waits, system_clock};
pub use sign_in::{ClientAuth, OAuthCode, SignIn, SignInError, SignInGate};
pub use target::{HostOverrides, Target};
pub use token::Token;
