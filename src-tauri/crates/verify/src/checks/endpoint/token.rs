//! HD-205 and HD-206: one token request tells of the provider and of its credentials, so the two checks share their
//! calls and decide together which of them is the cause.

use std::sync::Arc;

use cognigy::endpoint::{BodyKind, MADE_UP_PROVIDER, TokenAnswer};
use profile::{ProfileField, generate_secret};
use secrecy::{ExposeSecret, SecretString};
use transport::TransportError;

use super::described;
use crate::checks::stored;
use crate::context::{Context, Early, Judged};
use crate::finding::{Compared, Finding};
use crate::words::{self, Side};

/// The answers to a pair that is certainly wrong.
pub(crate) struct WrongPair {
    entered: TokenAnswer,
    made_up: TokenAnswer,
}

/// What the answers to a wrong pair say about the provider.
enum Known {
    /// The entered id is answered otherwise than a made-up one.
    Yes,
    /// The service says of it what it says of an id that does not exist: not found.
    No,
    /// Both are answered alike.
    Untold,
}

impl WrongPair {
    fn says(&self) -> Known {
        let not_found = |answer: &TokenAnswer| answer.status == 404 && answer.body_kind != BodyKind::Html;
        if not_found(&self.entered) {
            Known::No
        } else if self.entered.answer.fingerprint() != self.made_up.answer.fingerprint() {
            Known::Yes
        } else {
            Known::Untold
        }
    }
}

impl Context {
    /// The answer to the stored pair.
    async fn own_token(&self) -> Result<Arc<Result<TokenAnswer, TransportError>>, Early> {
        let (base, provider, pair) = (self.endpoint()?.base, self.provider()?, self.integration_pair()?);
        let client = self.client().clone();
        let calls = &self.calls.endpoint;
        Ok(
            calls
                .own
                .get(|| async move {
                    cognigy::endpoint::token(&client, &base, &provider.id, &pair.0, &pair.1).await
                })
                .await,
        )
    }

    /// The answers to one random wrong secret, for the entered and for a made-up provider.
    async fn wrong_pair(&self) -> Result<Arc<Result<WrongPair, TransportError>>, Early> {
        let (base, provider) = (self.endpoint()?.base, self.provider()?);
        let known = self.input.credentials.integration_client_id.clone();
        let id = known.unwrap_or_else(|| SecretString::from("handover-desk-probe"));
        let client = self.client().clone();
        let calls = &self.calls.endpoint;
        Ok(calls
            .wrong
            .get(|| async move {
                let secret = generate_secret(&mut rand::rng());
                let ask = |provider| cognigy::endpoint::token(&client, &base, provider, &id, &secret);
                let (entered, made_up) = tokio::join!(ask(&provider.id), ask(MADE_UP_PROVIDER));
                Ok(WrongPair {
                    entered: entered?,
                    made_up: made_up?,
                })
            })
            .await)
    }
}

/// HD-205
pub(crate) async fn known(context: Arc<Context>) -> Judged {
    let id = context.provider()?.id;
    context.let_in().await?;
    // Without a stored pair the wrong one alone has to tell.
    let own = context.own_token().await.ok();
    match own.as_deref() {
        Some(Ok(own)) if own.accepted => {
            return Ok(Finding::pass(
                "The install knows the provider: it gave a token for it.",
            ));
        }
        Some(Err(_)) => return Ok(no_token_service()),
        Some(Ok(_)) | None => {}
    }
    let answers = context.wrong_pair().await?;
    let answers = match &*answers {
        Ok(answers) => answers,
        Err(_) if own.is_some() => return Ok(no_token_service()),
        Err(error) => return Ok(words::no_answer(Side::Cognigy, &error.failure, &error.exchange)),
    };
    let finding = match answers.says() {
        Known::Yes => Finding::pass("The install tells this provider from one that does not exist."),
        Known::No => Finding::fail(format!("The install does not know the provider {id}.")).hint(format!(
            "The provider was deleted, or the link is from another install than the endpoint. {}",
            ProfileField::ProviderLink.find()
        )),
        Known::Untold => Finding::unknown(
            "The install answers for this provider as for one that does not exist, so it cannot be told whether it knows it.",
        ),
    };
    Ok(finding.compare(
        "Answer to a wrong secret, for this provider",
        format!(
            "another than {} for a made-up provider",
            described(&answers.made_up.answer)
        ),
        described(&answers.entered.answer),
    ))
}

/// The token service gives no answer: that is the finding of the check whose request it is.
fn no_token_service() -> Finding {
    Finding::unknown(
        "The service that gives tokens does not answer, so it cannot be told whether it knows the provider.",
    )
    .because_of(&["HD-206"])
}

/// HD-206
pub(crate) async fn credentials(context: Arc<Context>) -> Judged {
    let (client_id, secret) = context.integration_pair()?;
    context.let_in().await?;
    let own = context.own_token().await?;
    let own = match &*own {
        Ok(own) => own,
        Err(error) => return Ok(words::no_answer(Side::Cognigy, &error.failure, &error.exchange)),
    };
    let found = format!("{}.", described(&own.answer));
    if own.accepted {
        return Ok(Finding::pass("Cognigy.AI gives a token for Client ID and Client Secret.").found(found));
    }
    match own.status {
        429 | 500.. => return Ok(words::service(Side::Cognigy, own.status, None, &own.exchange)),
        200..=299 => {
            return Ok(Finding::fail(
                "Cognigy.AI takes Client ID and Client Secret, but its answer has no token.",
            )
            .hint("CXone cannot use such an answer. Ask the people who run the install.")
            .found(found));
        }
        _ if own.body_kind == BodyKind::Html => {
            return Ok(words::not_json(Side::Cognigy, true, own.status, &own.exchange));
        }
        _ => {}
    }
    // A secret that is not as it has to be explains the refusal.
    if !profile::secret_problems(&secret).is_empty() {
        return Ok(Finding::blocked(
            &["HD-402"],
            "This check waits for HD-402: the Client Secret is not as it has to be, and is refused.",
        ));
    }
    let where_to = "Compare the pair in CXone (ACD > Digital > Bring Your Own Channel > Client ID, Client Secret) with the one in \
                    Cognigy.AI (Channel Integration Authentication of the provider). Both must be the same, letter for letter.";
    let finding = match &*context.wrong_pair().await? {
        Ok(answers) => match answers.says() {
            Known::No => {
                return Ok(Finding::blocked(
                    &["HD-205"],
                    "This check waits for HD-205: the install does not know the provider.",
                ));
            }
            Known::Yes => Finding::fail("Client ID or Client Secret of the channel integration is refused."),
            Known::Untold => Finding::fail(
                "Client ID or Client Secret of the channel integration is refused, or the install does not know the provider.",
            ),
        },
        Err(_) => Finding::fail("Client ID or Client Secret of the channel integration is refused."),
    };
    let lead = stored::remove(ProfileField::IntegrationClientId.label(), &client_id);
    let finding = stored::led(finding.hint(where_to), lead.into_iter().collect());
    Ok(finding.found(found).compare_all(suspicions(&client_id, &secret)))
}

/// What can be said about a refused pair without showing it: the answer does not tell which half is wrong. The secret is
/// one, or HD-402 would be the cause.
fn suspicions(client_id: &SecretString, secret: &SecretString) -> Vec<Compared> {
    let chars = secret.expose_secret().chars().count();
    vec![
        stored::row("Client ID", client_id),
        Compared {
            what: "Client Secret as stored here".to_owned(),
            expected: Some("32 characters, no spaces".to_owned()),
            found: Some(format!("{chars} characters, no spaces")),
        },
    ]
}
