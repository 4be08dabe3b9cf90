//! Conversations: what was said in which session, and whether a handover was asked for or on.

use axum::extract::Path;
use axum::response::Response;
use serde_json::Value;

use crate::answer;
use crate::cognigy::api::{paged, value};
use crate::cognigy::caller::{Caller, Right};
use crate::cognigy::problem::Wrong;

pub(crate) async fn list(caller: Caller) -> Response {
    let outcome = caller.named_project(Right::Conversations).and_then(|install| {
        let contacts = [caller.params.all("contactIds"), caller.params.all("contactIds[]")].concat();
        let turns = install
            .turns
            .iter()
            .filter(|turn| contacts.is_empty() || contacts.contains(&turn.contact_id.as_str()))
            .map(value);
        paged(&caller, turns.collect(), &["inputText", "sessionId"])
    });
    caller.answer(outcome)
}

pub(crate) async fn read(Path(session): Path<String>, caller: Caller) -> Response {
    let outcome = caller.install(Right::Conversations).and_then(|install| {
        let turns: Vec<Value> = install
            .turns
            .iter()
            .filter(|turn| turn.session_id == session)
            .map(value)
            .collect();
        if turns.is_empty() {
            return Err(Wrong::not_found("conversation"));
        }
        paged(&caller, turns, &["inputText"])
    });
    caller.answer(outcome)
}

pub(crate) async fn delete(Path(session): Path<String>, caller: Caller) -> Response {
    let outcome = caller.install(Right::Conversations).and_then(|_| {
        let mut install = caller.sim.cognigy.install();
        let before = install.turns.len();
        install.turns.retain(|turn| turn.session_id != session);
        if install.turns.len() == before {
            return Err(Wrong::not_found("conversation"));
        }
        Ok(answer::empty())
    });
    caller.answer(outcome)
}
