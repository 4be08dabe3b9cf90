//! Where a project hands over to people: handover Nodes, Question escalations and tools of AI Agents (types seen in code).
//!
//! Some keys of the settings are not public, among them the one that names the provider. A setting is recognised by the words
//! in its key, and a provider by its id, wherever in such a setting it stands.

use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::{Map, Value};

use crate::api::{Api, Chart, Error, Flow, Node};
use crate::value::folded;

/// Flows read side by side: a project has many, and the API is not the program's alone.
const SIDE_BY_SIDE: usize = 4;
/// Flows read at most.
pub const MAX_FLOWS: usize = 300;

/// Node types that hand over, by what they are.
const NODES: [(&str, Kind); 4] = [
    ("handoverToAgent", Kind::Node),
    ("handoverToHumanAgentTool", Kind::Tool),
    ("question", Kind::Question),
    ("optionalQuestion", Kind::Question),
];
/// Node types that run another Flow.
const LEADS: [&str; 3] = ["executeFlow", "goTo", "switchFlow"];
/// Node types below a handover that can look at how it went; code does so in its own words.
const LOOKS: [&str; 5] = ["switch", "case", "ifThenElse", "if", "code"];

/// What hands over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A "Handover to Human Agent" Node.
    Node,
    /// A Question that escalates its answers or intents to a handover.
    Question,
    /// The handover tool of an AI Agent.
    Tool,
}

impl Kind {
    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Node => "Handover to Human Agent Node",
            Kind::Question => "Question escalation",
            Kind::Tool => "AI Agent tool",
        }
    }
}

/// Which provider a place hands over to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The one that was asked about.
    This,
    /// Another one, by its id.
    Other(String),
    /// None is chosen: the Endpoint's own, older settings hold.
    Legacy,
    /// Its settings cannot be read.
    Unread,
}

/// Whether what runs after a handover looks at its failure. On `error` the Flow goes on below (seen in code).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorBranch {
    /// It has a case for it, or looks at the status itself.
    Answered,
    /// The default of a Lookup on the status takes it.
    ByDefault,
    /// A case is spelled otherwise than the status, which is compared letter for letter.
    Misspelt(String),
    /// Nothing looks at it.
    Missing,
}

/// A place that hands over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    /// The Flow it is in: its place in [`Scan::flows`].
    pub flow: usize,
    /// What it is.
    pub kind: Kind,
    /// What its author called it.
    pub label: String,
    /// Whether it is switched off.
    pub is_disabled: bool,
    /// Where it hands over to.
    pub target: Target,
    /// Whether a user who waits can cancel: by an intent or a button.
    pub can_cancel: bool,
    /// Send Transcript as first message; none where the setting is not there.
    pub transcript: Option<bool>,
    /// Display Agent Details; none where the setting is not there.
    pub agent_details: Option<bool>,
    /// What comes of a refused handover.
    pub error_branch: ErrorBranch,
}

/// What was found in a project.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scan {
    /// The Flows that were read.
    pub flows: Vec<Flow>,
    /// The places that hand over.
    pub handovers: Vec<Handover>,
    /// Which Flow runs which other, by places in `flows`.
    pub leads: Vec<(usize, usize)>,
    /// Whether every Flow of the project was read.
    pub is_complete: bool,
}

impl Scan {
    /// The places that hand over to the provider that was asked about and are switched on.
    pub fn own(&self) -> impl Iterator<Item = &Handover> {
        self.handovers
            .iter()
            .filter(|of| of.target == Target::This && !of.is_disabled)
    }

    /// The Flows from which a handover to that provider can be reached, in order.
    #[must_use]
    pub fn leading_flows(&self) -> Vec<&Flow> {
        let mut reached: Vec<bool> = vec![false; self.flows.len()];
        for handover in self.own() {
            reached[handover.flow] = true;
        }
        // Each round adds a Flow or ends.
        loop {
            let more = self
                .leads
                .iter()
                .find(|(from, to)| reached[*to] && !reached[*from]);
            match more {
                Some((from, _)) => reached[*from] = true,
                None => break,
            }
        }
        let flows = self.flows.iter().zip(reached);
        flows
            .filter_map(|(flow, is_reached)| is_reached.then_some(flow))
            .collect()
    }
}

/// Reads the Flows of a project and finds in them what hands over. `provider` has the ids of the provider that is asked
/// about.
///
/// # Errors
/// [`Error`] of the first read that did not work.
pub async fn scan(api: &Api, project: &str, provider: &[&str]) -> Result<Scan, Error> {
    let listed = api.flows(project).await?;
    let is_complete = listed.is_complete && listed.items.len() <= MAX_FLOWS;
    let mut flows = listed.items;
    flows.truncate(MAX_FLOWS);
    // Futures that own what they need: they are polled by whoever waits for the run's shared answer.
    let charts: Vec<Chart> = stream::iter(flows.clone())
        .map(|flow| async move { chart(api, &flow).await })
        .buffered(SIDE_BY_SIDE)
        .try_collect()
        .await?;
    let mut scan = Scan {
        is_complete,
        ..Scan::default()
    };
    for (at, chart) in charts.iter().enumerate() {
        for node in &chart.nodes {
            scan.handovers.extend(handovers(chart, node, at, provider));
            if LEADS.contains(&node.kind.as_str()) {
                let named = texts(node.config.as_ref());
                let to = flows
                    .iter()
                    .position(|flow| named.iter().any(|text| flow.is_named_by(text)));
                scan.leads.extend(to.map(|to| (at, to)));
            }
        }
    }
    scan.flows = flows;
    Ok(scan)
}

/// A chart in which the Nodes that matter have their settings.
async fn chart(api: &Api, flow: &Flow) -> Result<Chart, Error> {
    let mut chart = api.chart(&flow.id).await?;
    let matters = |node: &Node| {
        let kind = node.kind.as_str();
        NODES.iter().any(|(name, _)| *name == kind) || LEADS.contains(&kind)
    };
    let first: Vec<String> = chart
        .nodes
        .iter()
        .filter(|node| node.config.is_none() && matters(node))
        .map(|node| node.id.clone())
        .collect();
    fill(api, flow, &mut chart, first).await?;
    let mut below: Vec<String> = chart
        .nodes
        .iter()
        .filter(|node| places(node).next().is_some())
        .flat_map(|node| chart.after(&node.id))
        .filter(|node| node.config.is_none() && LOOKS.contains(&node.kind.as_str()))
        .map(|node| node.id.clone())
        .collect();
    below.sort_unstable();
    below.dedup();
    fill(api, flow, &mut chart, below).await?;
    Ok(chart)
}

/// Reads these Nodes one by one. One that may not be read, or is gone meanwhile, stays without settings.
async fn fill(api: &Api, flow: &Flow, chart: &mut Chart, ids: Vec<String>) -> Result<(), Error> {
    let read: Vec<Option<Node>> = stream::iter(ids)
        .map(|id| async move {
            match api.node(&flow.id, &id).await {
                Ok(node) => Ok(Some(node)),
                Err(error) if matches!(error.status(), Some(403 | 404)) => Ok(None),
                Err(error) => Err(error),
            }
        })
        .buffered(SIDE_BY_SIDE)
        .try_collect()
        .await?;
    for read in read.into_iter().flatten() {
        if let Some(node) = chart.nodes.iter_mut().find(|node| node.id == read.id) {
            node.config = read.config;
        }
    }
    Ok(())
}

/// The settings of each way in which a Node hands over. A Question has two, whose keys begin with their names.
fn places(node: &Node) -> impl Iterator<Item = (Kind, Option<Map<String, Value>>)> {
    let kind = NODES
        .iter()
        .find(|(name, _)| *name == node.kind)
        .map(|(_, kind)| *kind);
    let settings = node.config.as_ref().and_then(Value::as_object);
    let found: Vec<_> = match kind {
        None => Vec::new(),
        Some(Kind::Question) => ["escalateAnswers", "escalateIntents"]
            .iter()
            .filter_map(|way| {
                let settings = settings?;
                let action = settings.get(&format!("{way}Action"))?.as_str()?;
                let own: Map<String, Value> = settings
                    .iter()
                    .filter(|(key, _)| key.starts_with(way))
                    .map(|(key, value)| (key.clone(), value.clone()))
                    .collect();
                action
                    .eq_ignore_ascii_case("handover")
                    .then_some((Kind::Question, Some(own)))
            })
            .collect(),
        Some(kind) => vec![(kind, settings.cloned())],
    };
    found.into_iter()
}

fn handovers(chart: &Chart, node: &Node, flow: usize, provider: &[&str]) -> Vec<Handover> {
    places(node)
        .map(|(kind, settings)| {
            let setting = |words: &[&str]| {
                settings.iter().flatten().find_map(|(key, value)| {
                    let key = folded(key);
                    words.iter().all(|word| key.contains(word)).then_some(value)
                })
            };
            let filled = |words: &[&str]| setting(words).is_some_and(|value| !texts(Some(value)).is_empty());
            Handover {
                flow,
                kind,
                label: node.shown().to_owned(),
                is_disabled: node.is_disabled,
                target: match &settings {
                    None => Target::Unread,
                    Some(settings) => target(settings, provider),
                },
                can_cancel: filled(&["cancelintent"]) || filled(&["quickreply"]),
                transcript: setting(&["transcript", "first"]).and_then(Value::as_bool),
                agent_details: setting(&["agent", "details"]).and_then(Value::as_bool),
                error_branch: error_branch(chart, node),
            }
        })
        .collect()
}

fn target(settings: &Map<String, Value>, provider: &[&str]) -> Target {
    let named: Vec<String> = settings
        .iter()
        .filter(|(key, _)| folded(key).contains("provider"))
        .flat_map(|(_, value)| texts(Some(value)))
        .filter(|text| !["legacy", "none", "default"].contains(&text.to_ascii_lowercase().as_str()))
        .collect();
    let is_own = |text: &String| provider.iter().any(|id| text.eq_ignore_ascii_case(id));
    if named.iter().any(is_own)
        || settings
            .values()
            .flat_map(|value| texts(Some(value)))
            .any(|text| is_own(&text))
    {
        Target::This
    } else if let Some(other) = named.into_iter().next() {
        Target::Other(other)
    } else {
        Target::Legacy
    }
}

/// Every text within a value that is not empty.
fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) if !text.trim().is_empty() => vec![text.trim().to_owned()],
        Some(Value::Array(list)) => list.iter().flat_map(|item| texts(Some(item))).collect(),
        Some(Value::Object(map)) => map.values().flat_map(|item| texts(Some(item))).collect(),
        _ => Vec::new(),
    }
}

fn error_branch(chart: &Chart, handover: &Node) -> ErrorBranch {
    let (mut misspelt, mut by_default) = (None, false);
    for node in chart.after(&handover.id) {
        let says = texts(node.config.as_ref());
        let looks = |words: &[&str]| {
            says.iter()
                .any(|text| words.iter().any(|word| text.contains(word)))
        };
        if node.kind != "switch" {
            if looks(&[
                "handover.status",
                "handover.error",
                "handover?.status",
                "handover?.error",
            ]) {
                return ErrorBranch::Answered;
            }
            continue;
        }
        let of_status = says.iter().any(|text| {
            let text = folded(text);
            text.contains("handoverstatus")
        });
        if !of_status {
            continue;
        }
        for case in chart.children(&node.id) {
            let values = texts(case.config.as_ref());
            if case.kind == "default" {
                by_default |= chart.leads_on(&case.id);
            } else if values.iter().any(|value| value == "error") {
                return ErrorBranch::Answered;
            } else if let Some(near) = values.iter().find(|value| folded(value) == "error") {
                misspelt = Some(near.clone());
            }
        }
    }
    match misspelt {
        _ if by_default => ErrorBranch::ByDefault,
        Some(near) => ErrorBranch::Misspelt(near),
        None => ErrorBranch::Missing,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::flow_tests::chart;

    const OWN: [&str; 2] = ["6a1f0c2e9b7d4e0011223344", "0b6e5a1c-7a55-4c39-9f0e-2f6d1b8e7c10"];

    fn found(config: Value, below: Value) -> Handover {
        let chart = chart(&config, &below);
        handovers(&chart, chart.node("handover").unwrap(), 0, &OWN)
            .pop()
            .unwrap()
    }

    #[test]
    fn the_provider_is_found_whatever_its_setting_is_called() {
        let target = |config| found(config, json!([])).target;
        for config in [
            json!({ "handoverProvider": OWN[0] }),
            json!({ "providerReference": OWN[1].to_uppercase() }),
            json!({ "x": { "y": [OWN[0]] } }),
        ] {
            assert_eq!(target(config), Target::This);
        }
        assert_eq!(
            target(json!({ "handoverProvider": "65aa" })),
            Target::Other("65aa".to_owned())
        );
        for config in [
            json!({}),
            json!({ "handoverProvider": "" }),
            json!({ "provider": "legacy" }),
        ] {
            assert_eq!(target(config), Target::Legacy);
        }
    }

    #[test]
    fn an_error_is_answered_by_a_case_of_that_name_or_by_the_default() {
        let branch = |below| found(json!({}), below).error_branch;
        assert_eq!(branch(json!(["completed", "error"])), ErrorBranch::Answered);
        assert_eq!(branch(json!(["completed", null])), ErrorBranch::ByDefault);
        assert_eq!(
            branch(json!(["Error"])),
            ErrorBranch::Misspelt("Error".to_owned())
        );
        assert_eq!(branch(json!(["completed"])), ErrorBranch::Missing);
    }

    #[test]
    fn settings_of_a_node_are_read_and_absent_ones_stay_absent() {
        let full = found(
            json!({ "cancelIntent": "", "quickReply": "Cancel", "sendTranscriptAsFirstMessage": true, "displayAgentDetails": false }),
            json!([]),
        );
        assert_eq!(
            (full.can_cancel, full.transcript, full.agent_details),
            (true, Some(true), Some(false))
        );
        let bare = found(json!({ "cancelIntent": "" }), json!([]));
        assert_eq!(
            (bare.can_cancel, bare.transcript, bare.agent_details),
            (false, None, None)
        );
    }

    #[test]
    fn a_question_hands_over_where_its_action_says_so_and_in_each_of_its_ways() {
        let node = |config: Value| Node {
            id: "q".to_owned(),
            kind: "question".to_owned(),
            label: None,
            is_disabled: false,
            config: Some(config),
        };
        let read = |config| handovers(&Chart::default(), &node(config), 0, &OWN);
        assert!(read(json!({ "escalateAnswersAction": "message" })).is_empty());
        let both = read(json!({
            "escalateAnswersAction": "handover", "escalateAnswersHandoverProvider": OWN[0],
            "escalateAnswersHandoverCancelIntent": "stop",
            "escalateIntentsAction": "handover", "escalateIntentsHandoverProvider": "65aa",
        }));
        assert_eq!(
            both.iter()
                .map(|of| (of.target.clone(), of.can_cancel))
                .collect::<Vec<_>>(),
            [(Target::This, true), (Target::Other("65aa".to_owned()), false)]
        );
    }

    #[test]
    fn flows_that_run_the_one_that_hands_over_lead_to_it() {
        let flow = |id: &str| Flow {
            id: id.to_owned(),
            reference_id: None,
            name: None,
        };
        let mut scan = Scan {
            flows: ["a", "b", "c", "d"].map(flow).into(),
            handovers: vec![found(json!({ "handoverProvider": OWN[0] }), json!([]))],
            leads: vec![(1, 0), (2, 1), (0, 3), (1, 2)],
            is_complete: true,
        };
        let names = |scan: &Scan| {
            scan.leading_flows()
                .iter()
                .map(|of| of.id.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(names(&scan), ["a", "b", "c"]);
        scan.handovers[0].is_disabled = true;
        assert!(names(&scan).is_empty());
    }
}
