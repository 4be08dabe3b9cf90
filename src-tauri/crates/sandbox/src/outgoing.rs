//! Calls from one simulated server to another, as the vendors' servers call each other: plain HTTP/1.1 over loopback, one
//! connection a call. Any other address is refused before a socket is opened.

use std::fmt;
use std::io;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{HeaderMap, Method, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use url::{Host, Url};

/// A call that is being put together.
#[derive(Clone)]
pub(crate) struct Call {
    method: Method,
    url: String,
    headers: Vec<(http::HeaderName, String)>,
    body: Bytes,
}

/// What came back, whatever its status.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// Why nothing came back.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallError {
    #[error("{url} is not a plain address of this computer")]
    NotLoopback { url: String },
    #[error("no connection to {host}: {source}")]
    Connect { host: String, source: io::Error },
    #[error("the request cannot be written: {0}")]
    Request(#[from] http::Error),
    #[error("the exchange broke off: {0}")]
    Broken(#[from] hyper::Error),
    #[error("no answer within {} ms", after.as_millis())]
    Slow { after: Duration },
}

impl Call {
    /// A call of `base` (scheme, host, port) and a path with its query.
    pub(crate) fn new(method: Method, base: &str, path: &str) -> Call {
        Call {
            method,
            url: format!("{}{path}", base.trim_end_matches('/')),
            headers: vec![(ACCEPT, "application/json".to_owned())],
            body: Bytes::new(),
        }
    }

    pub(crate) fn bearer(mut self, token: &str) -> Call {
        self.headers.push((AUTHORIZATION, format!("Bearer {token}")));
        self
    }

    pub(crate) fn basic(mut self, user: &str, password: &str) -> Call {
        let pair = STANDARD.encode(format!("{user}:{password}"));
        self.headers.push((AUTHORIZATION, format!("Basic {pair}")));
        self
    }

    pub(crate) fn json(mut self, body: &Value) -> Call {
        self.headers.push((CONTENT_TYPE, "application/json".to_owned()));
        self.body = Bytes::from(body.to_string());
        self
    }

    pub(crate) fn form(mut self, fields: &[(&str, &str)]) -> Call {
        self.headers
            .push((CONTENT_TYPE, "application/x-www-form-urlencoded".to_owned()));
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.body = Bytes::from(body);
        self
    }

    /// Sends it and waits for the whole answer, at most `patience`.
    pub(crate) async fn send(self, patience: Duration) -> Result<Reply, CallError> {
        tokio::time::timeout(patience, self.exchange())
            .await
            .unwrap_or(Err(CallError::Slow { after: patience }))
    }

    async fn exchange(self) -> Result<Reply, CallError> {
        let refused = || CallError::NotLoopback {
            url: self.url.clone(),
        };
        let url = Url::parse(&self.url).map_err(|_| refused())?;
        let (address, host) = loopback(&url).ok_or_else(refused)?;
        let stream = TcpStream::connect(address.as_str())
            .await
            .map_err(|source| CallError::Connect {
                host: host.clone(),
                source,
            })?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
        let mut request = http::Request::builder()
            .method(self.method)
            .uri(target)
            .header(HOST, host);
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        let request = request.body(Full::new(self.body))?;
        let answered = async {
            let response = sender.send_request(request).await?;
            let (parts, body) = response.into_parts();
            let body = body.collect().await?.to_bytes();
            Ok(Reply {
                status: parts.status,
                headers: parts.headers,
                body,
            })
        };
        // The connection only moves while it is polled; it ends with the answer.
        tokio::pin!(connection);
        tokio::pin!(answered);
        tokio::select! {
            reply = &mut answered => reply,
            ended = &mut connection => {
                ended?;
                answered.await
            }
        }
    }
}

/// `address:port` to connect to and the Host header, if the URL is plain http on this computer.
fn loopback(url: &Url) -> Option<(String, String)> {
    if url.scheme() != "http" {
        return None;
    }
    let port = url.port_or_known_default()?;
    let (address, host) = match url.host()? {
        Host::Domain(name) if name == "localhost" || name.ends_with(".localhost") => {
            ("127.0.0.1".to_owned(), name.to_owned())
        }
        Host::Ipv4(ip) if ip.is_loopback() => (ip.to_string(), ip.to_string()),
        Host::Ipv6(ip) if ip.is_loopback() => (format!("[{ip}]"), format!("[{ip}]")),
        _ => return None,
    };
    Some((format!("{address}:{port}"), format!("{host}:{port}")))
}

impl Reply {
    /// The body as JSON; null when it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("method", &self.method)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_addresses_of_this_computer_are_called() {
        let target = |text: &str| loopback(&Url::parse(text).unwrap());
        assert_eq!(
            target("http://127.0.0.1:81/a"),
            Some(("127.0.0.1:81".into(), "127.0.0.1:81".into()))
        );
        assert_eq!(
            target("http://endpoint-sandbox.localhost:81"),
            Some(("127.0.0.1:81".into(), "endpoint-sandbox.localhost:81".into()))
        );
        assert_eq!(
            target("http://[::1]:81"),
            Some(("[::1]:81".into(), "[::1]:81".into()))
        );
        for outside in [
            "https://127.0.0.1",
            "http://example.com",
            "http://10.0.0.1",
            "http://localhost.example.com",
        ] {
            assert_eq!(target(outside), None, "{outside}");
        }
    }

    #[tokio::test]
    async fn an_address_elsewhere_is_an_error_of_its_own() {
        let call = Call::new(Method::GET, "http://example.com", "/");
        let outcome = call.send(Duration::from_secs(1)).await;
        assert!(matches!(outcome, Err(CallError::NotLoopback { .. })));
    }
}
