//! `handover serve`: the window in a browser on this computer.
//!
//! Bounds: 127.0.0.1 only; the token of the printed address is exchanged once for a cookie that scripts cannot read and
//! leaves the address; `Host` and `Origin` are checked on every request, the websocket included; the content security
//! policy is a header. A secret is never sent to the page.

mod guard;
mod page;
mod socket;
#[cfg(test)]
mod tests;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use desk::clipboard::Clipboard;
use desk::notify::{self, Notifier};
use desk::wire::{HostKind, Preferences};
use desk::{Desk, ErrorCode, Host, Options, WireError};
use serde_json::json;
use tokio::net::TcpListener;

use crate::arguments;
use crate::exit::{Exit, Failure};
use crate::terminal::{self, Place};

/// How long requests may take to end after the signal.
const GRACE: Duration = Duration::from_secs(2);

/// What every route may use.
#[derive(Clone)]
pub(crate) struct Served {
    desk: Desk,
    guard: Arc<guard::Guard>,
}

/// `handover serve`: serves until it is ended.
pub async fn serve(place: &Place, options: arguments::Serve) -> Result<Exit, Failure> {
    if page::is_missing() {
        return Err(Failure {
            error: WireError::new(ErrorCode::NotFound, "This `handover` was built without the window's pages.")
                .hint("Build the UI first (`npm ci && npm run build` at the repository's root), then build again; `cargo xtask run` does both."),
            exit: Exit::Failed,
        });
    }
    let ending = terminal::Ending::new()?;
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, options.port)))
        .await
        .map_err(port_taken)?;
    let address = listener.local_addr().map_err(port_taken)?;
    let data_dir = if options.sample {
        None
    } else {
        Some(place.folder()?)
    };
    let desk = terminal::start(Options {
        data_dir,
        sample: options.sample,
        host: Arc::new(Browser::default()),
    })
    .await?;
    let guard = Arc::new(guard::Guard::new(address));
    let link = guard.link();
    if options.json {
        terminal::json_line(&json!({ "address": link }))?;
    } else {
        terminal::print(&format!(
            "Handover Desk is at {link}\nThe address works once, on this computer. End it with Ctrl-C.\n"
        ))?;
    }
    let served = Served {
        desk: desk.clone(),
        guard,
    };
    let stopped = desk.stopped();
    let server = axum::serve(listener, routes(served)).with_graceful_shutdown(async move {
        ending.wait().await;
        desk.stop().await;
    });
    tokio::select! {
        ended = server => ended.map_err(|error| Failure::from(WireError::internal("serving the window", error)))?,
        // A request that waits for the keychain must not keep the program.
        () = async { stopped.cancelled().await; tokio::time::sleep(GRACE).await } => {}
    }
    Ok(Exit::Well)
}

fn port_taken(error: std::io::Error) -> Failure {
    Failure::usage(
        format!("The port cannot be used: {error}."),
        "Choose another one with --port, or leave it out.",
    )
}

fn routes(served: Served) -> Router {
    Router::new()
        .route("/rpc/{name}", post(rpc))
        .route("/events", get(socket::events))
        .fallback(page::page)
        .layer(middleware::from_fn_with_state(served.clone(), guard::check))
        .with_state(served)
}

async fn rpc(
    State(served): State<Served>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let refused = |status, message: String| {
        let error = WireError::new(ErrorCode::BadRequest, message);
        (status, Json(error)).into_response()
    };
    // A page of somebody else can send other types without asking first.
    if !is_json(&headers) {
        let message = format!("The request for {name} is not labelled as application/json.");
        return refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, message);
    }
    let body = match body {
        Ok(body) => body,
        Err(rejection) => {
            let message = match rejection.status() {
                StatusCode::PAYLOAD_TOO_LARGE => format!("The request for {name} is too large."),
                _ => format!("The request for {name} did not arrive whole."),
            };
            return refused(rejection.status(), message);
        }
    };
    let answer = match serde_json::from_slice(&body) {
        Ok(payload) => served.desk.dispatch(&name, payload).await,
        Err(_) => Err(WireError::new(
            ErrorCode::BadRequest,
            format!("The request for {name} is not JSON."),
        )),
    };
    match answer {
        Ok(answer) => Json(answer).into_response(),
        Err(error) => {
            let status = match error.code {
                ErrorCode::NotFound => StatusCode::NOT_FOUND,
                ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
                ErrorCode::SecretExists => StatusCode::CONFLICT,
                _ => StatusCode::UNPROCESSABLE_ENTITY,
            };
            (status, Json(error)).into_response()
        }
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let label = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = label.and_then(|label| label.split(';').next());
    kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// A browser as host: preferences last as long as the program.
struct Browser {
    preferences: Mutex<Preferences>,
    notifier: Arc<dyn Notifier>,
}

impl Default for Browser {
    fn default() -> Self {
        Self {
            preferences: Mutex::default(),
            notifier: notify::desktop(),
        }
    }
}

impl Host for Browser {
    fn kind(&self) -> HostKind {
        HostKind::Web
    }
    fn preferences(&self) -> Preferences {
        self.preferences
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
    fn set_preferences(&self, preferences: &Preferences) -> Result<(), WireError> {
        self.preferences
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone_from(preferences);
        Ok(())
    }
    fn clipboard(&self) -> Option<Clipboard> {
        terminal::has_display().then(Clipboard::desktop)
    }
    fn dialogs(&self) -> bool {
        terminal::has_display()
    }
    fn notifier(&self) -> Option<Arc<dyn Notifier>> {
        terminal::has_display().then(|| Arc::clone(&self.notifier))
    }
}
