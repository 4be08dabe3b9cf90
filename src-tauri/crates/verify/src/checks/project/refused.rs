//! Words for what the REST API refuses. Decided by kinds, never by the server's text.

use cognigy::api::{Api, Error, ErrorCode};
use profile::ProfileField;

use crate::context::Context;
use crate::finding::{Advice, Finding};
use crate::words::{self, Side};

/// What makes an API key useless that looks right.
const OTHER_KEYS: &str = "A key works only on the install that issued it. A token of an Endpoint or a key of Voice Gateway is none.";

/// Whether what is wrong is a failure of HD-701, so that others wait for it.
pub(super) fn is_cause(error: &Error) -> bool {
    !matches!(
        error.code(),
        ErrorCode::Untrusted | ErrorCode::Shape | ErrorCode::Refused
    )
}

/// A key that does not work.
pub(super) fn key(context: &Context, api: &Api, error: &Error) -> Finding {
    let base = api.place().base.to_string();
    let base = base.trim_end_matches('/').to_owned();
    match error.code() {
        ErrorCode::Unauthorized => context.as_stored(
            Finding::fail("Cognigy.AI refuses the API key.")
                .hint(format!("Make a new one and enter it here. {} {OTHER_KEYS}", ProfileField::CognigyApiKey.find()))
                .found(format!("{error}."))
                .compare("Install that was asked", "the one that issued the key", base),
            &[ProfileField::CognigyApiKey],
        ),
        ErrorCode::Forbidden => Finding::fail("Cognigy.AI takes the API key, but its owner has no right to use the API.")
            .hint("Ask an administrator of the organisation to give the key's owner that right, or use the key of somebody who has it.")
            .found(format!("{error}.")),
        ErrorCode::NotFound => Finding::fail(format!("What answers at {base} is not the API of a Cognigy.AI install."))
            .hint(format!("Check the address. {}", ProfileField::CognigyApi.find()))
            .found(format!("{error}.")),
        ErrorCode::Untrusted => {
            let host = api.place().host();
            Finding::unknown(format!(
                "{host} is only a guess at the API of this install. The key was not sent there."
            ))
            .hint(if context.is_of_file() {
                "Enter the address as cognigy_api in the profile file. The people who run the install know it."
            } else {
                "If it is right, confirm it once for this profile. If not, enter the Cognigy.AI API address: Setup > All values."
            })
            .advise(Advice::TrustHost { host })
        }
        _ => read_failed("the owner of the key", error),
    }
}

/// A project that cannot be opened with a key that works.
pub(super) fn project(error: &Error) -> Finding {
    match error.code() {
        ErrorCode::Forbidden => Finding::fail("The API key works, but its owner is no member of the provider's project.")
            .hint(
                "In Cognigy.AI, open the project, then Manage > Members, and add the key's owner with a role that reads it, or use \
                 the key of a member. A project that does not exist any more looks the same: compare the link.",
            )
            .found(format!("{error}.")),
        ErrorCode::NotFound => Finding::fail("The project that the link names is not in this install.")
            .hint(ProfileField::ProviderLink.find())
            .found(format!("{error}.")),
        _ => read_failed("the project", error),
    }
}

/// A read that did not work, with a key that does. `what` stands after "read", such as `the Flows`.
pub(super) fn read_failed(what: &str, error: &Error) -> Finding {
    match error {
        Error::Transport(error) => words::no_answer(Side::Cognigy, &error.failure, &error.exchange),
        Error::NotJson {
            html,
            status,
            exchange,
        } => words::not_json(Side::Cognigy, *html, *status, exchange),
        Error::Shape { what: part, detail, .. } => Finding::unknown(format!(
            "Cognigy.AI's answer for {what} has a form we do not know, so this cannot be told."
        ))
        .found(format!("{part}: {detail}.")),
        Error::Untrusted { host } => words::untrusted(host),
        Error::Status {
            status,
            retry_after,
            exchange,
            ..
        } => match error.code() {
            ErrorCode::Throttled | ErrorCode::Service => words::service(Side::Cognigy, *status, *retry_after, exchange),
            ErrorCode::Quota => Finding::fail("The plan of this Cognigy.AI organisation does not allow more calls (402).")
                .hint("Ask the people who look after the organisation's plan.")
                .found(format!("{error}.")),
            ErrorCode::Forbidden => Finding::unknown(format!(
                "The key's owner may not read {what}, so this cannot be told."
            ))
            .hint("In Cognigy.AI, open Manage > Members of the project and give the key's owner a role that may.")
            .found(format!("{error}.")),
            ErrorCode::Unauthorized => Finding::fail(format!("Cognigy.AI took the API key, and then refused it for {what}."))
                .hint("Run it again. If it stays so, make a new key.")
                .found(format!("{error}.")),
            _ => Finding::unknown(format!(
                "Cognigy.AI answers {status} for {what}, so this cannot be told."
            ))
            .found(format!("{error}.")),
        },
    }
}
