//! What a handover tells CXone: messages of the user, and that it is over.

use http::Method;
use serde_json::{Value, json};

use crate::cognigy::cxone::{Cxone, CxoneError};
use crate::cognigy::session::{Handover, Key};
use crate::state::Sim;
use crate::switch::HandoverEnding;

/// Gives CXone something that was said. The answer names the contact it belongs to.
pub(crate) async fn create_message(
    sim: &Sim,
    key: &Key,
    handover: &Handover,
    text: &str,
    direction: &str,
) -> Result<Value, CxoneError> {
    let at = jiff::Timestamp::from_second(sim.clock.now()).unwrap_or_default();
    let at = at.to_zoned(jiff::tz::TimeZone::UTC);
    let body = json!({
        "idOnExternalPlatform": format!("sim_in_{}", sim.next()),
        "direction": direction,
        // The offset form: whether CXone takes a Z is not known.
        "createdAtWithMilliseconds": at.strftime("%Y-%m-%dT%H:%M:%S.%3f%:z").to_string(),
        "thread": { "idOnExternalPlatform": handover.thread },
        "messageContent": { "type": "TEXT", "payload": { "text": text } },
        "authorEndUserIdentity": { "idOnExternalPlatform": key.user, "nickname": key.user },
    });
    let path = format!("/dfo/3.0/channels/{}/messages", handover.channel);
    let cxone = Cxone::of(sim, &handover.terms.provider)?;
    let reply = cxone
        .digital("creating a message", Method::POST, &path, Some(&body))
        .await?;
    Ok(reply.json())
}

/// Ends the contact in CXone.
pub(crate) async fn close(sim: &Sim, handover: &Handover) -> Result<(), CxoneError> {
    let Some(contact) = &handover.contact else {
        return Ok(());
    };
    let cxone = Cxone::of(sim, &handover.terms.provider)?;
    let what = "closing the contact";
    match sim.switches().handover_ending {
        HandoverEnding::Status => {
            let path = format!("/dfo/3.0/contacts/{contact}/status");
            let body = json!({ "status": "closed" });
            cxone.digital(what, Method::PUT, &path, Some(&body)).await?;
        }
        HandoverEnding::Signal => {
            let path = format!("/inContactAPI/services/v34.0/interactions/{contact}/signal?p1=End");
            cxone.acd(what, Method::POST, &path, None).await?;
        }
    }
    Ok(())
}
