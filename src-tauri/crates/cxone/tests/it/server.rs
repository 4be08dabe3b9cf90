//! A server whose answers are a function of the request and its number, and which remembers every request.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::Response;
use cxone::host::Hosts;
use cxone::session::Parts;
use cxone::{ClientAuth, HostOverrides, Session, SignIn, SignInGate, Target, Token, Waits};
use jiff::Timestamp;
use secrecy::SecretString;
use transport::{Client, Settings, Url};

/// One request as it arrived.
#[derive(Debug, Clone)]
pub struct Hit {
    pub method: Method,
    pub path: String,
    pub query: String,
    pub authorization: Option<String>,
    pub accept: Option<String>,
    pub body: String,
}

impl Hit {
    /// `GET /path?query`.
    pub fn line(&self) -> String {
        let query = if self.query.is_empty() {
            String::new()
        } else {
            format!("?{}", self.query)
        };
        format!("{} {}{query}", self.method, self.path)
    }
}

/// What to answer.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl Answer {
    pub fn json(status: u16, body: impl Into<String>) -> Self {
        let headers = vec![("content-type", "application/json".to_owned())];
        Self {
            status,
            headers,
            body: body.into(),
        }
    }

    pub fn html(status: u16) -> Self {
        let headers = vec![("content-type", "text/html".to_owned())];
        Self {
            status,
            headers,
            body: "<!doctype html><html><body>Please sign in</body></html>".to_owned(),
        }
    }

    pub fn text(status: u16, body: &str) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: body.to_owned(),
        }
    }

    pub fn empty(status: u16) -> Self {
        Self::text(status, "")
    }

    /// Never comes.
    pub fn hangs() -> Self {
        Self::empty(0)
    }

    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

pub struct Server {
    pub url: Url,
    hits: Arc<Mutex<Vec<Hit>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Server {
    /// `answer` gets the request and how many came before it.
    pub async fn start(answer: impl Fn(&Hit, usize) -> Answer + Send + Sync + 'static) -> Self {
        let hits: Arc<Mutex<Vec<Hit>>> = Arc::default();
        let seen = Arc::clone(&hits);
        let answer = Arc::new(answer);
        let app = Router::new().fallback(move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| {
            let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
            let hit = Hit {
                method,
                path: uri.path().to_owned(),
                query: uri.query().unwrap_or_default().to_owned(),
                authorization: text("authorization"),
                accept: text("accept"),
                body: String::from_utf8(body.to_vec()).unwrap(),
            };
            let number = {
                let mut hits = seen.lock().unwrap();
                hits.push(hit.clone());
                hits.len() - 1
            };
            let answer = answer(&hit, number);
            async move {
                if answer.status == 0 {
                    std::future::pending::<()>().await;
                }
                let mut response = Response::builder().status(StatusCode::from_u16(answer.status).unwrap());
                for (name, value) in answer.headers {
                    response = response.header(name, value);
                }
                response.body(axum::body::Body::from(answer.body)).unwrap()
            }
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let task = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, hits, task }
    }

    pub fn hits(&self) -> Vec<Hit> {
        self.hits.lock().unwrap().clone()
    }

    /// The requests as lines, in order.
    pub fn lines(&self) -> Vec<String> {
        self.hits().iter().map(Hit::line).collect()
    }

    pub fn at(&self, path: &str) -> Url {
        self.url.join(path).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub fn client() -> Client {
    transport::install_crypto();
    Client::new(Settings::default()).unwrap()
}

/// A target whose issuer and services are one server.
pub fn target(server: &Server) -> Target {
    let url = || Some(server.url.clone());
    Target {
        issuer: server.url.clone(),
        tenant_id: "11ee0000-aaaa-bbbb-cccc-0242ac110003".to_owned(),
        hosts: HostOverrides {
            api: url(),
            digital: url(),
            userhub: url(),
            events: url(),
        },
        trusted_hosts: BTreeSet::new(),
    }
}

pub fn hosts(server: &Server) -> Hosts {
    let url = || server.url.clone();
    Hosts {
        api: url(),
        digital: url(),
        userhub: url(),
        events: url(),
        facade: url(),
    }
}

pub fn sign_in() -> SignIn {
    let secret = |text: &str| SecretString::from(text);
    SignIn {
        access_key_id: secret("sim_access_key_id===="),
        access_key_secret: secret("sim_access_key_secret===="),
        client_id: secret("sim_client_id"),
        client_secret: secret("sim_client_secret+/"),
    }
}

pub fn token(access: &str) -> Token {
    Token {
        access_token: SecretString::from(access),
        id_token: None,
        refresh_token: None,
        expires_in: 3600,
        obtained_at: Timestamp::now(),
    }
}

/// Answer of a successful sign-in.
pub fn granted(access: &str) -> Answer {
    Answer::json(
        200,
        format!(
            r#"{{"access_token":"{access}","token_type":"Bearer","expires_in":3600,"refresh_token":"sim_refresh","id_token":"sim_id_token"}}"#
        ),
    )
}

pub fn parts(server: &Server) -> Parts {
    Parts {
        client: client(),
        target: target(server),
        hosts: hosts(server),
        token: token("sim_token_0"),
        sign_in: sign_in(),
        token_endpoint: server.at("/auth/token"),
        client_auth: ClientAuth::Basic,
        gate: SignInGate::new(),
        clock: cxone::system_clock(),
        waits: Waits::none(),
    }
}

pub fn session(server: &Server) -> Session {
    Session::new(parts(server))
}
