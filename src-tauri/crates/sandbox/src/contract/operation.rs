//! One operation of a document, with its schemas made ready on first use.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use http::Method;
use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

use crate::contract::ContractError;
use crate::host::Host;

/// A path, a method, and what is said about them.
pub(crate) struct Operation {
    pub id: String,
    pub host: Host,
    pub method: Method,
    path: Vec<Segment>,
    pub query: Vec<Parameter>,
    pub body: Option<Body>,
    /// The statuses, and the schemas of those that have a JSON body.
    pub answers: BTreeMap<u16, Option<Schema>>,
    /// How sure each status is.
    pub marks: BTreeMap<u16, String>,
    /// How sure the operation is.
    pub mark: String,
    /// Where it is known from.
    pub source: String,
    /// As the document writes it.
    pub template: String,
}

enum Segment {
    Text(String),
    Variable,
}

/// A parameter of the query.
pub(crate) struct Parameter {
    pub name: String,
    pub required: bool,
    pub schema: Schema,
}

/// What a body may be.
pub(crate) struct Body {
    pub required: bool,
    /// By media type; one or two of them.
    pub forms: Vec<(Media, Schema)>,
}

/// How a body is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Media {
    Json,
    Form,
}

impl Media {
    const ALL: [Media; 2] = [Media::Json, Media::Form];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Media::Json => "application/json",
            Media::Form => "application/x-www-form-urlencoded",
        }
    }
}

/// A schema of a document, with the document's components to refer to.
pub(crate) struct Schema {
    whole: Arc<Value>,
    own: Value,
    ready: OnceLock<Result<Compiled, String>>,
}

/// A schema made ready.
pub(crate) struct Compiled {
    pub validator: Validator,
    /// The schema with the components in it: what paths of the validator lead through.
    pub root: Value,
}

/// The operations of a document.
pub(crate) fn read(host: Host, document: &Value) -> Result<Vec<Operation>, ContractError> {
    let components = Arc::new(document["components"].clone());
    let mark = |value: &Value, above: &str| value["x-mark"].as_str().unwrap_or(above).to_owned();
    let above = mark(document, "");
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, value) in item.as_object().into_iter().flatten() {
            let broken = |what| ContractError::Operation {
                host: host.name(),
                path: path.clone(),
                what,
            };
            let schema = |own: &Value| Schema {
                whole: components.clone(),
                own: own.clone(),
                ready: OnceLock::new(),
            };
            let Ok(method) = Method::from_bytes(method.to_ascii_uppercase().as_bytes()) else {
                return Err(broken("the method is none"));
            };
            let id = value["operationId"]
                .as_str()
                .ok_or_else(|| broken("operationId is missing"))?;
            // An answer, or the shared one that stands in its place.
            let shared = |answer: &Value| -> Value {
                let at = answer["$ref"].as_str().map(|at| at.trim_start_matches('#'));
                let shared = at.and_then(|at| document.pointer(at));
                shared.unwrap_or(answer).clone()
            };
            let answers = || value["responses"].as_object().into_iter().flatten();
            let sure = mark(value, &above);
            let content = &value["requestBody"]["content"];
            let forms: Vec<(Media, Schema)> = Media::ALL
                .into_iter()
                .filter(|media| content.get(media.name()).is_some())
                .map(|media| (media, schema(&content[media.name()]["schema"])))
                .collect();
            operations.push(Operation {
                id: id.to_owned(),
                host,
                method,
                path: segments(path),
                query: value["parameters"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter(|parameter| parameter["in"] == "query")
                    .map(|parameter| Parameter {
                        name: parameter["name"].as_str().unwrap_or_default().to_owned(),
                        required: parameter["required"] == true,
                        schema: schema(&parameter["schema"]),
                    })
                    .collect(),
                body: (!forms.is_empty()).then(|| Body {
                    required: value["requestBody"]["required"] == true,
                    forms,
                }),
                marks: answers()
                    .filter_map(|(status, answer)| Some((status.parse().ok()?, mark(&shared(answer), &sure))))
                    .collect(),
                answers: answers()
                    .filter_map(|(status, answer)| {
                        let content = &shared(answer)["content"];
                        let problem = &content["application/problem+json"]["schema"];
                        let body = match &content["application/json"]["schema"] {
                            Value::Null => problem,
                            body => body,
                        };
                        Some((status.parse().ok()?, (!body.is_null()).then(|| schema(body))))
                    })
                    .collect(),
                mark: sure,
                source: value["x-source"]
                    .as_str()
                    .or(document["x-source"].as_str())
                    .unwrap_or_default()
                    .to_owned(),
                template: path.clone(),
            });
        }
    }
    Ok(operations)
}

/// The events of a document, by name.
pub(crate) fn events(document: &Value) -> impl Iterator<Item = (String, Schema)> {
    let components = Arc::new(document["components"].clone());
    let events = document["x-events"].as_object().into_iter().flatten();
    events.map(move |(name, own)| {
        let schema = Schema {
            whole: components.clone(),
            own: own.clone(),
            ready: OnceLock::new(),
        };
        (name.clone(), schema)
    })
}

fn segments(path: &str) -> Vec<Segment> {
    path.split('/')
        .map(|segment| match segment.starts_with('{') {
            true => Segment::Variable,
            false => Segment::Text(segment.to_owned()),
        })
        .collect()
}

impl Operation {
    /// Whether a path is one of this operation's.
    pub(crate) fn matches(&self, path: &str) -> bool {
        let mut asked = path.split('/');
        self.path.iter().all(|segment| {
            asked.next().is_some_and(|asked| match segment {
                Segment::Text(text) => text == asked,
                Segment::Variable => !asked.is_empty(),
            })
        }) && asked.next().is_none()
    }

    /// How many variables its path has.
    pub(crate) fn variables(&self) -> usize {
        self.path
            .iter()
            .filter(|segment| matches!(segment, Segment::Variable))
            .count()
    }

    /// Makes every schema ready.
    #[cfg(test)]
    pub(crate) fn compile(&self) -> Result<(), ContractError> {
        let bodies = self
            .body
            .iter()
            .flat_map(|body| body.forms.iter().map(|(_, schema)| schema));
        let answers = self.answers.values().flatten();
        let query = self.query.iter().map(|parameter| &parameter.schema);
        for schema in bodies.chain(answers).chain(query) {
            schema.ready(&self.id)?;
        }
        Ok(())
    }
}

impl Schema {
    /// The schema as it is written: of a parameter, where its type decides how text is read.
    pub(crate) fn own(&self) -> &Value {
        &self.own
    }

    /// The schema made ready, on first use.
    pub(crate) fn ready(&self, operation: &str) -> Result<&Compiled, ContractError> {
        let ready = self.ready.get_or_init(|| {
            let root = json!({ "components": *self.whole, "allOf": [self.own] });
            jsonschema::options()
                .with_draft(Draft::Draft202012)
                .should_validate_formats(true)
                .build(&root)
                .map(|validator| Compiled { validator, root })
                .map_err(|error| error.to_string())
        });
        ready.as_ref().map_err(|detail| ContractError::Schema {
            operation: operation.to_owned(),
            detail: detail.clone(),
        })
    }
}
