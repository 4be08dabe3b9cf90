//! The conversations of the tenant: threads, the contacts on them, what was said, and by whom.
//!
//! A contact is one case: it starts with a message on a thread that has none in progress, and ends closed or trashed.
//! Everything that happens to one goes through here; `digital` has the addresses, `render` the shapes.

mod contact;
mod event;
mod limit;
mod message;
mod render;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

pub(crate) use contact::{Contact, Field, Status};
pub(crate) use event::Happened;
pub(crate) use limit::{Limits, Operation as Limited};
pub(crate) use message::{Delivery, Direction, Marks, Message, NewMessage, Note, Received};
pub(crate) use render::{date, millis};

use crate::id::Ids;
use crate::tenant::Tenant;

/// The number of the contact from before the start: twelve digits, as the vendor's are. Those that follow count up from it.
const FIRST_CONTACT: u64 = 204_000_000_000;
/// When that contact came and when it was closed, in seconds since 1970.
const PAST: [i64; 2] = [1_767_607_200, 1_767_607_800];

/// All conversations, oldest first.
pub(crate) struct Inbox {
    ids: Ids,
    serial: u64,
    pub threads: Vec<Thread>,
    pub contacts: Vec<Contact>,
    pub messages: Vec<Message>,
    pub customers: Vec<Customer>,
    pub tags: Vec<Tag>,
    /// Custom fields of customers, as they were defined.
    pub definitions: Vec<Value>,
    pub limits: Limits,
    /// One-time tokens that are out, with the employee each was made for.
    pub tickets: BTreeMap<String, u64>,
}

/// A conversation on a channel, over all its contacts.
#[derive(Clone)]
pub(crate) struct Thread {
    pub id: String,
    pub external_id: String,
    pub name: String,
    pub channel: String,
    /// Whether it takes more messages.
    pub open: bool,
}

/// An end user as a channel knows one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Identity {
    pub external_id: String,
    pub first_name: String,
    pub last_name: String,
    pub nickname: String,
    pub image: String,
}

impl Identity {
    /// From the body of a message.
    pub(crate) fn read(body: &Value) -> Identity {
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        Identity {
            external_id: text("idOnExternalPlatform"),
            first_name: text("firstName"),
            last_name: text("lastName"),
            nickname: text("nickname"),
            image: text("image"),
        }
    }
}

/// A person behind identities.
#[derive(Clone)]
pub(crate) struct Customer {
    pub id: String,
    pub channel: String,
    pub identity: Identity,
    pub fields: Vec<Field>,
    pub notes: Vec<Note>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Clone)]
pub(crate) struct Tag {
    pub id: u64,
    pub title: String,
    pub color: String,
}

impl Inbox {
    /// One thread on the provider's channel with a contact that was closed long ago, so that the channel shows in the threads'
    /// context, and what a caller may do with it in the contact's detail.
    pub(crate) fn seeded(seed: u64, tenant: &Tenant) -> Inbox {
        let ids = Ids::new(seed);
        let thread = tenant.channels.first().map(|channel| Thread {
            id: ids.uuid("thread"),
            external_id: format!("sim_session_{}", ids.hex("session", 8)),
            name: "sim_thread".to_owned(),
            channel: channel.id.clone(),
            open: true,
        });
        let customer = thread.as_ref().map(|thread| past_customer(ids, thread));
        let contact = thread
            .as_ref()
            .zip(customer.as_ref())
            .map(|(thread, customer)| past_contact(ids, tenant, thread, customer));
        Inbox {
            ids,
            serial: 0,
            threads: thread.into_iter().collect(),
            contacts: contact.into_iter().collect(),
            messages: Vec::new(),
            customers: customer.into_iter().collect(),
            tags: Vec::new(),
            definitions: Vec::new(),
            limits: Limits::default(),
            tickets: BTreeMap::new(),
        }
    }

    /// A number that no other thing of this inbox has.
    pub(crate) fn next(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// A fresh id. The same seed and the same order of events give the same ids.
    pub(crate) fn uuid(&mut self, what: &str) -> String {
        let number = self.next();
        self.ids.uuid(&format!("{what} {number}"))
    }

    pub(crate) fn contact(&self, number: u64) -> Option<&Contact> {
        self.contacts.iter().find(|contact| contact.number == number)
    }

    pub(crate) fn contact_mut(&mut self, number: u64) -> Option<&mut Contact> {
        self.contacts.iter_mut().find(|contact| contact.number == number)
    }

    /// The contacts an agent has, oldest first.
    pub(crate) fn of_agent(&self, agent: u64) -> Vec<u64> {
        self.contacts
            .iter()
            .filter(|contact| contact.assignee == Some(agent) && !contact.status.ended())
            .map(|contact| contact.number)
            .collect()
    }

    pub(crate) fn message(&self, id: &str) -> Option<&Message> {
        self.messages.iter().find(|message| message.id == id)
    }

    pub(crate) fn message_mut(&mut self, id: &str) -> Option<&mut Message> {
        self.messages.iter_mut().find(|message| message.id == id)
    }

    /// The messages of a contact, in the order they were stored.
    pub(crate) fn said(&self, contact: u64) -> impl Iterator<Item = &Message> {
        self.messages
            .iter()
            .filter(move |message| message.contact == contact)
    }

    pub(crate) fn thread(&self, id: &str) -> Option<&Thread> {
        self.threads.iter().find(|thread| thread.id == id)
    }

    /// A thread by the id its channel's platform gave it.
    pub(crate) fn thread_on(&mut self, channel: &str, external_id: &str) -> Option<&mut Thread> {
        self.threads
            .iter_mut()
            .find(|thread| thread.channel == channel && thread.external_id == external_id)
    }

    /// The customer behind an identity, made or brought up to date.
    fn customer(&mut self, channel: &str, identity: &Identity, now: Timestamp) -> String {
        let known = self.customers.iter_mut().find(|customer| {
            customer.channel == channel && customer.identity.external_id == identity.external_id
        });
        if let Some(customer) = known {
            customer.identity = identity.clone();
            customer.updated_at = now;
            return customer.id.clone();
        }
        let id = self.uuid("customer");
        self.customers.push(Customer {
            id: id.clone(),
            channel: channel.to_owned(),
            identity: identity.clone(),
            fields: Vec::new(),
            notes: Vec::new(),
            created_at: now,
            updated_at: now,
        });
        id
    }
}

fn past(at: usize) -> Timestamp {
    Timestamp::from_second(PAST[at]).unwrap_or_default()
}

fn past_customer(ids: Ids, thread: &Thread) -> Customer {
    Customer {
        id: ids.uuid("past customer"),
        channel: thread.channel.clone(),
        identity: Identity {
            external_id: format!("sim_user_{}", ids.hex("past user", 8)),
            ..Identity::default()
        },
        fields: Vec::new(),
        notes: Vec::new(),
        created_at: past(0),
        updated_at: past(1),
    }
}

fn past_contact(ids: Ids, tenant: &Tenant, thread: &Thread, customer: &Customer) -> Contact {
    Contact {
        number: FIRST_CONTACT,
        contact_id: ids.uuid("past contact"),
        customer_contact_id: ids.uuid("past customer contact"),
        interaction_id: ids.uuid("past interaction"),
        channel: thread.channel.clone(),
        thread: thread.id.clone(),
        direction: Direction::Inbound.word(),
        status: Status::Closed,
        status_at: past(1),
        created_at: past(0),
        updated_at: past(1),
        queue: tenant.skills.first().map(|skill| skill.routing_queue.clone()),
        priority: 0,
        proficiency: Value::Null,
        assignee: None,
        owner: None,
        author: customer.identity.clone(),
        customer: customer.id.clone(),
        recipients: Vec::new(),
        fields: Vec::new(),
        abandoned: None,
        transcripts: Vec::new(),
    }
}
