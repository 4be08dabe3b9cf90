//! 5xx: from the channel to somebody who answers.
//!
//! A field that an answer leaves out says nothing, one that is null says that none is set. Where the channel does not
//! tell its default skill, the routing skill of the profile takes its place.

use std::sync::Arc;

use cxone::campaigns::Campaign;
use cxone::digital::Channel;
use cxone::skills::{DIGITAL, Skill};
use cxone::{Error, Field};
use profile::ProfileField;

use crate::checks::channel::CHANNELS;
use crate::context::{Context, Early, Judged, untold};
use crate::evidence::{Once, quiet};
use crate::finding::{Advice, Compared, Finding};
use crate::words;

/// Shared calls of this group.
#[derive(Default)]
pub(crate) struct Calls {
    contexts: Once<Result<Vec<Channel>, Error>>,
    skill: Once<Result<Option<Skill>, Error>>,
    campaigns: Once<Result<Vec<Campaign>, Error>>,
}

/// HD-501
pub(crate) async fn script_attached(context: Arc<Context>) -> Judged {
    let channel = context.channel().await?;
    Ok(match &channel.studio_script {
        Field::Value(script) if !script.trim().is_empty() => Finding::pass(
            "A Studio script is attached to the channel.",
        )
        .compare("Studio script", "a script", script.clone()),
        Field::Absent => Finding::unknown(
            "CXone leaves the script of the channel out of its answer, so this cannot be told.",
        )
        .hint(format!(
            "In CXone, open {CHANNELS}, edit the channel and look for its script."
        )),
        Field::Null | Field::Value(_) => Finding::fail("No Studio script is attached to the channel.")
            .hint(format!(
                "In CXone, open {CHANNELS}, edit the channel and choose the script of the folder Cognigy."
            ))
            .compare("Studio script", "a script", "none"),
    })
}

/// What is known of the channel's default skill.
enum DefaultSkill {
    Set(i64),
    NotSet,
    /// No answer has the field.
    Untold,
}

impl Context {
    /// The default skill, by the list or else by the channel in the context of its conversations.
    async fn default_skill(&self) -> Result<DefaultSkill, Early> {
        let channel = self.channel().await?;
        let told = |field: &Field<i64>| match field {
            Field::Value(id) => DefaultSkill::Set(*id),
            Field::Null => DefaultSkill::NotSet,
            Field::Absent => DefaultSkill::Untold,
        };
        if !channel.default_skill_id.is_absent() {
            return Ok(told(&channel.default_skill_id));
        }
        let session = self.session().await?;
        let id = channel.id.clone();
        let contexts = self
            .calls
            .routing
            .contexts
            .get(|| async move { cxone::digital::channel_contexts(&session, &id).await })
            .await;
        // This is the second way to an optional field; when it does not work, nothing is told.
        let Ok(contexts) = &*contexts else {
            return Ok(DefaultSkill::Untold);
        };
        let shown = contexts
            .iter()
            .find(|shown| shown.id == channel.id && !shown.default_skill_id.is_absent());
        Ok(shown.map_or(DefaultSkill::Untold, |shown| told(&shown.default_skill_id)))
    }

    /// The skill that conversations go to: the channel's, else the profile's.
    pub(crate) async fn skill(&self) -> Result<Arc<Result<Option<Skill>, Error>>, Early> {
        let typed = self
            .profile()
            .routing_skill
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty());
        let wanted = match (quiet(self.default_skill()).await?, typed) {
            (DefaultSkill::Set(id), _) => Wanted::Id(id),
            (_, Some(typed)) => typed
                .parse()
                .map_or_else(|_| Wanted::Name(typed.to_owned()), Wanted::Id),
            (_, None) => {
                let early = untold(
                    "HD-502",
                    "CXone does not tell the default skill of the channel, and no routing skill is chosen here.",
                );
                return Err(Box::new(
                    early
                        .hint("Choose the routing skill of the profile; it is only used to check it.")
                        .advise(Advice::ChooseSkill {}),
                ));
            }
        };
        let session = self.session().await?;
        Ok(self
            .calls
            .routing
            .skill
            .get(|| async move {
                match wanted {
                    Wanted::Id(id) => cxone::skills::read(&session, id).await,
                    Wanted::Name(name) => {
                        let found = cxone::skills::list(&session, Some(&name)).await?;
                        Ok(found
                            .into_iter()
                            .find(|skill| skill.name.as_deref() == Some(name.as_str())))
                    }
                }
            })
            .await)
    }

    async fn campaigns(&self) -> Result<Arc<Result<Vec<Campaign>, Error>>, Early> {
        let session = self.session().await?;
        let calls = &self.calls.routing;
        Ok(calls
            .campaigns
            .get(|| async move { cxone::campaigns::list(&session).await })
            .await)
    }
}

/// How the skill is looked up.
enum Wanted {
    Id(i64),
    Name(String),
}

/// HD-502
pub(crate) async fn default_skill(context: Arc<Context>) -> Judged {
    // The evidence is the channel itself, whatever else is asked.
    let set = context.default_skill().await?;
    let where_to =
        format!("In CXone, open {CHANNELS}, edit the channel, open Skills and use Select default skill.");
    Ok(match set {
        DefaultSkill::Set(id) => Finding::pass("The channel has a default skill.").compare(
            "Default skill",
            "a skill",
            id.to_string(),
        ),
        DefaultSkill::NotSet => {
            Finding::fail("The channel has no default skill, so nobody gets its conversations.")
                .hint(where_to)
                .compare("Default skill", "a skill", "none")
        }
        DefaultSkill::Untold => {
            let finding = Finding::unknown(
                "CXone leaves the default skill of the channel out of its answers, so this cannot be told. That is normal.",
            )
            .hint(format!("{where_to} You see it there."));
            if context.profile().routing_skill.is_some() {
                finding
            } else {
                finding.advise(Advice::ChooseSkill {})
            }
        }
    })
}

/// HD-503
pub(crate) async fn skill_fits(context: Arc<Context>) -> Judged {
    let (skill, campaigns) = tokio::join!(context.skill(), context.campaigns());
    let skill = skill?;
    let skill = match &*skill {
        Ok(Some(skill)) => skill,
        Ok(None) => {
            return Ok(
                Finding::fail("The skill does not exist in this tenant.").hint(format!(
                    "{} Then choose it for the channel under {CHANNELS}.",
                    ProfileField::RoutingSkill.find()
                )),
            );
        }
        Err(error) => return Ok(words::read_failed("the skill", error)),
    };
    let campaigns = campaigns?;
    let active = |id: i64| match &*campaigns {
        Ok(campaigns) => campaigns
            .iter()
            .find(|campaign| campaign.id == id)
            .and_then(|campaign| campaign.is_active),
        Err(_) => None,
    };
    let yes_no = |value: Option<bool>| value.map(|value| if value { "yes" } else { "no" }.to_owned());
    let rows = [
        (
            "Media Type",
            "Digital",
            skill.media_type_id.map(|id| id == DIGITAL),
            skill.media_type_id.map(|id| match &skill.media_type_name {
                Some(name) => name.clone(),
                None => format!("media type {id}"),
            }),
        ),
        (
            "Inbound/Outbound",
            "Inbound",
            skill.is_outbound.map(|outbound| !outbound),
            skill
                .is_outbound
                .map(|outbound| if outbound { "Outbound" } else { "Inbound" }.to_owned()),
        ),
        ("Skill is active", "yes", skill.is_active, yes_no(skill.is_active)),
        (
            "Campaign is active",
            "yes",
            match skill.campaign_id {
                Field::Value(id) => active(id),
                Field::Null => Some(false),
                Field::Absent => None,
            },
            match skill.campaign_id {
                Field::Value(id) => yes_no(active(id)),
                Field::Null => Some("no campaign".to_owned()),
                Field::Absent => None,
            },
        ),
    ];
    let name = skill.name.clone().unwrap_or_else(|| skill.id.to_string());
    let wrong: Vec<&str> = rows
        .iter()
        .filter(|row| row.2 == Some(false))
        .map(|row| row.0)
        .collect();
    let untold: Vec<&str> = rows
        .iter()
        .filter(|row| row.2.is_none())
        .map(|row| row.0)
        .collect();
    let compared = rows
        .iter()
        .map(|(what, expected, _, found)| Compared {
            what: (*what).to_owned(),
            expected: Some((*expected).to_owned()),
            found: Some(found.clone().unwrap_or_else(|| "not shown".to_owned())),
        })
        .collect();
    let finding = if !wrong.is_empty() {
        Finding::fail(format!("The skill {name} does not fit: {}.", wrong.join(", "))).hint(
            "In CXone, open ACD > ACD Skills and correct it. Media type and direction cannot be changed: make a new skill \
             with Media Type Digital, Inbound and an active campaign, and choose it for the channel.",
        )
    } else if !untold.is_empty() {
        Finding::unknown(format!(
            "CXone does not show everything about the skill {name}: {}.",
            untold.join(", ")
        ))
    } else {
        Finding::pass(format!(
            "The skill {name} is digital, inbound and active, and so is its campaign."
        ))
    };
    Ok(finding.compare_all(compared))
}

/// HD-504
pub(crate) async fn somebody(context: Arc<Context>) -> Judged {
    let skill = quiet(context.skill()).await?;
    let Ok(Some(skill)) = &*skill else {
        return Ok(
            Finding::unknown("The skill cannot be read, so this cannot be told.").because_of(&["HD-503"]),
        );
    };
    let answer = context.skill_agents(skill.id).await?;
    let agents = match &*answer {
        Ok(agents) => agents,
        Err(error) => return Ok(words::read_failed("the agents of the skill", error)),
    };
    // The list itself says who is assigned; whether they are active it may leave out.
    let assigned = || agents.iter().filter(|agent| agent.is_assigned != Some(false));
    let ready = assigned().filter(|agent| agent.is_active == Some(true)).count();
    let untold = assigned().filter(|agent| agent.is_active.is_none()).count();
    let name = skill.name.clone().unwrap_or_else(|| skill.id.to_string());
    let finding = match ready {
        0 if untold > 0 => Finding::unknown(format!(
            "CXone does not show whether those who have the skill {name} are active."
        ))
        .hint("In CXone, open ACD > ACD Users and look whether one of them is active."),
        0 => Finding::fail(format!("Nobody who is active has the skill {name}.")).hint(
            "In CXone, open ACD > ACD Users, choose the agent, open Skills, add the skill and save the proficiencies. It \
             takes up to five minutes until it counts.",
        ),
        1 => Finding::pass("One active agent has the skill."),
        n => Finding::pass(format!("{n} active agents have the skill.")),
    };
    Ok(finding
        .compare("Active agents with the skill", "at least 1", ready.to_string())
        .found(format!(
            "{} assigned, {ready} of them active.",
            assigned().count()
        )))
}
