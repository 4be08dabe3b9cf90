//! What the install shows while faults are on: a changed copy, never the install itself. The bot runs on the same copy, so
//! what the API shows is what a chat meets.

use http::Extensions;
use serde_json::json;

use crate::cognigy::install::{Chart, Install, Level, LogEntry, ProvisioningStatus};
use crate::cognigy::journal::stamp;
use crate::cognigy::sample::{BUSINESS_UNIT, SERVICE};
use crate::disturbance::Scoped;
use crate::fault::{Fault, FaultSet};
use crate::id::Ids;
use crate::state::Sim;

/// Age of the log entries of `cognigy-log-errors`, in seconds.
const AGO: [i64; 2] = [600, 60];

impl Sim {
    /// The faults that hold for a request: those that are on, and those that a disturbance puts on it alone.
    pub(crate) fn faults_of(&self, extensions: &Extensions) -> FaultSet {
        let mut faults = self.faults();
        if let Some(Scoped(scoped)) = extensions.get() {
            faults.extend(scoped);
        }
        faults
    }

    /// The install as these faults make it look now.
    pub(crate) fn install_with(&self, faults: &FaultSet) -> Install {
        let live = self.cognigy.install();
        let (logs, turns) = (live.logs.clone(), live.turns.clone());
        let shown = Install {
            logs,
            turns,
            ..live.bare()
        };
        drop(live);
        self.distorted(shown, faults)
    }

    /// The same for a chat, with the faults that are on: without logs and conversations, which grow long.
    pub(crate) fn install_bare(&self) -> Install {
        self.bare_with(&self.faults())
    }

    pub(crate) fn bare_with(&self, faults: &FaultSet) -> Install {
        let bare = self.cognigy.install().bare();
        self.distorted(bare, faults)
    }

    fn distorted(&self, mut install: Install, faults: &FaultSet) -> Install {
        distort(&mut install, faults, Ids::new(self.seed), self.clock.now());
        install
    }
}

fn distort(install: &mut Install, faults: &FaultSet, ids: Ids, now: i64) {
    for fault in faults {
        match fault {
            Fault::CognigyKeyWrong => install.key.secret = ids.secret("another_key", 128),
            // Cognigy.AI's own side of it: what CXone calls is `view`'s.
            Fault::ProviderUnknown => drop(install.providers.drain(..install.providers.len().min(1))),
            Fault::CognigyForbidden => install.key.member = false,
            Fault::ProviderRenamed => {
                own_provider(install, |provider, _| provider.name.push_str(" (old)"));
            }
            Fault::ProviderOtherService => own_provider(install, |provider, services| {
                if let Some(other) = services.iter().find(|service| service.name != SERVICE) {
                    provider.service_id.clone_from(&other.id);
                    provider.service = other.name.to_owned();
                }
            }),
            Fault::ProviderFieldDiffers => own_provider(install, |provider, _| {
                provider
                    .properties
                    .iter_mut()
                    .filter(|property| property.key == BUSINESS_UNIT)
                    .for_each(|property| {
                        property.value = ids.number("another unit", 4_700_000).to_string().into();
                    });
            }),
            Fault::ProvisioningFailed => own_provider(install, |provider, _| {
                provider.provisioning.status = ProvisioningStatus::Failed;
            }),
            Fault::FlowNoHandover => install
                .flows
                .iter_mut()
                .for_each(|flow| flow.chart.remove_all("handoverToAgent")),
            Fault::FlowOtherProvider => {
                let nodes = install.flows.iter_mut().flat_map(|flow| &mut flow.chart.nodes);
                nodes
                    .filter(|node| node.kind == "handoverToAgent")
                    .for_each(|node| {
                        node.config["handoverProvider"] = ids.object("another provider").into();
                    });
            }
            Fault::FlowNoErrorBranch => install
                .flows
                .iter_mut()
                .for_each(|flow| flow.chart.remove_case("error")),
            Fault::EndpointRest => install
                .endpoints
                .iter_mut()
                .for_each(|endpoint| "rest".clone_into(&mut endpoint.channel)),
            Fault::EndpointInactive => install
                .endpoints
                .iter_mut()
                .for_each(|endpoint| endpoint.active = false),
            Fault::CognigyLogErrors => install
                .logs
                .extend(AGO.map(|ago| refused_handover(ids, now - ago))),
            _ => {}
        }
    }
    install.logs.sort_by_key(|entry| entry.at);
}

/// The sample provider is the first of its list.
fn own_provider(
    install: &mut Install,
    change: impl FnOnce(&mut crate::cognigy::install::Provider, &[crate::cognigy::install::Service]),
) {
    let Install {
        providers, services, ..
    } = install;
    if let Some(provider) = providers.first_mut() {
        change(provider, services);
    }
}

fn refused_handover(ids: Ids, at: i64) -> LogEntry {
    LogEntry {
        id: ids.object(&format!("refused handover {at}")),
        timestamp: stamp(at),
        level: Level::Error,
        msg: "The handover request failed".to_owned(),
        trace_id: format!("sim_trace_{}", ids.hex("refused handover", 8)),
        meta: json!({
            "sessionId": "sim_session_earlier", "userId": "sim_user_earlier", "flowName": "Main",
            "reason": "error", "error": "CXone answered 401",
        }),
        at: at.saturating_mul(1000),
    }
}

impl Chart {
    /// Takes all nodes of a kind out; what is below each moves up.
    fn remove_all(&mut self, kind: &str) {
        let gone: Vec<String> = self
            .nodes
            .iter()
            .filter(|node| node.kind == kind)
            .map(|node| node.id.clone())
            .collect();
        for id in gone {
            let next = self
                .relations
                .iter()
                .find(|relation| relation.node == id)
                .and_then(|relation| relation.next.clone());
            for relation in &mut self.relations {
                if relation.next.as_deref() == Some(id.as_str()) {
                    relation.next.clone_from(&next);
                }
            }
            self.forget(&id);
        }
    }

    /// Takes the cases for a value out, each with the line below it.
    fn remove_case(&mut self, value: &str) {
        let cases: Vec<String> = self
            .nodes
            .iter()
            .filter(|node| node.kind == "case")
            .filter(|node| {
                let values = node.config["case"]["value"].as_array();
                values.into_iter().flatten().any(|one| one == value)
            })
            .map(|node| node.id.clone())
            .collect();
        for case in cases {
            let mut at = Some(case.clone());
            while let Some(id) = at {
                at = self
                    .relations
                    .iter()
                    .find(|relation| relation.node == id)
                    .and_then(|relation| relation.next.clone());
                self.forget(&id);
            }
            for relation in &mut self.relations {
                relation.children.retain(|child| *child != case);
            }
        }
    }

    fn forget(&mut self, id: &str) {
        self.nodes.retain(|node| node.id != id);
        self.relations.retain(|relation| relation.node != id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cognigy::chart::sample;

    #[test]
    fn a_chart_stays_whole_when_nodes_are_taken_out() {
        let whole = sample(Ids::new(0), "provider");
        let mut without = whole.clone();
        without.remove_all("handoverToAgent");
        assert_eq!(without.nodes.len(), whole.nodes.len() - 1);
        let handover = whole
            .nodes
            .iter()
            .find(|node| node.kind == "handoverToAgent")
            .unwrap();
        let above = whole
            .relations
            .iter()
            .find(|of| of.next.as_ref() == Some(&handover.id))
            .unwrap();
        assert_eq!(
            without.below(&above.node).map(|node| &node.id),
            whole.below(&handover.id).map(|node| &node.id)
        );

        let mut without = whole.clone();
        without.remove_case("error");
        assert_eq!(without.nodes.len(), whole.nodes.len() - 2);
        for chart in [&without, &whole] {
            let all: Vec<&String> = chart.nodes.iter().map(|node| &node.id).collect();
            for relation in &chart.relations {
                let named = relation
                    .next
                    .iter()
                    .chain(&relation.children)
                    .chain([&relation.node]);
                assert!(named.into_iter().all(|id| all.contains(&id)));
            }
        }
    }
}
