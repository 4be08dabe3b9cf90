//! The wire contract between CXone and the integration box.
