//! Client of Cognigy.AI: the handover endpoint that CXone calls.
//!
//! What comes back is data. Whether it is good is for the checks to say, because the endpoint's protocol is public only in
//! parts: of most answers it is known what they mean, not that they must look so.

pub mod endpoint;
