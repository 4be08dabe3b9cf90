//! What the checks do, one module per group of the catalogue. A check looks, judges and says what to do; it never
//! writes on the vendors' side.

pub(crate) mod channel;
pub(crate) mod endpoint;
pub(crate) mod local;
pub(crate) mod people;
pub(crate) mod project;
pub(crate) mod role;
pub(crate) mod routing;
pub(crate) mod script;
pub(crate) mod sign_in;
mod stored;
pub(crate) mod way;
