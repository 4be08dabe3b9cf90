//! The contract of the simulated hosts: OpenAPI documents in our own words, one or more a host, in the crate's `contract`
//! folder. They are not decoration: [`enforce()`] holds every request and every answer against them at run time.
//!
//! `x-mark` says how sure a rule is (`documented`, `seen in code`, `inferred`, `unknown`) and `x-source` where it is from;
//! both hold for everything below them that has none of its own. What a document does not name does not exist.

mod check;
mod enforce;
mod operation;

use std::sync::LazyLock;

use http::Method;
use serde_json::Value;

pub(crate) use check::Breach;
pub(crate) use enforce::{enforce, explain, ruled};
pub(crate) use operation::Operation;

use crate::contract::operation::Schema;

use crate::host::Host;

/// The documents, by the host they describe.
const DOCUMENTS: &[(Host, &str)] = &[
    (
        Host::Digital,
        include_str!("../../contract/digital-channels.json"),
    ),
    (
        Host::Digital,
        include_str!("../../contract/digital-messages.json"),
    ),
    (
        Host::Digital,
        include_str!("../../contract/digital-contacts.json"),
    ),
    (Host::Digital, include_str!("../../contract/digital-tenant.json")),
    (
        Host::Digital,
        include_str!("../../contract/digital-moderation.json"),
    ),
    (Host::Digital, include_str!("../../contract/digital-fields.json")),
    (
        Host::CognigyApi,
        include_str!("../../contract/cognigy-project.json"),
    ),
    (
        Host::CognigyApi,
        include_str!("../../contract/cognigy-handover.json"),
    ),
    (Host::CognigyApi, include_str!("../../contract/cognigy-flow.json")),
    (
        Host::Endpoint,
        include_str!("../../contract/cognigy-endpoint.json"),
    ),
    (Host::Issuer, include_str!("../../contract/issuer.json")),
    (Host::UserHub, include_str!("../../contract/userhub.json")),
    (Host::Api, include_str!("../../contract/acd-tenant.json")),
    (Host::Api, include_str!("../../contract/acd-skills.json")),
    (Host::Api, include_str!("../../contract/scripts.json")),
    (Host::Events, include_str!("../../contract/events.json")),
];

static CONTRACT: LazyLock<Result<Contract, ContractError>> = LazyLock::new(Contract::read);

/// A document that cannot be used. A test keeps this from ever reaching anybody.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ContractError {
    /// A document is no JSON.
    #[error("a document of {host} is no JSON: {source}")]
    Json {
        /// The host it describes.
        host: &'static str,
        /// What the reader said.
        source: serde_json::Error,
    },
    /// An operation lacks what every one needs.
    #[error("{host} {path}: {what}")]
    Operation {
        /// The host it belongs to.
        host: &'static str,
        /// Its path.
        path: String,
        /// What is missing.
        what: &'static str,
    },
    /// A schema is none.
    #[error("{operation}: {detail}")]
    Schema {
        /// The operation it belongs to.
        operation: String,
        /// What the validator said.
        detail: String,
    },
}

/// All operations of all documents.
pub(crate) struct Contract {
    operations: Vec<Operation>,
    /// The documents as they are written.
    documents: Vec<(Host, Value)>,
    /// Events of the chat socket, by name.
    events: Vec<(String, Schema)>,
}

/// What a document says to a method and a path.
pub(crate) enum Found<'a> {
    Operation(&'a Operation),
    /// The path is there, the method is not; these are.
    OtherMethod(Vec<&'a Method>),
    Nothing,
}

impl Contract {
    /// The contract, read once a process.
    pub(crate) fn get() -> Result<&'static Contract, &'static ContractError> {
        CONTRACT.as_ref()
    }

    fn read() -> Result<Contract, ContractError> {
        let mut contract = Contract {
            operations: Vec::new(),
            documents: Vec::new(),
            events: Vec::new(),
        };
        for (host, text) in DOCUMENTS {
            let document: Value = serde_json::from_str(text).map_err(|source| ContractError::Json {
                host: host.name(),
                source,
            })?;
            contract.operations.extend(operation::read(*host, &document)?);
            contract.events.extend(operation::events(&document));
            contract.documents.push((*host, document));
        }
        Ok(contract)
    }

    /// The documents of a host.
    pub(crate) fn documents(&self, host: Host) -> impl Iterator<Item = &Value> {
        self.documents
            .iter()
            .filter(move |(described, _)| *described == host)
            .map(|(_, document)| document)
    }

    /// The rule that an event of the chat socket breaks. An event nobody describes breaks one.
    pub(crate) fn event_breach(&self, name: &str, payload: &Value) -> Result<Option<String>, ContractError> {
        let Some((_, schema)) = self.events.iter().find(|(known, _)| known == name) else {
            return Ok(Some(format!("event {name}")));
        };
        let compiled = schema.ready(name)?;
        let first = compiled.validator.iter_errors(payload).next();
        Ok(first.map(|error| {
            format!(
                "event {name} {} {}",
                error.instance_path().as_str(),
                error.kind().keyword()
            )
        }))
    }

    /// Whether any document describes the host.
    pub(crate) fn covers(host: Host) -> bool {
        DOCUMENTS.iter().any(|(described, _)| *described == host)
    }

    /// The operation of a request. A path with fewer variables wins: `/agents/states` is no `/agents/{id}`. A HEAD is answered
    /// as the GET, without its body.
    pub(crate) fn find(&self, host: Host, method: &Method, path: &str) -> Found<'_> {
        let method = if method == Method::HEAD {
            &Method::GET
        } else {
            method
        };
        let mut best: Option<&Operation> = None;
        let mut others = Vec::new();
        let here = self.operations.iter().filter(|operation| operation.host == host);
        for operation in here.filter(|operation| operation.matches(path)) {
            if operation.method != *method {
                others.push(&operation.method);
            } else if best.is_none_or(|best| operation.variables() < best.variables()) {
                best = Some(operation);
            }
        }
        match best {
            Some(operation) => Found::Operation(operation),
            None if others.is_empty() => Found::Nothing,
            None => Found::OtherMethod(others),
        }
    }

    /// All operations, in the order of the documents.
    pub(crate) fn operations(&self) -> &[Operation] {
        &self.operations
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_document_is_read_and_every_schema_is_one() {
        let contract = Contract::get().unwrap();
        let ids: BTreeSet<&str> = contract
            .operations()
            .iter()
            .map(|operation| operation.id.as_str())
            .collect();
        assert_eq!(ids.len(), contract.operations().len(), "operation ids are unique");
        for (name, schema) in &contract.events {
            schema.ready(name).unwrap();
        }
        for operation in contract.operations() {
            operation.compile().unwrap();
            assert!(!operation.answers.is_empty(), "{} has no answer", operation.id);
            assert!(
                ["documented", "seen in code", "inferred", "unknown"].contains(&operation.mark.as_str()),
                "{}: {:?}",
                operation.id,
                operation.mark
            );
        }
    }
}
