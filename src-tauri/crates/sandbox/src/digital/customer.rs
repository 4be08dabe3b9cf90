//! Customers: the people behind the end users of channels, with their fields and notes.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::{delete, get, put};
use http::{StatusCode, Uri};
use serde_json::{Value, json};

use crate::answer;
use crate::digital::{Refusal, done, read};
use crate::inbox::{Customer, Field, Note};
use crate::params::Params;
use crate::state::{Seen, Sim};

/// Rows of a page; the real default is not documented.
const PAGE: u64 = 25;

pub(crate) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route("/dfo/3.0/customers", get(list))
        .route("/dfo/3.0/customers/{customer}", get(one))
        .route("/dfo/3.0/customers/{customer}/merge", put(merge))
        .route("/dfo/3.0/customers/{customer}/custom-fields", put(fields))
        .route(
            "/dfo/3.0/customers/{customer}/custom-fields/{ident}",
            delete(delete_field),
        )
        .route("/dfo/3.0/customers/{customer}/notes", get(notes).post(add_note))
        .route(
            "/dfo/3.0/customers/{customer}/notes/{note}",
            put(change_note).delete(delete_note),
        )
}

async fn list(seen: Seen, uri: Uri) -> Result<Response, Refusal> {
    let params = Params::of(&uri);
    let limit = params.number("limit", 1).or(params.number("size", 1));
    let limit = limit.unwrap_or(PAGE) as usize;
    let page = params.number("page", 1).unwrap_or(1) as usize;
    let wanted = params.get("query").unwrap_or_default().to_lowercase();
    let inbox = seen.sim.inbox();
    let fits = |customer: &&Customer| {
        let who = &customer.identity;
        let known = [&who.external_id, &who.first_name, &who.last_name, &who.nickname];
        known.iter().any(|text| text.to_lowercase().contains(&wanted))
    };
    let mut found: Vec<&Customer> = inbox.customers.iter().filter(fits).collect();
    match params.get("orderBy") {
        Some("firstName") => found.sort_by(|a, b| a.identity.first_name.cmp(&b.identity.first_name)),
        Some("lastName") => found.sort_by(|a, b| a.identity.last_name.cmp(&b.identity.last_name)),
        Some("updatedAt") => found.sort_by_key(|customer| customer.updated_at),
        _ => {}
    }
    if params.get("order") == Some("desc") {
        found.reverse();
    }
    let hits = found.len();
    let rows = found.iter().skip((page - 1).saturating_mul(limit)).take(limit);
    let data: Vec<Value> = rows.map(|customer| customer.shown(&inbox)).collect();
    Ok(answer::ok(&json!({ "hits": hits, "data": data })))
}

async fn one(seen: Seen, Path(id): Path<String>) -> Result<Response, Refusal> {
    let inbox = seen.sim.inbox();
    let customer = inbox.customers.iter().find(|customer| customer.id == id);
    let customer = customer.ok_or_else(|| seen.missing("customerId"))?;
    Ok(answer::ok(&customer.shown(&inbox)))
}

/// Changes a customer. `gone` says how one that is not there is refused.
fn changed<T>(
    seen: &Seen,
    id: &str,
    gone: Refusal,
    change: impl FnOnce(&mut Customer) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    let now = seen.sim.clock.timestamp();
    let mut inbox = seen.sim.inbox();
    let Some(customer) = inbox.customers.iter_mut().find(|customer| customer.id == id) else {
        return Err(gone);
    };
    customer.updated_at = now;
    change(customer)
}

async fn fields(seen: Seen, Path(id): Path<String>, body: Bytes) -> Result<Response, Refusal> {
    let fields = Field::read_all(&read(&body));
    changed(&seen, &id, seen.unknown("customerId"), |customer| {
        Field::put_all(&mut customer.fields, fields);
        Ok(done(StatusCode::OK))
    })
}

async fn delete_field(seen: Seen, Path((id, ident)): Path<(String, String)>) -> Result<Response, Refusal> {
    changed(&seen, &id, seen.missing("customerId"), |customer| {
        let at = customer.fields.iter().position(|field| field.ident == ident);
        customer.fields.remove(at.ok_or_else(|| seen.missing("ident"))?);
        Ok(done(StatusCode::NO_CONTENT))
    })
}

async fn notes(seen: Seen, Path(id): Path<String>, uri: Uri) -> Result<Response, Refusal> {
    let inbox = seen.sim.inbox();
    let customer = inbox.customers.iter().find(|customer| customer.id == id);
    let customer = customer.ok_or_else(|| seen.unknown("customerId"))?;
    let data: Vec<Value> = customer
        .notes
        .iter()
        .map(|note| note.shown(&seen.world.tenant))
        .collect();
    let links = json!({ "self": uri.to_string(), "next": null, "previous": null });
    Ok(answer::ok(
        &json!({ "totalRecords": data.len(), "data": data, "_links": links }),
    ))
}

async fn add_note(seen: Seen, Path(id): Path<String>, body: Bytes) -> Result<Response, Refusal> {
    let note = Note {
        id: seen.sim.inbox().uuid("note"),
        content: read(&body)["content"].as_str().unwrap_or_default().to_owned(),
        author: seen.caller,
        created_at: seen.sim.clock.timestamp(),
    };
    changed(&seen, &id, seen.unknown("customerId"), |customer| {
        customer.notes.push(note.clone());
        Ok(answer::json(StatusCode::CREATED, &note.shown(&seen.world.tenant)))
    })
}

async fn change_note(
    seen: Seen,
    Path((id, note)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let content = read(&body)["content"].as_str().unwrap_or_default().to_owned();
    changed(&seen, &id, seen.missing("customerId"), |customer| {
        let note = customer.notes.iter_mut().find(|known| known.id == note);
        let note = note.ok_or_else(|| seen.missing("noteId"))?;
        note.content = content;
        Ok(answer::ok(&note.shown(&seen.world.tenant)))
    })
}

async fn delete_note(seen: Seen, Path((id, note)): Path<(String, String)>) -> Result<Response, Refusal> {
    changed(&seen, &id, seen.missing("customerId"), |customer| {
        let at = customer.notes.iter().position(|known| known.id == note);
        customer.notes.remove(at.ok_or_else(|| seen.missing("noteId"))?);
        Ok(done(StatusCode::NO_CONTENT))
    })
}

/// The other customer's contacts, fields and notes become this one's, and the other is gone.
async fn merge(seen: Seen, Path(id): Path<String>, body: Bytes) -> Result<Response, Refusal> {
    let body = read(&body);
    let other = body["customerToMerge"]["id"].as_str().unwrap_or_default();
    if other == id {
        return Err(seen.unknown("customerToMerge.id"));
    }
    let mut inbox = seen.sim.inbox();
    if !inbox.customers.iter().any(|customer| customer.id == id) {
        return Err(seen.missing("customerId"));
    }
    let at = inbox.customers.iter().position(|customer| customer.id == other);
    let gone = inbox
        .customers
        .remove(at.ok_or_else(|| seen.missing("customerToMerge.id"))?);
    let of_other = inbox
        .contacts
        .iter_mut()
        .filter(|contact| contact.customer == gone.id);
    of_other.for_each(|contact| contact.customer.clone_from(&id));
    if let Some(customer) = inbox.customers.iter_mut().find(|customer| customer.id == id) {
        let own = std::mem::replace(&mut customer.fields, gone.fields);
        Field::put_all(&mut customer.fields, own);
        customer.notes.extend(gone.notes);
        customer.updated_at = seen.sim.clock.timestamp();
    }
    Ok(done(StatusCode::NO_CONTENT))
}
