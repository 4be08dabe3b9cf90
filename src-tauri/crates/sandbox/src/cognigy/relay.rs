//! The handover itself: what the bot gives away, what the user says to the agent, what the agent says to the user, and how
//! it ends. Towards CXone all goes by Create message; from CXone all comes through the integration box.

use std::sync::Arc;

use byoc::action::Typing;
use http::Method;
use serde_json::{Value, json};

use crate::cognigy::bot::{Input, Output, Run, with_button};
use crate::cognigy::cxone::{Cxone, CxoneError};
use crate::cognigy::install::{Level, Source};
use crate::cognigy::message::{close, create_message};
use crate::cognigy::sample::SERVICE;
use crate::cognigy::session::{Early, Event, Handover, Key, Reply, Stage, Terms};
use crate::state::Sim;
use crate::switch::{AgentTyping, HandoverThread, QueueEvents, TranscriptDirection};

/// Channels that can hand over (documented; the others of the list are not simulated).
const CHANNELS: [&str; 4] = ["webchat3", "webchat2", "socket", "webhook"];
/// No session has the thread.
#[derive(Debug)]
pub(crate) struct NoSession;

/// Hands a session over. Nothing is returned while it is with an agent; else the status for the flow, which goes on below the
/// node: `error`, or `completed` where the agent was gone before CXone had even answered.
pub(crate) async fn begin(run: &mut Run, terms: Terms) -> Option<Value> {
    if !CHANNELS.contains(&run.endpoint.channel.as_str()) {
        return Some(failed(run, "unsupported", "This channel cannot hand over."));
    }
    let channel = run
        .sim
        .install_bare()
        .provider(&terms.provider)
        .filter(|provider| provider.service == SERVICE)
        .map(|provider| provider.channel.clone());
    let channel = match channel {
        None => return Some(failed(run, "error", "The handover provider does not exist.")),
        Some(None) => return Some(failed(run, "error", "The handover provider is not provisioned.")),
        Some(Some(channel)) => channel,
    };
    let number = run.sim.next();
    let thread = thread(run, number);
    let first = if terms.transcript {
        transcript(run).unwrap_or_else(|| run.input.text.clone())
    } else {
        run.input.text.clone()
    };
    let handover = Handover {
        number,
        terms: terms.clone(),
        channel,
        thread,
        cxone_thread: None,
        contact: None,
        stage: Stage::Requested,
        early: Vec::new(),
    };
    let (sim, key) = (run.sim.clone(), run.key.clone());
    sim.cognigy
        .sessions
        .with(&key, &run.endpoint, |session| session.begin(handover.clone()));
    let outbound = terms.transcript && sim.switches().transcript_direction == TranscriptDirection::Outbound;
    let direction = if outbound { "outbound" } else { "inbound" };
    match create_message(&sim, &key, &handover, &first, direction).await {
        Err(error) => {
            sim.cognigy.sessions.known(&key, |session| session.end(number));
            Some(failed(run, "error", &error.to_string()))
        }
        Ok(answer) => accepted(run, number, &terms, &answer).await,
    }
}

/// The error for the flow, written to the log as well.
fn failed(run: &Run, reason: &str, message: &str) -> Value {
    run.sim.log(
        Level::Error,
        "The handover request failed",
        json!({
            "sessionId": run.key.session, "userId": run.key.user, "flowName": run.flow.name,
            "reason": reason, "error": message,
        }),
    );
    json!({ "status": "error", "error": { "reason": reason, "message": message } })
}

fn thread(run: &Run, number: u64) -> String {
    let session = &run.key.session;
    match run.sim.switches().handover_thread {
        HandoverThread::Session => session.clone(),
        HandoverThread::Handover => format!("{session}_{number}"),
    }
}

/// Everything said in the session so far, in one text (one message is our reading of "as first message").
fn transcript(run: &Run) -> Option<String> {
    let install = run.sim.cognigy.install();
    let lines: Vec<String> = install
        .turns
        .iter()
        .filter(|turn| turn.session_id == run.key.session && turn.contact_id == run.key.user)
        .filter(|turn| !turn.input_text.is_empty())
        .map(|turn| {
            let who = match turn.source {
                Source::User => "User",
                Source::Bot => "Bot",
                Source::Agent => "Agent",
            };
            format!("{who}: {}", turn.input_text)
        })
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// CXone has the message: tells the user, then what CXone said meanwhile.
async fn accepted(run: &mut Run, number: u64, terms: &Terms, answer: &Value) -> Option<Value> {
    let text = |value: &Value| {
        let number = value.as_u64().map(|number| number.to_string());
        value.as_str().map(str::to_owned).or(number)
    };
    let (sim, key) = (run.sim.clone(), run.key.clone());
    sim.cognigy.sessions.known(&key, |session| {
        if let Some(handover) = session.handover(number) {
            handover.contact = text(&answer["consumerContact"]["id"]);
            handover.cxone_thread = text(&answer["consumerContact"]["threadId"]);
        }
    });
    accept_again(run, terms).await;
    // What comes from now on is told at once.
    let early = sim.cognigy.sessions.known(&key, |session| {
        session.handover(number).map(|handover| {
            handover.stage = Stage::Queued;
            std::mem::take(&mut handover.early)
        })
    });
    for event in early.flatten().unwrap_or_default() {
        match event {
            Early::Agent(reply) => agent(&sim, &key, number, reply).await,
            Early::Released(contact) => {
                let ended = sim.cognigy.sessions.known(&key, |session| {
                    let other = session.handover(number)?.is_of_another(contact.as_deref());
                    if other { None } else { session.end(number) }
                });
                if ended.flatten().is_none() {
                    continue;
                }
                return terms.resolve_event.then(|| json!({ "status": "completed" }));
            }
        }
    }
    if terms.queue_event && sim.switches().queue_events == QueueEvents::On {
        go_on(&sim, &key, terms, json!({ "status": "queue" }));
    }
    None
}

/// The accepted message, with a button to cancel if there is one.
async fn accept_again(run: &mut Run, terms: &Terms) {
    if terms.accepted.is_empty() && terms.cancel_button.is_empty() {
        return;
    }
    let data = if terms.cancel_button.is_empty() {
        Value::Null
    } else {
        with_button(&terms.accepted, &terms.cancel_button)
    };
    run.say(terms.accepted.clone(), data).await;
}

/// What the user says while a handover is on.
pub(crate) async fn user_says(run: &mut Run, handover: &Handover) {
    let (sim, key) = (run.sim.clone(), run.key.clone());
    if handover.stage != Stage::Active && cancels(run, &handover.terms) {
        let ended = sim
            .cognigy
            .sessions
            .known(&key, |session| session.end(handover.number));
        if ended.flatten().is_some() {
            if let Err(error) = close(&sim, handover).await {
                complain(run, "The contact could not be closed", &error);
            }
            run.input.handover = json!({ "status": "cancelled" });
            run.below(&handover.terms.node).await;
        }
        return;
    }
    let text = run.input.text.clone();
    match create_message(&sim, &key, handover, &text, "inbound").await {
        Err(error) => complain(run, "A message could not be given to CXone", &error),
        Ok(_) if handover.stage == Stage::Queued && handover.terms.repeat => {
            accept_again(run, &handover.terms).await;
        }
        Ok(_) => {}
    }
}

fn complain(run: &Run, what: &str, error: &CxoneError) {
    let meta = json!({
        "sessionId": run.key.session, "userId": run.key.user, "flowName": run.flow.name, "error": error.to_string(),
    });
    run.sim.log(Level::Error, what, meta);
}

/// Whether the user pressed the button or said something the cancel intent knows.
fn cancels(run: &Run, terms: &Terms) -> bool {
    let said = run.input.text.trim();
    let is = |text: &str| !text.is_empty() && text.eq_ignore_ascii_case(said);
    is(&terms.cancel_button)
        || run
            .flow
            .intents
            .iter()
            .filter(|intent| intent.name == terms.cancel_intent)
            .any(|intent| intent.sentences.iter().any(|sentence| is(sentence)))
}

/// An agent's message for the session of a thread.
pub(crate) async fn agent_says(
    sim: &Arc<Sim>,
    thread: &str,
    mut reply: Reply,
    author: &Value,
) -> Result<(), NoSession> {
    let key = sim.cognigy.sessions.of_thread(thread).ok_or(NoSession)?;
    let handover = sim
        .cognigy
        .sessions
        .known(&key, |session| session.handover.clone());
    let handover = handover.flatten().ok_or(NoSession)?;
    if handover.terms.agent_details {
        details(sim, &handover, author, &mut reply).await;
    }
    let early = sim.cognigy.sessions.known(&key, |session| {
        let handover = session.handover(handover.number)?;
        (handover.stage == Stage::Requested).then(|| handover.early.push(Early::Agent(reply.clone())))
    });
    if early.flatten().is_none() {
        agent(sim, &key, handover.number, reply).await;
    }
    Ok(())
}

/// Name and picture of the agent, on the message as the chat's types reserve them (what the real product adds is not known).
/// CXone may send the author along; else the contact tells who has it.
async fn details(sim: &Sim, handover: &Handover, author: &Value, reply: &mut Reply) {
    let mut author = author.clone();
    if author.is_null()
        && let Some(contact) = &handover.contact
        && let Ok(cxone) = Cxone::of(sim, &handover.terms.provider)
    {
        let path = format!("/dfo/3.0/contacts/{contact}");
        let contact = cxone
            .digital("reading the contact", Method::GET, &path, None)
            .await;
        author = contact
            .map(|reply| reply.json()["inboxAssigneeUser"].clone())
            .unwrap_or_default();
    }
    let part = |name: &str| author[name].as_str().unwrap_or_default();
    let surname = if author["surname"].is_string() {
        part("surname")
    } else {
        part("lastName")
    };
    let name = format!("{} {surname}", part("firstName"));
    if !reply.data.is_object() {
        reply.data = json!({});
    }
    if !name.trim().is_empty() {
        reply.data["avatarName"] = name.trim().into();
    }
    if !part("imageUrl").is_empty() {
        reply.data["avatarUrl"] = part("imageUrl").into();
    }
}

/// Shows an agent's message; the first one makes the handover active.
async fn agent(sim: &Arc<Sim>, key: &Key, number: u64, reply: Reply) {
    let first = sim.cognigy.sessions.known(key, |session| {
        let handover = session.handover(number)?;
        let first = handover.stage != Stage::Active;
        handover.stage = Stage::Active;
        Some((first, handover.terms.clone()))
    });
    let Some((first, terms)) = first.flatten() else {
        return;
    };
    let Some(endpoint) = sim.endpoint_of(key) else {
        return;
    };
    let output = Output {
        text: reply.text,
        data: reply.data,
        source: Source::Agent,
        trace: format!("handover-{number}"),
    };
    sim.tell(key, &endpoint, output).await;
    if first && terms.active_event && sim.switches().queue_events == QueueEvents::On {
        go_on(sim, key, &terms, json!({ "status": "active" }));
    }
}

/// The agent types, or stopped.
pub(crate) async fn agent_types(sim: &Arc<Sim>, thread: &str, typing: Typing) -> Result<(), NoSession> {
    let key = sim.cognigy.sessions.of_thread(thread).ok_or(NoSession)?;
    let on = sim
        .cognigy
        .sessions
        .known(&key, |session| session.handover.is_some());
    if on != Some(true) {
        return Err(NoSession);
    }
    if sim.switches().agent_typing == AgentTyping::Forwarded {
        let status = match typing {
            Typing::On => "typingOn",
            Typing::Off => "typingOff",
        };
        let event = Event {
            name: "typingStatus",
            payload: json!({ "status": status }),
            at: sim.clock.now(),
        };
        sim.emit(&key, event).await;
    }
    Ok(())
}

/// CXone's script says that the contact is released. Another contact than the handover's is an old one's late word.
pub(crate) fn released(sim: &Arc<Sim>, thread: &str, contact: Option<&str>) -> Result<(), NoSession> {
    let key = sim.cognigy.sessions.of_thread(thread).ok_or(NoSession)?;
    let ended = sim.cognigy.sessions.known(&key, |session| {
        let handover = session.handover.as_mut()?;
        if handover.stage == Stage::Requested {
            handover.early.push(Early::Released(contact.map(str::to_owned)));
            return None;
        }
        let other = handover.is_of_another(contact);
        let number = handover.number;
        if other { None } else { session.end(number) }
    });
    if let Some(handover) = ended.flatten()
        && handover.terms.resolve_event
    {
        go_on(sim, &key, &handover.terms, json!({ "status": "completed" }));
    }
    Ok(())
}

/// Runs the flow below the handover node, after whatever the user is being answered.
fn go_on(sim: &Arc<Sim>, key: &Key, terms: &Terms, status: Value) {
    let (sim, key, node) = (sim.clone(), key.clone(), terms.node.clone());
    let cancel = sim.cancel.clone();
    let tasks = sim.tasks.clone();
    tasks.spawn(async move {
        tokio::select! {
            () = cancel.cancelled() => {}
            () = resumed(&sim, &key, &node, status) => {}
        }
    });
}

async fn resumed(sim: &Arc<Sim>, key: &Key, node: &str, status: Value) {
    let Some(endpoint) = sim.endpoint_of(key) else {
        return;
    };
    let turn = sim
        .cognigy
        .sessions
        .with(key, &endpoint, |session| session.turn());
    let _turn = turn.lock().await;
    let input = Input {
        handover: status,
        ..Input::default()
    };
    if let Some(mut run) = Run::new(sim, key, &endpoint, input) {
        run.below(node).await;
        sim.final_ping(key).await;
    }
}
