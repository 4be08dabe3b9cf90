//! 8xx: a message goes in, a reply comes out, and the end is heard. These checks write; see [`crate::LivePlan`].

use super::{boxed, row, rule};
use crate::check::{Check, Request};
use crate::checks::live;
use crate::outcome::Group;
use crate::outcome::Mark::{Documented, Inferred, SeenInCode};

pub(super) const ROWS: &[Check] = &[
    Check {
        on_request: Some(Request::Live),
        leans_on: &["HD-104", "HD-403", "HD-303"],
        tries: "Creates a marked message on the channel, as Cognigy.AI does for a user.",
        rule: rule(
            Documented,
            "Create message takes a message for the channel and opens a contact where its thread has none.",
        ),
        ..row(
            "HD-801",
            Group::Live,
            "A message opens a contact",
            &["HD-404"],
            |c| boxed(live::opens(c)),
        )
    },
    Check {
        on_request: Some(Request::Live),
        budget_ms: 45_000,
        leans_on: &["HD-104", "HD-801", "HD-303", "HD-603"],
        tries: "Reads the contact until it has a queue or an agent.",
        rule: rule(
            SeenInCode,
            "A contact that stays new without a routing queue was not queued by the script of its channel.",
        ),
        ..row(
            "HD-802",
            Group::Live,
            "The contact is routed",
            &["HD-801", "HD-501", "HD-502", "HD-503"],
            |c| boxed(live::routed(c)),
        )
    },
    Check {
        on_request: Some(Request::Live),
        budget_ms: 120_000,
        leans_on: &["HD-104", "HD-801", "HD-303", "HD-401"],
        tries: "Replies on the contact as an agent does, and reads what became of the reply.",
        rule: rule(
            SeenInCode,
            "CXone calls the integration box, fetches a token after its 401, and calls again; the answer names the message.",
        ),
        ..row(
            "HD-803",
            Group::Live,
            "A reply reaches Cognigy",
            &["HD-802", "HD-206", "HD-207"],
            |c| boxed(live::replied(c)),
        )
    },
    Check {
        on_request: Some(Request::Live),
        budget_ms: 45_000,
        leans_on: &["HD-104", "HD-801", "HD-303"],
        tries: "Closes the contact and looks whether the chat is back with the Flow.",
        rule: rule(
            Inferred,
            "The script's ONRELEASE tells Cognigy.AI that the contact is over.",
        ),
        ..row(
            "HD-804",
            Group::Live,
            "Closing ends the handover",
            &["HD-803"],
            |c| boxed(live::ended(c)),
        )
    },
];
