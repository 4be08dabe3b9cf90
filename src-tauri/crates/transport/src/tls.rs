//! TLS settings shared by calls and probe, and a verifier that remembers the chain it was shown.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{
    ClientSessionMemoryCache, ClientSessionStore, Resumption, Tls12ClientSessionValue,
    Tls13ClientSessionValue, WebPkiServerVerifier,
};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, NamedGroup, RootCertStore, SignatureScheme,
};
use rustls_platform_verifier::Verifier;

use crate::client::BuildError;
use crate::settings::{PublicRoots, Roots, Settings};
use crate::stage::{self, Step};

/// ALPN of an ordinary connection.
pub(crate) const ANY_HTTP: &[&[u8]] = &[b"h2", b"http/1.1"];
/// ALPN where HTTP/2 is unwanted.
pub(crate) const HTTP_1: &[&[u8]] = &[b"http/1.1"];

/// The verifier of these settings, from which every TLS configuration is made.
pub(crate) struct Tls {
    provider: Arc<CryptoProvider>,
    verifier: Arc<dyn ServerCertVerifier>,
    public: PublicRoots,
    /// The verifier of `public`, made when it is first asked.
    world: OnceLock<Option<Arc<dyn ServerCertVerifier>>>,
}

impl Tls {
    pub(crate) fn new(settings: &Settings) -> Result<Tls, BuildError> {
        let roots = &settings.roots;
        let provider = Arc::new(ring::default_provider());
        let system = |more: Vec<CertificateDer<'static>>| -> Result<Arc<dyn ServerCertVerifier>, Error> {
            Ok(Arc::new(Verifier::new_with_extra_roots(
                more,
                Arc::clone(&provider),
            )?))
        };
        let verifier: Arc<dyn ServerCertVerifier> = match roots {
            Roots::System => match system(Vec::new()) {
                Ok(verifier) => verifier,
                Err(error) => {
                    // A computer without any root can still talk to itself; https to others is refused.
                    tracing::warn!(%error, "no root certificates on this computer");
                    Arc::new(NoRoots(Arc::clone(&provider)))
                }
            },
            Roots::SystemAnd(more) => system(more.clone()).map_err(BuildError::Roots)?,
            Roots::Only(only) => {
                let mut store = RootCertStore::empty();
                for root in only {
                    store.add(root.clone()).map_err(BuildError::Roots)?;
                }
                if store.is_empty() {
                    Arc::new(NoRoots(Arc::clone(&provider)))
                } else {
                    WebPkiServerVerifier::builder_with_provider(Arc::new(store), Arc::clone(&provider))
                        .build()
                        .map_err(|error| {
                            BuildError::Roots(Error::Other(rustls::OtherError(Arc::new(error))))
                        })?
                }
            }
        };
        Ok(Tls {
            provider,
            verifier,
            public: settings.public.clone(),
            world: OnceLock::new(),
        })
    }

    /// Whether a chain, the server's own certificate first, verifies with the public roots, now and for this name.
    pub(crate) fn is_public(&self, chain: &[CertificateDer<'_>], name: &ServerName<'_>) -> bool {
        let Some((own, rest)) = chain.split_first() else {
            return false;
        };
        let world = self.world.get_or_init(|| self.world());
        world.as_ref().is_some_and(|world| {
            world
                .verify_server_cert(own, rest, name, &[], UnixTime::now())
                .is_ok()
        })
    }

    fn world(&self) -> Option<Arc<dyn ServerCertVerifier>> {
        let mut store = RootCertStore::empty();
        match &self.public {
            PublicRoots::Shipped => store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
            PublicRoots::Only(only) => {
                store.add_parsable_certificates(only.iter().cloned());
            }
        }
        // Fails for an empty set, which nothing verifies with.
        WebPkiServerVerifier::builder_with_provider(Arc::new(store), Arc::clone(&self.provider))
            .build()
            .ok()
            .map(|verifier| verifier as Arc<dyn ServerCertVerifier>)
    }

    /// A configuration for ordinary calls: sessions are resumed, handshakes mark the call they are made for.
    pub(crate) fn config(&self, alpn: &[&[u8]]) -> Result<ClientConfig, BuildError> {
        let mut config = self.with(Arc::clone(&self.verifier), alpn)?;
        config.resumption = Resumption::store(Arc::new(Marking(ClientSessionMemoryCache::new(64))));
        Ok(config)
    }

    /// A configuration for one probe: a full handshake, whose chain ends in the returned shelf, valid or not.
    pub(crate) fn capturing(&self, alpn: &[&[u8]]) -> Result<(ClientConfig, Chain), BuildError> {
        let chain = Chain::default();
        let verifier = Capturing {
            inner: Arc::clone(&self.verifier),
            chain: chain.clone(),
        };
        let mut config = self.with(Arc::new(verifier), alpn)?;
        config.resumption = Resumption::disabled();
        Ok((config, chain))
    }

    fn with(
        &self,
        verifier: Arc<dyn ServerCertVerifier>,
        alpn: &[&[u8]],
    ) -> Result<ClientConfig, BuildError> {
        let mut config = ClientConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()
            .map_err(BuildError::Roots)?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
        Ok(config)
    }
}

/// Certificates a server has shown, end entity first.
#[derive(Clone, Default)]
pub(crate) struct Chain(Arc<Mutex<Vec<CertificateDer<'static>>>>);

impl Chain {
    pub(crate) fn taken(&self) -> Vec<CertificateDer<'static>> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

struct Capturing {
    inner: Arc<dyn ServerCertVerifier>,
    chain: Chain,
}

impl fmt::Debug for Capturing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Capturing")
    }
}

impl ServerCertVerifier for Capturing {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let shown = std::iter::once(end_entity)
            .chain(intermediates)
            .map(|one| one.clone().into_owned());
        *self.chain.0.lock().unwrap_or_else(PoisonError::into_inner) = shown.collect();
        self.inner
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// Trusts nobody.
#[derive(Debug)]
struct NoRoots(Arc<CryptoProvider>);

impl ServerCertVerifier for NoRoots {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Err(Error::InvalidCertificate(CertificateError::UnknownIssuer))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signed, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signed, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// The session store, asked by rustls for a hint as the first thing of every handshake; that moment is when TCP is done and
/// TLS begins. reqwest tells the two apart in no other way.
#[derive(Debug)]
struct Marking(ClientSessionMemoryCache);

impl ClientSessionStore for Marking {
    fn set_kx_hint(&self, server_name: ServerName<'static>, group: NamedGroup) {
        self.0.set_kx_hint(server_name, group);
    }

    fn kx_hint(&self, server_name: &ServerName<'_>) -> Option<NamedGroup> {
        if let Some(marks) = stage::current() {
            marks.enter(Step::Tls);
        }
        self.0.kx_hint(server_name)
    }

    fn set_tls12_session(&self, server_name: ServerName<'static>, value: Tls12ClientSessionValue) {
        self.0.set_tls12_session(server_name, value);
    }

    fn tls12_session(&self, server_name: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        self.0.tls12_session(server_name)
    }

    fn remove_tls12_session(&self, server_name: &ServerName<'static>) {
        self.0.remove_tls12_session(server_name);
    }

    fn insert_tls13_ticket(&self, server_name: ServerName<'static>, value: Tls13ClientSessionValue) {
        self.0.insert_tls13_ticket(server_name, value);
    }

    fn take_tls13_ticket(&self, server_name: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        self.0.take_tls13_ticket(server_name)
    }
}
