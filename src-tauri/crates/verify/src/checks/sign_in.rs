//! 3xx: the sign-in to CXone.
//!
//! Client and access key go out together, so two checks share one sign-in and tell the two apart by its code. A
//! service in trouble is named as such and never as wrong credentials.

mod key;
mod token;

use std::sync::Arc;

use cxone::host::{Trust, trust};
use cxone::{ClientAuth, OAuthCode, SignInError};
use profile::ProfileField;

use crate::context::{Context, Judged};
use crate::evidence::quiet;
use crate::finding::Finding;
use crate::words::{self, Side};

pub(crate) use self::key::{Calls as KeyCalls, key};
pub(crate) use self::token::{business_unit, digital, life, token};

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
        for id in ["HD-309", "HD-505"] {
            context.ahead(id, |context| async move { context.first_users().await.is_ok() });
        }
        context.ahead(
            "HD-309",
            |context| async move { context.key_record().await.is_ok() },
        );
        context.ahead(
            "HD-507",
            |context| async move { context.agent_states().await.is_ok() },
        );
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
