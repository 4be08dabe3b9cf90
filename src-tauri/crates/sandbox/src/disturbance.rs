//! Disturbances: what goes wrong on a way, whatever it leads to. Each says where it holds (host, method, path) and for which
//! of the calls there, so that "the first token request fails, the second is fine" can be said.
//!
//! A named fault can be held to a place in the same way: [`Effect::Fault`] puts it on for the calls that match.

use std::sync::{Mutex, MutexGuard, PoisonError};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::fault::{Fault, FaultKind, FaultSet};
use crate::host::Host;

/// What happens to a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Effect {
    /// Nothing is said for so many milliseconds; then the answer comes.
    SlowFirstByte {
        /// Milliseconds.
        ms: u64,
    },
    /// The body comes in drops, and takes about so many milliseconds in all.
    TrickleBody {
        /// Milliseconds.
        ms: u64,
    },
    /// The connection is dropped in place of an answer.
    Reset,
    /// The answer is labelled otherwise than it is.
    ContentType {
        /// The label.
        value: String,
    },
    /// The call is answered with this status, by the family's error body. 429 and 503 may say when to come again.
    Status {
        /// 400 to 599.
        status: u16,
        /// Seconds for `Retry-After`; none for an answer without it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        retry_after: Option<u64>,
    },
    /// A fault of the table is on for the call. Server faults only.
    Fault {
        /// Which.
        fault: Fault,
    },
    /// CXone brings the message to the integration box twice. Holds for calls of the `endpoint` host.
    Duplicate,
    /// CXone brings the message after the next one of its thread; without a next one it is never brought. Holds for calls
    /// of the `endpoint` host.
    Overtaken,
}

/// An effect and where it holds. What is left out holds for all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct Disturbance {
    /// `issuer`, `api`, `digital`, `userhub`, `events`, `endpoint` or `cognigy-api`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub host: Option<String>,
    /// HTTP method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub method: Option<String>,
    /// Path without query, without regard to case: `*` stands for one segment, `**` at the end for all that follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub path: Option<String>,
    /// Which of the calls there, counted from 1; empty for every one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<u64>,
    /// What happens.
    pub effect: Effect,
}

/// A disturbance cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadDisturbance {
    /// There is no such host.
    #[error("there is no host called {name:?}")]
    Host {
        /// What was asked for.
        name: String,
    },
    /// A status that is no refusal.
    #[error("{status} is no status from 400 to 599")]
    Status {
        /// What was asked for.
        status: u16,
    },
    /// The fault is not one of the servers.
    #[error("{fault} is no fault of a server")]
    Fault {
        /// Which.
        fault: Fault,
    },
    /// Calls are counted from 1.
    #[error("calls are counted from 1")]
    Calls,
}

/// A disturbance that is on, with how often its place was called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Kept {
    /// Its number, to take it away by.
    pub id: u64,
    /// How many calls came to its place.
    pub seen: u64,
    /// What it is.
    pub disturbance: Disturbance,
}

impl Disturbance {
    fn check(&self) -> Result<(), BadDisturbance> {
        if let Some(name) = &self.host
            && Host::by_name(name).is_none()
        {
            return Err(BadDisturbance::Host { name: name.clone() });
        }
        if self.calls.contains(&0) {
            return Err(BadDisturbance::Calls);
        }
        match self.effect {
            Effect::Status { status, .. } if !(400..600).contains(&status) => {
                Err(BadDisturbance::Status { status })
            }
            Effect::Fault { fault } if fault.kind() != FaultKind::Server => {
                Err(BadDisturbance::Fault { fault })
            }
            _ => Ok(()),
        }
    }

    /// Whether a call is one of its place.
    fn matches(&self, host: Host, method: &str, path: &str) -> bool {
        self.host.as_deref().is_none_or(|name| name == host.name())
            && self
                .method
                .as_deref()
                .is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && self.path.as_deref().is_none_or(|wanted| same_path(wanted, path))
    }

    /// Whether it is for what CXone brings to the box, and not for what a server answers.
    fn of_courier(&self) -> bool {
        matches!(self.effect, Effect::Duplicate | Effect::Overtaken)
    }
}

fn same_path(wanted: &str, path: &str) -> bool {
    let mut asked = path.split('/');
    for segment in wanted.split('/') {
        if segment == "**" {
            return true;
        }
        match asked.next() {
            Some(asked) if segment == "*" || segment.eq_ignore_ascii_case(asked) => {}
            _ => return false,
        }
    }
    asked.next().is_none()
}

/// The disturbances that are on.
#[derive(Default)]
pub(crate) struct Disturbances(Mutex<State>);

#[derive(Default)]
struct State {
    last: u64,
    kept: Vec<Kept>,
}

impl Disturbances {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn add(&self, disturbance: Disturbance) -> Result<u64, BadDisturbance> {
        disturbance.check()?;
        let mut state = self.lock();
        state.last += 1;
        let id = state.last;
        state.kept.push(Kept {
            id,
            seen: 0,
            disturbance,
        });
        Ok(id)
    }

    /// Whether it was there.
    pub(crate) fn remove(&self, id: u64) -> bool {
        let mut state = self.lock();
        let before = state.kept.len();
        state.kept.retain(|kept| kept.id != id);
        state.kept.len() < before
    }

    pub(crate) fn clear(&self) {
        self.lock().kept.clear();
    }

    pub(crate) fn list(&self) -> Vec<Kept> {
        self.lock().kept.clone()
    }

    /// Counts a call that a server got, and says what happens to it.
    pub(crate) fn called(&self, host: Host, method: &str, path: &str) -> Vec<Effect> {
        self.count(host, method, path, false)
    }

    /// Counts a call that CXone is about to make to the box, and says what happens to it.
    pub(crate) fn calling(&self, path: &str) -> Vec<Effect> {
        self.count(Host::Endpoint, "POST", path, true)
    }

    fn count(&self, host: Host, method: &str, path: &str, courier: bool) -> Vec<Effect> {
        let mut effects = Vec::new();
        for kept in &mut self.lock().kept {
            let disturbance = &kept.disturbance;
            if disturbance.of_courier() != courier || !disturbance.matches(host, method, path) {
                continue;
            }
            kept.seen += 1;
            if disturbance.calls.is_empty() || disturbance.calls.contains(&kept.seen) {
                effects.push(disturbance.effect.clone());
            }
        }
        effects
    }
}

/// The faults that are on for one call, beside those that are on for all.
#[derive(Clone, Default)]
pub(crate) struct Scoped(pub FaultSet);

#[cfg(test)]
mod tests {
    use super::*;

    fn everywhere(effect: Effect) -> Disturbance {
        Disturbance {
            host: None,
            method: None,
            path: None,
            calls: Vec::new(),
            effect,
        }
    }

    #[test]
    fn a_place_is_a_host_a_method_and_a_path() {
        let place = Disturbance {
            host: Some("digital".into()),
            method: Some("post".into()),
            path: Some("/dfo/3.0/channels/*/messages".into()),
            ..everywhere(Effect::Reset)
        };
        assert!(place.matches(Host::Digital, "POST", "/dfo/3.0/channels/c/messages"));
        assert!(!place.matches(Host::Digital, "GET", "/dfo/3.0/channels/c/messages"));
        assert!(!place.matches(Host::Api, "POST", "/dfo/3.0/channels/c/messages"));
        assert!(!place.matches(Host::Digital, "POST", "/dfo/3.0/channels/c/messages/m"));
        assert!(!place.matches(Host::Digital, "POST", "/dfo/3.0/channels/c"));
        assert!(same_path(
            "/inContactAPI/**",
            "/incontactapi/services/v34.0/skills"
        ));
        assert!(same_path("/**", "/"));
    }

    #[test]
    fn only_the_named_calls_are_disturbed() {
        let disturbances = Disturbances::default();
        let second = Disturbance {
            calls: vec![2],
            ..everywhere(Effect::Reset)
        };
        let id = disturbances.add(second).unwrap();
        let call = || disturbances.called(Host::Issuer, "GET", "/x");
        assert!(call().is_empty());
        assert_eq!(call(), [Effect::Reset]);
        assert!(call().is_empty());
        assert_eq!(disturbances.list()[0].seen, 3);
        assert!(disturbances.remove(id) && !disturbances.remove(id));
    }

    #[test]
    fn deliveries_are_counted_apart_from_answers() {
        let disturbances = Disturbances::default();
        disturbances.add(everywhere(Effect::Duplicate)).unwrap();
        assert!(disturbances.called(Host::Endpoint, "POST", "/x").is_empty());
        assert_eq!(disturbances.calling("/x"), [Effect::Duplicate]);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let disturbances = Disturbances::default();
        let status = everywhere(Effect::Status {
            status: 200,
            retry_after: None,
        });
        assert_eq!(
            disturbances.add(status),
            Err(BadDisturbance::Status { status: 200 })
        );
        let host = Disturbance {
            host: Some("nowhere".into()),
            ..everywhere(Effect::Reset)
        };
        assert!(matches!(disturbances.add(host), Err(BadDisturbance::Host { .. })));
        let fault = everywhere(Effect::Fault {
            fault: Fault::LinkUuid,
        });
        assert!(matches!(
            disturbances.add(fault),
            Err(BadDisturbance::Fault { .. })
        ));
        let calls = Disturbance {
            calls: vec![0],
            ..everywhere(Effect::Reset)
        };
        assert_eq!(disturbances.add(calls), Err(BadDisturbance::Calls));
        assert!(disturbances.list().is_empty());
    }
}
