//! Bringing conversations to people: the Flow, the role, the skill, the script, and the test.

use crate::checklist::{Fact, Step, StepGroup, StepId};
use crate::field::ProfileField;
use crate::steps::fact;

pub(super) const FLOW_NODE: Step = Step {
    id: StepId::FlowNode,
    group: StepGroup::Cognigy,
    title: "Hand over in a Flow",
    why: "The Node decides when a conversation goes to a human.",
    path: &["Flow editor", "Handover to Human Agent"],
    actions: &[
        "Add a Handover to Human Agent Node and choose this provider under Handover Provider.",
        "Set the accepted message and how the user can cancel.",
        "Below the Node, answer the status error as well: a refused handover goes on there.",
    ],
    fields: &[ProfileField::CognigyApiKey],
    copies: &[],
    facts: &[
        fact("Send Transcript as first message is on by default."),
        fact("Display Agent Details, the agent's name and picture in the chat, is off by default."),
        fact("Voice conversations cannot be handed over with the Transfer Node."),
        fact("The Node has no field for the queue: CXone decides on the routing."),
    ],
    checks: &["HD-705"],
};

pub(super) const ROLE_PERMISSIONS: Step = Step {
    id: StepId::RolePermissions,
    group: StepGroup::Cxone,
    title: "Let the role use the channel",
    why: "Without it agents see no conversation of this channel, or cannot answer.",
    path: &[
        "Applications",
        "Omnichannel Routing",
        "ACD",
        "Roles",
        "Assigned Channels",
    ],
    actions: &[
        "Open the role of the people who answer and choose the channel under Assigned Channels.",
        "Click Update Role Permissions. Give all, or at least Send Replies, Assign / Reassign Conversations \
         and Reassign Conversations, and save.",
    ],
    fields: &[],
    copies: &[],
    facts: &[],
    checks: &["HD-506"],
};

pub(super) const CREATE_SKILL: Step = Step {
    id: StepId::CreateSkill,
    group: StepGroup::Cxone,
    title: "Create a skill",
    why: "CXone gives conversations to agents by skill.",
    path: &[
        "Applications",
        "Omnichannel Routing",
        "ACD",
        "ACD Skills",
        "Create New",
        "Single Skill",
    ],
    actions: &[
        "Choose Digital as Media Type and Inbound, give it a name, choose any Campaign, and click Create.",
    ],
    fields: &[ProfileField::RoutingSkill],
    copies: &[],
    facts: &[],
    checks: &["HD-503"],
};

pub(super) const SKILL_ON_CHANNEL: Step = Step {
    id: StepId::SkillOnChannel,
    group: StepGroup::Cxone,
    title: "Set the skill on the channel",
    why: "New conversations of the channel start with its default skill.",
    path: &[
        "Applications",
        "Omnichannel Routing",
        "ACD",
        "Digital",
        "Points of Contact Digital",
        "Edit",
        "Skills",
    ],
    actions: &[
        "Edit the channel that is named like the provider and choose the skill under Select default skill.",
    ],
    fields: &[],
    copies: &[],
    facts: &[],
    checks: &["HD-502"],
};

pub(super) const SKILL_ON_AGENT: Step = Step {
    id: StepId::SkillOnAgent,
    group: StepGroup::Cxone,
    title: "Give the skill to an agent",
    why: "A conversation waits for ever for a skill that nobody has.",
    path: &[
        "Applications",
        "Omnichannel Routing",
        "ACD",
        "ACD Users",
        "Skills",
    ],
    actions: &["Open the user and see on Skills that the skill is there; add it and save if it is not."],
    fields: &[],
    copies: &[],
    facts: &[Fact {
        text: "A newly given skill can take about five minutes to work, and only after Save Proficiencies.",
        source: "NiCE help: Manage Skills",
        date: "2026",
        address: None,
    }],
    checks: &["HD-504", "HD-505"],
};

pub(super) const STUDIO_SCRIPT: Step = Step {
    id: StepId::StudioScript,
    group: StepGroup::Cxone,
    title: "Find the Studio script",
    why: "The script starts and ends the handover; Cognigy.AI has put it there on Save.",
    path: &["Applications", "Omnichannel Routing", "Studio", "Cognigy"],
    actions: &["See that the folder Cognigy has the script Cognigy Handover Script with this provider's ID."],
    fields: &[],
    copies: &[],
    facts: &[
        fact("Keep the folder's name: Cognigy.AI looks the script up by it when the provider is deleted."),
        fact(
            "You may extend the script, but leave the ESCALATE and END ESCALATION actions alone. ONRELEASE \
             tells Cognigy.AI that the agent has closed the conversation.",
        ),
    ],
    checks: &["HD-501", "HD-601", "HD-602", "HD-603", "HD-604"],
};

pub(super) const START_TEST_CHAT: Step = Step {
    id: StepId::StartTestChat,
    group: StepGroup::Cognigy,
    title: "Start a test in the Webchat",
    why: "It shows that the Flow reaches CXone.",
    path: &["Deploy", "Endpoints", "Webchat v3", "Open Demo Webchat"],
    actions: &["Open the demo of a Webchat v3 Endpoint that runs the Flow, and bring the handover about."],
    fields: &[],
    copies: &[],
    facts: &[],
    checks: &["HD-706"],
};

pub(super) const ANSWER_AS_AGENT: Step = Step {
    id: StepId::AnswerAsAgent,
    group: StepGroup::Cxone,
    title: "Answer as an agent",
    why: "It shows both directions: the conversation arrives, and the reply comes back.",
    path: &["Applications", "Omnichannel Routing", "Agent"],
    actions: &[
        "Choose how to connect, for example Set Phone Number with a number, and click Launch.",
        "Take the conversation; with the right skill it is offered to you, otherwise find it under Search.",
        "Send a reply and see that it appears in the Demo Webchat.",
    ],
    fields: &[],
    copies: &[],
    facts: &[],
    checks: &["HD-507"],
};
