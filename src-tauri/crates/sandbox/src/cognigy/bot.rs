//! The bot: runs a flow's chart on what a user said, from the start or from below a handover node.
//!
//! It knows the nodes of the sample flow: start, say, lookup with cases, handover and end. Any other is passed by.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::cognigy::install::{Endpoint, Flow, Node, Source};
use crate::cognigy::relay;
use crate::cognigy::session::{Key, Terms};
use crate::state::Sim;

/// Nodes one run may visit.
const STEPS: usize = 1000;

/// What a run is about.
#[derive(Clone, Debug, Default)]
pub(crate) struct Input {
    pub text: String,
    /// How the handover stands, for runs after one.
    pub handover: Value,
}

/// Something said in the chat.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    pub text: Option<String>,
    pub data: Value,
    pub source: Source,
    pub trace: String,
}

/// One run of a flow in a session.
pub(crate) struct Run {
    pub sim: Arc<Sim>,
    pub key: Key,
    pub endpoint: Endpoint,
    pub flow: Flow,
    pub input: Input,
    /// Everything said so far, for endpoints that answer all at once.
    pub said: Vec<Output>,
}

impl Run {
    /// A run on an endpoint, if its flow is there.
    pub(crate) fn new(sim: &Arc<Sim>, key: &Key, endpoint: &Endpoint, input: Input) -> Option<Run> {
        let flow = sim.install_bare().flow(&endpoint.flow_id).cloned()?;
        Some(Run {
            sim: sim.clone(),
            key: key.clone(),
            endpoint: endpoint.clone(),
            flow,
            input,
            said: Vec::new(),
        })
    }

    /// Runs the whole flow.
    pub(crate) async fn whole(&mut self) {
        let start = self.flow.chart.entry().cloned();
        self.walk(start).await;
    }

    /// Goes on below a node.
    pub(crate) async fn below(&mut self, node: &str) {
        let next = self.flow.chart.after(node).cloned();
        self.walk(next).await;
    }

    async fn walk(&mut self, mut at: Option<Node>) {
        for _ in 0..STEPS {
            let Some(node) = at else { return };
            at = match node.kind.as_str() {
                _ if node.is_disabled => self.after(&node),
                "say" => {
                    self.say(text_of(&node), Value::Null).await;
                    self.after(&node)
                }
                "switch" => self.chosen(&node).or_else(|| self.after(&node)),
                "handoverToAgent" => {
                    let terms = Terms::of(&node.id, &node.config);
                    match Box::pin(relay::begin(self, terms)).await {
                        // A node that handed over ends the run; one that failed, or is over already, lets it go on.
                        None => return,
                        Some(status) => {
                            self.input.handover = status;
                            self.after(&node)
                        }
                    }
                }
                "end" => return,
                _ => self.after(&node),
            };
        }
    }

    fn after(&self, node: &Node) -> Option<Node> {
        self.flow.chart.after(&node.id).cloned()
    }

    /// The case that fits, else the default.
    fn chosen(&self, lookup: &Node) -> Option<Node> {
        let value = match lookup.config["operator"].as_str() {
            Some("input.handover.status") => self.input.handover["status"].as_str().unwrap_or_default(),
            _ => self.input.text.as_str(),
        };
        let words: Vec<String> = value
            .split(|letter: char| !letter.is_alphanumeric())
            .map(str::to_lowercase)
            .collect();
        let fits = |case: &Node| {
            let values = case.config["case"]["value"].as_array();
            values
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .any(|wanted| wanted.eq_ignore_ascii_case(value) || words.contains(&wanted.to_lowercase()))
        };
        let chart = &self.flow.chart;
        let case = chart
            .children(&lookup.id)
            .find(|child| child.kind == "case" && fits(child));
        let default = || chart.children(&lookup.id).find(|child| child.kind == "default");
        case.or_else(default).cloned()
    }

    /// Says something as the bot.
    pub(crate) async fn say(&mut self, text: String, data: Value) {
        let output = Output {
            text: Some(text),
            data,
            source: Source::Bot,
            trace: format!("sim_bot_{}", self.sim.next()),
        };
        self.said.push(output.clone());
        self.sim.tell(&self.key, &self.endpoint, output).await;
    }
}

fn text_of(node: &Node) -> String {
    let texts = &node.config["say"]["text"];
    let text = texts.as_str().or_else(|| texts[0].as_str());
    text.unwrap_or_default().to_owned()
}

/// A text with one button, in the form Webchat shows.
pub(crate) fn with_button(text: &str, button: &str) -> Value {
    let message = json!({
        "text": text,
        "quick_replies": [{ "content_type": "text", "title": button, "payload": button }],
    });
    json!({ "_cognigy": { "_webchat": { "message": message } } })
}
