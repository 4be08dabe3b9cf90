//! What stays on disk: the profile file and the secret stores.
