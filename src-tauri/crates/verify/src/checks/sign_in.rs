//! 3xx: the sign-in to CXone.
//!
//! Client and access key go out together, so two checks share one sign-in and tell the two apart by its code. A
//! service in trouble is named as such and never as wrong credentials.

use std::sync::Arc;

use cxone::business_unit::DIGITAL_ENGAGEMENT;
use cxone::host::{Trust, trust};
use cxone::{ClientAuth, IdTokenError, OAuthCode, SignInError};
use profile::ProfileField;

use crate::context::{Context, Judged};
use crate::evidence::quiet;
use crate::finding::{Advice, Finding};
use crate::words::{self, Side};

/// Seconds below which a token ends while work with it goes on.
const SHORT_LIFE: u64 = 300;

/// The values of the client, and those of the access key.
const CLIENT: [ProfileField; 2] = [ProfileField::ClientId, ProfileField::ClientSecret];
const KEY: [ProfileField; 2] = [ProfileField::AccessKeyId, ProfileField::AccessKeySecret];

/// Where the access key is made and mended.
const KEY_PATH: &str = "In CXone, open Admin, open the employee profile used for API access, then Security";

/// HD-301
pub(crate) async fn discovery(context: Arc<Context>) -> Judged {
    let issuer = context.issuer()?;
    context.ahead("HD-302", |context| async move { context.tenant().await.is_ok() });
    Ok(match &*context.openid().await? {
        Ok(openid) => {
            let told = openid.issuer.as_str().trim_end_matches('/');
            let entered = issuer.as_str().trim_end_matches('/');
            let finding = if told == entered {
                Finding::pass("The CXone cloud answers and names its sign-in address.")
            } else {
                Finding::warn(format!(
                    "What answers at {entered} calls itself {told}. Its tokens are held to that name."
                ))
                .hint(format!(
                    "If {told} is the cloud you mean, enter that. {}",
                    ProfileField::Cloud.find()
                ))
                .compare("Issuer", entered, told)
            };
            finding.found(format!("Sign-in at {}.", openid.token_endpoint))
        }
        Err(cxone::Error::Status { status: 404, .. }) => Finding::fail(format!(
            "{issuer} is no CXone cloud: there is no discovery document."
        ))
        .hint(ProfileField::Cloud.find())
        .found("HTTP 404."),
        Err(cxone::Error::Status {
            status,
            retry_after,
            exchange,
            ..
        }) => words::service(Side::Cxone, *status, *retry_after, exchange),
        Err(cxone::Error::Shape { detail, .. }) => Finding::fail(format!(
            "What {issuer} publishes is not the discovery document of a CXone cloud."
        ))
        .hint(ProfileField::Cloud.find())
        .found(format!("{detail}.")),
        Err(error) => context.host_of_file(words::read_failed("the discovery document", error)),
    })
}

/// HD-302
pub(crate) async fn tenant(context: Arc<Context>) -> Judged {
    let entered = context.tenant_id()?.to_owned();
    let target = context.target()?;
    let answer = context.tenant().await?;
    let tenant = match &*answer {
        Ok(tenant) => tenant,
        Err(cxone::Error::Status {
            status: status @ (400 | 404),
            ..
        }) => {
            return Ok(Finding::fail("This CXone cloud does not know the Tenant ID.")
                .hint(format!(
                    "{} If it is right, another cloud may be meant.",
                    ProfileField::TenantId.find()
                ))
                .compare("Tenant ID", "a tenant of this cloud", entered)
                .found(format!("HTTP {status}.")));
        }
        Err(cxone::Error::Status {
            status,
            retry_after,
            exchange,
            ..
        }) => {
            return Ok(words::service(Side::Cxone, *status, *retry_after, exchange));
        }
        Err(error) => {
            let finding = words::read_failed("the tenant's configuration", error);
            return Ok(context.host_of_file(finding));
        }
    };
    let hosts = match cxone::host::derive(&target, tenant) {
        Ok(hosts) => hosts,
        Err(error) => {
            let finding = words::read_failed("the tenant's hosts", &error);
            return Ok(context.host_of_file(finding));
        }
    };
    for url in [&hosts.api, &hosts.digital, &hosts.userhub] {
        if trust(&target, url) == Trust::Untrusted {
            return Ok(context.host_of_file(words::untrusted(&cxone::host::name(url))));
        }
    }
    let finding = match &tenant.tenant_id {
        Some(echo) if !echo.eq_ignore_ascii_case(&entered) => {
            Finding::fail("CXone answers with the configuration of another tenant.")
                .hint(ProfileField::TenantId.find())
        }
        _ => Finding::pass("The tenant exists in this cloud."),
    };
    let echo = tenant
        .tenant_id
        .clone()
        .unwrap_or_else(|| "not repeated".to_owned());
    let area = tenant.area.as_deref().unwrap_or("none named");
    Ok(finding
        .compare("Tenant ID", entered, echo)
        .found(format!("Area {area}, API at {}.", hosts.api)))
}

/// HD-303
pub(crate) async fn client(context: Arc<Context>) -> Judged {
    let answer = context.sign_in().await?;
    if answer.is_ok() {
        context.ahead("HD-305", |context| async move { context.jwks().await.is_ok() });
        context.ahead("HD-308", |context| async move { context.units().await.is_ok() });
        context.ahead(
            "HD-403",
            |context| async move { context.channels().await.is_ok() },
        );
    }
    let error = match &*answer {
        Ok((_, ClientAuth::Basic)) => return Ok(Finding::pass("CXone accepts Client ID and Client Secret.")),
        Ok((_, ClientAuth::Body)) => {
            return Ok(Finding::pass(
                "CXone accepts Client ID and Client Secret, but only in the body of the request: the application is \
                 registered for client_secret_post.",
            )
            .found("Refused with Basic, accepted with body credentials."));
        }
        Err(error) => error,
    };
    let SignInError::Refused {
        code,
        status,
        description,
        exchange,
        ..
    } = error
    else {
        return Ok(words::sign_in_failed(error));
    };
    let found = refusal(code, *status, description.as_deref());
    Ok(match code {
        OAuthCode::InvalidGrant => {
            Finding::pass("CXone accepts the client. Its refusal is about the access key.").found(found)
        }
        OAuthCode::InvalidClient => context.as_stored(
            Finding::fail("Client ID or Client Secret is refused.")
                .hint(
                    "Compare both with the mail from NiCE, without spaces. If they are right, the application is not \
                     active yet (registration takes 2 to 3 business days) or was disabled: ask NiCE.",
                )
                .found(format!("{found} With Basic and with body credentials.")),
            &CLIENT,
        ),
        OAuthCode::UnauthorizedClient => {
            Finding::fail("The registered application may not sign in with an access key.")
                .hint("Ask NiCE to allow the password grant for the application (back-end application).")
                .found(found)
        }
        OAuthCode::UnsupportedGrantType | OAuthCode::InvalidScope | OAuthCode::InvalidRequest => {
            Finding::fail("CXone does not take the sign-in of this application in the form Cognigy.AI uses.")
                .hint("Ask NiCE whether the application is registered as a back-end application.")
                .found(found)
        }
        // A bare refusal tells neither side apart. The access key alone decides.
        OAuthCode::Other(_) => match &*quiet(context.key_alone()).await? {
            Err(SignInError::Refused { .. }) => {
                Finding::unknown("CXone refuses the sign-in without a reason, and the access key by itself as well.")
                    .because_of(&["HD-304"])
                    .found(found)
            }
            _ => context.as_stored(
                Finding::fail("CXone refuses the sign-in without a reason.")
                    .hint(format!(
                        "Compare Client ID and Client Secret with the mail from NiCE. Quote {} when you ask NiCE.",
                        exchange.trace_id.as_deref().map_or("the time of this run".to_owned(), |id| format!("trace id {id}"))
                    ))
                    .found(found),
                &CLIENT,
            ),
        },
    })
}

/// HD-304
pub(crate) async fn access_key(context: Arc<Context>) -> Judged {
    // Fails early, and names the profile, when the key itself is missing.
    context.access_key()?;
    let refused = |code: &OAuthCode, status: u16, description: Option<&str>| {
        context.as_stored(
            Finding::fail("The access key is refused.")
                .hint(format!(
                    "{KEY_PATH}: check that the key is active and that the employee is active too. Compare the Access Key \
                     ID. The secret is shown only once; if it may be wrong, make a new key with Add Access Key."
                ))
                .found(refusal(code, status, description)),
            &KEY,
        )
    };
    // Without a client there is still the sign-in that needs none.
    if context.sign_in_values().is_ok() {
        match &*context.sign_in().await? {
            Ok(_) => return Ok(Finding::pass("CXone accepts the access key.")),
            Err(SignInError::Refused {
                code: code @ OAuthCode::InvalidGrant,
                status,
                description,
                ..
            }) => {
                return Ok(refused(code, *status, description.as_deref()));
            }
            Err(_) => {}
        }
    }
    Ok(match &*context.key_alone().await? {
        Ok(_) => Finding::pass("CXone accepts the access key by itself.").tried(
            "The sign-in with the client said nothing about the access key, so it was offered alone at UserHub.",
        ),
        Err(SignInError::Refused { code, status, description, .. }) => {
            refused(code, *status, description.as_deref())
        }
        Err(_) => Finding::blocked(
            &["HD-303"],
            "This check waits for HD-303: neither the sign-in nor UserHub says anything about the access key.",
        ),
    })
}

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

/// What a refusal said. The server's own words may hold what was sent; they pass the redactor with the result.
fn refusal(code: &OAuthCode, status: u16, description: Option<&str>) -> String {
    let code = if code.as_str().is_empty() {
        "no code"
    } else {
        code.as_str()
    };
    match description {
        Some(text) => format!("HTTP {status}, {code}: {text}"),
        None => format!("HTTP {status}, {code}."),
    }
}
