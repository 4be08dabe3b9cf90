//! The commands of the terminal; `serve` has a module of its own.

mod checks;
mod diagnose;
mod history;
mod profile;
mod sandbox;
mod scenario;
mod script;
mod secret;
mod urls;
mod verify;
mod watch;

pub use checks::checks;
pub use diagnose::diagnose_command as diagnose;
pub use history::history;
pub use profile::profile;
pub use sandbox::sandbox;
pub use scenario::scenario;
pub use script::script;
pub use secret::secret;
pub use urls::urls;
pub use verify::verify;
pub use watch::watch;
