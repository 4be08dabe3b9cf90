//! 1xx: this computer and what was entered on it.

use std::sync::Arc;

use profile::{Credentials, ProblemCode, ProfileField, SecretErrorCode, StoreKind};

use crate::context::{Context, Judged, StoreHealth};
use crate::finding::{Advice, Compared, Finding};

/// Seconds from which a clock is worth a warning, and from which tokens are judged wrong.
const CLOCK_WARNS: u64 = 60;
const CLOCK_FAILS: u64 = 300;

/// How many fields are named in one sentence.
const NAMED: usize = 3;

/// HD-101
pub(crate) async fn secret_store(context: Arc<Context>) -> Judged {
    Ok(match &*context.store_health().await {
        StoreHealth::NotUsed(kind) => Finding::skipped(match kind {
            StoreKind::Environment => {
                "Every secret of this run comes from the environment, so no store is needed."
            }
            StoreKind::Session => {
                "Every secret of this run is kept for this session only, so no store is needed."
            }
            StoreKind::Vault => "Every secret of this run comes from the vault, which is open.",
            StoreKind::Keychain => "No secret store is needed.",
        }),
        StoreHealth::Works => Finding::pass("The keychain keeps and returns what is stored."),
        StoreHealth::Broken(error) => {
            let message = match error.code() {
                SecretErrorCode::NoService => "This computer has no keychain service that answers.",
                SecretErrorCode::Locked => "The keychain is locked.",
                SecretErrorCode::VaultLocked => "The vault is locked.",
                SecretErrorCode::Denied => "The keychain denies access.",
                SecretErrorCode::Slow => "The keychain does not answer in time.",
                _ => "The keychain does not work.",
            };
            Finding::fail(message)
                .hint(format!(
                    "{} Settings > Secrets has the other places.",
                    error.hint()
                ))
                .found(match error.detail() {
                    Some(detail) => format!("{error} {detail}"),
                    None => error.to_string(),
                })
                .advise(Advice::ChangeSecretStore {})
        }
    })
}

/// HD-102
pub(crate) async fn clock(context: Arc<Context>) -> Judged {
    let Some(offset) = context.offset() else {
        return Ok(Finding::blocked(
            &["HD-203", "HD-301"],
            "This check waits for HD-203 or HD-301: no server has told its time yet.",
        ));
    };
    crate::evidence::cite(Arc::clone(&offset.exchange));
    let off = offset.seconds.unsigned_abs();
    let direction = if offset.seconds > 0 { "behind" } else { "ahead of" };
    let finding = if off > CLOCK_FAILS {
        Finding::fail(format!(
            "The clock of this computer is {off} s {direction} the time of {}.",
            offset.host
        ))
    } else if off > CLOCK_WARNS {
        Finding::warn(format!(
            "The clock of this computer is {off} s {direction} the time of {}.",
            offset.host
        ))
    } else {
        Finding::pass("The clock of this computer is right.")
    };
    let finding = if off > CLOCK_WARNS {
        finding.hint(
            "Let the system set the clock by a time server. Until then tokens are judged expired or not yet valid by \
             programs here.",
        )
    } else {
        finding
    };
    // Servers tell whole seconds.
    let ours = offset.ours.round(jiff::Unit::Second).unwrap_or(offset.ours);
    Ok(finding.compare("Time", offset.theirs.to_string(), ours.to_string()))
}

/// HD-104
pub(crate) async fn profile(context: Arc<Context>) -> Judged {
    let mut rows: Vec<(ProfileField, String, String)> = context
        .problems()
        .iter()
        .map(|it| (it.field, it.named(), it.hint.clone()))
        .collect();
    // Secrets that could not be read are the keychain's matter, not the profile's.
    let unread = matches!(&*context.store_health().await, StoreHealth::Broken(_));
    if !unread {
        let (missing, oversized) = (
            context.input.credentials.missing(),
            context.input.credentials.oversized(),
        );
        rows.extend(oversized.into_iter().map(|field| {
            let message = format!(
                "{field} has more than {} characters, so it is something else.",
                Credentials::LONGEST
            );
            let hint = format!(
                "Copy the value alone, without the page around it. {}",
                field.find()
            );
            (field, message, hint)
        }));
        rows.extend(missing.into_iter().map(|field| {
            let variable = field.variable().filter(|_| context.is_of_file());
            if let (Some(name), true) = (variable, context.input.credentials.unreadable.contains(&field)) {
                let message =
                    format!("{field} cannot be read: the variable {name} is set, but not to text in UTF-8.");
                let hint = format!("Set {name} to the value alone. {}", field.find());
                (field, message, hint)
            } else if let Some(name) = variable {
                let message = format!("{field} is missing: the variable {name} is not set.");
                (field, message, format!("Set {name}. {}", field.find()))
            } else if context.input.unconfirmed.contains(&field) {
                let message = format!("{field} was entered for another address and is not used.");
                let hint = "Use it for the new address, or type it again: Setup > All values.";
                (field, message, hint.to_owned())
            } else {
                (field, format!("{field} is missing."), field.find().to_owned())
            }
        }));
    }
    let Some((_, message, hint)) = rows.first().cloned() else {
        return Ok(Finding::pass("Every field that is needed is filled."));
    };
    let finding = |message: String| {
        let finding = Finding::fail(message);
        match rows
            .iter()
            .any(|(field, ..)| *field == ProfileField::EndpointBase)
        {
            true => finding.advise(Advice::ConfirmEndpoint {}),
            false => finding,
        }
    };
    if rows.len() == 1 {
        return Ok(finding(message).hint(hint));
    }
    let named: Vec<&str> = rows.iter().take(NAMED).map(|(field, ..)| field.label()).collect();
    let more = match rows.len() - named.len() {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    let table = rows.iter().map(|(field, message, _)| Compared {
        what: field.label().to_owned(),
        expected: Some("filled in".to_owned()),
        // A run on a file has no window that says where the value is found.
        found: Some(match context.is_of_file() {
            true => format!("{message} {}", field.find()),
            false => message.clone(),
        }),
    });
    Ok(finding(format!(
        "{} fields need you: {}{more}.",
        rows.len(),
        named.join(", ")
    ))
    .hint(if context.is_of_file() {
        "Set the HANDOVER_ variables, and enter the other fields in the profile file: each line below says where its value is found."
    } else {
        "Fill in the fields below. Each one says where it is found: Setup > All values."
    })
    .compare_all(table.collect()))
}

/// Whether a problem leaves the field without a usable value.
pub(crate) fn is_unusable(code: ProblemCode) -> bool {
    matches!(code, ProblemCode::Missing | ProblemCode::Malformed)
}
