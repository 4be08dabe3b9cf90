//! The table of checks, in the order of their ids.
//!
//! One row is all the runner knows of a check. Groups 7xx to 9xx, and the ids missing here, are not part of this version;
//! their numbers are taken and never given to anything else.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::check::{Check, Rule};
use crate::checks::{channel, endpoint, local, routing, script, sign_in};
use crate::context::{Context, Judged};
use crate::finding::Finding;
use crate::outcome::Mark::{Documented, Inferred, SeenInCode};
use crate::outcome::{Group, Mark, Severity};

/// Longest time of a check that states no other.
pub(crate) const BUDGET: Duration = Duration::from_secs(10);

/// Every check of this version, in report order.
pub fn catalogue() -> &'static [Check] {
    CHECKS
}

/// A row with what most rows share.
const fn row(
    id: &'static str,
    group: Group,
    title: &'static str,
    needs: &'static [&'static str],
    work: fn(Arc<Context>) -> BoxFuture<'static, Finding>,
) -> Check {
    Check {
        id,
        group,
        title,
        needs,
        after: &[],
        leans_on: &["HD-104"],
        severity: Severity::Error,
        budget_ms: BUDGET.as_millis() as u64,
        tries: "",
        rule: Rule {
            text: "",
            mark: Inferred,
        },
        work,
    }
}

const fn rule(mark: Mark, text: &'static str) -> Rule {
    Rule { text, mark }
}

fn boxed(work: impl Future<Output = Judged> + Send + 'static) -> BoxFuture<'static, Finding> {
    // An early answer is an answer like any other.
    work.map(|judged| judged.unwrap_or_else(|early| *early)).boxed()
}

static CHECKS: &[Check] = &[
    Check {
        leans_on: &[],
        tries: "Writes, reads and deletes a probe entry in the secret store.",
        rule: rule(
            Documented,
            "A store works when an entry written to it can be read back and deleted.",
        ),
        ..row("HD-101", Group::Computer, "Secret store works", &[], |c| {
            boxed(local::secret_store(c))
        })
    },
    Check {
        after: &["HD-203", "HD-301"],
        leans_on: &[],
        tries: "Compares this computer's clock with the Date header of the first answer.",
        rule: rule(
            Documented,
            "Tokens carry the times from and to which they are valid; a clock that is off judges them wrong.",
        ),
        ..row("HD-102", Group::Computer, "Clock is right", &[], |c| {
            boxed(local::clock(c))
        })
    },
    Check {
        leans_on: &[],
        tries: "Reads the profile and looks which credentials of this run are there.",
        rule: rule(
            Documented,
            "The handover provider and the BYOC form ask for these values.",
        ),
        ..row("HD-104", Group::Computer, "Profile is complete", &[], |c| {
            boxed(local::profile(c))
        })
    },
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
            &["HD-201"],
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
        leans_on: &["HD-104", "HD-202", "HD-205"],
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
        tries: "Reads the OpenID configuration of the chosen cloud.",
        rule: rule(
            Documented,
            "Every CXone cloud publishes its sign-in address at /.well-known/openid-configuration.",
        ),
        ..row("HD-301", Group::SignIn, "CXone discovery answers", &[], |c| {
            boxed(sign_in::discovery(c))
        })
    },
    Check {
        tries: "Reads the tenant's configuration with the Tenant ID.",
        rule: rule(
            Documented,
            "The configuration exists for every Tenant ID of the cloud, and is 404 for any other.",
        ),
        ..row("HD-302", Group::SignIn, "Tenant is known", &["HD-301"], |c| {
            boxed(sign_in::tenant(c))
        })
    },
    Check {
        leans_on: &["HD-104", "HD-304"],
        tries: "Signs in as Cognigy.AI does: first with Basic, then with the client in the body.",
        rule: rule(
            Documented,
            "invalid_client is about the registered application alone; Client ID and Client Secret come from NiCE's \
             application registration.",
        ),
        ..row(
            "HD-303",
            Group::SignIn,
            "Client ID and secret are accepted",
            &["HD-101", "HD-301", "HD-302"],
            |c| boxed(sign_in::client(c)),
        )
    },
    Check {
        leans_on: &["HD-104", "HD-303"],
        tries: "Looks whether the sign-in got past the client; if not, signs in with the access key alone at UserHub.",
        rule: rule(
            Documented,
            "invalid_grant is about the access key alone; UserHub takes an access key without a client.",
        ),
        ..row(
            "HD-304",
            Group::SignIn,
            "Access key is accepted",
            &["HD-101", "HD-301", "HD-302"],
            |c| boxed(sign_in::access_key(c)),
        )
    },
    Check {
        tries: "Verifies the signature of the id_token with the issuer's keys and compares its tenantId.",
        rule: rule(
            SeenInCode,
            "The id_token is signed with RS256 by a key the issuer publishes, and its claim tenantId is the tenant.",
        ),
        ..row(
            "HD-305",
            Group::SignIn,
            "Token belongs to this tenant",
            &["HD-303", "HD-304"],
            |c| boxed(sign_in::token(c)),
        )
    },
    Check {
        tries: "Compares the token's icBUId and the business unit's own number with the one entered.",
        rule: rule(
            SeenInCode,
            "The claim icBUId is the Unit Number of the business unit that the access key works in.",
        ),
        ..row(
            "HD-306",
            Group::SignIn,
            "Business unit is right",
            &["HD-305"],
            |c| boxed(sign_in::business_unit(c)),
        )
    },
    Check {
        severity: Severity::Warning,
        tries: "Reads how long the token lives.",
        rule: rule(Documented, "Tokens live for an hour as a rule."),
        ..row(
            "HD-307",
            Group::SignIn,
            "Token lives long enough",
            &["HD-305"],
            |c| boxed(sign_in::life(c)),
        )
    },
    Check {
        tries: "Looks for Digital Engagement among the features of the token's business unit.",
        rule: rule(
            SeenInCode,
            "Feature 122 of the business unit is Digital Engagement; without it there are no digital channels.",
        ),
        ..row(
            "HD-308",
            Group::SignIn,
            "Digital Engagement is licensed",
            &["HD-305"],
            |c| boxed(sign_in::digital(c)),
        )
    },
    Check {
        leans_on: &["HD-104", "HD-202"],
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
        leans_on: &["HD-104", "HD-403"],
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
];
