//! Client of Cognigy.AI: the handover endpoint that CXone calls, the REST API of the install, and its logs.
//!
//! What comes back is data. Whether it is good is for the checks to say, because the endpoint's protocol and parts of the API
//! are public only in parts: of most answers it is known what they mean, not that they must look so.
//!
//! - **The API key goes to a trusted host or nowhere** ([`api::Place::is_trusted`]).
//! - **Answers are read tolerantly.** Only what identifies a thing must be there; whatever else is absent stays absent.
//! - **Decisions rest on codes**: HTTP status and kinds; never on English text of an error.
//! - Records of calls keep no bodies that hold people's words or settings of a project, which can hold its secrets.

pub mod api;
pub mod endpoint;
pub mod handover;
pub mod logs;
mod value;
