//! Control addresses of what is played beside the agents: the customer of a chat, the scripted agent, and what an administrator
//! sets in CXone's console alone.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, put};
use http::StatusCode;
use serde::Deserialize;

use crate::act::Act;
use crate::answer;
use crate::cognigy::customer::{ChatError, Customer};
use crate::control::{Refused, read, shown};
use crate::state::Sim;
use crate::tenant::Presence;

pub(crate) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route("/chats/{user}/{session}", get(chat).post(say))
        .route("/agent", put(agent))
        .route("/channels/{channel}/skill", put(skill))
}

impl From<ChatError> for Refused {
    fn from(error: ChatError) -> Refused {
        Refused::new(StatusCode::CONFLICT, error.code(), error.to_string())
    }
}

async fn chat(State(sim): State<Arc<Sim>>, Path((user, session)): Path<(String, String)>) -> Response {
    shown(&Customer::new(&sim, &user, &session).view())
}

/// `{text}`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Say {
    text: String,
}

/// Answered once the bot has answered, or CXone has the message.
async fn say(
    State(sim): State<Arc<Sim>>,
    Path((user, session)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Refused> {
    let say: Say = read(&body)?;
    let customer = Customer::new(&sim, &user, &session);
    customer.say(&say.text).await?;
    Ok(shown(&customer.view()))
}

/// `{acts}`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Script {
    acts: Vec<Act>,
}

async fn agent(State(sim): State<Arc<Sim>>, body: Bytes) -> Result<Response, Refused> {
    let script: Script = read(&body)?;
    sim.autopilot.set(script.acts);
    Ok(answer::empty())
}

/// `{skill}`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Skill {
    skill: u64,
}

async fn skill(
    State(sim): State<Arc<Sim>>,
    Path(channel): Path<String>,
    body: Bytes,
) -> Result<Response, Refused> {
    let wanted: Skill = read(&body)?;
    match sim.set_channel_skill(&channel, wanted.skill) {
        true => Ok(answer::empty()),
        false => Err(Refused::nothing()),
    }
}

impl Sim {
    /// Sets the default skill of a channel. False where there is no such channel or no such skill.
    pub(crate) fn set_channel_skill(&self, channel: &str, skill: u64) -> bool {
        self.change(|world| {
            let known = world.tenant.skills.iter().any(|known| known.id == skill);
            let channels = &mut world.tenant.channels;
            match channels.iter_mut().find(|known| known.id == channel) {
                Some(channel) if known => channel.default_skill = Presence::Value(skill),
                _ => return false,
            }
            true
        })
    }

    /// Says that something happened in a conversation, on either side.
    pub(crate) fn beat(&self) {
        self.pulse.send_modify(|count| *count = count.wrapping_add(1));
    }
}
