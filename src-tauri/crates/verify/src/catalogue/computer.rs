//! 1xx: this computer.

use super::{boxed, row, rule};
use crate::check::Check;
use crate::checks::{local, way};
use crate::outcome::Mark::{Documented, Inferred};
use crate::outcome::{Group, Severity};

pub(super) const ROWS: &[Check] = &[
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
        severity: Severity::Warning,
        tries: "Opens a connection to each host of the profile and looks who vouches for its certificate; nothing is sent.",
        rule: rule(
            Inferred,
            "A vendor's host has a certificate of a public authority. One that this computer alone trusts was put there on \
             the way, and a proxy that wants a sign-in lets nothing through.",
        ),
        ..row("HD-103", Group::Computer, "Network path is clean", &[], |c| {
            boxed(way::path(c))
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
];
