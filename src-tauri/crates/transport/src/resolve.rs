//! Names to addresses.
//!
//! Whatever [`Resolve`] is set, two kinds of name never reach it: names under `localhost` are this computer, and names
//! under `invalid` have no address (RFC 6761), so that a search domain cannot give them one.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};

use crate::host::{is_invalid_name, is_loopback_name};
use crate::stage::{self, Step};

/// Turns a name into addresses, in the order in which they are to be tried.
pub trait Resolve: Send + Sync + 'static {
    /// The addresses of `host`, which is a name and never an address literal.
    ///
    /// # Errors
    /// Any [`io::Error`]; `NotFound` for a name without address. An empty list counts as not found.
    fn resolve(&self, host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;
}

/// The operating system's resolver.
///
/// Each lookup has a thread of its own, which nothing waits for: a lookup that hangs cannot hold up the end of a call or of
/// the program.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve(&self, host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let host = host.to_owned();
        let (answer, waiting) = tokio::sync::oneshot::channel();
        let started = std::thread::Builder::new()
            .name("resolve".to_owned())
            .spawn(move || {
                let found = (host.as_str(), 0)
                    .to_socket_addrs()
                    .map(|all| all.map(|one| one.ip()).collect());
                // Nobody waits any more: the call was cancelled or ran out of time.
                let _ = answer.send(found);
            });
        match started {
            Ok(_detached) => async move {
                waiting
                    .await
                    .unwrap_or_else(|_closed| Err(io::Error::from(io::ErrorKind::Interrupted)))
            }
            .boxed(),
            Err(error) => ready(Err(error)).boxed(),
        }
    }
}

/// No address for a name. The mark by which a failed lookup is recognised in an error chain.
#[derive(Debug, thiserror::Error)]
#[error("no address for {host}")]
pub(crate) struct ResolveError {
    pub(crate) host: String,
    pub(crate) source: io::Error,
}

/// Applies the rules of this module around the resolver that is set.
#[derive(Clone)]
pub(crate) struct Names(Arc<dyn Resolve>);

impl Names {
    pub(crate) fn new(inner: Arc<dyn Resolve>) -> Names {
        Names(inner)
    }

    /// The addresses of a name; never an empty list.
    pub(crate) fn addresses(&self, host: &str) -> BoxFuture<'static, Result<Vec<IpAddr>, ResolveError>> {
        let host = host.to_owned();
        if is_loopback_name(&host) {
            let here = vec![IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
            return ready(Ok(here)).boxed();
        }
        if is_invalid_name(&host) {
            let source = io::Error::from(io::ErrorKind::NotFound);
            return ready(Err(ResolveError { host, source })).boxed();
        }
        let looking = self.0.resolve(&host);
        async move {
            match looking.await {
                Ok(found) if found.is_empty() => Err(ResolveError {
                    host,
                    source: io::Error::from(io::ErrorKind::NotFound),
                }),
                Ok(found) => Ok(found),
                Err(source) => Err(ResolveError { host, source }),
            }
        }
        .boxed()
    }
}

impl reqwest::dns::Resolve for Names {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let looking = self.addresses(name.as_str());
        let marks = stage::current();
        Box::pin(async move {
            if let Some(marks) = &marks {
                marks.enter(Step::Resolve);
            }
            let found = looking.await;
            if let Some(marks) = &marks {
                marks.resolved();
            }
            let found = found?;
            // Port 0: the connector fills in the URL's.
            let addresses: reqwest::dns::Addrs =
                Box::new(found.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fails the test when asked.
    struct Unwanted;

    impl Resolve for Unwanted {
        fn resolve(&self, host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
            panic!("asked for {host}");
        }
    }

    struct Nothing;

    impl Resolve for Nothing {
        fn resolve(&self, _host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
            ready(Ok(Vec::new())).boxed()
        }
    }

    #[tokio::test]
    async fn localhost_is_this_computer_without_asking() {
        let names = Names::new(Arc::new(Unwanted));
        for host in ["localhost", "endpoint-sandbox.localhost", "LOCALHOST."] {
            let found = names.addresses(host).await.unwrap();
            assert!(found.iter().all(IpAddr::is_loopback), "{host}: {found:?}");
            assert_eq!(found[0], IpAddr::V4(Ipv4Addr::LOCALHOST), "{host}");
        }
    }

    #[tokio::test]
    async fn invalid_names_are_never_asked_for() {
        let error = Names::new(Arc::new(Unwanted))
            .addresses("endpoint.invalid")
            .await
            .unwrap_err();
        assert_eq!(error.source.kind(), io::ErrorKind::NotFound);
    }

    #[tokio::test]
    async fn no_address_is_not_found() {
        let error = Names::new(Arc::new(Nothing))
            .addresses("example.com")
            .await
            .unwrap_err();
        assert_eq!(error.source.kind(), io::ErrorKind::NotFound);
        assert_eq!(error.host, "example.com");
    }

    #[tokio::test]
    async fn the_system_knows_itself() {
        let found = SystemResolver.resolve("localhost").await.unwrap();
        assert!(found.iter().all(IpAddr::is_loopback), "{found:?}");
    }
}
