//! Flows with their charts. The chart lists nodes; whether it holds their settings is not known (switch `chart-config`).

use axum::extract::Path;
use axum::response::Response;
use serde_json::{Value, json};

use crate::answer;
use crate::cognigy::api::{Outcome, ok, paged, value};
use crate::cognigy::caller::{Caller, Right};
use crate::cognigy::install::{Flow, Node};
use crate::cognigy::problem::Wrong;
use crate::switch::ChartConfig;

pub(crate) async fn list(caller: Caller) -> Response {
    let outcome = caller.named_project(Right::Read).and_then(|install| {
        let items = install.flows.iter().map(value).collect();
        paged(&caller, items, &["name"])
    });
    caller.answer(outcome)
}

/// Flows are read by their `_id`; a reference id is refused, as on real installs.
fn found(caller: &Caller, id: &str) -> Result<Flow, Wrong> {
    let install = caller.install(Right::Read)?;
    let flow = install.flows.into_iter().find(|of| of.id == id);
    flow.ok_or_else(|| Wrong::not_found("flow"))
}

pub(crate) async fn read(Path(id): Path<String>, caller: Caller) -> Response {
    caller.answer(found(&caller, &id).and_then(|flow| ok(&value(&flow))))
}

pub(crate) async fn settings(Path(id): Path<String>, caller: Caller) -> Response {
    caller.answer(found(&caller, &id).and_then(|flow| {
        let intents: Vec<&str> = flow.intents.iter().map(|intent| intent.name).collect();
        ok(&json!({ "flowId": flow.id, "intents": intents }))
    }))
}

fn listed(caller: &Caller, node: &Node) -> Value {
    let mut item = value(node);
    if caller.switches.chart_config == ChartConfig::NodeOnly
        && let Some(item) = item.as_object_mut()
    {
        item.remove("config");
    }
    item
}

pub(crate) async fn chart(Path(id): Path<String>, caller: Caller) -> Response {
    caller.answer(found(&caller, &id).and_then(|flow| {
        let nodes: Vec<Value> = flow
            .chart
            .nodes
            .iter()
            .map(|node| listed(&caller, node))
            .collect();
        ok(&json!({ "_id": flow.id, "nodes": nodes, "relations": value(&flow.chart.relations) }))
    }))
}

pub(crate) async fn nodes(Path(id): Path<String>, caller: Caller) -> Response {
    caller.answer(found(&caller, &id).and_then(|flow| {
        let nodes = flow.chart.nodes.iter().map(|node| listed(&caller, node));
        paged(&caller, nodes.collect(), &["label", "type"])
    }))
}

/// Nodes by `type`, or by a text in label, type or settings.
pub(crate) async fn search(Path(id): Path<String>, caller: Caller) -> Response {
    caller.answer(found(&caller, &id).and_then(|flow| {
        let kind = caller.params.get("type");
        let text = caller.params.get("filter").unwrap_or_default().to_lowercase();
        let nodes: Vec<Value> = flow
            .chart
            .nodes
            .iter()
            .filter(|node| kind.is_none_or(|kind| kind == node.kind))
            .filter(|node| value(*node).to_string().to_lowercase().contains(&text))
            .map(|node| listed(&caller, node))
            .collect();
        paged(&caller, nodes, &[])
    }))
}

pub(crate) async fn node(Path((id, node)): Path<(String, String)>, caller: Caller) -> Response {
    caller.answer(found(&caller, &id).and_then(|flow| {
        let node = flow.chart.node(&node);
        ok(&value(node.ok_or_else(|| Wrong::not_found("node"))?))
    }))
}

pub(crate) async fn update_node(Path((id, node)): Path<(String, String)>, caller: Caller) -> Response {
    caller.answer(updated(&caller, &id, &node))
}

/// `config` is merged key by key (ours); `isDisabled` and `label` are replaced.
fn updated(caller: &Caller, id: &str, node: &str) -> Outcome {
    found(caller, id)?;
    let body = caller.body()?;
    let mut install = caller.sim.cognigy.install();
    let node = install
        .flows
        .iter_mut()
        .find(|flow| flow.id == id)
        .and_then(|flow| flow.chart.nodes.iter_mut().find(|of| of.id == node))
        .ok_or_else(|| Wrong::not_found("node"))?;
    let mut changed = node.clone();
    for (name, given) in &body {
        match (name.as_str(), given) {
            ("localeId", _) => {}
            ("label", Value::String(label)) => changed.label.clone_from(label),
            ("isDisabled", Value::Bool(off)) => changed.is_disabled = *off,
            ("config", Value::Object(config)) => {
                for (key, value) in config {
                    changed.config[key] = value.clone();
                }
            }
            (name, _) => return Err(Wrong::argument(format!("{name} cannot have this value."))),
        }
    }
    *node = changed;
    Ok(answer::empty())
}
