//! The client: connection pools, settings, redactor and the listener of its calls.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::Method;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::call::Call;
use crate::exchange::Exchange;
use crate::redact::Redactor;
use crate::resolve::Names;
use crate::route::Routes;
use crate::settings::{Settings, Timeouts};
use crate::stage::Watched;
use crate::tls::{ANY_HTTP, HTTP_1, Tls};

/// Idle connections are given up before servers and firewalls usually drop them.
const IDLE: Duration = Duration::from_secs(15);

/// What this program calls itself.
pub(crate) const USER_AGENT: &str = concat!("handover-desk/", env!("CARGO_PKG_VERSION"));

/// Hears of every exchange, once it is over.
///
/// Called on the thread that ran the call, also from a destructor: it must not block and must not panic.
pub trait Recorder: Send + Sync {
    /// Takes one finished exchange.
    fn record(&self, exchange: Arc<Exchange>);
}

/// An HTTP client. Clones share connections, numbering and [`Redactor`].
#[derive(Clone)]
pub struct Client {
    pub(crate) shared: Arc<Shared>,
    pub(crate) recorder: Option<Arc<dyn Recorder>>,
}

pub(crate) struct Shared {
    pub(crate) any: reqwest::Client,
    pub(crate) http1: reqwest::Client,
    pub(crate) settings: Settings,
    pub(crate) routes: Arc<Routes>,
    pub(crate) names: Names,
    pub(crate) tls: Tls,
    pub(crate) redactor: Redactor,
    numbers: AtomicU64,
}

/// The settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A root certificate is not one, or TLS cannot be set up with them.
    #[error("the root certificates cannot be used: {0}")]
    Roots(#[source] rustls::Error),
    /// The proxy's address is of a kind that cannot be used. Going straight instead would be a surprise.
    #[error("a proxy cannot be reached by {scheme}; use http, https, socks4, socks4a, socks5 or socks5h")]
    Proxy {
        /// Scheme of the address.
        scheme: String,
    },
    /// The HTTP client refused its settings.
    #[error("the HTTP client cannot be set up: {0}")]
    Http(#[source] reqwest::Error),
}

impl Client {
    /// A client with these settings.
    ///
    /// # Errors
    /// [`BuildError`] when the root certificates cannot be used.
    pub fn new(settings: Settings) -> Result<Client, BuildError> {
        crate::install_crypto();
        let tls = Tls::new(&settings)?;
        let names = Names::new(Arc::clone(&settings.resolver));
        let routes = Arc::new(Routes::new(&settings.proxy)?);
        let redactor = Redactor::new();
        if let Some(password) = routes.password() {
            redactor.add(&SecretString::from(password));
        }
        let limits = settings.timeouts;
        let build = |alpn: &[&[u8]]| -> Result<reqwest::Client, BuildError> {
            let mut builder = reqwest::Client::builder()
                .tls_backend_preconfigured(tls.config(alpn)?)
                .dns_resolver(names.clone())
                .connector_layer(Watched)
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .user_agent(USER_AGENT)
                .pool_idle_timeout(IDLE)
                // Calls watch their own limits; this ends connections that went on in the background.
                .connect_timeout(limits.resolve + limits.connect + limits.tls);
            builder = match &*routes {
                Routes::Direct => builder.no_proxy(),
                _ => {
                    let routes = Arc::clone(&routes);
                    builder.proxy(reqwest::Proxy::custom(move |url| {
                        routes.via(url).map(|proxy| proxy.full())
                    }))
                }
            };
            if alpn == HTTP_1 {
                builder = builder.http1_only();
            }
            builder.build().map_err(BuildError::Http)
        };
        let (any, http1) = (build(ANY_HTTP)?, build(HTTP_1)?);
        let numbers = AtomicU64::new(1);
        let shared = Shared {
            any,
            http1,
            settings,
            routes,
            names,
            tls,
            redactor,
            numbers,
        };
        Ok(Client {
            shared: Arc::new(shared),
            recorder: None,
        })
    }

    /// The same client with another listener, which replaces the former one.
    #[must_use]
    pub fn with_recorder(&self, recorder: Arc<dyn Recorder>) -> Client {
        Client {
            shared: Arc::clone(&self.shared),
            recorder: Some(recorder),
        }
    }

    /// What is taken out of everything that is remembered. Shared by all clones.
    #[must_use]
    pub fn redactor(&self) -> &Redactor {
        &self.shared.redactor
    }

    /// What it was made with.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    /// Begins a call; nothing is sent before [`Call::send`].
    pub fn call(&self, method: Method, url: Url) -> Call {
        Call::new(self.clone(), method, url)
    }

    /// One exchange with every phase measured, on this client's settings but on a connection of its own. Not recorded.
    pub async fn probe(&self, url: &Url, method: Method, http1_only: bool) -> crate::probe::ProbeReport {
        let aim = crate::probe::Aim::Answer { method, http1_only };
        Box::pin(crate::probe::run(
            self.tools(self.shared.settings.timeouts),
            url,
            aim,
        ))
        .await
    }

    /// The way to the host of `url` and nothing more: name, connection, proxy, TLS. Nothing is asked of the host. `timeouts`
    /// stand in for the client's own. Not recorded.
    pub async fn look(&self, url: &Url, timeouts: Timeouts) -> crate::probe::ProbeReport {
        Box::pin(crate::probe::run(
            self.tools(timeouts),
            url,
            crate::probe::Aim::Way,
        ))
        .await
    }

    /// The addresses of a name, as calls would find them. Empty when it has none.
    pub async fn addresses(&self, name: &str) -> Vec<IpAddr> {
        let looking = self.shared.names.addresses(name);
        match tokio::time::timeout(self.shared.settings.timeouts.resolve, looking).await {
            Ok(Ok(found)) => found,
            Ok(Err(_)) | Err(_) => Vec::new(),
        }
    }

    /// `host:port` of the proxy that a call to `url` goes through.
    #[must_use]
    pub fn proxy_of(&self, url: &Url) -> Option<String> {
        let via = self.shared.routes.via(url)?;
        Some(crate::host::authority(&via.url))
    }

    fn tools(&self, timeouts: Timeouts) -> crate::probe::Tools<'_> {
        let shared = &self.shared;
        crate::probe::Tools {
            tls: &shared.tls,
            routes: &shared.routes,
            names: &shared.names,
            timeouts,
            max_body: shared.settings.max_body,
            redactor: &shared.redactor,
        }
    }

    pub(crate) fn number(&self) -> u64 {
        self.shared.numbers.fetch_add(1, Ordering::Relaxed)
    }

    /// Makes a secret known to the redactor, alone and as the user's half of a Basic header.
    pub(crate) fn learn_basic(&self, user: &SecretString, password: &SecretString) {
        self.shared.redactor.add(password);
        let pair = format!("{}:{}", user.expose_secret(), password.expose_secret());
        self.shared.redactor.add(&SecretString::from(pair));
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("settings", &self.shared.settings)
            .field("recorded", &self.recorder.is_some())
            .finish_non_exhaustive()
    }
}
