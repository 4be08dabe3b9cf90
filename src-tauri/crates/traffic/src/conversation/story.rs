//! What the events of one handover tell: where it is, who has the next move, how long its parts took.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Limits, Owed, Said, Stage};
use crate::event::{Event, Lane, Step, What};

/// How long the parts of a handover took, in milliseconds. Absent where one end of the part was not seen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Durations {
    /// From the request to the contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub request_to_contact: Option<f64>,
    /// From the contact to a queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub contact_to_queue: Option<f64>,
    /// From the queue to an agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub queue_to_agent: Option<f64>,
    /// From the agent to the agent's first message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub first_reply: Option<f64>,
    /// From the first message of the user that waited to the agent's answer, each.
    pub answers: Vec<f64>,
    /// From the close in CXone to the end in Cognigy.AI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub close_to_end: Option<f64>,
}

/// A silence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Gap {
    /// Its beginning.
    #[ts(type = "string")]
    #[schemars(with = "String")]
    pub from: Timestamp,
    /// Its end.
    #[ts(type = "string")]
    #[schemars(with = "String")]
    pub to: Timestamp,
    /// Who owed the next move.
    pub owed: Lane,
}

/// What the events tell.
#[derive(Debug)]
pub(super) struct Story {
    pub(super) stage: Stage,
    pub(super) owed: Option<Owed>,
    pub(super) said: Said,
    pub(super) durations: Durations,
    pub(super) gaps: Vec<Gap>,
    pub(super) marks: Marks,
}

/// The moments that count, each the first of its kind.
#[derive(Debug, Default)]
pub(super) struct Marks {
    pub(super) requested: Option<Timestamp>,
    pub(super) contact: Option<Timestamp>,
    pub(super) queued: Option<Timestamp>,
    pub(super) agent: Option<Timestamp>,
    pub(super) replied: Option<Timestamp>,
    pub(super) closed: Option<Timestamp>,
    pub(super) ended: Option<Timestamp>,
}

/// Whether a status of CXone means that the contact is over.
pub(super) fn is_over(status: &str) -> bool {
    matches!(status, "closed" | "trashed")
}

pub(super) fn tell(events: &[Event], limits: &Limits) -> Story {
    let mut teller = Teller {
        stage: Stage::Bot,
        owed: None,
        said: Said::default(),
        marks: Marks::default(),
        waits: None,
        answers: Vec::new(),
    };
    let mut gaps = Vec::new();
    let mut last: Option<Timestamp> = None;
    for event in events.iter().filter(|event| moves(&event.what)) {
        if let (Some(from), Some(owed)) = (last, teller.owed)
            && milliseconds(from, event.at) >= limits.gap.as_secs_f64() * 1000.0
        {
            gaps.push(Gap {
                from,
                to: event.at,
                owed: owed.by,
            });
        }
        teller.hear(event);
        last = Some(event.at);
    }
    let marks = teller.marks;
    let between = |from: Option<Timestamp>, to: Option<Timestamp>| {
        from.zip(to)
            .map(|(from, to)| milliseconds(from, to))
            .filter(|took| *took >= 0.0)
    };
    Story {
        stage: teller.stage,
        owed: teller.owed,
        said: teller.said,
        durations: Durations {
            request_to_contact: between(marks.requested, marks.contact),
            contact_to_queue: between(marks.contact, marks.queued),
            queue_to_agent: between(marks.queued.or(marks.contact), marks.agent),
            first_reply: between(marks.agent, marks.replied),
            answers: teller.answers,
            close_to_end: between(marks.closed, marks.ended),
        },
        gaps,
        marks,
    }
}

/// Whether somebody made a move. Calls carry moves; log entries and notes tell of them.
const fn moves(what: &What) -> bool {
    matches!(
        what,
        What::Message(_)
            | What::Typing { .. }
            | What::Status { .. }
            | What::Assignment { .. }
            | What::Handover { .. }
    )
}

struct Teller {
    stage: Stage,
    owed: Option<Owed>,
    said: Said,
    marks: Marks,
    /// Since when a user's message has had no answer by an agent.
    waits: Option<Timestamp>,
    answers: Vec<f64>,
}

impl Teller {
    fn hear(&mut self, event: &Event) {
        let at = event.at;
        if event.keys.contact.is_some() && self.marks.contact.is_none() {
            self.marks.contact = Some(at);
            self.reach(Stage::New);
            self.owes(Some(Lane::Cxone), at);
        }
        match &event.what {
            What::Message(_) => self.message(event.lane, at),
            What::Status { to, .. } if is_over(to) => {
                self.marks.closed.get_or_insert(at);
                self.stage = Stage::Ended;
                self.owes(self.marks.ended.is_none().then_some(Lane::Cognigy), at);
            }
            What::Assignment { queue, agent } if self.stage < Stage::Ended => match (queue, agent) {
                (_, Some(_)) => {
                    self.marks.agent.get_or_insert(at);
                    self.stage = Stage::Active;
                    self.owes(Some(Lane::Agent), at);
                }
                (Some(_), None) => {
                    self.marks.queued.get_or_insert(at);
                    self.stage = Stage::Queued;
                    self.owes(Some(Lane::Agent), at);
                }
                (None, None) => {
                    // Taken from its agent: it waits again.
                    self.stage = Stage::Queued;
                    self.owes(Some(Lane::Cxone), at);
                }
            },
            What::Handover { step } => self.step(*step, at),
            _ => {}
        }
    }

    fn message(&mut self, lane: Lane, at: Timestamp) {
        let is_open = self.stage < Stage::Ended;
        match lane {
            Lane::User => {
                self.said.user += 1;
                if self.marks.agent.is_some() && is_open {
                    self.waits.get_or_insert(at);
                }
                match self.stage {
                    Stage::Bot => self.owes(Some(Lane::Cognigy), at),
                    Stage::Active => self.owes(Some(Lane::Agent), at),
                    // Before an agent is there a further message changes nothing about who has to move.
                    _ => {}
                }
            }
            Lane::Agent => {
                self.said.agent += 1;
                self.marks.replied.get_or_insert(at);
                // Whoever writes has it, whatever was told of the assignment.
                self.marks.agent.get_or_insert(at);
                self.reach(Stage::Active);
                if let Some(since) = self.waits.take() {
                    self.answers.push(milliseconds(since, at));
                }
                if is_open {
                    self.owes(Some(Lane::User), at);
                }
            }
            Lane::Cognigy | Lane::Cxone => {
                self.said.bot += 1;
                if self.stage == Stage::Bot {
                    self.owes(Some(Lane::User), at);
                }
            }
        }
    }

    fn step(&mut self, step: Step, at: Timestamp) {
        match step {
            Step::Requested => {
                self.marks.requested.get_or_insert(at);
                self.reach(Stage::Requested);
                if self.stage == Stage::Requested {
                    self.owes(Some(Lane::Cxone), at);
                }
            }
            Step::Queued => self.reach(Stage::Queued),
            Step::Active => {
                if self.stage < Stage::Active {
                    self.marks.agent.get_or_insert(at);
                    self.stage = Stage::Active;
                    self.owes(Some(Lane::Agent), at);
                }
            }
            Step::Completed | Step::Cancelled => {
                self.marks.ended.get_or_insert(at);
                self.stage = Stage::Ended;
                self.owes(None, at);
            }
            Step::Failed => {
                self.marks.ended.get_or_insert(at);
                self.stage = Stage::Failed;
                self.owes(None, at);
            }
        }
    }

    /// Goes forward to a stage, never back.
    fn reach(&mut self, stage: Stage) {
        self.stage = self.stage.max(stage);
    }

    fn owes(&mut self, by: Option<Lane>, since: Timestamp) {
        self.owed = match (self.owed, by) {
            // Who owes already, owes since then.
            (Some(owed), Some(by)) if owed.by == by => Some(owed),
            (_, by) => by.map(|by| Owed { by, since }),
        };
    }
}

/// Milliseconds from one moment to another; negative when it is earlier.
pub(super) fn milliseconds(from: Timestamp, to: Timestamp) -> f64 {
    to.duration_since(from).as_secs_f64() * 1000.0
}
