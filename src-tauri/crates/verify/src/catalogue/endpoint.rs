//! 2xx: the Cognigy.AI handover endpoint.

use super::{boxed, row, rule};
use crate::check::Check;
use crate::checks::{endpoint, way};
use crate::outcome::Mark::{Documented, Inferred, SeenInCode};
use crate::outcome::{Group, Severity};

pub(super) const ROWS: &[Check] = &[
    Check {
        tries: "Takes the provider's id out of the link and counts its characters.",
        rule: rule(
            Documented,
            "The id is the part after /handover-provider/ in the address of the provider's page: 24 hexadecimal characters.",
        ),
        ..row("HD-201", Group::Endpoint, "Provider is valid", &[], |c| {
            boxed(endpoint::provider(c))
        })
    },
    Check {
        severity: Severity::Warning,
        leans_on: &["HD-104", "HD-201"],
        tries: "Looks how the address of the endpoint was found.",
        rule: rule(
            Inferred,
            "Only an Endpoint URL of the install proves the address; one made from the console's host follows a pattern.",
        ),
        ..row(
            "HD-202",
            Group::Endpoint,
            "Endpoint address is certain",
            &["HD-201"],
            |c| boxed(endpoint::address(c)),
        )
    },
    Check {
        leans_on: &["HD-104", "HD-202"],
        tries: "Calls a path that does not exist on the endpoint's host; any HTTP status will do.",
        rule: rule(
            Inferred,
            "A host that answers with any HTTP status is reached: name, connection and TLS are right.",
        ),
        ..row(
            "HD-203",
            Group::Endpoint,
            "Endpoint host answers",
            &["HD-103", "HD-201"],
            |c| boxed(endpoint::host(c)),
        )
    },
    Check {
        leans_on: &["HD-104", "HD-202"],
        tries: "Compares the answer below /handover/niceCxOne with that of a path that does not exist.",
        rule: rule(
            SeenInCode,
            "The install's ingress sends the prefix /handover of the endpoint's host to the handover service; CXone \
             support is a switch of the install, off by default.",
        ),
        ..row(
            "HD-204",
            Group::Endpoint,
            "Handover service is routed",
            &["HD-203"],
            |c| boxed(endpoint::service(c)),
        )
    },
    Check {
        leans_on: &["HD-104", "HD-202", "HD-206"],
        tries: "Asks for a token: with the stored pair, else with a wrong one for this provider and for a made-up one.",
        rule: rule(
            Inferred,
            "An install that tells a known provider from an unknown one answers them differently; which answers it gives \
             is not documented.",
        ),
        ..row(
            "HD-205",
            Group::Endpoint,
            "Provider is known there",
            &["HD-204"],
            |c| boxed(endpoint::known(c)),
        )
    },
    Check {
        leans_on: &["HD-104", "HD-202", "HD-205", "HD-402"],
        tries: "Asks the Authorization URL for a token with the stored pair, as CXone does.",
        rule: rule(
            SeenInCode,
            "CXone posts grant_type, client_id and client_secret as JSON to the Authorization URL and expects an access_token.",
        ),
        ..row(
            "HD-206",
            Group::Endpoint,
            "Channel integration credentials are accepted",
            &["HD-101", "HD-204"],
            |c| boxed(endpoint::credentials(c)),
        )
    },
    Check {
        leans_on: &["HD-104", "HD-202"],
        tries: "Posts a message with made-up ids and without a token, in the form of both generations.",
        rule: rule(
            SeenInCode,
            "CXone fetches a token only after a 401; any other answer ends the delivery.",
        ),
        ..row(
            "HD-207",
            Group::Endpoint,
            "Box answers 401 without a token",
            &["HD-204"],
            |c| boxed(endpoint::without_token(c)),
        )
    },
    Check {
        severity: Severity::Warning,
        leans_on: &["HD-104", "HD-202"],
        tries: "Opens the Add, Reconnect and Remove action URLs with made-up parameters.",
        rule: rule(
            SeenInCode,
            "Without a valid token the page sends the browser back or refuses; it never breaks.",
        ),
        ..row(
            "HD-208",
            Group::Endpoint,
            "Action URLs answer",
            &["HD-204"],
            |c| boxed(endpoint::actions(c)),
        )
    },
    Check {
        severity: Severity::Warning,
        by_hand: true,
        leans_on: &["HD-104", "HD-202"],
        tries: "Looks which addresses the endpoint's name has.",
        rule: rule(
            Inferred,
            "CXone calls the endpoint from the internet, so an address inside a network or on a computer cannot be reached.",
        ),
        ..row(
            "HD-209",
            Group::Endpoint,
            "CXone can reach it",
            &["HD-203"],
            |c| boxed(way::reachable(c)),
        )
    },
];
