//! Which hosts are this computer.
//!
//! Plain HTTP is allowed to these alone, and they are never reached through a proxy. Names that end in `.localhost`
//! are answered by [`crate::Client`] itself and never asked of DNS (RFC 6761 section 6.3), so that this holds whatever the
//! network says.

use std::net::IpAddr;

use url::{Host, Url};

/// Whether the URL's host is this computer: `127.0.0.0/8`, `::1`, `localhost`, `*.localhost`.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => is_loopback_name(name),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).to_canonical().is_loopback(),
        None => false,
    }
}

/// Whether a name is `localhost` or ends in `.localhost` (any case, one trailing dot allowed).
#[must_use]
pub fn is_loopback_name(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let last = name.rsplit('.').next().unwrap_or(name);
    last.eq_ignore_ascii_case("localhost")
}

/// Whether a name can have no address by definition (`*.invalid`, RFC 6761 section 6.4).
#[must_use]
pub fn is_invalid_name(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    name.rsplit('.')
        .next()
        .unwrap_or(name)
        .eq_ignore_ascii_case("invalid")
}

/// `host:port` of a URL, with the scheme's own port filled in; brackets around IPv6 addresses.
#[must_use]
pub fn authority(url: &Url) -> String {
    match (url.host_str(), url.port_or_known_default()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loopback(url: &str) -> bool {
        is_loopback(&Url::parse(url).unwrap())
    }

    #[test]
    fn loopback_hosts_are_told_from_look_alikes() {
        for url in [
            "http://127.0.0.1:1/",
            "http://127.9.8.7/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://localhost/",
            "http://LOCALHOST./",
            "http://endpoint-sandbox.localhost:81/",
        ] {
            assert!(loopback(url), "{url}");
        }
        for url in [
            "http://128.0.0.1/",
            "http://localhost.example.com/",
            "http://notlocalhost/",
            "http://127.0.0.1.example.com/",
            "http://0.0.0.0/",
        ] {
            assert!(!loopback(url), "{url}");
        }
    }

    #[test]
    fn authority_fills_in_the_port() {
        assert_eq!(
            authority(&Url::parse("https://example.com/x").unwrap()),
            "example.com:443"
        );
        assert_eq!(authority(&Url::parse("http://[::1]:81/").unwrap()), "[::1]:81");
    }
}
