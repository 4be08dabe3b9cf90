//! What a chat page receives in a whole handover, event by event: the wire format as one snapshot.

use sandbox::Act;
use serde_json::{Value, json};

use crate::talk::Talk;

/// The same without the running numbers in trace ids.
fn without_numbers(mut payload: Value) -> Value {
    if let Some(trace) = payload["data"]["traceId"].as_str() {
        let plain: String = trace.chars().filter(|letter| !letter.is_ascii_digit()).collect();
        payload["data"]["traceId"] = plain.into();
    }
    payload
}

/// Events until the end of a run of the flow, or the first of an agent.
async fn record(talk: &mut Talk, events: &mut Vec<Value>) {
    loop {
        let event = talk.socket.event().await;
        let done = event.name == "finalPing" || event.payload["data"]["source"] == "agent";
        events.push(json!([event.name, without_numbers(event.payload)]));
        if done {
            return;
        }
    }
}

#[tokio::test]
async fn every_event_of_a_handover() {
    let mut talk = Talk::start().await;
    talk.configure("displayAgentDetails", true.into()).await;
    let mut events = Vec::new();
    for text in ["hello", "human"] {
        talk.socket.say(text).await;
        record(&mut talk, &mut events).await;
    }
    talk.act(Act::Accept).await;
    talk.reply("Good morning").await;
    record(&mut talk, &mut events).await;
    talk.act(Act::Close).await;
    record(&mut talk, &mut events).await;
    insta::assert_json_snapshot!(events);
}
