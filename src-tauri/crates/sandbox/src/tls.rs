//! Certificates for the faults of TLS: one that has expired (`endpoint-tls-expired`), and one that holds but comes from an
//! authority no public list has (`tls-intercepted`).
//!
//! Their issuer is made anew in every process and is in no trust store. A test that wants to see the expiry and nothing
//! else trusts [`root_certificate`].

use std::sync::{Arc, OnceLock};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::TlsAcceptor;

/// The certificates could not be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TlsError {
    #[error("a certificate could not be made: {0}")]
    Certificate(#[from] rcgen::Error),
    #[error("a certificate could not be used: {0}")]
    Use(#[from] rustls::Error),
}

struct Made {
    root: CertificateDer<'static>,
    expired: Arc<ServerConfig>,
    intercepted: Arc<ServerConfig>,
}

fn made() -> Result<&'static Made, TlsError> {
    static MADE: OnceLock<Made> = OnceLock::new();
    if let Some(made) = MADE.get() {
        return Ok(made);
    }
    let fresh = make()?;
    Ok(MADE.get_or_init(|| fresh))
}

fn make() -> Result<Made, TlsError> {
    let mut root = CertificateParams::default();
    root.distinguished_name
        .push(DnType::CommonName, "Handover Desk sandbox (never trust this)");
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    root.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    root.not_before = date_time_ymd(2020, 1, 1);
    root.not_after = date_time_ymd(2049, 1, 1);
    let root_key = KeyPair::generate()?;
    let root_certificate = root.self_signed(&root_key)?;
    let issuer = Issuer::new(root, root_key);

    Ok(Made {
        root: root_certificate.der().clone(),
        expired: leaf(&issuer, 2021)?,
        intercepted: leaf(&issuer, 2049)?,
    })
}

/// A server with a certificate for this computer, good from 2020 to the first day of that year.
fn leaf(issuer: &Issuer<'_, KeyPair>, until: i32) -> Result<Arc<ServerConfig>, TlsError> {
    let mut leaf = CertificateParams::new(["127.0.0.1".to_owned(), "localhost".to_owned()])?;
    leaf.distinguished_name.push(DnType::CommonName, "sim_endpoint");
    leaf.not_before = date_time_ymd(2020, 1, 1);
    leaf.not_after = date_time_ymd(until, 1, 1);
    let key = KeyPair::generate()?;
    let certificate = leaf.signed_by(&key, issuer)?;

    // The provider is named, so that nothing depends on a process-wide default.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())),
        )?;
    Ok(Arc::new(config))
}

/// The server whose certificate comes from an authority that only this computer would trust.
pub(crate) fn intercepted() -> Result<TlsAcceptor, TlsError> {
    Ok(TlsAcceptor::from(made()?.intercepted.clone()))
}

/// The server whose certificate has expired.
pub(crate) fn expired() -> Result<TlsAcceptor, TlsError> {
    Ok(TlsAcceptor::from(made()?.expired.clone()))
}

pub(crate) fn root_certificate() -> Result<CertificateDer<'static>, TlsError> {
    Ok(made()?.root.clone())
}
