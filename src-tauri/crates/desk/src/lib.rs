//! The application: one list of commands, their types, state, jobs and progress.
