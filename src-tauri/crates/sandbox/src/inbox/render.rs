//! Contacts, messages and people as answers show them.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::digital;
use crate::inbox::{Contact, Customer, Field, Identity, Inbox, Message, Note};
use crate::tenant::{Agent, Skill, Tenant};

/// A moment with whole seconds, the way the vendor writes it.
pub(crate) fn date(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}

/// A moment with milliseconds.
pub(crate) fn millis(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3f+00:00").to_string()
}

/// That something was removed, and why. How the vendor writes it is not known.
fn removed(reason: &Option<String>) -> Value {
    reason
        .as_ref()
        .map(|reason| json!({ "reason": reason }))
        .unwrap_or_default()
}

impl Agent {
    /// The employee as Digital shows one.
    pub(crate) fn shown(&self) -> Value {
        json!({
            "id": self.digital_id(),
            "incontactId": self.user_id,
            "emailAddress": self.user_name,
            "loginUsername": self.user_name,
            "firstName": self.first_name,
            "surname": self.last_name,
            "nickname": null,
            "imageUrl": null,
            "isBotUser": false,
            "isSurveyUser": false,
        })
    }
}

impl Identity {
    pub(crate) fn shown(&self) -> Value {
        json!({
            "idOnExternalPlatform": self.external_id,
            "firstName": self.first_name,
            "lastName": self.last_name,
            "nickname": self.nickname,
            "image": self.image,
        })
    }
}

impl Field {
    pub(crate) fn shown(&self) -> Value {
        json!({ "ident": self.ident, "value": self.value })
    }
}

impl Note {
    pub(crate) fn shown(&self, tenant: &Tenant) -> Value {
        let author = tenant.agents.iter().find(|agent| Some(agent.id) == self.author);
        json!({
            "id": self.id, "content": self.content, "createdAt": date(self.created_at),
            "user": author.map(Agent::shown),
        })
    }
}

impl Customer {
    pub(crate) fn shown(&self, inbox: &Inbox) -> Value {
        let of = |contact: &&Contact| contact.customer == self.id;
        let numbers: Vec<u64> = inbox
            .contacts
            .iter()
            .filter(of)
            .map(|contact| contact.number)
            .collect();
        let said = inbox
            .messages
            .iter()
            .filter(|message| numbers.contains(&message.contact));
        let (inbound, outbound): (Vec<_>, Vec<_>) = said.partition(|message| message.author.is_some());
        let mut identity = self.identity.shown();
        identity["channelId"] = self.channel.as_str().into();
        json!({
            "id": self.id,
            "createdAt": date(self.created_at),
            "updatedAt": date(self.updated_at),
            "firstName": self.identity.first_name,
            "surname": self.identity.last_name,
            "fullName": format!("{} {}", self.identity.first_name, self.identity.last_name).trim(),
            "image": self.identity.image,
            "identities": [identity],
            "customFields": self.fields.iter().map(Field::shown).collect::<Vec<_>>(),
            "messageStatistics": { "numberOfInbounds": inbound.len(), "numberOfOutbounds": outbound.len() },
            "sentimentStatistics": { "positive": 0, "neutral": 0, "negative": 0 },
        })
    }
}

impl Tenant {
    /// The skill a routing queue belongs to.
    pub(crate) fn queue(&self, queue: &str) -> Option<&Skill> {
        self.skills.iter().find(|skill| skill.routing_queue == queue)
    }
}

impl Inbox {
    /// An employee by `Agent::id`, or null.
    pub(crate) fn user(&self, tenant: &Tenant, agent: Option<u64>) -> Value {
        let found = tenant.agents.iter().find(|known| Some(known.id) == agent);
        found.map(Agent::shown).unwrap_or_default()
    }

    /// The contact as the documented operations show it.
    pub(crate) fn case(&self, tenant: &Tenant, contact: &Contact) -> Value {
        let thread = self.thread(&contact.thread);
        let channel = tenant
            .channels
            .iter()
            .find(|channel| channel.id == contact.channel);
        let skill = contact.queue.as_deref().and_then(|queue| tenant.queue(queue));
        let assignee = self.user(tenant, contact.assignee);
        json!({
            "id": contact.number.to_string(),
            "contactNumber": contact.number.to_string(),
            "contactId": contact.contact_id,
            "customerContactId": contact.customer_contact_id,
            "interactionId": contact.interaction_id,
            "consumerContactStorageId": contact.customer_contact_id,
            "channelId": contact.channel,
            "channelName": channel.map(|channel| channel.name.as_str()),
            "threadId": contact.thread,
            "threadIdOnExternalPlatform": thread.map(|thread| thread.external_id.as_str()),
            "direction": contact.direction,
            "status": contact.status.word(),
            "statusUpdatedAt": date(contact.status_at),
            "createdAt": date(contact.created_at),
            "updatedAt": date(contact.updated_at),
            "routingQueueId": contact.queue,
            "routingQueuePriority": contact.priority,
            "skillId": skill.map(|skill| skill.id),
            "skillName": skill.map(|skill| skill.name.as_str()),
            "inboxAssignee": assignee["id"],
            "inboxAssigneeUser": assignee,
            "inboxPreAssigneeUser": null,
            "ownerAssigneeUser": self.user(tenant, contact.owner),
            "authorEndUserIdentity": contact.author.shown(),
            "endUser": { "id": contact.customer },
            "recipients": contact.recipients,
            "customFields": contact.fields.iter().map(Field::shown).collect::<Vec<_>>(),
            "abandon": contact.abandoned.as_ref().map(|(kind, at)| json!({ "type": kind, "abandonedAt": date(*at) })),
            "detailUrl": format!("https://app.{}/case/{}", tenant.domain, contact.number),
            "userFingerprint": null,
        })
    }

    /// The message as the documented operations show it, and what real ones have beside that.
    pub(crate) fn shown(&self, tenant: &Tenant, message: &Message) -> Value {
        let channel = tenant
            .channels
            .iter()
            .find(|channel| channel.id == message.channel);
        let thread = self
            .thread(&message.thread)
            .map(|thread| thread.external_id.as_str());
        let tags: Vec<Value> = self
            .tags
            .iter()
            .filter(|tag| message.tags.contains(&tag.id))
            .map(|tag| json!({ "id": tag.id, "title": tag.title, "color": tag.color }))
            .collect();
        let delivered: Vec<Value> = message
            .delivered
            .iter()
            .map(|one| json!({ "isSuccess": one.success, "deliveredAt": date(one.at), "reason": one.reason }))
            .collect();
        let author = message
            .author
            .as_ref()
            .map(|author| match &message.marks.author_removed {
                Some(_) => Identity {
                    external_id: author.external_id.clone(),
                    ..Identity::default()
                }
                .shown(),
                None => author.shown(),
            });
        let mut content = message.content.clone();
        if message.marks.content_removed.is_some() {
            content["payload"] = json!({ "text": "" });
        }
        if let Some(content) = content.as_object_mut() {
            content.entry("fallbackText").or_insert(Value::Null);
            content.entry("postback").or_insert(Value::Null);
            let text = content
                .get("payload")
                .map(|payload| payload["text"].clone())
                .unwrap_or_default();
            content
                .entry("text")
                .or_insert(if text.is_string() { text } else { Value::Null });
        }
        json!({
            "id": message.id,
            "idOnExternalPlatform": message.external_id,
            "isDeletedOnExternalPlatform": message.marks.deleted,
            "isHiddenOnExternalPlatform": false,
            "isReplyAllowed": true,
            "url": "",
            "direction": message.direction.word(),
            "createdAt": date(message.created_at),
            "createdAtWithMilliseconds": millis(message.created_at),
            "authorEndUserIdentity": author,
            "authorUser": self.user(tenant, message.user),
            "isMadeByUser": message.user.is_some(),
            "reactionStatistics": {
                "likes": u8::from(message.marks.liked), "shares": u8::from(message.marks.shared),
                "isLikedByChannel": message.marks.liked, "isSharedByChannel": message.marks.shared,
            },
            "messageContent": content,
            "hasAdditionalMessageContent": false,
            "attachments": message.attachments,
            "authorNameRemoved": removed(&message.marks.author_removed),
            "contentRemoved": removed(&message.marks.content_removed),
            "contactNumber": message.contact.to_string(),
            "customerStatistics": { "seenAt": message.seen_at.map(date) },
            "userStatistics": { "seenAt": null, "readAt": message.read_at.map(date), "createdToReadSeconds": null },
            "isRead": message.read_at.is_some(),
            "readAt": message.read_at.map(date),
            "recipients": message.recipients,
            "channel": { "id": message.channel },
            "replyChannel": channel.map(digital::embedded),
            "replyToMessage": message.reply_to.as_ref().map(|id| json!({ "idOnExternalPlatform": id })),
            "sentiment": message.sentiment,
            "tags": tags,
            "threadId": message.thread,
            "postId": message.thread,
            "threadIdOnExternalPlatform": thread,
            "title": null,
            "delivered": delivered,
            "seen": [],
        })
    }
}
