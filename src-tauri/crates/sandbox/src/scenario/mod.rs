//! Scenarios: a situation of the sandbox and what happens in it, as a file that people write and share.
//!
//! A file names the faults and switches it begins with, what the administrator mixed up, and then step by step what the
//! customer, the agent and the administrator do and see. What the verification has to say at the end stands in it as data;
//! whoever runs the scenario runs the verification too (this crate knows no checks).
//!
//! To add one: a file in `scenarios/` and its line in `SHIPPED`.

mod play;
mod step;

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

pub use play::{Missed, Player};
pub use step::Step;

use crate::{Act, Fault};

/// Longest scenario file, in bytes.
pub const MAX_SCENARIO_BYTES: usize = 1 << 20;

/// A scenario file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Where the JSON Schema of these files is; for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub schema: Option<String>,
    /// Short name in small letters, digits and hyphens, as it is typed in a terminal.
    #[schemars(regex(pattern = "^[a-z0-9]+(-[a-z0-9]+)*$"))]
    pub name: String,
    /// What it is called in a list.
    pub title: String,
    /// What happens in it and what it teaches, in a sentence or two.
    pub about: String,
    /// Faults that are on from the start.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub faults: BTreeSet<Fault>,
    /// Switches that stand otherwise than by default: name and choice.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub switches: BTreeMap<String, String>,
    /// Values that stand in the wrong place: the name of a credential (`HANDOVER_*`) and the name of the one whose value the
    /// administrator entered there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub mixed_up: BTreeMap<String, String>,
    /// Values of the profile that are entered otherwise (a JSON merge patch of the profile file, RFC 7396).
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[schemars(with = "Map<String, Value>")]
    #[ts(type = "Record<string, unknown>")]
    pub profile: Map<String, Value>,
    /// Settings of the handover node that stand otherwise than in the sample flow, by their keys.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[schemars(with = "Map<String, Value>")]
    #[ts(type = "Record<string, unknown>")]
    pub node: Map<String, Value>,
    /// What a scripted agent does with every contact that is routed. Without any, the steps play the agent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agent: Vec<Act>,
    /// What happens, one after the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
    /// What the verification says when the steps are over: check and outcome. Every check that is not named passes, is
    /// skipped, or waits for those named. Empty for a verification without findings; absent where none is run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub checks: Option<BTreeMap<String, String>>,
}

/// A file is no scenario.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// Far too long.
    #[error("the file has {found} bytes; a scenario has {MAX_SCENARIO_BYTES} at most")]
    TooLong {
        /// Its length.
        found: usize,
    },
    /// Not JSON, or not the JSON of a scenario.
    #[error("it is no scenario: {0}")]
    Malformed(#[from] serde_json::Error),
    /// The name is not one.
    #[error("{name:?} is no name of a scenario: small letters, digits and single hyphens")]
    Name {
        /// What stands there.
        name: String,
    },
}

impl Scenario {
    /// Reads a file.
    ///
    /// # Errors
    /// [`ScenarioError`]; faults, acts and steps that do not exist are told with those that do.
    pub fn read(text: &str) -> Result<Scenario, ScenarioError> {
        if text.len() > MAX_SCENARIO_BYTES {
            return Err(ScenarioError::TooLong { found: text.len() });
        }
        let scenario: Scenario = serde_json::from_str(text.trim_start_matches('\u{feff}'))?;
        let is_word = |word: &str| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        if scenario.name.split('-').all(is_word) {
            Ok(scenario)
        } else {
            Err(ScenarioError::Name { name: scenario.name })
        }
    }

    /// The scenarios that come with the program, in the order in which they teach.
    ///
    /// # Errors
    /// None that a test would not find before.
    pub fn shipped() -> Result<Vec<Scenario>, ScenarioError> {
        SHIPPED.iter().map(|text| Scenario::read(text)).collect()
    }
}

/// The JSON Schema of scenario files.
pub fn scenario_schema() -> Value {
    schemars::schema_for!(Scenario).into()
}

/// Puts the sandbox's credentials where the scenario says that the administrator put them.
pub fn mixed_up(scenario: &Scenario, env: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut mixed = env.clone();
    for (place, taken) in &scenario.mixed_up {
        if let Some(value) = env.get(taken) {
            mixed.insert(place.clone(), value.clone());
        }
    }
    mixed
}

/// Applies a merge patch (RFC 7396).
pub fn patched(mut value: Value, patch: &Map<String, Value>) -> Value {
    merge(&mut value, &Value::Object(patch.clone()));
    value
}

fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        target.clone_from(patch);
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    if let Value::Object(fields) = target {
        for (key, change) in patch {
            if change.is_null() {
                fields.remove(key);
            } else {
                merge(fields.entry(key.clone()).or_insert(Value::Null), change);
            }
        }
    }
}

const SHIPPED: &[&str] = &[
    include_str!("../../scenarios/full-handover.json"),
    include_str!("../../scenarios/agent-details.json"),
    include_str!("../../scenarios/cancel-while-waiting.json"),
    include_str!("../../scenarios/second-handover.json"),
    include_str!("../../scenarios/agent-transfer.json"),
    include_str!("../../scenarios/nobody-available.json"),
    include_str!("../../scenarios/client-takes-the-access-key.json"),
    include_str!("../../scenarios/client-takes-the-integration-pair.json"),
    include_str!("../../scenarios/integration-takes-the-client.json"),
    include_str!("../../scenarios/access-key-takes-the-client.json"),
    include_str!("../../scenarios/access-key-takes-the-integration-pair.json"),
    include_str!("../../scenarios/client-and-access-key-change-places.json"),
    include_str!("../../scenarios/id-and-secret-change-places.json"),
    include_str!("../../scenarios/integration-takes-the-access-key.json"),
    include_str!("../../scenarios/save-is-refused.json"),
    include_str!("../../scenarios/save-times-out.json"),
    include_str!("../../scenarios/wrong-integration-id.json"),
    include_str!("../../scenarios/secret-changed-on-one-side.json"),
    include_str!("../../scenarios/script-was-edited.json"),
    include_str!("../../scenarios/wrong-business-unit.json"),
    include_str!("../../scenarios/voice-skill.json"),
    include_str!("../../scenarios/role-without-permissions.json"),
    include_str!("../../scenarios/link-with-a-reference-id.json"),
    include_str!("../../scenarios/slash-at-the-end.json"),
    include_str!("../../scenarios/certificate-expired.json"),
    include_str!("../../scenarios/ip-allow-list.json"),
    include_str!("../../scenarios/wrong-tenant.json"),
    include_str!("../../scenarios/credentials-of-another-tenant.json"),
    include_str!("../../scenarios/digital-engagement-off.json"),
    include_str!("../../scenarios/integration-client-differs.json"),
    include_str!("../../scenarios/save-never-got-through.json"),
    include_str!("../../scenarios/channel-with-a-stray-space.json"),
    include_str!("../../scenarios/two-channels-of-one-name.json"),
    include_str!("../../scenarios/channel-without-a-skill.json"),
    include_str!("../../scenarios/outbound-skill.json"),
    include_str!("../../scenarios/skill-is-inactive.json"),
    include_str!("../../scenarios/script-without-escalation.json"),
    include_str!("../../scenarios/script-was-renamed.json"),
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_merge_patch_is_applied_as_in_its_document() {
        // Examples in the manner of RFC 7396, appendix A.
        let cases = [
            (json!({"a":"b"}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"b"}), json!({"b":"c"}), json!({"a":"b","b":"c"})),
            (json!({"a":"b","b":"c"}), json!({"a":null}), json!({"b":"c"})),
            (json!({"a":["b"]}), json!({"a":"c"}), json!({"a":"c"})),
            (
                json!({"a":{"b":"c"}}),
                json!({"a":{"b":"d","c":null}}),
                json!({"a":{"b":"d"}}),
            ),
            (
                json!({"a":"foo"}),
                json!({"a":{"bb":{"ccc":null}}}),
                json!({"a":{"bb":{}}}),
            ),
        ];
        for (value, patch, expected) in cases {
            let Value::Object(patch) = patch else {
                unreachable!()
            };
            assert_eq!(patched(value, &patch), expected);
        }
    }

    #[test]
    fn what_is_no_scenario_is_refused_with_the_reason() {
        let told = |text: &str| Scenario::read(text).unwrap_err().to_string();
        assert!(told("{").contains("no scenario"));
        assert!(told(r#"{"name":"x","title":"t","about":"a","extra":1}"#).contains("extra"));
        assert!(told(r#"{"name":"x","title":"t","about":"a","faults":["no-such"]}"#).contains("no-such"));
        assert!(told(r#"{"name":"x","title":"t","about":"a","steps":[{"do":"fly"}]}"#).contains("fly"));
        assert!(told(r#"{"name":"No Name","title":"t","about":"a"}"#).contains("No Name"));
        assert!(told(&" ".repeat(MAX_SCENARIO_BYTES + 1)).contains("bytes"));
    }

    #[test]
    fn the_shipped_ones_are_read_and_have_names_of_their_own() {
        let shipped = Scenario::shipped().unwrap();
        let names: BTreeSet<&str> = shipped.iter().map(|scenario| scenario.name.as_str()).collect();
        assert_eq!(names.len(), SHIPPED.len());
        for scenario in &shipped {
            assert!(!scenario.title.is_empty() && !scenario.about.is_empty());
            assert!(
                !scenario.steps.is_empty() || scenario.checks.is_some(),
                "{} shows nothing",
                scenario.name
            );
        }
    }
}
