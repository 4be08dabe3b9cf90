//! 2xx: the Cognigy.AI handover endpoint, seen from this computer.
//!
//! The endpoint's protocol is public only in parts. A check fails on what is known to be wrong; answers nobody documents
//! are compared with those of made-up ids, and where that does not tell either, the outcome is `unknown`.

mod token;

use std::sync::Arc;

use cognigy::endpoint::{Action, Answer, BodyKind, BoxMode, RouteAnswers, TokenAnswer};
use profile::{Certainty, ProfileField, ProviderError, Warning};
use transport::{Exchange, Method, TransportError};

use crate::context::{Context, Early, Judged, lacks, untold};
use crate::evidence::Once;
use crate::finding::{Advice, Compared, Finding};
use crate::words::{self, Side};

use self::token::WrongPair;
pub(crate) use self::token::{credentials, known};

/// Shared calls of this group.
#[derive(Default)]
pub(crate) struct Calls {
    reach: Once<Result<Answer, TransportError>>,
    route: Once<Result<RouteAnswers, TransportError>>,
    own: Once<Result<TokenAnswer, TransportError>>,
    wrong: Once<Result<WrongPair, TransportError>>,
}

/// HD-201
pub(crate) async fn provider(context: Arc<Context>) -> Judged {
    let provider = match context.profile().provider() {
        Ok(provider) => provider,
        Err(error @ (ProviderError::Missing | ProviderError::DomainMissing)) => {
            return Err(lacks(error.field()));
        }
        Err(error) => {
            let finding = Finding::fail(error.to_string()).hint(error.hint());
            return Ok(match error {
                ProviderError::Uuid { found } => {
                    finding.compare("Handover provider ID", "24 hexadecimal characters", found)
                }
                _ => finding,
            });
        }
    };
    context.open_project_ahead();
    let notes: Vec<String> = provider.warnings.iter().map(Warning::message).collect();
    let worth_a_look = provider.warnings.iter().any(|warning| {
        matches!(
            warning,
            Warning::IntegratedHost { .. } | Warning::InternationalHost { .. } | Warning::OtherSite { .. }
        )
    });
    let integrated = provider
        .warnings
        .iter()
        .any(|warning| matches!(warning, Warning::IntegratedHost { .. }));
    let finding = if worth_a_look {
        Finding::warn(notes.join(" ")).hint(if integrated {
            "If the install is integrated with CXone, use the other NiCE CXone handover provider there."
        } else {
            ProfileField::ProviderLink.find()
        })
    } else {
        Finding::pass(
            ["The provider's id is well formed."]
                .map(str::to_owned)
                .into_iter()
                .chain(notes)
                .collect::<Vec<_>>()
                .join(" "),
        )
    };
    Ok(finding.compare("Handover provider ID", "24 hexadecimal characters", provider.id))
}

/// HD-202
pub(crate) async fn address(context: Arc<Context>) -> Judged {
    let endpoint = match context.profile().endpoint() {
        Ok(endpoint) => endpoint,
        Err(_) => {
            context.endpoint()?;
            return Err(lacks(ProfileField::EndpointBase));
        }
    };
    let base = endpoint.as_base();
    let notes: Vec<String> = endpoint.warnings.iter().map(Warning::message).collect();
    let finding = match endpoint.certainty {
        Certainty::Confirmed
            if endpoint
                .warnings
                .iter()
                .any(|it| matches!(it, Warning::OtherInstall { .. })) =>
        {
            Finding::warn(
                "The address was entered, and it is not the one that follows from the provider's link.",
            )
            .hint(format!(
                "Compare both with the address bar of Cognigy.AI. {}",
                ProfileField::EndpointBase.find()
            ))
        }
        Certainty::Confirmed => Finding::pass("The address was entered and is that of an endpoint."),
        Certainty::Derived => Finding::warn(format!(
            "The address {base} follows from the host by a pattern of the vendor; nobody confirmed it."
        )),
        Certainty::Guessed => Finding::warn(format!("The address {base} is a guess.")),
    };
    let finding = match endpoint.certainty {
        Certainty::Confirmed => finding,
        Certainty::Derived | Certainty::Guessed => finding
            .hint(format!(
                "Paste any Endpoint URL of this install to confirm it. {}",
                ProfileField::EndpointBase.find()
            ))
            .advise(Advice::ConfirmEndpoint {}),
    };
    let finding = finding.compare("Endpoint address", "confirmed", base);
    Ok(if notes.is_empty() {
        finding
    } else {
        finding.found(notes.join(" "))
    })
}

/// HD-203
pub(crate) async fn host(context: Arc<Context>) -> Judged {
    Ok(match &*context.reach().await? {
        Ok(answer) => Finding::pass("The endpoint's host answers, seen from this computer.")
            .found(format!("HTTP {}.", answer.status)),
        Err(error) => words::no_answer(Side::Cognigy, &error.failure, &error.exchange),
    })
}

/// Whether the host turns this computer away on every path.
fn turned_away(answers: &RouteAnswers) -> bool {
    answers.handover.status == 403 && answers.nonsense.status == 403
}

impl Context {
    /// Whatever the endpoint's host answers.
    pub(crate) async fn reach(&self) -> Result<Arc<Result<Answer, TransportError>>, Early> {
        let (client, base) = (self.client().clone(), self.endpoint()?.base);
        let calls = &self.calls.endpoint;
        Ok(calls
            .reach
            .get(|| async move { cognigy::endpoint::nonsense(&client, &base, Method::GET).await })
            .await)
    }

    pub(super) async fn route(&self) -> Result<Arc<Result<RouteAnswers, TransportError>>, Early> {
        let (client, base) = (self.client().clone(), self.endpoint()?.base);
        let calls = &self.calls.endpoint;
        Ok(calls
            .route
            .get(|| async move { cognigy::endpoint::route(&client, &base).await })
            .await)
    }

    /// The early answer of whoever asks a host that turns this computer away.
    async fn let_in(&self) -> Result<(), Early> {
        match &*crate::evidence::quiet(self.route()).await? {
            Ok(answers) if turned_away(answers) => Err(untold(
                "HD-204",
                "The host turns this computer away on every path (403), so this cannot be told from here.",
            )),
            _ => Ok(()),
        }
    }
}

/// What the same answer on every path means, where it is one that tells nothing of what lies behind.
fn says_nothing_of_routes(answers: &RouteAnswers) -> Option<Finding> {
    let status = answers.handover.status;
    if status != answers.nonsense.status {
        return None;
    }
    Some(match status {
        500..=599 => Finding::fail(format!("The endpoint host fails on every path ({status})."))
            .hint("The install has an outage: ask the people who run it, and try again later."),
        429 => Finding::unknown("The endpoint host is throttled (429) on every path.")
            .hint("Wait a few minutes and run the check again."),
        300..=399 => Finding::unknown(format!("The host sends every path somewhere else ({status}), as a sign-in page does."))
            .hint("Check that the endpoint's address is that of this install and that no gateway asks for a sign-in there."),
        401 | 407 => Finding::unknown(format!("The host asks for a sign-in on every path ({status})."))
            .hint("A gateway stands in front of the endpoint: CXone must be let through without a sign-in."),
        _ => return None,
    })
}

/// HD-204
pub(crate) async fn service(context: Arc<Context>) -> Judged {
    let answers = context.route().await?;
    let answers = match &*answers {
        Ok(answers) => answers,
        Err(error) => return Ok(words::no_answer(Side::Cognigy, &error.failure, &error.exchange)),
    };
    let switch = "Ask the people who run the install whether CXone handover is switched on there and whether the ingress sends \
                  /handover to the handover service.";
    let status = answers.handover.status;
    let finding = if turned_away(answers) {
        Finding::unknown("The host turns this computer away on every path (403). CXone may be allowed all the same.")
            .hint("Run the check from a network that the install's allow-list has, or ask whether CXone is on that list.")
    } else if let Some(finding) = says_nothing_of_routes(answers) {
        finding
    } else if answers.alike() {
        Finding::fail(
            "The handover service is not routed: its path is answered like one that does not exist.",
        )
        .hint(format!(
            "Check that the endpoint's address is that of this install. {switch}"
        ))
    } else if matches!(status, 502..=504) {
        Finding::fail(format!(
            "The path of the handover service is known, but no service answers behind it ({status})."
        ))
        .hint(switch)
    } else {
        Finding::pass("The handover service is routed.")
    };
    Ok(finding.compare(
        "Answer below /handover/niceCxOne",
        format!("another than {}", described(&answers.nonsense)),
        described(&answers.handover),
    ))
}

fn described(answer: &Answer) -> String {
    let body = match answer.body_kind {
        BodyKind::Empty => "no body",
        BodyKind::Json => "JSON",
        BodyKind::Html => "a web page",
        BodyKind::Other => "text",
    };
    match &answer.error_code {
        Some(code) => format!("{} with {body}, {code}", answer.status),
        None => format!("{} with {body}", answer.status),
    }
}

/// HD-207
pub(crate) async fn without_token(context: Arc<Context>) -> Judged {
    context.let_in().await?;
    let (client, base) = (context.client().clone(), context.endpoint()?.base);
    let ask = |mode| cognigy::endpoint::outbound_without_token(&client, &base, mode);
    let (newer, older) = tokio::join!(ask(BoxMode::V2), ask(BoxMode::V1));
    let (newer, older) = match (newer, older) {
        (Ok(newer), Ok(older)) => (newer, older),
        (Err(error), _) | (_, Err(error)) => {
            return Ok(words::no_answer(Side::Cognigy, &error.failure, &error.exchange));
        }
    };
    let finding = match (newer.status, older.status) {
        (401, 401) => Finding::pass("The box asks for a token, on the path of both generations."),
        (401, _) => Finding::pass(
            "The box asks for a token on the 2.0 path: Use DFO 3.0 Outbound API for replies belongs to be on.",
        ),
        (_, 401) => Finding::pass(
            "The box asks for a token on the 1.0 path: Use DFO 3.0 Outbound API for replies belongs to be off.",
        ),
        (404, 404) | (400, _) | (_, 400) => Finding::unknown(
            "The box looks at the message before it looks for a token, so it cannot be told whether it asks for one.",
        ),
        (status @ 500.., _) | (_, status @ 500..) => {
            Finding::fail(format!("The box breaks ({status}) where it should ask for a token (401), so CXone never fetches one."))
                .hint("Ask the people who run the install to look at the handover service.")
        }
        (200..=299, _) | (_, 200..=299) => {
            Finding::fail("The box takes a message without a token. CXone never fetches one, and anybody can write to your users.")
                .hint("Ask the people who run the install to look at the handover service at once.")
        }
        (status, _) => Finding::fail(format!(
            "The box answers {status} to a message without a token. CXone fetches a token after a 401 only, so no reply arrives."
        ))
        .hint("Something in front of the handover service changes its answers. Ask the people who run the install."),
    };
    Ok(finding
        .compare("2.0 path without a token", "401", described(&newer))
        .compare("1.0 path without a token", "401", described(&older)))
}

/// HD-208
pub(crate) async fn actions(context: Arc<Context>) -> Judged {
    context.let_in().await?;
    let (client, base) = (context.client().clone(), context.endpoint()?.base);
    let ask = |action| cognigy::endpoint::action(&client, &base, action);
    let (add, reconnect, remove) =
        tokio::join!(ask(Action::Add), ask(Action::Reconnect), ask(Action::Remove));
    let mut rows = Vec::new();
    let mut broken = Vec::new();
    for (action, answer) in Action::ALL.into_iter().zip([add, reconnect, remove]) {
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => return Ok(late_action(&error)),
        };
        if answer.status >= 500 {
            broken.push(format!("/{}", action.segment()));
        }
        rows.push(Compared {
            what: format!("/{}", action.segment()),
            expected: Some("a redirect or 4xx".to_owned()),
            found: Some(described(&answer)),
        });
    }
    let finding = if broken.is_empty() {
        Finding::pass("The action URLs answer.")
    } else {
        Finding::warn(format!("The install breaks on {}.", broken.join(", ")))
            .hint("Ask the people who run the install to look at the handover service, or to update it.")
    };
    Ok(finding.compare_all(rows))
}

/// An action URL without an answer weighs no more than the check itself.
fn late_action(error: &TransportError) -> Finding {
    let exchange: &Exchange = &error.exchange;
    Finding {
        outcome: crate::outcome::Outcome::Warn,
        ..words::no_answer(Side::Cognigy, &error.failure, exchange)
    }
}
