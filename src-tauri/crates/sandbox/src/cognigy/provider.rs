//! Handover services and providers. A change of a provider is its Save: the answer waits until CXone was asked (`save`).

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use serde_json::{Map, Value};

use crate::answer;
use crate::cognigy::api::{Outcome, ok, paged, value};
use crate::cognigy::caller::{Caller, Right};
use crate::cognigy::install::{Install, Property, Provider, Provisioning, ProvisioningStatus};
use crate::cognigy::problem::{Kind, Wrong};
use crate::cognigy::save;
use crate::id::Ids;
use crate::switch::{ProviderPath, SaveFailure};

pub(crate) async fn services(caller: Caller) -> Response {
    let items = caller.sim.cognigy.install().services.iter().map(value).collect();
    caller.answer(paged(&caller, items, &["name"]))
}

pub(crate) async fn service(Path(id): Path<String>, caller: Caller) -> Response {
    let found = caller
        .sim
        .cognigy
        .install()
        .services
        .iter()
        .find(|of| of.id == id)
        .map(value);
    let outcome = found.ok_or_else(|| Wrong::not_found("handover service"));
    caller.answer(outcome.and_then(|found| ok(&found)))
}

pub(crate) async fn list(caller: Caller) -> Response {
    let outcome = caller.named_project(Right::Read).and_then(|install| {
        let items = install.providers.iter().map(value).collect();
        paged(&caller, items, &["name"])
    });
    caller.answer(outcome)
}

pub(crate) async fn read(Path(id): Path<String>, caller: Caller) -> Response {
    let outcome = caller
        .install(Right::Read)
        .and_then(|install| ok(&value(known(&install, &id)?)));
    caller.answer(outcome)
}

fn known<'a>(install: &'a Install, id: &str) -> Result<&'a Provider, Wrong> {
    install
        .provider(id)
        .ok_or_else(|| Wrong::not_found("handover provider"))
}

pub(crate) async fn create(caller: Caller) -> Response {
    caller.answer(created(&caller))
}

/// Nothing is asked of CXone yet: a new provider has no values to ask with.
fn created(caller: &Caller) -> Outcome {
    let install = caller.named_project(Right::Handover)?;
    let body = caller.body()?;
    only(&body, &["projectId", "name", "serviceId", "localeId"])?;
    let name = unused_name(&install, &body, "")?.ok_or_else(|| Wrong::missing("name"))?;
    let service = body
        .get("serviceId")
        .and_then(Value::as_str)
        .ok_or_else(|| Wrong::missing("serviceId"))?;
    let service = install
        .services
        .iter()
        .find(|of| of.id == service)
        .ok_or_else(|| Wrong::argument("There is no such handover service."))?;
    let number = caller.sim.next();
    let ids = Ids::new(caller.sim.seed);
    let now = caller.now_ms();
    let provider = Provider {
        id: ids.object(&format!("provider {number}")),
        reference_id: ids.uuid(&format!("provider {number}")),
        organisation_id: install.organisation_id.clone(),
        service_id: service.id.clone(),
        service: service.name.to_owned(),
        locale_id: install.locale_id.clone(),
        name,
        created_at: now,
        last_changed_at: now,
        created_by: install.user.id.clone(),
        last_changed_by: install.user.id.clone(),
        properties: service.properties.clone(),
        settings: Map::new(),
        provisioning: Provisioning {
            status: ProvisioningStatus::Pending,
        },
        channel: None,
    };
    let shown = value(&provider);
    caller.sim.cognigy.install().providers.push(provider);
    Ok(answer::json(StatusCode::CREATED, &shown))
}

pub(crate) async fn update_plural(Path(id): Path<String>, caller: Caller) -> Response {
    let outcome = match open(&caller, ProviderPath::Plural) {
        Ok(()) => updated(&caller, &id).await,
        Err(wrong) => Err(wrong),
    };
    caller.answer(outcome)
}

pub(crate) async fn update_singular(Path(id): Path<String>, caller: Caller) -> Response {
    let outcome = match open(&caller, ProviderPath::Singular) {
        Ok(()) => updated(&caller, &id).await,
        Err(wrong) => Err(wrong),
    };
    caller.answer(outcome)
}

pub(crate) async fn delete_plural(Path(id): Path<String>, caller: Caller) -> Response {
    let outcome = match open(&caller, ProviderPath::Plural) {
        Ok(()) => deleted(&caller, &id).await,
        Err(wrong) => Err(wrong),
    };
    caller.answer(outcome)
}

pub(crate) async fn delete_singular(Path(id): Path<String>, caller: Caller) -> Response {
    let outcome = match open(&caller, ProviderPath::Singular) {
        Ok(()) => deleted(&caller, &id).await,
        Err(wrong) => Err(wrong),
    };
    caller.answer(outcome)
}

/// One of the two paths is there, as the switch says.
fn open(caller: &Caller, path: ProviderPath) -> Result<(), Wrong> {
    if caller.switches.provider_path == path {
        Ok(())
    } else if path == ProviderPath::Singular {
        Err(Wrong::new(
            Kind::WrongMethod,
            "This address does not take that method.",
        ))
    } else {
        Err(Wrong::not_found("operation"))
    }
}

async fn updated(caller: &Caller, id: &str) -> Outcome {
    change(caller, id)?;
    // On an install where Save fails, what was typed is kept: the administrator corrects it and saves again.
    let status = save::save(&caller.sim, id).await;
    if status == ProvisioningStatus::Failed && caller.switches.save_failure == SaveFailure::Refused {
        return Err(Wrong::new(
            Kind::BadGateway,
            "The handover provider could not be provisioned.",
        ));
    }
    let install = caller.shown();
    ok(&value(known(&install, id)?))
}

/// Applies the body: `properties` replace the whole list (seen in code), so what a client leaves out is gone.
fn change(caller: &Caller, id: &str) -> Result<(), Wrong> {
    let install = caller.named_project(Right::Handover)?;
    known(&install, id)?;
    let body = caller.body()?;
    only(&body, &["projectId", "name", "properties", "localeId"])?;
    let name = unused_name(&install, &body, id)?;
    let properties = properties(&install, id, &body)?;
    let now = caller.now_ms();
    let mut live = caller.sim.cognigy.install();
    if let Some(provider) = live.providers.iter_mut().find(|of| of.id == id) {
        if let Some(name) = name {
            provider.name = name;
        }
        if let Some(properties) = properties {
            provider.properties = properties;
        }
        provider.last_changed_at = now;
    }
    Ok(())
}

fn only(body: &Map<String, Value>, known: &[&str]) -> Result<(), Wrong> {
    match body.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(Wrong::argument(format!("{key} is not known here."))),
        None => Ok(()),
    }
}

/// The name asked for, if one is. It must be unique (documented).
fn unused_name(install: &Install, body: &Map<String, Value>, own: &str) -> Result<Option<String>, Wrong> {
    match body.get("name") {
        None => Ok(None),
        Some(Value::String(name)) if !name.trim().is_empty() => {
            let taken = install
                .providers
                .iter()
                .any(|of| of.name == *name && of.id != own);
            if taken {
                return Err(Wrong::new(
                    Kind::Conflict,
                    "A handover provider has this name already.",
                ));
            }
            Ok(Some(name.clone()))
        }
        Some(_) => Err(Wrong::argument("name must be a text.")),
    }
}

fn properties(
    install: &Install,
    id: &str,
    body: &Map<String, Value>,
) -> Result<Option<Vec<Property>>, Wrong> {
    let Some(given) = body.get("properties") else {
        return Ok(None);
    };
    let given = given
        .as_array()
        .ok_or_else(|| Wrong::argument("properties must be a list of key and value."))?;
    let service = known(install, id)?.service_id.clone();
    let keys = install
        .services
        .iter()
        .find(|of| of.id == service)
        .map(|of| of.properties.as_slice())
        .unwrap_or_default();
    let read = |item: &Value| {
        let key = item["key"].as_str().unwrap_or_default();
        match keys.iter().any(|of| of.key == key) {
            true => Ok(Property {
                key: key.to_owned(),
                value: item["value"].clone(),
            }),
            false => Err(Wrong::argument(format!("The service has no property {key:?}."))),
        }
    };
    given.iter().map(read).collect::<Result<_, _>>().map(Some)
}

/// Removes channel and script in CXone by their names, then the provider. What CXone does not give up stays there, with a
/// log entry: the provider is gone all the same (that a failure keeps nothing is ours).
async fn deleted(caller: &Caller, id: &str) -> Outcome {
    let install = caller.named_project(Right::Handover)?;
    known(&install, id)?;
    save::remove(&caller.sim, id).await;
    caller.sim.cognigy.install().providers.retain(|of| of.id != id);
    Ok(answer::empty())
}
