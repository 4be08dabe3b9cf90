//! Flows and their charts.
//!
//! A chart is a list of Nodes and, apart from it, where each stands (seen in code). Whether it holds the settings of its
//! Nodes differs; a Node read by itself has them.

use serde_json::Value;

use crate::api::{Api, Error, Listed, Read};
use crate::value;

/// A Flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// `_id`: what Flows are read by.
    pub id: String,
    /// `referenceId`: what Endpoints and other Flows name it by.
    pub reference_id: Option<String>,
    /// `name`.
    pub name: Option<String>,
}

impl Flow {
    /// Its name, or its id where it has none.
    #[must_use]
    pub fn shown(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }

    /// Whether a text names this Flow, by either of its ids.
    #[must_use]
    pub fn is_named_by(&self, id: &str) -> bool {
        self.id == id || self.reference_id.as_deref() == Some(id)
    }
}

/// The Nodes of a Flow.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Chart {
    /// The Nodes.
    pub nodes: Vec<Node>,
    /// Where each stands.
    pub(crate) relations: Vec<Relation>,
}

/// A Node. Its settings can hold secrets of the project, so `Debug` does not show them.
#[derive(Clone, PartialEq)]
pub struct Node {
    /// `_id`.
    pub id: String,
    /// `type`, such as `handoverToAgent`.
    pub kind: String,
    /// `label`, what its author called it.
    pub label: Option<String>,
    /// `isDisabled`.
    pub is_disabled: bool,
    /// `config`, where the answer has it.
    pub config: Option<Value>,
}

impl std::fmt::Debug for Node {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Node")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("label", &self.label)
            .finish_non_exhaustive()
    }
}

/// What is below a Node, and what it holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Relation {
    pub(crate) node: String,
    pub(crate) next: Option<String>,
    pub(crate) children: Vec<String>,
}

impl Api {
    /// The Flows of a project.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn flows(&self, project: &str) -> Result<Listed<Flow>, Error> {
        let query = [("projectId", project)];
        self.list(&["v2.0", "flows"], &query, "cognigy flows", |item| {
            Some(Flow {
                id: value::text(item, "_id")?,
                reference_id: value::text(item, "referenceId"),
                name: value::text(item, "name"),
            })
        })
        .await
    }

    /// The chart of a Flow, by the Flow's `_id`.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn chart(&self, flow: &str) -> Result<Chart, Error> {
        let path = ["v2.0", "flows", flow, "chart"];
        let (chart, response) = self.json(Read::of(&path, &[], "cognigy chart")).await?;
        if !chart.get("nodes").is_some_and(Value::is_array) {
            return Err(Error::shape("chart", "it has no nodes", &response));
        }
        Ok(Chart::read(&chart))
    }

    /// One Node with its settings.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn node(&self, flow: &str, node: &str) -> Result<Node, Error> {
        let path = ["v2.0", "flows", flow, "chart", "nodes", node];
        let (node, response) = self.json(Read::of(&path, &[], "cognigy node")).await?;
        Node::read(&node).ok_or_else(|| Error::shape("node", "it has no id or type", &response))
    }
}

impl Node {
    fn read(value: &Value) -> Option<Node> {
        Some(Node {
            id: value::text(value, "_id")?,
            kind: value::text(value, "type")?,
            label: value::text(value, "label"),
            is_disabled: value::flag(value, "isDisabled").unwrap_or(false),
            config: value.get("config").filter(|config| config.is_object()).cloned(),
        })
    }

    /// Its label, or its type where it has none.
    #[must_use]
    pub fn shown(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.kind)
    }
}

impl Chart {
    pub(crate) fn read(value: &Value) -> Chart {
        let relation = |value: &Value| {
            Some(Relation {
                node: value::text(value, "node")?,
                next: value::text(value, "next"),
                children: value::items(value, "children")
                    .iter()
                    .filter_map(value::plain)
                    .collect(),
            })
        };
        Chart {
            nodes: value::items(value, "nodes")
                .iter()
                .filter_map(Node::read)
                .collect(),
            relations: value::items(value, "relations")
                .iter()
                .filter_map(relation)
                .collect(),
        }
    }

    /// A Node by its id.
    #[must_use]
    pub fn node(&self, id: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.id == id)
    }

    fn relation(&self, id: &str) -> Option<&Relation> {
        self.relations.iter().find(|relation| relation.node == id)
    }

    /// The Nodes that a Node holds, such as the cases of a Lookup.
    pub(crate) fn children(&self, id: &str) -> impl Iterator<Item = &Node> {
        self.relation(id)
            .into_iter()
            .flat_map(|relation| &relation.children)
            .filter_map(|child| self.node(child))
    }

    /// Whether anything stands below or within a Node.
    pub(crate) fn leads_on(&self, id: &str) -> bool {
        self.relation(id)
            .is_some_and(|relation| relation.next.is_some() || !relation.children.is_empty())
    }

    /// The Nodes that can run after this one, itself not among them: below it, what those hold, and, where its line ends,
    /// below whatever holds the line.
    pub(crate) fn after(&self, id: &str) -> Vec<&Node> {
        let mut found: Vec<&str> = Vec::new();
        let mut open: Vec<&str> = self
            .relation(id)
            .map(|of| of.children.iter().map(String::as_str).collect())
            .unwrap_or_default();
        let mut line = Some(id);
        // Down the line, then on below the holder of the line, and so on up. A chart is finite; the bound is for damaged
        // ones.
        for _ in 0..=self.relations.len() {
            let Some(at) = line else { break };
            if let Some(next) = self.relation(at).and_then(|of| of.next.as_deref()) {
                open.push(next);
                line = Some(next);
            } else {
                line = self.holder(self.head(at));
            }
        }
        while let Some(at) = open.pop() {
            if at == id || found.contains(&at) {
                continue;
            }
            found.push(at);
            if let Some(relation) = self.relation(at) {
                open.extend(relation.next.as_deref());
                open.extend(relation.children.iter().map(String::as_str));
            }
        }
        self.nodes
            .iter()
            .filter(|node| found.contains(&node.id.as_str()))
            .collect()
    }

    /// The Node whose line or case this is.
    fn holder(&self, head: &str) -> Option<&str> {
        self.relations
            .iter()
            .find(|relation| relation.children.iter().any(|child| child == head))
            .map(|relation| relation.node.as_str())
    }

    /// The first Node of the line a Node stands in.
    fn head<'a>(&'a self, id: &'a str) -> &'a str {
        let mut at = id;
        for _ in 0..self.relations.len() {
            match self.relations.iter().find(|of| of.next.as_deref() == Some(at)) {
                Some(above) => at = &above.node,
                None => break,
            }
        }
        at
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::json;

    use super::*;

    /// start, a lookup with two cases, end; in the first case a handover, then a lookup on its status.
    pub(crate) fn chart(config: &Value, below: &Value) -> Chart {
        let node = |id: &str, kind: &str, config: Value| json!({ "_id": id, "type": kind, "label": id, "config": config });
        let relation = |id: &str, next: Option<&str>, children: &[&str]| json!({ "node": id, "next": next, "children": children });
        let mut nodes = vec![
            node("start", "start", json!({})),
            node("wish", "switch", json!({ "operator": "input.text" })),
            node("human", "case", json!({ "case": { "value": ["human"] } })),
            node("handover", "handoverToAgent", config.clone()),
            node("after", "switch", json!({ "operator": "input.handover.status" })),
            node("other", "default", json!({})),
            node("end", "end", json!({})),
        ];
        let mut relations = vec![
            relation("start", Some("wish"), &[]),
            relation("wish", Some("end"), &["human", "other"]),
            relation("human", Some("handover"), &[]),
            relation("handover", Some("after"), &[]),
            relation("other", None, &[]),
            relation("end", None, &[]),
        ];
        let mut cases = Vec::new();
        for (at, case) in below.as_array().unwrap().iter().enumerate() {
            let (id, say) = (format!("case {at}"), format!("say {at}"));
            let kind = if case.is_null() { "default" } else { "case" };
            nodes.push(node(&id, kind, json!({ "case": { "value": [case] } })));
            nodes.push(node(&say, "say", json!({})));
            relations.push(relation(&id, Some(&say), &[]));
            relations.push(relation(&say, None, &[]));
            cases.push(id);
        }
        let cases: Vec<&str> = cases.iter().map(String::as_str).collect();
        relations.push(relation("after", None, &cases));
        Chart::read(&json!({ "nodes": nodes, "relations": relations }))
    }

    #[test]
    fn what_runs_after_a_node_is_below_it_and_below_what_holds_it() {
        let chart = chart(&json!({}), &json!(["completed"]));
        let ids = |of: &str| {
            chart
                .after(of)
                .iter()
                .map(|node| node.id.as_str())
                .collect::<Vec<_>>()
        };
        assert_eq!(ids("handover"), ["after", "end", "case 0", "say 0"]);
        assert_eq!(ids("end"), [] as [&str; 0]);
        assert_eq!(ids("start").len(), chart.nodes.len() - 1);
        assert!(chart.leads_on("case 0") && !chart.leads_on("say 0"));
    }

    #[test]
    fn a_chart_that_goes_in_a_circle_ends() {
        let circle = Chart::read(&json!({
            "nodes": [{ "_id": "a", "type": "say" }, { "_id": "b", "type": "say" }, { "type": "without an id" }],
            "relations": [{ "node": "a", "next": "b", "children": ["a"] }, { "node": "b", "next": "a" }, {}],
        }));
        assert_eq!(circle.after("a").len(), 1);
        assert_eq!(Chart::read(&json!({})), Chart::default());
    }
}
