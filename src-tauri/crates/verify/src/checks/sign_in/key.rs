//! HD-309: the access key's record and the account of its owner.

use std::sync::Arc;

use cxone::Error;
use cxone::access_keys::AccessKey;
use cxone::users::{Status, User};
use jiff::SignedDuration;

use super::KEY_PATH;
use crate::context::{Context, Early, Judged};
use crate::evidence::Once;
use crate::finding::Finding;
use crate::words;

/// Days without a sign-in from which a key is worth a look.
const UNUSED_DAYS: i64 = 90;

/// Shared calls of this check.
#[derive(Default)]
pub(crate) struct Calls {
    record: Once<Result<Option<AccessKey>, Error>>,
    owner: Once<Result<Vec<User>, Error>>,
}

impl Context {
    /// The record of the access key; none where the service does not know it.
    pub(crate) async fn key_record(&self) -> Result<Arc<Result<Option<AccessKey>, Error>>, Early> {
        let (session, id) = (self.session().await?, self.access_key()?.access_key_id);
        let calls = &self.calls.key;
        Ok(calls
            .record
            .get(|| async move { cxone::access_keys::read(&session, &id).await })
            .await)
    }

    /// The account of the key's owner; none where it is not shown.
    async fn owner(&self, id: &str) -> Result<Option<User>, Early> {
        let same = |user: &&User| user.id.eq_ignore_ascii_case(id);
        if let Ok(page) = &*self.first_users().await?
            && let Some(user) = page.users.iter().find(same)
        {
            return Ok(Some(user.clone()));
        }
        let (session, ids) = (self.session().await?, [id.to_owned()]);
        let calls = &self.calls.key;
        let found = calls
            .owner
            .get(|| async move { cxone::users::with_ids(&session, &ids).await })
            .await;
        Ok(match &*found {
            Ok(users) => users.iter().find(same).cloned(),
            Err(_) => None,
        })
    }
}

/// HD-309
pub(crate) async fn key(context: Arc<Context>) -> Judged {
    let claims = context.claims().await?;
    let answer = context.key_record().await?;
    let record = match &*answer {
        Ok(Some(record)) => record,
        Ok(None) => {
            return Ok(Finding::unknown(
                "CXone does not show the record of the access key, so this cannot be told.",
            ));
        }
        Err(error) => return Ok(words::read_failed("the record of the access key", error)),
    };
    let by_claim = claims.sub.as_deref().and_then(|sub| sub.strip_prefix("user:"));
    let owner = match record.user_id.as_deref().or(by_claim) {
        Some(id) => context.owner(id).await?,
        None => None,
    };
    let status = owner.as_ref().and_then(|owner| owner.status);
    let unused = record.last_used.and_then(|used| {
        let idle = context.now().duration_since(used);
        (idle > SignedDuration::from_hours(24 * UNUSED_DAYS)).then(|| idle.as_hours() / 24)
    });
    let finding = match (status, record.is_active, unused) {
        (Some(Status::Pending | Status::Unregistered), ..) => {
            Finding::warn("The owner of the access key has not accepted the invitation, so Digital does not know the owner.").hint(
                "In CXone, open Admin > Employees and send the invitation once more. The owner accepts it with the link in the mail.",
            )
        }
        (Some(Status::Blocked | Status::Deleted), ..) => {
            Finding::warn("The owner of the access key is no longer active, so the key may stop working at any time.")
                .hint("In CXone, open Admin > Employees and activate the owner, or make a key for another employee.")
        }
        (_, Some(false), _) => {
            Finding::warn("CXone calls the access key inactive, though it signed in.").hint(format!("{KEY_PATH}, and activate it."))
        }
        (.., Some(days)) => Finding::warn(format!(
            "By its record the access key was not used for {days} days. Cognigy.AI may have another one."
        ))
        .hint("Compare the Access Key ID with the Username of the Connection in Cognigy.AI."),
        (None | Some(Status::Other), ..) => {
            Finding::unknown("CXone does not show the account of the access key's owner, so this cannot be told.")
        }
        (Some(Status::Active), ..) => Finding::pass("The access key and its owner are active."),
    };
    let word = match status {
        Some(Status::Active) => "active",
        Some(Status::Pending) => "invited",
        Some(Status::Unregistered) => "not invited",
        Some(Status::Blocked) => "blocked",
        Some(Status::Deleted) => "deleted",
        Some(Status::Other) => "another",
        None => "not shown",
    };
    let active = record
        .is_active
        .map_or("not shown", |active| if active { "yes" } else { "no" });
    let used = record.last_used.map_or_else(
        || "not shown".to_owned(),
        |used| used.strftime("%Y-%m-%d").to_string(),
    );
    Ok(finding
        .compare("Status of the owner", "active", word)
        .compare("Key is active", "yes", active)
        .found(format!("Last used: {used}.")))
}
