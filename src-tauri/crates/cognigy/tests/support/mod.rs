//! A server whose answers are a function of the request and its number, and an API on it.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::Response;
use cognigy::api::{Api, Place};
use secrecy::SecretString;
use serde_json::{Value, json};
use transport::{Client, Exchange, Proxy, Recorder, Settings, Url, Waits};

pub const KEY: &str = "test-secret-0123456789abcdefghij0123456789abcdefghij";

/// One request as it arrived.
#[derive(Clone, Debug)]
pub struct Hit {
    /// `GET /path?query`.
    pub line: String,
    pub key: Option<String>,
    pub accept: Option<String>,
    pub body: String,
}

/// What to answer.
#[derive(Clone, Debug)]
pub struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Answer {
    pub fn json(status: u16, body: Value) -> Answer {
        Answer {
            status,
            headers: vec![("content-type", "application/json".to_owned())],
            body: body.to_string(),
        }
    }

    /// A refusal in the API's own form.
    pub fn problem(status: u16) -> Answer {
        Answer::json(
            status,
            json!({ "status": status, "detail": "No.", "code": 1, "traceId": "t" }),
        )
    }

    pub fn html(status: u16) -> Answer {
        Answer {
            status,
            headers: vec![("content-type", "text/html".to_owned())],
            body: "<!doctype html><p>Please sign in".to_owned(),
        }
    }

    pub fn header(mut self, name: &'static str, value: &str) -> Answer {
        self.headers.push((name, value.to_owned()));
        self
    }
}

pub struct Server {
    pub base: Url,
    hits: Arc<Mutex<Vec<Hit>>>,
}

impl Server {
    pub fn hits(&self) -> Vec<Hit> {
        self.hits.lock().unwrap().clone()
    }
}

/// `answer` gets the line of the request and how many came before it.
pub async fn serve(answer: impl Fn(&str, usize) -> Answer + Send + Sync + 'static) -> Server {
    let hits: Arc<Mutex<Vec<Hit>>> = Arc::default();
    let seen = Arc::clone(&hits);
    let answer = Arc::new(answer);
    let app = Router::new().fallback(move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| {
        let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        let hit = Hit {
            line: format!("{method} {uri}"),
            key: text("x-api-key"),
            accept: text("accept"),
            body: String::from_utf8(body.to_vec()).unwrap(),
        };
        let number = seen.lock().unwrap().len();
        let answer = answer(&hit.line, number);
        seen.lock().unwrap().push(hit);
        async move {
            let mut response = Response::builder().status(StatusCode::from_u16(answer.status).unwrap());
            for (name, value) in answer.headers {
                response = response.header(name, value);
            }
            response.body(axum::body::Body::from(answer.body)).unwrap()
        }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    Server { base, hits }
}

/// What was recorded.
#[derive(Default)]
pub struct Heard(Mutex<Vec<Arc<Exchange>>>);

impl Heard {
    pub fn exchanges(&self) -> Vec<Arc<Exchange>> {
        self.0.lock().unwrap().clone()
    }
}

impl Recorder for Heard {
    fn record(&self, exchange: Arc<Exchange>) {
        self.0.lock().unwrap().push(exchange);
    }
}

pub fn client() -> (Client, Arc<Heard>) {
    let heard = Arc::new(Heard::default());
    let settings = Settings {
        proxy: Proxy::None,
        ..Settings::default()
    };
    let recorder: Arc<Heard> = Arc::clone(&heard);
    (Client::new(settings).unwrap().with_recorder(recorder), heard)
}

/// An entered address.
pub fn place(base: &Url) -> Place {
    Place {
        base: base.clone(),
        is_entered: true,
        trusted_hosts: BTreeSet::new(),
    }
}

pub fn api(base: &Url, waits: Waits) -> (Api, Arc<Heard>) {
    let (client, heard) = client();
    (
        Api::new(client, place(base), SecretString::from(KEY), waits),
        heard,
    )
}
