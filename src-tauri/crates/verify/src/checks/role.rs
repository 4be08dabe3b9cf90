//! HD-506: what the role of the agents may do with the channel. No public call shows it but one, for the caller alone.

use std::sync::Arc;

use cxone::Error;
use cxone::contacts::Permissions;
use cxone::skills::SkillAgent;

use crate::context::{Context, Early, Judged};
use crate::evidence::{Once, quiet};
use crate::finding::Finding;

/// What a person has to look at (documented by Cognigy.AI's page).
const WHERE: &str = "In CXone, open ACD > Roles, choose the role of your agents, and see that the channel is among its Assigned \
                     Channels and that the role may Send Replies, Assign / Reassign Conversations and Reassign Conversations.";

/// Shared calls of this module.
#[derive(Default)]
pub(crate) struct Calls {
    rights: Once<Result<Option<Permissions>, Error>>,
}

impl Context {
    /// What the key's owner may do with the channel, by its last contact; none where it has no contact.
    pub(crate) async fn live_rights(&self) -> Result<Arc<Result<Option<Permissions>, Error>>, Early> {
        let channel = quiet(self.channel()).await?;
        let session = self.session().await?;
        let calls = &self.calls.role;
        Ok(calls
            .rights
            .get(|| async move {
                match cxone::contacts::latest(&session, &channel.id).await? {
                    Some(number) => cxone::contacts::permissions(&session, &number).await.map(Some),
                    None => Ok(None),
                }
            })
            .await)
    }

    /// Whether the owner of the access key has the skill; false also where that cannot be told.
    async fn owner_has_skill(&self, claims: &cxone::Claims) -> bool {
        let Ok(skill) = quiet(self.skill()).await else {
            return false;
        };
        let Ok(Some(skill)) = &*skill else { return false };
        let Ok(agents) = quiet(self.skill_agents(skill.id)).await else {
            return false;
        };
        let Ok(agents) = &*agents else { return false };
        let user = claims.sub.as_deref().and_then(|sub| sub.strip_prefix("user:"));
        let is_owner = |agent: &SkillAgent| {
            let by_user = user.zip(agent.user_id.as_deref());
            by_user.is_some_and(|(user, id)| user.eq_ignore_ascii_case(id))
                || claims.agent_id.as_deref() == Some(agent.agent_id.to_string().as_str())
        };
        agents
            .iter()
            .any(|agent| is_owner(agent) && agent.is_assigned != Some(false))
    }
}

/// HD-506
pub(crate) async fn may(context: Arc<Context>) -> Judged {
    context.channel().await?;
    let manual = |why: &str| {
        Finding::manual(format!(
            "What a role may do with the channel is seen in CXone alone. {why}"
        ))
        .hint(WHERE)
    };
    let Ok(claims) = quiet(context.claims()).await else {
        return Ok(manual("The token does not tell whose it is."));
    };
    if !context.owner_has_skill(&claims).await {
        return Ok(manual(
            "The owner of the access key does not have the skill, so what the owner may do says nothing of the agents.",
        ));
    }
    let rights = context.live_rights().await?;
    let rights = match &*rights {
        Ok(Some(rights)) => *rights,
        Ok(None) => return Ok(manual("The channel has no contact yet that would show it.")),
        Err(_) => return Ok(manual("The channel's contacts do not show it.")),
    };
    let role = claims
        .role
        .and_then(|role| role.name)
        .unwrap_or_else(|| "of the access key's owner".to_owned());
    let lacking: Vec<&str> = [
        ("Send Replies", rights.can_reply),
        ("Assign / Reassign Conversations", rights.can_assign),
    ]
    .iter()
    .filter(|(_, allowed)| *allowed == Some(false))
    .map(|(name, _)| *name)
    .collect();
    let shown =
        |allowed: Option<bool>| allowed.map_or("not shown", |allowed| if allowed { "yes" } else { "no" });
    let finding = match lacking.as_slice() {
        [] if rights.can_reply == Some(true) && rights.can_assign == Some(true) => manual(&format!(
            "A contact shows that the role {role} may reply and assign; it does not show Reassign Conversations, nor what other \
             roles may do."
        )),
        [] => manual("The channel's contacts do not show it."),
        [one] => Finding::fail(format!(
            "The role {role} may not use the channel: it lacks {one}."
        ))
        .hint(WHERE),
        _ => Finding::fail(format!(
            "The role {role} may not use the channel: it is not assigned to it, or the role lacks {}.",
            lacking.join(" and ")
        ))
        .hint(WHERE),
    };
    Ok(finding
        .compare(format!("canReply, role {role}"), "yes", shown(rights.can_reply))
        .compare(format!("canAssign, role {role}"), "yes", shown(rights.can_assign)))
}
