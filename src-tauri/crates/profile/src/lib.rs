//! What the administrator enters, and everything that follows from it without touching disk or network.
//!
//! Invariants of this crate:
//!
//! - **Typed input survives.** A [`Profile`] keeps every field exactly as it was entered, wrong input included.
//!   Meaning is computed on demand ([`Profile::provider`], [`Profile::endpoint`], [`Profile::urls`]) and an error
//!   says what is wrong and where the right value is found.
//! - **Nothing panics.** Every parser takes hostile text: any length, control characters, odd hosts.
//! - **A secret is a [`secrecy::SecretString`].** No type of this crate serialises one, and `Debug` never shows one.
//! - **No I/O.** Time and randomness are passed in; storing is the work of the `store` crate.

mod address;
mod api;
mod binding;
mod checklist;
mod cloud;
mod compare;
mod credentials;
mod document;
mod endpoint;
mod field;
mod form;
mod host;
mod id;
mod lookalike;
mod page;
mod paste;
mod problem;
mod provider;
mod record;
mod script;
mod secret;
mod steps;
mod stray;
mod transfer;
mod urls;
mod warning;
mod watch;

#[cfg(test)]
mod tests;

pub use address::{AddressError, is_loopback_host, is_vendor_host};
pub use api::Api;
pub use binding::{Binding, SecretNote, SecretState};
pub use checklist::{Checklist, Fact, Step, StepGroup, StepId, StepMark, StepState};
pub use cloud::{Cloud, VENDOR_DOMAINS};
pub use compare::{DiffKind, FieldDiff, FieldOutcome, compare};
pub use credentials::{Credentials, Variable};
pub use document::{CxoneTarget, Hosts, Profile, ResolvedHosts};
pub use endpoint::{Certainty, Endpoint, endpoint_from_any_url};
pub use field::ProfileField;
pub use form::{ByocForm, Destination, FormField, FormRow};
pub use host::HostFault;
pub use id::{ProfileId, ProfileIdError};
pub use lookalike::is_format_mark;
pub use page::CognigyPage;
pub use paste::{MAX_PASTE_BYTES, TypedForm, parse_paste};
pub use problem::{FieldProblem, MAX_NAME_CHARS, ProblemCode};
pub use provider::{Provider, ProviderError};
pub use record::{Answer, Connection, NOTE_CHARS, Record};
pub use script::AcceptedScript;
pub use secret::{
    GENERATED_SECRET_CHARS, SecretError, SecretErrorCode, SecretField, SecretProblem, SecretStore, StoreKind,
    generate_secret, secret_problems,
};
pub use steps::STEPS;
pub use stray::{Around, Stray, stray};
pub use transfer::{ImportError, Imported, MAX_IMPORT_BYTES, export, import, profile_schema};
pub use urls::{ByocUrls, ProfileError};
pub use warning::Warning;
pub use watch::{Pause, PauseReason, Watch, Weight};
