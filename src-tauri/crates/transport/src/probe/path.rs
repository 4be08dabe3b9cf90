//! From a URL to a stream on which HTTP can be spoken.
