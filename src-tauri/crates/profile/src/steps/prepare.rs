//! Before anything is configured: the role, the application registration, and the wait for its answer.

use crate::checklist::{Step, StepGroup, StepId};
use crate::field::ProfileField;
use crate::steps::fact;

pub(super) const ADMIN_ROLE: Step = Step {
    id: StepId::AdminRole,
    group: StepGroup::Cxone,
    title: "Make sure you are an Administrator in CXone",
    why: "Most of the pages below, and making an access key, are closed to other roles.",
    path: &["Applications", "General", "Admin"],
    actions: &["Sign in to CXone and open Admin. If it is missing, ask for the Administrator role first."],
    fields: &[],
    copies: &[],
    facts: &[
        fact("The provider is in beta. It was added in 2026.9; an older Cognigy.AI does not offer it."),
        fact(
            "It is meant for a Cognigy.AI that is not integrated with CXone. An integrated install uses the \
             standard NiCE CXone provider instead.",
        ),
    ],
    checks: &[],
};

pub(super) const REGISTER_APPLICATION: Step = Step {
    id: StepId::RegisterApplication,
    group: StepGroup::Cxone,
    title: "Send the application registration to NiCE",
    why: "It is the only way to the Client ID and Client Secret with which Cognigy.AI signs in to CXone.",
    path: &["CXone Application Registration form"],
    actions: &[
        "Open the form: the vendor's page links to it under Prerequisites.",
        "Fill it in and name technical contacts who will be there to receive the answer.",
    ],
    fields: &[],
    copies: &[],
    facts: &[fact("The answer takes two to three business days.")],
    checks: &[],
};

pub(super) const WAIT_FOR_CREDENTIALS: Step = Step {
    id: StepId::WaitForCredentials,
    group: StepGroup::Wait,
    title: "Wait for Client ID and Client Secret",
    why: "NiCE sends them to the technical contacts you named.",
    path: &[],
    actions: &[
        "Meanwhile go on with the steps below; only the Connection and what follows it need these two.",
        "When they arrive, store them here right away.",
    ],
    fields: &[ProfileField::ClientId, ProfileField::ClientSecret],
    copies: &[],
    facts: &[fact("The answer takes two to three business days.")],
    checks: &["HD-303"],
};
