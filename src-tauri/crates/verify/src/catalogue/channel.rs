//! 4xx: the BYOC integration and the channel.

use super::{boxed, row, rule};
use crate::check::Check;
use crate::checks::channel;
use crate::outcome::Mark::{Documented, Inferred};
use crate::outcome::{Group, Severity};

pub(super) const ROWS: &[Check] = &[
    Check {
        leans_on: &["HD-104", "HD-202", "HD-402"],
        tries: "Compares the pasted BYOC form with the generated values, byte by byte.",
        rule: rule(
            Documented,
            "The form's URLs are made of the endpoint's address and the provider's id.",
        ),
        ..row(
            "HD-401",
            Group::Channel,
            "BYOC form equals the generated values",
            &["HD-201"],
            |c| boxed(channel::form(c)),
        )
    },
    Check {
        tries: "Counts the characters of the Channel Integration Client Secret and looks for spaces.",
        rule: rule(
            Documented,
            "The Client Secret of the BYOC form is a string of 32 characters.",
        ),
        ..row(
            "HD-402",
            Group::Channel,
            "Integration secret is 32 characters",
            &["HD-101"],
            |c| boxed(channel::secret(c)),
        )
    },
    Check {
        tries: "Reads all digital channels and looks for the provider's name.",
        rule: rule(
            Documented,
            "Saving the provider makes a channel in CXone with the provider's name.",
        ),
        ..row(
            "HD-403",
            Group::Channel,
            "The channel exists once",
            &["HD-305", "HD-308"],
            |c| boxed(channel::exists(c)),
        )
    },
    Check {
        tries: "Compares the channel's channelIntegrationId with the Integration ID entered.",
        rule: rule(
            Documented,
            "A channel names the BYOC integration it was made for.",
        ),
        ..row(
            "HD-404",
            Group::Channel,
            "The channel belongs to this integration",
            &["HD-403"],
            |c| boxed(channel::integration(c)),
        )
    },
    Check {
        severity: Severity::Warning,
        tries: "Reads isPrivate, hasTreeStructure and hasReply of the channel.",
        rule: rule(
            Inferred,
            "A chat is private, has no tree of comments, and can be replied to.",
        ),
        ..row(
            "HD-405",
            Group::Channel,
            "The channel is a private chat",
            &["HD-403"],
            |c| boxed(channel::private(c)),
        )
    },
];
