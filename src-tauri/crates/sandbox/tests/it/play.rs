//! A client for the tests: knows the description, asks over loopback, gives status, headers and body back.

use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, StatusCode, header::HeaderMap, redirect::Policy};
use sandbox::switch::Switches;
use sandbox::{Description, Fault, FaultSet, Options, Sandbox};
use serde_json::{Value, json};

/// Only so that what never comes is a failure and no hang.
pub const NEVER: Duration = Duration::from_secs(60);

pub struct Play {
    pub sandbox: Sandbox,
    pub about: Description,
    pub http: Client,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {:?}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

pub fn client() -> Client {
    // A second call finds it installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .build()
        .unwrap()
}

impl Play {
    pub async fn start() -> Play {
        Play::with(&[]).await
    }

    pub async fn with(faults: &[Fault]) -> Play {
        let faults: FaultSet = faults.iter().copied().collect();
        Play::options(Options {
            faults,
            ..Options::default()
        })
        .await
    }

    pub async fn switched(switches: Switches) -> Play {
        Play::options(Options {
            switches,
            ..Options::default()
        })
        .await
    }

    pub async fn options(options: Options) -> Play {
        let sandbox = Sandbox::start(options).await.unwrap();
        Play {
            about: sandbox.description(),
            sandbox,
            http: client(),
        }
    }

    /// Waits until something is so, looking whenever something happens in a conversation.
    pub async fn until(&self, what: &str, mut is_so: impl FnMut() -> bool) {
        let mut pulse = self.sandbox.pulse();
        let waiting = async {
            while !is_so() {
                pulse.changed().await.unwrap();
            }
        };
        if tokio::time::timeout(NEVER, waiting).await.is_err() {
            panic!("it never came: {what}");
        }
    }

    pub fn env(&self, name: &str) -> &str {
        &self.about.env[&format!("HANDOVER_{name}")]
    }

    pub fn profile(&self, pointer: &str) -> String {
        let value = self
            .about
            .profile
            .pointer(pointer)
            .unwrap_or_else(|| panic!("no {pointer} in the profile"));
        value.as_str().unwrap().to_owned()
    }

    pub fn provider_id(&self) -> String {
        self.profile("/provider_link")
            .rsplit('/')
            .next()
            .unwrap()
            .to_owned()
    }

    pub fn project_id(&self) -> String {
        self.profile("/provider_link")
            .split('/')
            .nth(4)
            .unwrap()
            .to_owned()
    }

    /// A call of Cognigy.AI's REST API with the key.
    pub async fn api(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let url = format!("{}{path}", self.about.cognigy_api.as_deref().unwrap());
        let request = self
            .http
            .request(method, url)
            .header("X-API-Key", self.env("COGNIGY_API_KEY"));
        self.send(match body {
            Some(body) => request.json(&body),
            None => request,
        })
        .await
    }

    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        Answer {
            status,
            headers,
            text: response.text().await.unwrap(),
        }
    }

    pub async fn get(&self, url: &str) -> Answer {
        self.send(self.http.get(url)).await
    }

    pub async fn get_as(&self, token: &str, url: &str) -> Answer {
        self.send(self.http.get(url).bearer_auth(token)).await
    }

    /// The password grant with the pair of the environment, by Basic.
    pub async fn sign_in(&self) -> Answer {
        self.token_request(self.password_form(), true).await
    }

    pub fn password_form(&self) -> Vec<(&'static str, String)> {
        vec![
            ("grant_type", "password".to_owned()),
            ("username", self.env("ACCESS_KEY_ID").to_owned()),
            ("password", self.env("ACCESS_KEY_SECRET").to_owned()),
        ]
    }

    pub async fn token_request(&self, form: Vec<(&'static str, String)>, basic: bool) -> Answer {
        let mut request = self
            .http
            .post(format!("{}/auth/token", self.about.issuer))
            .form(&form);
        if basic {
            request = request.basic_auth(self.env("CLIENT_ID"), Some(self.env("CLIENT_SECRET")));
        }
        self.send(request).await
    }

    pub async fn access_token(&self) -> String {
        let answer = self.sign_in().await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    pub async fn access_key_token(&self) -> Answer {
        let url = format!("{}/authentication/v1/token/access-key", self.about.hosts.userhub);
        let body = json!({
            "accessKeyId": self.env("ACCESS_KEY_ID"), "accessKeySecret": self.env("ACCESS_KEY_SECRET"),
        });
        self.send(self.http.post(url).json(&body)).await
    }

    /// An ACD address of version 34.
    pub fn acd(&self, path: &str) -> String {
        format!("{}/inContactAPI/services/v34.0/{path}", self.about.hosts.api)
    }

    pub fn dfo(&self, path: &str) -> String {
        format!("{}/dfo/3.0/{path}", self.about.hosts.digital)
    }

    pub fn handover(&self, path: &str) -> String {
        format!("{}/handover/niceCxOne/{path}", self.about.endpoint_base)
    }

    pub async fn box_token(&self) -> Answer {
        self.box_token_of(
            &self.provider_id(),
            self.env("INTEGRATION_CLIENT_ID"),
            self.env("INTEGRATION_CLIENT_SECRET"),
        )
        .await
    }

    pub async fn box_token_of(&self, provider: &str, id: &str, secret: &str) -> Answer {
        let body = json!({ "grant_type": "client_credentials", "client_id": id, "client_secret": secret });
        self.send(
            self.http
                .post(self.handover(&format!("{provider}/auth/token")))
                .json(&body),
        )
        .await
    }

    pub fn box_call(&self, path: &str, body: &Value) -> RequestBuilder {
        self.http.request(Method::POST, self.handover(path)).json(body)
    }

    pub async fn channels(&self, query: &str) -> Vec<Value> {
        let token = self.access_token().await;
        let answer = self.get_as(&token, &self.dfo(&format!("channels{query}"))).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json().as_array().unwrap().clone()
    }

    /// The channel that belongs to the profile.
    pub async fn channel(&self) -> Value {
        self.channels("").await[0].clone()
    }
}
