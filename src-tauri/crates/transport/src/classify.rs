//! From an error chain to a [`Failure`], by the types in it.

use std::error::Error;
use std::io;

use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use rustls::CertificateError;

use crate::Phase;
use crate::failure::{Failure, FailureKind, TlsProblem};
use crate::resolve::ResolveError;
use crate::stage::Step;

/// hyper-util does not name this type; it is public by way of the trait.
type TunnelError = <Tunnel<HttpConnector> as tower_service::Service<Uri>>::Error;

/// What `error` means for a call that had come to `step`.
pub(crate) fn classify(error: &(dyn Error + 'static), step: Step, proxied: bool) -> Failure {
    let phase = step.phase();
    let mut found = None;
    let mut deepest = error;
    each(error, &mut |link| {
        deepest = link;
        // The last telling link is the closest to the cause.
        if let Some(failure) = telling(link, phase) {
            found = Some(failure);
        }
    });
    let failure = found.unwrap_or_else(|| {
        Failure::new(
            FailureKind::Protocol,
            Some(phase),
            format!("failed while {}: {deepest}", phase.doing()),
        )
    });
    // Until TLS begins, whoever refuses or hangs up is the proxy.
    let by_proxy = proxied
        && matches!(phase, Phase::Connect | Phase::ProxyConnect)
        && !matches!(
            failure.kind,
            FailureKind::Resolve | FailureKind::Timeout | FailureKind::ProxyAuth
        );
    if by_proxy {
        let detail = format!("the proxy could not be used: {}", failure.detail);
        return Failure {
            kind: FailureKind::ProxyFailed,
            detail,
            ..failure
        };
    }
    failure
}

/// Visits every link of a chain, also those that `io::Error` keeps inside and does not give as its source.
fn each<'a>(error: &'a (dyn Error + 'static), visit: &mut dyn FnMut(&'a (dyn Error + 'static))) {
    let mut next = Some(error);
    while let Some(link) = next {
        visit(link);
        next = match link.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => link.source(),
        };
    }
}

fn telling(link: &(dyn Error + 'static), phase: Phase) -> Option<Failure> {
    if let Some(error) = link.downcast_ref::<ResolveError>() {
        let detail = format!("{} has no address", error.host);
        return Some(Failure::new(FailureKind::Resolve, Some(Phase::Resolve), detail));
    }
    if let Some(error) = link.downcast_ref::<TunnelError>() {
        return tunnel(error);
    }
    if let Some(error) = link.downcast_ref::<rustls::Error>() {
        return Some(tls(error));
    }
    if let Some(error) = link.downcast_ref::<h2::Error>() {
        return Some(http2(error, phase));
    }
    if let Some(error) = link.downcast_ref::<hyper::Error>() {
        return http1(error, phase);
    }
    link.downcast_ref::<io::Error>()
        .and_then(|error| by_kind(error, phase))
}

fn tunnel(error: &TunnelError) -> Option<Failure> {
    let phase = Some(Phase::ProxyConnect);
    match error {
        TunnelError::ProxyAuthRequired => {
            let detail = "the proxy wants a user name and password";
            Some(Failure::new(FailureKind::ProxyAuth, phase, detail))
        }
        // What is below says more.
        TunnelError::ConnectFailed(_) => None,
        _ => Some(Failure::new(
            FailureKind::ProxyFailed,
            phase,
            format!("no way through the proxy: {error}"),
        )),
    }
}

/// A TLS error in words somebody can act on.
pub(crate) fn tls(error: &rustls::Error) -> Failure {
    use CertificateError as C;
    let day = |time: &rustls::pki_types::UnixTime| {
        let seconds = i64::try_from(time.as_secs()).ok()?;
        Some(
            jiff::Timestamp::from_second(seconds)
                .ok()?
                .strftime("%F")
                .to_string(),
        )
    };
    // The library's own words for these hold nothing but the seconds.
    if let rustls::Error::InvalidCertificate(certificate) = error {
        let dated = match certificate {
            C::ExpiredContext { not_after, .. } => {
                day(not_after).map(|day| (TlsProblem::Expired, format!("the certificate expired on {day}")))
            }
            C::NotValidYetContext { not_before, .. } => day(not_before).map(|day| {
                let said = format!("the certificate is not valid before {day}");
                (TlsProblem::NotYetValid, said)
            }),
            _ => None,
        };
        if let Some((problem, said)) = dated {
            return Failure::tls(problem, said);
        }
    }
    let (problem, said) = match error {
        rustls::Error::InvalidCertificate(certificate) => match certificate {
            C::Expired | C::ExpiredContext { .. } => (TlsProblem::Expired, "the certificate has expired"),
            C::NotValidYet | C::NotValidYetContext { .. } => {
                (TlsProblem::NotYetValid, "the certificate is not valid yet")
            }
            C::UnknownIssuer => (
                TlsProblem::UnknownIssuer,
                "the certificate's issuer is not trusted on this computer",
            ),
            C::NotValidForName | C::NotValidForNameContext { .. } => {
                (TlsProblem::NameMismatch, "the certificate is for another name")
            }
            _ => (TlsProblem::Other, "the certificate cannot be accepted"),
        },
        rustls::Error::InvalidCertRevocationList(_) => {
            (TlsProblem::Other, "the certificate cannot be accepted")
        }
        _ => (TlsProblem::Protocol, "TLS could not be agreed on"),
    };
    Failure::tls(problem, format!("{said} ({error})"))
}

fn http2(error: &h2::Error, phase: Phase) -> Failure {
    if let Some(io) = error.get_io() {
        return by_kind(io, phase).unwrap_or_else(|| reset(phase));
    }
    if error.is_remote() && (error.is_reset() || error.is_go_away()) {
        return Failure::new(
            FailureKind::Reset,
            Some(phase),
            format!("the peer ended the exchange ({error})"),
        );
    }
    Failure::new(
        FailureKind::Protocol,
        Some(phase),
        format!("not valid HTTP/2 ({error})"),
    )
}

fn http1(error: &hyper::Error, phase: Phase) -> Option<Failure> {
    if error.is_incomplete_message() || error.is_closed() || error.is_canceled() {
        return Some(reset(phase));
    }
    if error.is_timeout() {
        let detail = format!("no progress while {}", phase.doing());
        return Some(Failure::new(FailureKind::Timeout, Some(phase), detail));
    }
    if error.is_parse() || error.is_parse_too_large() || error.is_parse_status() {
        let detail = format!("what came back is not HTTP ({error})");
        return Some(Failure::new(FailureKind::Protocol, Some(phase), detail));
    }
    None
}

fn reset(phase: Phase) -> Failure {
    let detail = format!("the connection was closed while {}", phase.doing());
    Failure::new(FailureKind::Reset, Some(phase), detail)
}

/// A failure of the operating system's.
pub(crate) fn by_kind(error: &io::Error, phase: Phase) -> Option<Failure> {
    use io::ErrorKind as K;
    let (kind, said) = match error.kind() {
        K::ConnectionRefused => (
            FailureKind::Refused,
            "the connection was refused: nothing listens there",
        ),
        K::HostUnreachable | K::NetworkUnreachable | K::NetworkDown | K::AddrNotAvailable => {
            (FailureKind::Unreachable, "the host cannot be reached")
        }
        K::PermissionDenied => (
            FailureKind::Unreachable,
            "this computer does not allow the connection",
        ),
        K::TimedOut => {
            let detail = format!("no progress while {}", phase.doing());
            return Some(Failure::new(FailureKind::Timeout, Some(phase), detail));
        }
        K::ConnectionReset | K::ConnectionAborted | K::BrokenPipe | K::UnexpectedEof | K::NotConnected => {
            return Some(reset(phase));
        }
        _ => return None,
    };
    Some(Failure::new(kind, Some(phase), said))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An error around another one, as libraries make them.
    #[derive(Debug, thiserror::Error)]
    #[error("outer")]
    struct Outer(#[source] io::Error);

    #[test]
    fn kinds_of_the_operating_system() {
        use io::ErrorKind as K;
        for (of, kind) in [
            (K::ConnectionRefused, FailureKind::Refused),
            (K::HostUnreachable, FailureKind::Unreachable),
            (K::NetworkUnreachable, FailureKind::Unreachable),
            (K::PermissionDenied, FailureKind::Unreachable),
            (K::ConnectionReset, FailureKind::Reset),
            (K::BrokenPipe, FailureKind::Reset),
            (K::UnexpectedEof, FailureKind::Reset),
            (K::TimedOut, FailureKind::Timeout),
            (K::Other, FailureKind::Protocol),
        ] {
            let failure = classify(&Outer(io::Error::from(of)), Step::Connect, false);
            assert_eq!(
                (failure.kind, failure.phase),
                (kind, Some(Phase::Connect)),
                "{of:?}"
            );
        }
    }

    #[test]
    fn causes_inside_of_io_errors_are_found() {
        let cause = rustls::Error::InvalidCertificate(CertificateError::Expired);
        let failure = classify(
            &Outer(io::Error::other(io::Error::other(cause))),
            Step::Tls,
            false,
        );
        assert_eq!(
            (failure.kind, failure.tls),
            (FailureKind::Tls, Some(TlsProblem::Expired))
        );
    }

    #[test]
    fn before_tls_it_is_the_proxy_that_refuses() {
        let refused = || Outer(io::Error::from(io::ErrorKind::ConnectionRefused));
        assert_eq!(
            classify(&refused(), Step::Connect, true).kind,
            FailureKind::ProxyFailed
        );
        assert_eq!(
            classify(&refused(), Step::Answer, true).kind,
            FailureKind::Refused
        );
    }

    #[test]
    fn a_certificate_that_is_over_is_told_with_its_day() {
        use rustls::pki_types::UnixTime;
        let at = |seconds| UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
        let error = rustls::Error::InvalidCertificate(CertificateError::ExpiredContext {
            time: at(1_790_000_000),
            not_after: at(1_767_600_000),
        });
        assert_eq!(tls(&error).detail, "the certificate expired on 2026-01-05");
        let error = rustls::Error::InvalidCertificate(CertificateError::NotValidYetContext {
            time: at(0),
            not_before: at(1_767_600_000),
        });
        assert_eq!(
            tls(&error).detail,
            "the certificate is not valid before 2026-01-05"
        );
    }
}
