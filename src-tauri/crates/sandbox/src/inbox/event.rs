//! What happened to a contact, as the event hub tells it (names seen in code: the vendor's agent SDK).

use serde_json::{Value, json};

use crate::autopilot;
use crate::inbox::{Inbox, date, millis};
use crate::state::Seen;

/// One thing that happened to a contact. Messages are named by their id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Happened {
    CaseCreated,
    StatusChanged,
    /// With `Agent::id` of who had it before.
    AssigneeChanged(Option<u64>),
    QueueChanged,
    MessageCreated(String),
    MessageAdded(String),
    MessageSent(String),
    MessageUpdated(String),
    MessageRead(String),
    MessageSeen(String),
    DeliveryChanged(String),
    NoteCreated(String),
    NoteUpdated(String),
    NoteDeleted(String),
    TypingStarted,
    TypingEnded,
}

impl Happened {
    fn words(&self) -> (&'static str, &'static str) {
        match self {
            Happened::CaseCreated => ("Case", "CaseCreated"),
            Happened::StatusChanged => ("Case", "CaseStatusChanged"),
            Happened::AssigneeChanged(_) => ("Case", "CaseInboxAssigneeChanged"),
            Happened::QueueChanged => ("Case", "CaseToRoutingQueueAssignmentChanged"),
            Happened::MessageCreated(_) => ("Message", "MessageCreated"),
            Happened::MessageAdded(_) => ("Message", "MessageAddedIntoCase"),
            Happened::MessageSent(_) => ("Message", "MessageSent"),
            Happened::MessageUpdated(_) => ("Message", "MessageUpdated"),
            Happened::MessageRead(_) => ("Message", "MessageReadChanged"),
            Happened::MessageSeen(_) => ("Message", "MessageSeenChanged"),
            Happened::DeliveryChanged(_) => ("Message", "MessageDeliveryStatusChanged"),
            Happened::NoteCreated(_) => ("MessageNote", "MessageNoteCreated"),
            Happened::NoteUpdated(_) => ("MessageNote", "MessageNoteUpdated"),
            Happened::NoteDeleted(_) => ("MessageNote", "MessageNoteDeleted"),
            Happened::TypingStarted => ("SenderAction", "SenderTypingStarted"),
            Happened::TypingEnded => ("SenderAction", "SenderTypingEnded"),
        }
    }

    fn message(&self) -> Option<&str> {
        match self {
            Happened::MessageCreated(id)
            | Happened::MessageAdded(id)
            | Happened::MessageSent(id)
            | Happened::MessageUpdated(id)
            | Happened::MessageRead(id)
            | Happened::MessageSeen(id)
            | Happened::DeliveryChanged(id)
            | Happened::NoteCreated(id)
            | Happened::NoteUpdated(id)
            | Happened::NoteDeleted(id) => Some(id),
            _ => None,
        }
    }

    /// The event of it: the envelope with what the vendor's agent client reads.
    pub(crate) fn envelope(&self, inbox: &mut Inbox, seen: &Seen, contact: u64) -> Value {
        let id = inbox.uuid("event");
        let now = seen.sim.clock.timestamp();
        let (object, kind) = self.words();
        let tenant = &seen.world.tenant;
        let mut data = json!({ "brand": {
            "id": tenant.brand_id(), "tenantId": tenant.id, "businessUnitId": tenant.unit.number,
        } });
        if let Some(contact) = inbox.contact(contact) {
            data["case"] = inbox.case(tenant, contact);
            data["channel"] = tenant
                .channels
                .iter()
                .find(|channel| channel.id == contact.channel)
                .map(|channel| {
                    json!({
                        "id": channel.id,
                        "idOnExternalPlatform": channel.id_on_external_platform,
                        "name": channel.name,
                        "isPrivate": channel.private,
                        "realExternalPlatformId": channel.real_external_platform_id,
                        "integrationBoxIdentifier": "sim_byoc",
                    })
                })
                .unwrap_or_default();
            data["thread"] = json!({ "id": contact.thread });
            data["routingQueue"] = contact
                .queue
                .as_deref()
                .and_then(|queue| tenant.queue(queue))
                .map(|skill| json!({ "id": skill.routing_queue, "name": skill.name, "isSubqueue": false, "skillId": skill.id }))
                .unwrap_or_default();
            if let Happened::AssigneeChanged(previous) = self {
                data["inboxAssignee"] = inbox.user(tenant, contact.assignee);
                data["previousInboxAssignee"] = inbox.user(tenant, *previous);
            }
        }
        if let Some(message) = self.message().and_then(|id| inbox.message(id)) {
            data["message"] = inbox.shown(tenant, message);
        }
        json!({
            "eventId": id,
            "eventObject": object,
            "eventType": kind,
            "createdAt": date(now),
            "createdAtWithMilliseconds": millis(now),
            "traceId": seen.trace,
            "context": null,
            "data": data,
        })
    }
}

impl Seen {
    /// Tells the event hub what happened to a contact, in order.
    pub(crate) fn tell(&self, contact: u64, happened: &[Happened]) {
        let mut inbox = self.sim.inbox();
        for one in happened {
            let envelope = one.envelope(&mut inbox, self, contact);
            let assignee = inbox.contact(contact).and_then(|contact| contact.assignee);
            let agents = &self.world.tenant.agents;
            let user = agents
                .iter()
                .find(|agent| Some(agent.id) == assignee)
                .map(|agent| agent.user_id.clone());
            self.sim.hub.publish(contact, user, envelope.to_string());
        }
        drop(inbox);
        autopilot::noticed(self, contact, happened);
        self.sim.beat();
    }
}
