//! What a certificate says about itself.

use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

/// One certificate of a chain, as shown by the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct CertificateInfo {
    /// Distinguished name of whom it is for.
    pub subject: String,
    /// Distinguished name of who issued it: behind an inspecting proxy, that proxy's authority.
    pub issuer: String,
    /// Names and addresses it is valid for.
    pub names: Vec<String>,
    /// Begin of validity.
    #[ts(type = "string | null")]
    #[schemars(with = "Option<String>")]
    pub not_before: Option<Timestamp>,
    /// End of validity.
    #[ts(type = "string | null")]
    #[schemars(with = "Option<String>")]
    pub not_after: Option<Timestamp>,
}

impl CertificateInfo {
    /// `None` for bytes that are not a certificate.
    pub(crate) fn read(certificate: &CertificateDer<'_>) -> Option<CertificateInfo> {
        let (_, parsed) = X509Certificate::from_der(certificate.as_ref()).ok()?;
        let names = match parsed.subject_alternative_name() {
            Ok(Some(extension)) => extension.value.general_names.iter().filter_map(name).collect(),
            _ => Vec::new(),
        };
        let validity = parsed.validity();
        Some(CertificateInfo {
            subject: parsed.subject().to_string(),
            issuer: parsed.issuer().to_string(),
            names,
            not_before: Timestamp::from_second(validity.not_before.timestamp()).ok(),
            not_after: Timestamp::from_second(validity.not_after.timestamp()).ok(),
        })
    }
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => {
            if let Ok(four) = <[u8; 4]>::try_from(*bytes) {
                return Some(std::net::Ipv4Addr::from(four).to_string());
            }
            <[u8; 16]>::try_from(*bytes)
                .ok()
                .map(|sixteen| std::net::Ipv6Addr::from(sixteen).to_string())
        }
        _ => None,
    }
}
