//! What a token says, once there is one: whose it is, for how long, and for which business unit.

use std::sync::Arc;

use cxone::IdTokenError;
use cxone::business_unit::DIGITAL_ENGAGEMENT;
use profile::ProfileField;

use crate::context::{Context, Judged};
use crate::evidence::quiet;
use crate::finding::{Advice, Finding};
use crate::words;

/// Seconds below which a token ends while work with it goes on.
const SHORT_LIFE: u64 = 300;

/// HD-305
pub(crate) async fn token(context: Arc<Context>) -> Judged {
    let entered = context.tenant_id()?.to_owned();
    let signed_in = context.sign_in().await?;
    let Ok((token, _)) = &*signed_in else {
        return Ok(Finding::unknown("There is no token to look at.").because_of(&["HD-303"]));
    };
    let keys = context.jwks().await?;
    let keys = match &*keys {
        Ok(keys) => keys,
        Err(error) => {
            let cause = words::read_failed("the issuer's keys", error);
            return Ok(Finding::unknown(format!(
                "The issuer's keys cannot be read, so the token cannot be verified. {}",
                cause.message
            )));
        }
    };
    let openid = quiet(context.openid()).await?;
    let Ok(openid) = &*openid else {
        return Ok(Finding::blocked(&["HD-301"], "This check waits for HD-301."));
    };
    let claims = match cxone::sign_in::verify_id_token(token, keys, &openid.issuer, context.now()) {
        Ok(claims) => claims,
        Err(error) => return Ok(unproven(&error)),
    };
    let Some(tenant) = claims.tenant_id else {
        return Ok(Finding::unknown(
            "The token does not name its tenant, so this cannot be told.",
        ));
    };
    let same = tenant.eq_ignore_ascii_case(&entered);
    let finding = if same {
        Finding::pass("The token is genuine and belongs to this tenant.")
    } else {
        Finding::fail("The credentials belong to another tenant.").hint(format!(
            "Use the access key and the client of the tenant you entered, or correct the Tenant ID. {}",
            ProfileField::TenantId.find()
        ))
    };
    Ok(finding.compare("Tenant ID", entered, tenant))
}

fn unproven(error: &IdTokenError) -> Finding {
    let finding = match error {
        IdTokenError::Absent => {
            return Finding::unknown(
                "CXone gave no id_token, so the tenant of the credentials cannot be told.",
            );
        }
        IdTokenError::BadSignature => {
            Finding::fail("The signature of the token is wrong: it was not made by this CXone cloud.")
        }
        IdTokenError::UnknownKey { .. } => {
            Finding::fail("The token is signed with a key that this CXone cloud does not publish.")
        }
        IdTokenError::Malformed(_) => Finding::fail("The token is not in the form CXone uses."),
        IdTokenError::Expired { .. } => Finding::fail("The token had expired when it came."),
        IdTokenError::NotYetValid { .. } => Finding::fail("The token is not valid yet."),
        IdTokenError::WrongIssuer { .. } => Finding::fail("The token comes from another issuer."),
    };
    finding
        .hint(
            "Check that the cloud is the right one and that nothing on the way changes answers. If both are so, tell NiCE.",
        )
        .found(format!("{error}."))
}

/// HD-306
pub(crate) async fn business_unit(context: Arc<Context>) -> Judged {
    let entered = context.business_unit()?;
    let claims = context.claims().await?;
    let Some(number) = claims.business_unit else {
        return Ok(Finding::unknown(
            "The token does not name its business unit, so this cannot be told.",
        ));
    };
    let right = number.to_string();
    let same = entered.trim_start_matches('0') == right;
    let own = match &*context.units().await? {
        Ok(units) => units.iter().any(|unit| unit.id == number).then(|| right.clone()),
        Err(_) => None,
    };
    let finding = match (same, &own) {
        (true, Some(_)) => Finding::pass("The Business Unit ID is right."),
        (true, None) => {
            Finding::pass("The Business Unit ID is that of the token. CXone does not show the unit itself.")
        }
        (false, _) => Finding::fail(format!(
            "The Business Unit ID is wrong. The credentials belong to {right}."
        ))
        .hint(format!(
            "Enter {right}, here and in Cognigy.AI. {}",
            ProfileField::BusinessUnit.find()
        ))
        .advise(Advice::AdoptBusinessUnit {
            business_unit: right.clone(),
        }),
    };
    Ok(finding
        .compare("Business Unit ID, in the token (icBUId)", right, entered)
        .compare(
            "Business Unit ID, of the unit itself",
            own.unwrap_or_else(|| "not shown".to_owned()),
            entered,
        ))
}

/// HD-307
pub(crate) async fn life(context: Arc<Context>) -> Judged {
    let signed_in = context.sign_in().await?;
    let Ok((token, _)) = &*signed_in else {
        return Ok(Finding::unknown("There is no token to look at.").because_of(&["HD-303"]));
    };
    let life = token.expires_in;
    let finding = if life < SHORT_LIFE {
        Finding::warn(format!("Tokens of this tenant live for {life} s only."))
            .hint("Ask NiCE why. Slow calls, such as those of Save, can outlive such a token.")
    } else {
        Finding::pass("Tokens live long enough.")
    };
    Ok(finding.compare(
        "Life of a token",
        format!("at least {SHORT_LIFE} s"),
        format!("{life} s"),
    ))
}

/// HD-308
pub(crate) async fn digital(context: Arc<Context>) -> Judged {
    let claims = context.claims().await?;
    let Some(number) = claims.business_unit else {
        return Ok(Finding::unknown(
            "The token does not name its business unit, so this cannot be told.",
        ));
    };
    let unit = context.unit(number).await?;
    if unit.features.is_empty() {
        return Ok(Finding::unknown(
            "CXone does not list the features of the business unit to this access key.",
        ));
    }
    let feature = unit
        .features
        .iter()
        .find(|feature| feature.product_id == DIGITAL_ENGAGEMENT);
    let enabled = feature.is_some_and(|feature| feature.is_enabled);
    let found = match feature {
        Some(feature) if feature.is_enabled => "enabled",
        Some(_) => "disabled",
        None => "not listed",
    };
    let finding = if enabled {
        Finding::pass("Digital Engagement is enabled.")
    } else {
        Finding::fail(format!(
            "Digital Engagement is not enabled for business unit {number}."
        ))
        .hint("Ask NiCE to enable Digital Engagement for the business unit.")
    };
    Ok(finding.compare("Feature 122, Digital Engagement", "enabled", found))
}
