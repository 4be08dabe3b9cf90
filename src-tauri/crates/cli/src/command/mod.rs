//! The commands of the terminal; `serve` has a module of its own.

mod history;
mod profile;
mod sandbox;
mod scenario;
mod secret;
mod urls;
mod verify;

pub use history::history;
pub use profile::profile;
pub use sandbox::sandbox;
pub use scenario::scenario;
pub use secret::secret;
pub use urls::urls;
pub use verify::verify;
