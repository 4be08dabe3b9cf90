//! Which way a request goes out: straight, or through a proxy.
//!
//! Client and probe ask the same [`Routes`], so that what the probe measures is what calls experience.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use crate::client::BuildError;
use crate::host::is_loopback;
use crate::settings::Proxy;

/// How a proxy may be spoken to.
const SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

/// The rule that picks the way.
pub(crate) enum Routes {
    Direct,
    Fixed(Via),
    System(Box<Matcher>),
}

/// A proxy: where it is and what it wants to hear.
#[derive(Clone)]
pub(crate) struct Via {
    /// Without user and password.
    pub(crate) url: Url,
    pub(crate) auth: Option<(String, String)>,
}

impl fmt::Debug for Via {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Via({})", crate::host::authority(&self.url))
    }
}

impl Routes {
    pub(crate) fn new(proxy: &Proxy) -> Result<Routes, BuildError> {
        Ok(match proxy {
            Proxy::None => Routes::Direct,
            Proxy::System => Routes::System(Box::new(Matcher::from_system())),
            Proxy::Url(url) if url.has_host() && SCHEMES.contains(&url.scheme()) => {
                Routes::Fixed(Via::new(url))
            }
            Proxy::Url(url) => {
                return Err(BuildError::Proxy {
                    scheme: url.scheme().to_owned(),
                });
            }
        })
    }

    /// The proxy for this URL; `None` means straight there.
    pub(crate) fn via(&self, url: &Url) -> Option<Via> {
        if is_loopback(url) {
            return None;
        }
        match self {
            Routes::Direct => None,
            Routes::Fixed(via) => Some(via.clone()),
            Routes::System(matcher) => {
                let found = matcher.intercept(&url.as_str().parse().ok()?)?;
                let mut via = Via::new(&Url::parse(&found.uri().to_string()).ok()?);
                via.auth = via.auth.or_else(|| {
                    if let Some((user, password)) = found.raw_auth() {
                        return Some((user.to_owned(), password.to_owned()));
                    }
                    let basic = found.basic_auth()?.to_str().ok()?.strip_prefix("Basic ")?;
                    let pair = String::from_utf8(STANDARD.decode(basic).ok()?).ok()?;
                    let (user, password) = pair.split_once(':')?;
                    Some((user.to_owned(), password.to_owned()))
                });
                Some(via)
            }
        }
    }

    /// Passwords of proxies known beforehand, for the redactor.
    pub(crate) fn password(&self) -> Option<&str> {
        match self {
            Routes::Fixed(Via {
                auth: Some((_, password)),
                ..
            }) => Some(password),
            _ => None,
        }
    }
}

impl Via {
    fn new(url: &Url) -> Via {
        let mut url = url.clone();
        let auth = (!url.username().is_empty() || url.password().is_some()).then(|| {
            (
                decoded(url.username()),
                decoded(url.password().unwrap_or_default()),
            )
        });
        // Both fail only for URLs that cannot have user info, and such have none.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        Via { url, auth }
    }

    /// The URL with user and password in it, as reqwest wants it.
    pub(crate) fn full(&self) -> Url {
        let mut url = self.url.clone();
        if let Some((user, password)) = &self.auth {
            let _ = url.set_username(user);
            let _ = url.set_password(Some(password));
        }
        url
    }
}

fn decoded(text: &str) -> String {
    String::from_utf8_lossy(&crate::redact::percent_decoded(text.as_bytes())).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn loopback_goes_straight() {
        let routes = Routes::new(&Proxy::Url(url("http://proxy.example.com:3128"))).unwrap();
        assert!(routes.via(&url("http://127.0.0.1:8080/")).is_none());
        assert!(routes.via(&url("https://endpoint-sandbox.localhost/")).is_none());
        assert!(routes.via(&url("https://example.com/")).is_some());
    }

    #[test]
    fn credentials_are_taken_out_of_the_url_and_back() {
        let routes = Routes::new(&Proxy::Url(url(
            "http://us%40er:pa%3Ass+%25@proxy.example.com:3128",
        )))
        .unwrap();
        let via = routes.via(&url("https://example.com/")).unwrap();
        assert_eq!(via.auth, Some(("us@er".to_owned(), "pa:ss+%".to_owned())));
        assert_eq!(via.url.as_str(), "http://proxy.example.com:3128/");
        assert_eq!(Via::new(&via.full()).auth, via.auth);
        assert!(!format!("{via:?}").contains("pa:ss"));
    }

    #[test]
    fn the_systems_rules_are_followed() {
        let matcher = Matcher::builder()
            .all("http://us%40er:sim_proxy@proxy.example.com:3128")
            .no("direct.example.com")
            .build();
        let routes = Routes::System(Box::new(matcher));
        let via = routes.via(&url("https://example.com/path?x=1")).unwrap();
        assert_eq!(via.url.as_str(), "http://proxy.example.com:3128/");
        assert_eq!(via.auth, Some(("us@er".to_owned(), "sim_proxy".to_owned())));
        assert!(routes.via(&url("https://direct.example.com/")).is_none());
        assert!(routes.via(&url("https://localhost/")).is_none());
    }

    #[test]
    fn a_proxy_of_another_kind_is_refused_instead_of_passed_by() {
        let refused = Routes::new(&Proxy::Url(url("ftp://proxy.example.com")));
        assert!(matches!(refused, Err(BuildError::Proxy { scheme }) if scheme == "ftp"));
    }
}
