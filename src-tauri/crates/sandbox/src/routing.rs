//! What a channel's Studio script does with its contacts: it asks for an agent, it hears signals, and it tells the
//! integration box when a contact is over.
//!
//! Documented is that the default skill and the script of the channel decide (help pages) and what ONSIGNAL and ONRELEASE
//! are for. That the handover script asks for the agent behind the label ESCALATE is inferred from its name.

use crate::courier;
use crate::fault::Fault;
use crate::inbox::{Contact, Happened, Status};
use crate::state::Seen;
use crate::tenant::{Action, Channel, Presence, SCRIPT_FOLDER, Script, Tenant};

impl Tenant {
    /// The current script of a channel, if one is attached and there. A channel whose answers do not show it still has one.
    fn script_of(&self, channel: &Channel) -> Option<&Script> {
        let current = |script: &&Script| script.status == "CURR";
        match &channel.studio_script {
            Presence::Value(path) => self
                .scripts
                .iter()
                .filter(current)
                .find(|script| script.path.eq_ignore_ascii_case(path)),
            Presence::Absent => self
                .scripts
                .iter()
                .filter(current)
                .find(|script| script.path.starts_with(SCRIPT_FOLDER)),
            Presence::Null => None,
        }
    }
}

/// Whether a script hands contacts to agents. The handover script does by its ESCALATE; one without a word of handovers
/// belongs to somebody else's channel and does what theirs do: it asks for an agent at once.
fn asks_for_agent(script: &Script) -> bool {
    let handover = script.path.starts_with(SCRIPT_FOLDER);
    !handover || has_label(script, "ESCALATE")
}

fn has_label(script: &Script, label: &str) -> bool {
    script
        .actions
        .iter()
        .any(|action| action.label.trim().eq_ignore_ascii_case(label))
}

fn has_action(script: &Script, name: &str) -> bool {
    script.actions.iter().any(|action: &Action| action.name == name)
}

impl Seen {
    fn channel_of(&self, contact: &Contact) -> Option<&Channel> {
        let channels = &self.world.tenant.channels;
        channels.iter().find(|channel| channel.id == contact.channel)
    }

    /// The routing queue that the script of a contact's channel asks for an agent in. None where it does not, and the
    /// contact stays as it is, new and unseen.
    fn wanted_queue(&self, contact: &Contact) -> Option<&str> {
        if self.has(Fault::ContactStuckNew) {
            return None;
        }
        let tenant = &self.world.tenant;
        let channel = self.channel_of(contact)?;
        tenant
            .script_of(channel)
            .filter(|script| asks_for_agent(script))?;
        let skill = match channel.default_skill {
            Presence::Value(skill) => skill,
            Presence::Absent => tenant.skills.first()?.id,
            Presence::Null => return None,
        };
        let skill = tenant
            .skills
            .iter()
            .find(|known| known.id == skill && known.active)?;
        Some(&skill.routing_queue)
    }

    /// Runs the script for a contact that has no queue yet.
    pub(crate) fn route(&self, number: u64) {
        let now = self.sim.clock.timestamp();
        let happened = {
            let mut inbox = self.sim.inbox();
            let contact = inbox
                .contact_mut(number)
                .filter(|contact| contact.queue.is_none());
            let Some(contact) = contact else { return };
            let Some(queue) = self.wanted_queue(contact) else {
                return;
            };
            let opened = contact.enqueue(queue, self.switches, now);
            let mut happened = vec![Happened::QueueChanged];
            happened.extend(opened.then_some(Happened::StatusChanged));
            happened
        };
        self.tell(number, &happened);
    }

    /// A signal reaches the contact's script, if that listens.
    pub(crate) fn signal(&self, number: u64, word: &str) {
        let listens = |action: &str| {
            let inbox = self.sim.inbox();
            let channel = inbox.contact(number).and_then(|contact| self.channel_of(contact));
            let script = channel.and_then(|channel| self.world.tenant.script_of(channel));
            script.is_some_and(|script| has_action(script, "ONSIGNAL") && has_label(script, action))
        };
        if word.eq_ignore_ascii_case("escalate") && listens("ESCALATE") {
            self.route(number);
        }
        if word.eq_ignore_ascii_case("end") && listens("END ESCALATION") {
            self.end(number, Status::Closed);
        }
    }

    /// Ends a contact. True if it was not over before.
    pub(crate) fn end(&self, number: u64, status: Status) -> bool {
        let now = self.sim.clock.timestamp();
        let changed = {
            let mut inbox = self.sim.inbox();
            inbox
                .contact_mut(number)
                .is_some_and(|contact| contact.become_status(status, now))
        };
        if changed {
            self.tell(number, &[Happened::StatusChanged]);
            self.released(number);
        }
        changed
    }

    /// Runs the script's ONRELEASE for a contact that is over, beside the call that ended it.
    pub(crate) fn released(&self, number: u64) {
        let over = {
            let inbox = self.sim.inbox();
            let contact = inbox.contact(number).filter(|contact| contact.status.ended());
            let channel = contact.and_then(|contact| self.channel_of(contact));
            let script = channel.and_then(|channel| self.world.tenant.script_of(channel));
            script.is_some_and(|script| has_action(script, "ONRELEASE"))
        };
        if !over || self.has(Fault::ReleaseLost) {
            return;
        }
        courier::bring_release(self, number);
    }

    /// Does something after the answer; a stop of the sandbox ends it.
    pub(crate) fn beside(&self, work: impl Future<Output = ()> + Send + 'static) {
        let cancel = self.sim.cancel.clone();
        self.sim.tasks.spawn(async move {
            tokio::select! {
                () = cancel.cancelled() => {}
                () = work => {}
            }
        });
    }
}
