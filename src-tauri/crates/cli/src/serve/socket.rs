//! Events for the page. They only say that there is news; a lost one costs nothing.

use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use desk::Event;
use tokio::sync::broadcast::error::RecvError;

use super::Served;

pub(crate) async fn events(State(served): State<Served>, upgrade: WebSocketUpgrade) -> Response {
    // Subscribed before the answer: nothing that happens after it is missed.
    let events = served.desk.subscribe();
    upgrade.on_upgrade(move |socket| forward(socket, events, served.desk.stopped()))
}

async fn forward(
    mut socket: WebSocket,
    mut events: tokio::sync::broadcast::Receiver<Event>,
    stopped: tokio_util::sync::CancellationToken,
) {
    loop {
        let event = tokio::select! {
            () = stopped.cancelled() => return,
            event = events.recv() => match event {
                Ok(event) => event,
                Err(RecvError::Lagged(_)) => Event::Lagged {},
                Err(RecvError::Closed) => return,
            },
            message = socket.recv() => match message {
                Some(Ok(_)) => continue,
                _ => return,
            },
        };
        let Ok(text) = serde_json::to_string(&event) else {
            continue;
        };
        if socket.send(Message::Text(text.into())).await.is_err() {
            return;
        }
    }
}
