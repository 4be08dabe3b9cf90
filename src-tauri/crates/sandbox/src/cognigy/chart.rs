//! The sample flow: a lookup on what the user says, the handover node with its accepted message and a way to cancel, and
//! below it a lookup on how the handover went, the error among its cases. And the ways through any chart.

use serde_json::{Value, json};

use crate::cognigy::install::{Chart, Intent, Node, Relation};
use crate::id::Ids;

/// Extension of the vendor's own nodes (seen in code).
const BASIC: &str = "@cognigy/basic-nodes";

/// Words of the sample flow that tests and people say to it.
const ASK_FOR_HUMAN: [&str; 3] = ["human", "agent", "person"];

pub(crate) fn intents() -> Vec<Intent> {
    vec![Intent {
        name: "cancel_handover",
        sentences: &["never mind", "forget it", "cancel handover"],
    }]
}

/// Puts nodes together line by line.
struct Maker {
    ids: Ids,
    chart: Chart,
}

impl Maker {
    fn node(&mut self, kind: &str, label: &str, config: Value) -> String {
        let id = self.ids.object(&format!("node {kind} {label}"));
        self.chart.nodes.push(Node {
            id: id.clone(),
            reference_id: self.ids.uuid(&format!("node {kind} {label}")),
            kind: kind.to_owned(),
            extension: BASIC,
            label: label.to_owned(),
            is_disabled: false,
            is_entry_point: kind == "start",
            config,
        });
        self.chart.relations.push(Relation {
            id: self.ids.object(&format!("relation {kind} {label}")),
            node: id.clone(),
            next: None,
            children: Vec::new(),
        });
        id
    }

    /// Nodes one below the other; gives the first.
    fn line(&mut self, nodes: &[String]) -> String {
        for pair in nodes.windows(2) {
            if let Some(relation) = self.chart.relations.iter_mut().find(|of| of.node == pair[0]) {
                relation.next = Some(pair[1].clone());
            }
        }
        nodes.first().cloned().unwrap_or_default()
    }

    fn lookup(&mut self, label: &str, operator: &str, cases: Vec<String>) -> String {
        let id = self.node("switch", label, json!({ "operator": operator }));
        if let Some(relation) = self.chart.relations.iter_mut().find(|of| of.node == id) {
            relation.children = cases;
        }
        id
    }

    fn say(&mut self, label: &str, text: &str) -> String {
        self.node("say", label, json!({ "say": { "text": [text], "type": "text" } }))
    }

    /// A case with one line to say.
    fn case(&mut self, values: &[&str], text: &str) -> String {
        let label = values.join(", ");
        let case = self.node("case", &label, json!({ "case": { "value": values } }));
        let say = self.say(&label, text);
        self.line(&[case, say])
    }

    fn otherwise(&mut self, label: &str, text: &str) -> String {
        let default = self.node("default", label, json!({}));
        let say = self.say(label, text);
        self.line(&[default, say])
    }
}

pub(crate) fn sample(ids: Ids, provider: &str) -> Chart {
    let mut maker = Maker {
        ids,
        chart: Chart {
            nodes: Vec::new(),
            relations: Vec::new(),
        },
    };
    let start = maker.node("start", "Start", json!({}));
    let ask = maker.node(
        "case",
        "Wants a human",
        json!({ "case": { "value": ASK_FOR_HUMAN } }),
    );
    let handover = maker.node("handoverToAgent", "Handover to Human Agent", handover(provider));
    let ended = [
        maker.case(&["completed"], "You are back with the bot."),
        maker.case(&["cancelled"], "The handover was cancelled."),
        maker.case(&["error"], "Nobody can be reached at the moment."),
    ];
    let after = maker.lookup("After the handover", "input.handover.status", ended.to_vec());
    let ask = maker.line(&[ask, handover, after]);
    let other = maker.otherwise(
        "Anything else",
        "I am the sandbox's bot. Say human to reach a person.",
    );
    let wish = maker.lookup("What is wanted", "input.text", vec![ask, other]);
    let end = maker.node("end", "End", json!({}));
    maker.line(&[start, wish, end]);
    maker.chart
}

fn handover(provider: &str) -> Value {
    json!({
        "handoverProvider": provider,
        "text": "A colleague will be with you soon.",
        "repeatHandoverMessage": false,
        "cancelIntent": "cancel_handover",
        "quickReply": "Cancel",
        "resolveBehavior": "resetEntrypoint",
        "sendResolveEvent": true,
        "sendOnQueueEvent": false,
        "sendOnActiveEvent": false,
        "sendTranscriptAsFirstMessage": true,
        "displayAgentDetails": false,
    })
}

impl Chart {
    pub(crate) fn node(&self, id: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.id == id)
    }

    pub(crate) fn entry(&self) -> Option<&Node> {
        self.nodes.iter().find(|node| node.is_entry_point)
    }

    fn relation(&self, id: &str) -> Option<&Relation> {
        self.relations.iter().find(|relation| relation.node == id)
    }

    /// The node below.
    pub(crate) fn below(&self, id: &str) -> Option<&Node> {
        self.node(self.relation(id)?.next.as_deref()?)
    }

    /// The nodes it holds, such as the cases of a lookup.
    pub(crate) fn children(&self, id: &str) -> impl Iterator<Item = &Node> {
        self.relation(id)
            .into_iter()
            .flat_map(|relation| &relation.children)
            .filter_map(|child| self.node(child))
    }

    /// The node that continues after `id` when its own line ends: below the lookup that holds it.
    pub(crate) fn after(&self, id: &str) -> Option<&Node> {
        let mut at = id.to_owned();
        // A chart is finite and a node has one place in it, so this ends; the bound is for damaged charts.
        for _ in 0..self.nodes.len() {
            if let Some(next) = self.below(&at) {
                return Some(next);
            }
            let head = self.head(&at).to_owned();
            let holder = self
                .relations
                .iter()
                .find(|relation| relation.children.contains(&head))?;
            at.clone_from(&holder.node);
        }
        None
    }

    /// The first node of the line a node stands in.
    fn head<'a>(&'a self, id: &'a str) -> &'a str {
        let mut at = id;
        for _ in 0..self.nodes.len() {
            match self
                .relations
                .iter()
                .find(|relation| relation.next.as_deref() == Some(at))
            {
                Some(above) => at = &above.node,
                None => break,
            }
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_flow_hangs_together() {
        let chart = sample(Ids::new(0), "provider");
        let start = chart.entry().unwrap();
        let lookup = chart.below(&start.id).unwrap();
        assert_eq!(lookup.kind, "switch");
        let case = chart.children(&lookup.id).next().unwrap();
        let handover = chart.below(&case.id).unwrap();
        assert_eq!(handover.kind, "handoverToAgent");
        let after = chart.after(&handover.id).unwrap();
        assert_eq!(after.config["operator"], "input.handover.status");
        // A line that ends goes on below the lookup that holds it.
        assert_eq!(chart.after(&after.id).unwrap().kind, "end");
        let ids: std::collections::BTreeSet<&str> = chart.nodes.iter().map(|node| node.id.as_str()).collect();
        assert_eq!(ids.len(), chart.nodes.len(), "node ids are unique");
        assert_eq!(
            chart.after(&chart.nodes.last().unwrap().id).map(|node| &node.id),
            None
        );
    }
}
