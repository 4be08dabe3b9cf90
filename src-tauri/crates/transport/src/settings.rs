//! What a client and a probe are set up with.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use url::Url;

use crate::resolve::{Resolve, SystemResolver};

/// Everything that decides how this computer talks to others. Cloning is cheap.
#[derive(Clone)]
pub struct Settings {
    /// Which proxy to use. Loopback hosts never use one.
    pub proxy: Proxy,
    /// Whom to trust.
    pub roots: Roots,
    /// Whom the world trusts. Decides nothing; a probe tells whether a chain verifies with these too.
    pub public: PublicRoots,
    /// Time limits.
    pub timeouts: Timeouts,
    /// How names become addresses; see [`Resolve`].
    pub resolver: Arc<dyn Resolve>,
    /// Longest body of an answer that is read, in bytes after decompression.
    pub max_body: usize,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            proxy: Proxy::System,
            roots: Roots::System,
            public: PublicRoots::Shipped,
            timeouts: Timeouts::default(),
            resolver: Arc::new(SystemResolver),
            max_body: 8 * 1024 * 1024,
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("proxy", &self.proxy)
            .field("roots", &self.roots)
            .field("public", &self.public)
            .field("timeouts", &self.timeouts)
            .field("max_body", &self.max_body)
            .finish_non_exhaustive()
    }
}

/// The way out.
#[derive(Clone)]
pub enum Proxy {
    /// The usual environment variables (`HTTPS_PROXY`, `NO_PROXY`, ...), else the system's setting.
    System,
    /// None at all.
    None,
    /// This one for every host that is not loopback: `http`, `https`, `socks4`, `socks4a`, `socks5` or `socks5h`, with user
    /// and password in the URL if it wants them.
    Url(Url),
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Proxy::System => f.write_str("System"),
            Proxy::None => f.write_str("None"),
            // The URL may hold a password.
            Proxy::Url(url) => write!(f, "Url({})", crate::host::authority(url)),
        }
    }
}

/// Roots of trust.
#[derive(Clone)]
pub enum Roots {
    /// The operating system's verifier and store.
    System,
    /// The same, and these as well (a company's own authority).
    SystemAnd(Vec<CertificateDer<'static>>),
    /// These alone.
    Only(Vec<CertificateDer<'static>>),
}

impl fmt::Debug for Roots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Roots::System => f.write_str("System"),
            Roots::SystemAnd(more) => write!(f, "SystemAnd({})", more.len()),
            Roots::Only(roots) => write!(f, "Only({})", roots.len()),
        }
    }
}

/// Roots that servers on the internet have their certificates from.
#[derive(Clone)]
pub enum PublicRoots {
    /// Mozilla's set, as it was when this program was built.
    Shipped,
    /// These alone.
    Only(Vec<CertificateDer<'static>>),
}

impl fmt::Debug for PublicRoots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PublicRoots::Shipped => f.write_str("Shipped"),
            PublicRoots::Only(roots) => write!(f, "Only({})", roots.len()),
        }
    }
}

/// Limits per phase and for the whole call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Name to addresses.
    pub resolve: Duration,
    /// TCP to the host or the proxy, and the negotiation with the proxy.
    pub connect: Duration,
    /// TLS handshake.
    pub tls: Duration,
    /// From the connection (from the start, if it is reused) to the head of the answer.
    pub first_byte: Duration,
    /// Longest silence between two parts of the body.
    pub body: Duration,
    /// The whole call, whatever it is doing.
    pub total: Duration,
}

impl Default for Timeouts {
    /// 5 s to resolve, 10 s to connect, 10 s for TLS, 20 s for the first byte, 10 s of silence, 30 s in all.
    fn default() -> Timeouts {
        Timeouts {
            resolve: Duration::from_secs(5),
            connect: Duration::from_secs(10),
            tls: Duration::from_secs(10),
            first_byte: Duration::from_secs(20),
            body: Duration::from_secs(10),
            total: Duration::from_secs(30),
        }
    }
}
