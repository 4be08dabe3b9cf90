//! Those who have the skill: whether they can take digital contacts (HD-505), and whether one is there (HD-507).

use std::sync::Arc;

use cxone::Error;
use cxone::agents::{Agent, AgentState, State};
use cxone::skills::{Skill, SkillAgent};
use cxone::users::{FirstPage, Status, User};

use crate::context::{Context, Early, Judged};
use crate::evidence::{Once, quiet};
use crate::finding::{Compared, Finding};
use crate::words::{self, counted};

/// Names listed in one finding; the rest is counted.
const LISTED: usize = 20;

/// Shared calls of this module.
#[derive(Default)]
pub(crate) struct Calls {
    first: Once<Result<FirstPage, Error>>,
    users: Once<Result<Vec<User>, Error>>,
    agents: Once<Result<Vec<Agent>, Error>>,
    of_skill: Once<Result<Vec<SkillAgent>, Error>>,
    states: Once<Result<Vec<AgentState>, Error>>,
}

impl Context {
    /// Who has the skill. There is one skill in a run.
    pub(crate) async fn skill_agents(
        &self,
        skill: i64,
    ) -> Result<Arc<Result<Vec<SkillAgent>, Error>>, Early> {
        let session = self.session().await?;
        let calls = &self.calls.people;
        Ok(calls
            .of_skill
            .get(|| async move { cxone::skills::agents(&session, skill).await })
            .await)
    }

    /// The first page of the tenant's employees, which for most tenants are all.
    pub(crate) async fn first_users(&self) -> Result<Arc<Result<FirstPage, Error>>, Early> {
        let session = self.session().await?;
        let calls = &self.calls.people;
        Ok(calls
            .first
            .get(|| async move { cxone::users::first_page(&session).await })
            .await)
    }

    /// What all agents do at this moment.
    pub(crate) async fn agent_states(&self) -> Result<Arc<Result<Vec<AgentState>, Error>>, Early> {
        let session = self.session().await?;
        let calls = &self.calls.people;
        Ok(calls
            .states
            .get(|| async move { cxone::agents::states(&session).await })
            .await)
    }

    /// The accounts of those who have the skill. Those whom the first page lacks are asked for by their ids.
    async fn accounts(&self, agents: &[SkillAgent]) -> Result<Vec<User>, Early> {
        let unread = |error: &Error| Box::new(words::read_failed("the employees", error));
        let page = match &*self.first_users().await? {
            Ok(page) => page.clone(),
            Err(error) => return Err(unread(error)),
        };
        let missing: Vec<String> = agents
            .iter()
            .filter(|agent| !page.users.iter().any(|user| is_of(user, agent)))
            .filter_map(|agent| agent.user_id.clone())
            .collect();
        let mut users = page.users;
        if page.is_all || missing.is_empty() {
            return Ok(users);
        }
        let session = self.session().await?;
        let calls = &self.calls.people;
        let more = calls
            .users
            .get(|| async move { cxone::users::with_ids(&session, &missing).await })
            .await;
        let more = more.as_ref().as_ref().map_err(unread)?;
        users.extend(more.iter().cloned());
        Ok(users)
    }

    /// Agents as ACD shows them: the second place that tells whether somebody is enabled for Digital.
    async fn acd_agents(&self) -> Result<Arc<Result<Vec<Agent>, Error>>, Early> {
        let session = self.session().await?;
        let calls = &self.calls.people;
        Ok(calls
            .agents
            .get(|| async move { cxone::agents::list(&session).await })
            .await)
    }

    /// The skill and those who have it, for checks that come after the one that judges both.
    async fn assigned(&self) -> Result<(Skill, Vec<SkillAgent>), Early> {
        let untold = |why: &str| Box::new(Finding::unknown(why).because_of(&["HD-504"]));
        let skill = quiet(self.skill()).await?;
        let Ok(Some(skill)) = &*skill else {
            return Err(untold("The skill cannot be read, so this cannot be told."));
        };
        let agents = quiet(self.skill_agents(skill.id)).await?;
        let Ok(agents) = &*agents else {
            return Err(untold(
                "The agents of the skill cannot be read, so this cannot be told.",
            ));
        };
        let assigned =
            |agent: &&SkillAgent| agent.is_assigned != Some(false) && agent.is_active != Some(false);
        Ok((skill.clone(), agents.iter().filter(assigned).cloned().collect()))
    }
}

/// Whether an account is that of an agent.
fn is_of(user: &User, agent: &SkillAgent) -> bool {
    let same = |id: &String| id.eq_ignore_ascii_case(&user.id);
    agent.user_id.as_ref().is_some_and(same) || user.agent_ids.contains(&agent.agent_id)
}

fn name(agent: &SkillAgent) -> String {
    let parts = [agent.first_name.as_deref(), agent.last_name.as_deref()];
    let name = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    match name.trim() {
        "" => format!("agent {}", agent.agent_id),
        name => format!("{name} ({})", agent.agent_id),
    }
}

/// Whether somebody can take digital contacts, and if not, why.
#[derive(Debug, PartialEq, Eq)]
enum Fitness {
    Fit,
    Unfit(&'static str),
    Untold(&'static str),
}

fn fitness(user: Option<&User>, acd: Option<bool>) -> Fitness {
    let status = user.and_then(|user| user.status);
    match status {
        Some(Status::Pending) => return Fitness::Unfit("has not accepted the invitation"),
        Some(Status::Unregistered) => return Fitness::Unfit("was not invited yet"),
        Some(Status::Blocked) => return Fitness::Unfit("is blocked"),
        Some(Status::Deleted) => return Fitness::Unfit("is deleted"),
        Some(Status::Active | Status::Other) | None => {}
    }
    match (status, user.and_then(|user| user.digital).or(acd)) {
        (_, Some(false)) => Fitness::Unfit("is not enabled for Digital Engagement"),
        (Some(Status::Active), Some(true)) => Fitness::Fit,
        (Some(Status::Active), None) => Fitness::Untold("Digital Engagement is not shown"),
        _ => Fitness::Untold("status is not shown"),
    }
}

/// HD-505
pub(crate) async fn digital(context: Arc<Context>) -> Judged {
    let (skill, agents) = context.assigned().await?;
    let users = context.accounts(&agents).await?;
    let account = |agent: &SkillAgent| users.iter().find(|user| is_of(user, agent));
    // Asked only where the accounts leave it open.
    let acd = match agents
        .iter()
        .any(|agent| account(agent).is_none_or(|user| user.digital.is_none()))
    {
        true => Some(context.acd_agents().await?),
        false => None,
    };
    let in_acd = |agent: &SkillAgent| match acd.as_deref() {
        Some(Ok(known)) => known
            .iter()
            .find(|known| known.id == agent.agent_id)
            .and_then(|known| known.digital_engagement_enabled),
        _ => None,
    };
    let judged: Vec<(&SkillAgent, Fitness)> = agents
        .iter()
        .map(|agent| (agent, fitness(account(agent), in_acd(agent))))
        .collect();
    let fit = judged
        .iter()
        .filter(|(_, fitness)| *fitness == Fitness::Fit)
        .count();
    let untold = judged
        .iter()
        .filter(|(_, fitness)| matches!(fitness, Fitness::Untold(_)))
        .count();
    let unfit = judged.len() - fit - untold;
    let skill = skill.name.clone().unwrap_or_else(|| skill.id.to_string());
    let where_to = "In CXone, open Admin > Employees, choose the employee, and look at the status and at Digital Engagement under \
                    the general settings. Only active employees are known to Digital, some minutes after the change.";
    let finding = match (fit, untold) {
        (0, 0) => Finding::fail(format!(
            "Nobody who has the skill {skill} can take digital contacts."
        ))
        .hint(where_to),
        (0, _) => Finding::unknown(format!(
            "CXone does not show whether those who have the skill {skill} can take digital contacts."
        ))
        .hint(where_to),
        _ => {
            let can = match fit {
                1 => "One agent can take digital contacts.".to_owned(),
                n => format!("{n} agents can take digital contacts."),
            };
            Finding::pass(match unfit {
                0 => can,
                1 => format!("{can} One more has the skill and cannot."),
                n => format!("{can} {n} more have the skill and cannot."),
            })
        }
    };
    let rows = judged.iter().filter_map(|(agent, fitness)| match fitness {
        Fitness::Fit => None,
        Fitness::Unfit(why) | Fitness::Untold(why) => Some(Compared {
            what: name(agent),
            expected: Some("active, with Digital Engagement".to_owned()),
            found: Some((*why).to_owned()),
        }),
    });
    Ok(finding
        .found(format!(
            "{} with the skill, {fit} of them can take digital contacts.",
            counted(judged.len(), "agent")
        ))
        .compare_all(rows.take(LISTED).collect()))
}

/// HD-507
pub(crate) async fn present(context: Arc<Context>) -> Judged {
    let (skill, agents) = context.assigned().await?;
    let answer = context.agent_states().await?;
    let states = match &*answer {
        Ok(states) => states,
        Err(error) => return Ok(words::read_failed("the agents' states", error)),
    };
    let of = |agent: &SkillAgent| states.iter().find(|state| state.agent_id == agent.agent_id);
    let shown: Vec<State> = agents.iter().filter_map(of).map(|state| state.state).collect();
    let count = |wanted: &[State]| shown.iter().filter(|state| wanted.contains(state)).count();
    let (here, away) = (
        count(&[State::Available, State::Busy]),
        count(&[State::Unavailable]),
    );
    let skill = skill.name.clone().unwrap_or_else(|| skill.id.to_string());
    let finding = match here {
        0 if shown.is_empty() || shown.iter().all(|state| *state == State::Other) => Finding::unknown(format!(
            "CXone does not show what those who have the skill {skill} do at this moment."
        )),
        0 => Finding::warn(format!(
            "Nobody who has the skill {skill} would pick up at this moment."
        ))
        .hint("Let an agent sign in and become available, then test the handover. Outside of business hours this is normal."),
        1 => Finding::pass("One agent is there."),
        n => Finding::pass(format!("{n} agents are there.")),
    };
    Ok(finding.found(format!(
        "{} with the skill: {here} available or at work, {away} unavailable, {} logged out.",
        counted(agents.len(), "agent"),
        count(&[State::LoggedOut])
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(status: Option<Status>, digital: Option<bool>) -> User {
        User {
            id: "11ee".to_owned(),
            name: None,
            role: None,
            status,
            agent_ids: Vec::new(),
            digital,
        }
    }

    #[test]
    fn a_reason_is_given_only_where_it_is_shown() {
        let told = |status, digital, acd| fitness(Some(&user(status, digital)), acd);
        let active = Some(Status::Active);
        assert_eq!(told(active, Some(true), None), Fitness::Fit);
        assert_eq!(told(active, None, Some(true)), Fitness::Fit);
        assert!(matches!(told(active, Some(false), Some(true)), Fitness::Unfit(_)));
        assert!(matches!(told(active, None, Some(false)), Fitness::Unfit(_)));
        assert!(matches!(told(active, None, None), Fitness::Untold(_)));
        assert!(matches!(told(None, Some(true), None), Fitness::Untold(_)));
        assert!(matches!(
            told(Some(Status::Other), Some(true), None),
            Fitness::Untold(_)
        ));
        assert!(matches!(
            told(Some(Status::Pending), Some(true), None),
            Fitness::Unfit(_)
        ));
        assert!(matches!(fitness(None, Some(true)), Fitness::Untold(_)));
    }
}
