//! 6xx: the Studio script.

use super::{boxed, row, rule};
use crate::check::Check;
use crate::checks::script;
use crate::outcome::Group;
use crate::outcome::Mark::{Documented, Inferred};
use crate::outcome::Severity;

pub(super) const ROWS: &[Check] = &[
    Check {
        leans_on: &["HD-104", "HD-308", "HD-403"],
        tries: "Looks for the folder Cognigy in the root of the Studio scripts.",
        rule: rule(
            Documented,
            "Cognigy.AI puts its script into the folder Cognigy and finds it there by its name.",
        ),
        ..row(
            "HD-601",
            Group::Script,
            "The folder keeps its name",
            &["HD-305"],
            |c| boxed(script::folder(c)),
        )
    },
    Check {
        leans_on: &["HD-104", "HD-201", "HD-403"],
        tries: "Looks for the script by its name, as the current version for digital contacts.",
        rule: rule(
            Documented,
            "The script is called \"Cognigy Handover Script\" and the provider's id. CURR marks the current version \
             (seen in code).",
        ),
        ..row("HD-602", Group::Script, "The script is there", &["HD-601"], |c| {
            boxed(script::exists(c))
        })
    },
    Check {
        leans_on: &["HD-104", "HD-201", "HD-403"],
        tries: "Looks for the labels ESCALATE and END ESCALATION among the script's actions.",
        rule: rule(
            Documented,
            "Cognigy.AI starts and ends handovers through these two actions; they must not be changed.",
        ),
        ..row(
            "HD-603",
            Group::Script,
            "Escalation actions are intact",
            &["HD-602"],
            |c| boxed(script::escalation(c)),
        )
    },
    Check {
        leans_on: &["HD-104", "HD-201", "HD-403"],
        tries: "Looks for an ONRELEASE action in the script.",
        rule: rule(
            Documented,
            "ONRELEASE tells Cognigy.AI that the agent closed the conversation.",
        ),
        ..row("HD-604", Group::Script, "Release is reported", &["HD-602"], |c| {
            boxed(script::release(c))
        })
    },
    Check {
        severity: Severity::Warning,
        leans_on: &["HD-104", "HD-201", "HD-403"],
        tries: "Compares what the script does with the state that was accepted.",
        rule: rule(
            Inferred,
            "Cognigy.AI relies on the script as it made it; where its boxes lie does not matter. The layout of the content \
             is seen in code.",
        ),
        ..row(
            "HD-605",
            Group::Script,
            "The script is unchanged",
            &["HD-603", "HD-604"],
            |c| boxed(script::unchanged(c)),
        )
    },
];
