//! 3xx: the sign-in to CXone.

use super::{boxed, row, rule};
use crate::check::Check;
use crate::checks::sign_in;
use crate::outcome::Mark::{Documented, SeenInCode};
use crate::outcome::{Group, Severity};

pub(super) const ROWS: &[Check] = &[
    Check {
        tries: "Reads the OpenID configuration of the chosen cloud.",
        rule: rule(
            Documented,
            "Every CXone cloud publishes its sign-in address at /.well-known/openid-configuration.",
        ),
        ..row(
            "HD-301",
            Group::SignIn,
            "CXone discovery answers",
            &["HD-103"],
            |c| boxed(sign_in::discovery(c)),
        )
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
        severity: Severity::Warning,
        tries: "Reads the record of the access key, and the account of its owner.",
        rule: rule(
            Documented,
            "A key signs in for its owner. An invitation that was not accepted keeps the owner out of Digital, and a key that \
             nobody uses may not be the one that Cognigy.AI has.",
        ),
        ..row("HD-309", Group::SignIn, "Key is healthy", &["HD-305"], |c| {
            boxed(sign_in::key(c))
        })
    },
];
