//! 5xx: from the channel to an agent.

use super::{boxed, row, rule};
use crate::check::Check;
use crate::checks::{people, role, routing};
use crate::outcome::Mark::{Documented, Inferred};
use crate::outcome::{Group, Severity};

pub(super) const ROWS: &[Check] = &[
    Check {
        tries: "Reads studioScript of the channel.",
        rule: rule(
            Documented,
            "Every BYOC channel needs a default Studio script, chosen on Points of Contact Digital.",
        ),
        ..row(
            "HD-501",
            Group::Routing,
            "A Studio script is attached",
            &["HD-403"],
            |c| boxed(routing::script_attached(c)),
        )
    },
    Check {
        tries: "Reads defaultSkillId of the channel, in the list and then in the context of its conversations.",
        rule: rule(
            Documented,
            "Conversations go to agents through the channel's default skill. The channel list is not documented to show it.",
        ),
        ..row(
            "HD-502",
            Group::Routing,
            "A default skill is set",
            &["HD-403"],
            |c| boxed(routing::default_skill(c)),
        )
    },
    Check {
        tries: "Reads the skill and its campaign.",
        rule: rule(
            Documented,
            "The skill is Digital and Inbound, and belongs to a campaign; both are active.",
        ),
        ..row("HD-503", Group::Routing, "The skill fits", &["HD-502"], |c| {
            boxed(routing::skill_fits(c))
        })
    },
    Check {
        tries: "Reads the agents of the skill.",
        rule: rule(
            Documented,
            "A conversation waits until an active agent has the skill; an empty list is answered with 204.",
        ),
        ..row(
            "HD-504",
            Group::Routing,
            "Somebody has the skill",
            &["HD-503"],
            |c| boxed(routing::somebody(c)),
        )
    },
    Check {
        tries: "Reads the accounts of those who have the skill.",
        rule: rule(
            Documented,
            "Only active employees, whose invitation is accepted, are known to Digital, and each needs Digital Engagement \
             switched on.",
        ),
        ..row(
            "HD-505",
            Group::Routing,
            "Those agents can take digital",
            &["HD-504"],
            |c| boxed(people::digital(c)),
        )
    },
    Check {
        by_hand: true,
        tries: "Looks what a contact of the channel lets the owner of the access key do, if the owner has the skill.",
        rule: rule(
            Inferred,
            "The role of the agents has the channel and may Send Replies, Assign / Reassign Conversations and Reassign \
             Conversations (documented). A contact shows canReply and canAssign for who asks.",
        ),
        ..row(
            "HD-506",
            Group::Routing,
            "The role may use the channel",
            &["HD-403"],
            |c| boxed(role::may(c)),
        )
    },
    Check {
        severity: Severity::Info,
        tries: "Reads what those who have the skill do at this moment.",
        rule: rule(Documented, "A contact waits until an agent is available."),
        ..row(
            "HD-507",
            Group::Routing,
            "An agent is there now",
            &["HD-504"],
            |c| boxed(people::present(c)),
        )
    },
];
