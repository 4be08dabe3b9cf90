//! 7xx: the Cognigy.AI project, with an API key.

use super::{boxed, row, rule};
use crate::check::Check;
use crate::checks::project;
use crate::outcome::Mark::{Documented, Inferred, SeenInCode};
use crate::outcome::{Group, Severity};

/// Reading the charts of a project with many Flows takes its time, four at once.
const CHARTS_MS: u64 = 30_000;

pub(super) const ROWS: &[Check] = &[
    Check {
        leans_on: &["HD-101", "HD-104", "HD-201"],
        tries: "Asks the API whom the key belongs to, opens the provider's project, and reads the version of the install.",
        rule: rule(
            Documented,
            "An API key belongs to a user, works only on the install that issued it, and may do what that user may do.",
        ),
        ..row("HD-701", Group::Project, "API key works", &["HD-203"], |c| {
            boxed(project::key(c))
        })
    },
    Check {
        leans_on: &["HD-101", "HD-104", "HD-201", "HD-205"],
        tries: "Reads the provider by its id and compares its name and service.",
        rule: rule(
            Documented,
            "The provider's name becomes the name of the channel in CXone; the service tells what kind of provider it is.",
        ),
        ..row("HD-702", Group::Project, "Provider matches", &["HD-701"], |c| {
            boxed(project::named(c))
        })
    },
    Check {
        leans_on: &[
            "HD-101", "HD-104", "HD-201", "HD-302", "HD-305", "HD-306", "HD-404",
        ],
        tries: "Compares Tenant ID, Business Unit ID and Channel Integration ID of the provider with those entered here.",
        rule: rule(
            Inferred,
            "A provider keeps its fields as properties with keys. Which keys those of CXone are is not documented, so they are \
             recognised by their words.",
        ),
        ..row(
            "HD-703",
            Group::Project,
            "Provider fields match",
            &["HD-702"],
            |c| boxed(project::fields(c)),
        )
    },
    Check {
        leans_on: &["HD-101", "HD-104", "HD-201", "HD-303", "HD-304", "HD-403"],
        tries: "Reads provisioning.status of the provider.",
        rule: rule(
            SeenInCode,
            "The provider carries provisioning.status. Its words are not documented; it is taken to say how the last Save went.",
        ),
        ..row(
            "HD-704",
            Group::Project,
            "Provisioning is healthy",
            &["HD-702"],
            |c| boxed(project::provisioned(c)),
        )
    },
    Check {
        leans_on: &["HD-101", "HD-104", "HD-201"],
        budget_ms: CHARTS_MS,
        tries: "Looks through the Flows for handover Nodes, Question escalations and AI Agent tools that use this provider, and at \
                what stands below them.",
        rule: rule(
            SeenInCode,
            "When a handover is refused, the Flow goes on below the Node with the status error; otherwise it stops there.",
        ),
        ..row(
            "HD-705",
            Group::Project,
            "A Flow hands over here",
            &["HD-701"],
            |c| boxed(project::handover(c)),
        )
    },
    Check {
        leans_on: &["HD-101", "HD-104", "HD-201"],
        budget_ms: CHARTS_MS,
        tries: "Looks at type and state of the Endpoints that run the Flow.",
        rule: rule(
            Documented,
            "Webchat, Socket.IO, Webhook and some messengers can hand over; REST and Voice Gateway cannot.",
        ),
        ..row(
            "HD-706",
            Group::Project,
            "The Endpoint can hand over",
            &["HD-705"],
            |c| boxed(project::endpoint(c)),
        )
    },
    Check {
        severity: Severity::Warning,
        leans_on: &["HD-101", "HD-104", "HD-201"],
        tries: "Looks for handover errors in the log of the last six hours.",
        rule: rule(
            Documented,
            "Handover failures are written to Test > Logs, which keeps them for a day. What the entries say is not documented.",
        ),
        ..row(
            "HD-707",
            Group::Project,
            "No recent handover errors",
            &["HD-701"],
            |c| boxed(project::errors(c)),
        )
    },
];
