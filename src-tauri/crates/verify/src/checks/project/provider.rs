//! HD-702 to HD-704: the handover provider as the install has it.

use std::sync::Arc;

use cognigy::api::{Provider, ProvisioningState, Wanted, is_cxone};
use cxone::{OAuthCode, SignInError};
use profile::ProfileField;

use super::read_failed;
use crate::checks::endpoint;
use crate::context::{Context, Early, Judged, untold, waits_for};
use crate::evidence::quiet;
use crate::finding::{Compared, Finding};
use crate::outcome::Outcome;

/// Where a provider is opened.
const PROVIDERS: &str = "Deploy > Handover Providers";

impl Context {
    /// The provider, for checks that follow HD-702.
    async fn own_provider(&self) -> Result<Provider, Early> {
        match &*self.installed_provider().await? {
            Ok(Some(provider)) => Ok(provider.clone()),
            Ok(None) => Err(waits_for("HD-702", "the install does not know the provider")),
            Err(error) if read_failed("", error).outcome.holds_up() => {
                Err(waits_for("HD-702", "the provider cannot be read"))
            }
            Err(_) => Err(untold(
                "HD-702",
                "The provider cannot be read, so this cannot be told.",
            )),
        }
    }
}

/// HD-702
pub(crate) async fn named(context: Arc<Context>) -> Judged {
    let id = context.provider()?.id;
    let answer = context.installed_provider().await?;
    let provider = match &*answer {
        Ok(Some(provider)) => provider,
        Ok(None) => {
            // The endpoint is asked by another check, which needs no key.
            let known = quiet(endpoint::known(Arc::clone(&context))).await;
            if matches!(&known, Ok(finding) if finding.outcome == Outcome::Fail) {
                return Err(waits_for("HD-205", "the install does not know the provider"));
            }
            return Ok(
                Finding::fail(format!("The install has no handover provider {id}.")).hint(format!(
                    "It was deleted, or the link is from another install. {}",
                    ProfileField::ProviderLink.find()
                )),
            );
        }
        Err(error) => return Ok(read_failed("the handover provider", error)),
    };
    let service = match (&provider.service, &provider.service_id) {
        (Some(service), _) => Some(service.clone()),
        (None, Some(id)) => match context.opened().await?.service(id).await {
            Ok(service) => service.name,
            Err(_) => None,
        },
        (None, None) => None,
    };
    if let Some(service) = service.as_deref().filter(|service| !is_cxone(service)) {
        return Ok(Finding::fail(format!(
            "The handover provider is one of {service} and not of NiCE CXone."
        ))
        .hint(format!(
            "Make a provider of the kind NiCE CXone under {PROVIDERS}, and paste its link here."
        ))
        .compare("Service", "NiCE CXone", service));
    }
    let entered = context.name()?;
    let Some(name) = provider.name.as_deref() else {
        return Ok(Finding::unknown(
            "Cognigy.AI does not show the provider's name, so this cannot be told.",
        ));
    };
    let finding = if name != entered {
        Finding::fail("The handover provider has another name in Cognigy.AI than here.").hint(format!(
            "Letter case and spaces count: CXone gives the provider's name to the channel. If it was renamed in Cognigy.AI under \
             {PROVIDERS}, give it its name back, or enter the new one here and check the channel's name in CXone."
        ))
    } else if service.is_none() {
        Finding::unknown("The name is right. Cognigy.AI does not show of which service the provider is.")
    } else {
        Finding::pass("The handover provider is one of NiCE CXone and has the name entered here.")
    };
    let service = service.unwrap_or_else(|| "not shown".to_owned());
    Ok(finding
        .compare("Provider name", entered, name)
        .compare("Service", "NiCE CXone", service))
}

/// One field of the provider against the profile's.
struct Field {
    label: &'static str,
    entered: String,
    found: Option<String>,
    outcome: Match,
}

enum Match {
    Same,
    Differs,
    /// No property says that it is this field.
    Untold,
}

/// HD-703
pub(crate) async fn fields(context: Arc<Context>) -> Judged {
    let provider = context.own_provider().await?;
    let entered = [
        (ProfileField::TenantId, Wanted::Tenant, context.tenant_id()),
        (
            ProfileField::BusinessUnit,
            Wanted::BusinessUnit,
            context.business_unit(),
        ),
        (
            ProfileField::ChannelIntegrationId,
            Wanted::Integration,
            context.integration_id(),
        ),
    ];
    let (mut fields, mut lacking) = (Vec::new(), None);
    for (field, wanted, entered) in entered {
        match entered {
            Ok(entered) => {
                let read = compared(&provider, field.label(), wanted, entered);
                if matches!(read.outcome, Match::Differs) {
                    context.is_entered_wrong(wanted, read.found.as_deref()).await?;
                }
                fields.push(read);
            }
            Err(early) => lacking = lacking.or(Some(early)),
        }
    }
    let differing: Vec<&str> = fields
        .iter()
        .filter(|field| matches!(field.outcome, Match::Differs))
        .map(|field| field.label)
        .collect();
    let untold = fields.iter().any(|field| matches!(field.outcome, Match::Untold));
    let finding = match differing.as_slice() {
        [] => match lacking {
            Some(early) => return Err(early),
            None if untold => {
                let keys: Vec<&str> = provider.properties.iter().map(|of| of.key.as_str()).collect();
                Finding::unknown("Not every field of the provider can be recognised, so this cannot be told.")
                    .found(match keys.as_slice() {
                        [] => "The install shows no fields of the provider.".to_owned(),
                        keys => format!("Its fields are called {}.", keys.join(", ")),
                    })
            }
            None => Finding::pass(
                "Tenant ID, Business Unit ID and Channel Integration ID are the same on both sides.",
            ),
        },
        [one] => Finding::fail(format!("{one} is another one in Cognigy.AI than here.")),
        many => Finding::fail(format!(
            "{} are others in Cognigy.AI than here.",
            many.join(" and ")
        )),
    };
    let finding = match finding.outcome {
        Outcome::Fail => finding.hint(format!(
            "In Cognigy.AI, open the provider under {PROVIDERS}, correct it and click Save. If the value here is the wrong one, \
             correct it under Setup > All values."
        )),
        _ => finding,
    };
    Ok(finding.compare_all(
        fields
            .into_iter()
            .map(|field| Compared {
                what: field.label.to_owned(),
                expected: Some(field.entered),
                found: Some(match (field.outcome, field.found) {
                    (Match::Untold, _) => "not shown".to_owned(),
                    (_, found) => found.unwrap_or_else(|| "empty".to_owned()),
                }),
            })
            .collect(),
    ))
}

fn compared(provider: &Provider, label: &'static str, wanted: Wanted, entered: &str) -> Field {
    let found = provider
        .property(wanted)
        .map(|property| property.value.as_deref().map_or("", str::trim).to_owned());
    let plain = |text: &str| match wanted {
        Wanted::BusinessUnit => text.trim_start_matches('0').to_owned(),
        Wanted::Tenant | Wanted::Integration => text.to_ascii_lowercase(),
    };
    let outcome = match &found {
        Some(found) if plain(found) == plain(entered) => Match::Same,
        Some(_) => Match::Differs,
        // Under a key we do not know, but there.
        None if provider.holds(entered) => Match::Same,
        None => Match::Untold,
    };
    Field {
        label,
        entered: entered.to_owned(),
        found: match (&outcome, found) {
            (Match::Same, None) => Some(entered.to_owned()),
            (_, found) => found.filter(|found| !found.is_empty()),
        },
        outcome,
    }
}

impl Context {
    /// Whether it is the profile that is wrong, and CXone itself says what the provider says: then that is the finding of
    /// the check that compares with CXone.
    async fn is_entered_wrong(&self, wanted: Wanted, found: Option<&str>) -> Result<(), Early> {
        let Some(found) = found else { return Ok(()) };
        let blame = match wanted {
            Wanted::Tenant => {
                if let Ok(answer) = quiet(self.tenant()).await
                    && matches!(
                        &*answer,
                        Err(cxone::Error::Status {
                            status: 400 | 404,
                            ..
                        })
                    )
                {
                    Some("HD-302")
                } else {
                    let claims = quiet(self.claims()).await.ok();
                    let tenant = claims.and_then(|claims| claims.tenant_id);
                    tenant
                        .is_some_and(|tenant| tenant.eq_ignore_ascii_case(found))
                        .then_some("HD-305")
                }
            }
            Wanted::BusinessUnit => {
                let claims = quiet(self.claims()).await.ok();
                let unit = claims.and_then(|claims| claims.business_unit);
                unit.is_some_and(|unit| unit.to_string() == found.trim_start_matches('0'))
                    .then_some("HD-306")
            }
            Wanted::Integration => {
                let channel = quiet(self.channel()).await.ok();
                let integration = channel.and_then(|channel| channel.channel_integration_id);
                integration
                    .is_some_and(|id| id.eq_ignore_ascii_case(found))
                    .then_some("HD-404")
            }
        };
        match blame {
            Some(id) => Err(waits_for(
                id,
                "CXone and Cognigy.AI agree, and what is entered here differs",
            )),
            None => Ok(()),
        }
    }
}

/// HD-704
pub(crate) async fn provisioned(context: Arc<Context>) -> Judged {
    let provider = context.own_provider().await?;
    let Some(provisioning) = provider.provisioning else {
        return Ok(Finding::unknown(
            "This Cognigy.AI does not tell how the last Save of the provider went.",
        ));
    };
    let said = match &provisioning.reason {
        Some(reason) => format!("{}: {reason}", provisioning.status),
        None => provisioning.status.clone(),
    };
    let again = format!("In Cognigy.AI, open the provider under {PROVIDERS} and click Save.");
    let finding = match provisioning.state {
        ProvisioningState::Succeeded => Finding::pass("Cognigy.AI says that the last Save reached CXone."),
        ProvisioningState::Failed => {
            context.save_could_not_work().await?;
            Finding::fail("Cognigy.AI says that the last Save of the provider did not get through to CXone.").hint(format!(
                "{again} If the button stays active, check the outbound credentials there; CXone also has time-outs now and then."
            ))
        }
        ProvisioningState::Pending => {
            Finding::unknown("Cognigy.AI has not finished the last Save of the provider.").hint(format!(
                "Run this check again in a minute. If it stays so: {again}"
            ))
        }
        ProvisioningState::Unknown => Finding::unknown(format!(
            "Cognigy.AI calls the state of the last Save {}, which is not a word we know.",
            provisioning.status
        )),
    };
    Ok(finding.compare("provisioning.status", "succeeded", said))
}

impl Context {
    /// A Save fails that signs in with credentials that CXone refuses, and one that never got through leaves no channel:
    /// both have checks of their own.
    async fn save_could_not_work(&self) -> Result<(), Early> {
        if let Ok(answer) = quiet(self.sign_in()).await
            && let Err(SignInError::Refused { code, .. }) = &*answer
        {
            match code {
                OAuthCode::InvalidGrant => {
                    return Err(waits_for(
                        "HD-304",
                        "CXone refuses the access key that Save signs in with",
                    ));
                }
                OAuthCode::InvalidClient | OAuthCode::UnauthorizedClient => {
                    return Err(waits_for(
                        "HD-303",
                        "CXone refuses the client that Save signs in with",
                    ));
                }
                _ => {}
            }
        }
        if quiet(self.channel_is_missing()).await {
            return Err(waits_for(
                "HD-403",
                "Save never got through, so there is no channel",
            ));
        }
        Ok(())
    }
}
