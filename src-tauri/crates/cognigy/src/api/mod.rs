//! The REST API of a Cognigy.AI install: who the key belongs to, projects, handover providers, Flows and Endpoints.
//!
//! Paths and the header `X-API-Key` are documented or seen in the vendor's clients. Both prefixes lead to the same
//! operations; the documented one (`/new`) is tried first, and the bare one where a gateway does not know it. A GET has no
//! body: an install was seen to refuse that.

mod document;
mod endpoint;
mod error;
mod flow;
#[cfg(test)]
pub(crate) use self::flow::tests as flow_tests;
mod provider;

use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::sync::OnceLock;

use secrecy::SecretString;
use serde_json::Value;
use transport::host::is_loopback;
use transport::{Client, Method, Response, Url, Waits};

pub use self::document::Document;
pub use self::endpoint::Endpoint;
pub use self::error::{Error, ErrorCode, Problem};
pub use self::flow::{Chart, Flow, Node};
pub use self::provider::{Property, Provider, Provisioning, ProvisioningState, Service, Wanted, is_cxone};
use crate::endpoint::below;
use crate::value;

/// Items asked for at once: the documented maximum.
const LIMIT: usize = 100;
/// Pages read at most: an end against a server that never ends its list.
const MAX_PAGES: usize = 50;
/// The header that holds the key (documented).
const KEY: &str = "x-api-key";

/// The vendor's domains that API hosts stand under.
const VENDOR: [&str; 2] = ["cognigy.ai", "cognigy.cloud"];
/// Where CXone hosts installs, as `cognigy-api-<region>`.
const HOSTED: &str = "nicecxone.com";

/// Where the API is, and why one may believe it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Scheme, host and port.
    pub base: Url,
    /// Whether the administrator entered it, and nobody worked it out.
    pub is_entered: bool,
    /// Hosts that were shown and confirmed ([`Place::host`]).
    pub trusted_hosts: BTreeSet<String>,
}

impl Place {
    /// Whether a key may be sent there: with https to the vendor's own hosts, to an entered and to a confirmed one; without
    /// only to this computer, and only where that was entered.
    #[must_use]
    pub fn is_trusted(&self) -> bool {
        if !self.base.username().is_empty() || self.base.password().is_some() {
            return false;
        }
        match self.base.scheme() {
            "https" => {
                let host = self.base.host_str().unwrap_or_default();
                self.is_entered
                    || VENDOR.iter().any(|domain| under(host, domain))
                    || under(host, HOSTED) && host.starts_with("cognigy-")
                    || self.trusted_hosts.contains(&self.host())
            }
            "http" => self.is_entered && is_loopback(&self.base),
            _ => false,
        }
    }

    /// How the host is shown and kept for confirmation: with its port where that is not the scheme's own.
    #[must_use]
    pub fn host(&self) -> String {
        let host = self.base.host_str().unwrap_or_default();
        match self.base.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }
}

fn under(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

/// The API of one install, with one key.
pub struct Api {
    client: Client,
    place: Place,
    key: SecretString,
    waits: Waits,
    /// Whether the paths begin with `/new`, once an answer told.
    prefixed: OnceLock<bool>,
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api")
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

/// A list, as far as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed<T> {
    /// The items.
    pub items: Vec<T>,
    /// Whether these are all there are.
    pub is_complete: bool,
}

/// A project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// `_id`, 24 characters.
    pub id: String,
    /// `name`.
    pub name: Option<String>,
}

/// What the record of a call keeps of the answer's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Record {
    /// All of it, redacted.
    Whole,
    /// Its length.
    Length,
}

/// One read.
pub(crate) struct Read<'a> {
    /// Below the prefix, in segments, the version first.
    pub(crate) path: &'a [&'a str],
    pub(crate) query: &'a [(&'a str, &'a str)],
    pub(crate) label: &'static str,
    pub(crate) record: Record,
    /// Further headers.
    pub(crate) headers: &'a [(&'a str, &'a str)],
}

impl<'a> Read<'a> {
    pub(crate) fn of(path: &'a [&'a str], query: &'a [(&'a str, &'a str)], label: &'static str) -> Read<'a> {
        Read {
            path,
            query,
            label,
            record: Record::Length,
            headers: &[],
        }
    }
}

impl Api {
    /// An API; nothing is sent yet.
    #[must_use]
    pub fn new(client: Client, place: Place, key: SecretString, waits: Waits) -> Api {
        client.redactor().add(&key);
        Api {
            client,
            place,
            key,
            waits,
            prefixed: OnceLock::new(),
        }
    }

    /// Where it is.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Asks whom the key belongs to. The answer names a person, of whom only the id is kept.
    ///
    /// # Errors
    /// [`Error`]; [`ErrorCode::Unauthorized`] when the key is not taken.
    pub async fn me(&self) -> Result<String, Error> {
        let (user, response) = self
            .json(Read::of(&["v2.0", "users", "me"], &[], "cognigy user"))
            .await?;
        value::text(&user, "_id")
            .or_else(|| value::text(&user, "id"))
            .ok_or_else(|| Error::shape("user", "it has no id", &response))
    }

    /// Reads a project. One that does not exist and one the key's owner is no member of are both
    /// [`ErrorCode::Forbidden`].
    ///
    /// # Errors
    /// [`Error`].
    pub async fn project(&self, id: &str) -> Result<Project, Error> {
        let path = ["v2.0", "projects", id];
        let (project, response) = self.json(Read::of(&path, &[], "cognigy project")).await?;
        project_of(&project).ok_or_else(|| Error::shape("project", "it has no id", &response))
    }

    /// The projects the key's owner is a member of.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn projects(&self) -> Result<Listed<Project>, Error> {
        self.list(&["v2.0", "projects"], &[], "cognigy projects", project_of)
            .await
    }

    /// Things of a project whose name has this text in it, by the API's own search. `kind` is its word, such as
    /// `handoverProvider` (seen in code).
    ///
    /// # Errors
    /// [`Error`].
    pub async fn search(&self, project: &str, kind: &str, text: &str) -> Result<Listed<Found>, Error> {
        let query = [("projectId", project), ("type", kind), ("filter", text)];
        self.list(&["v2.0", "search"], &query, "cognigy search", |item| {
            Some(Found {
                id: value::text(item, "_id")?,
                reference_id: value::text(item, "referenceId"),
                name: value::text(item, "name"),
            })
        })
        .await
    }

    /// One read with everything around it: trust, key, prefix, repetition.
    pub(crate) async fn send(&self, read: &Read<'_>) -> Result<Response, Error> {
        if !self.place.is_trusted() {
            return Err(Error::Untrusted {
                host: self.place.host(),
            });
        }
        let known = self.prefixed.get().copied();
        let prefixed = known.unwrap_or(true);
        let first = self.send_below(prefixed, read).await;
        // A gateway that does not know the prefix answers for itself; the API answers in its own form.
        let unrouted =
            matches!(&first, Err(Error::Status { status: 404, problem, .. }) if !problem.is_of_the_api);
        if known.is_none() && unrouted {
            let second = self.send_below(false, read).await;
            if second.is_ok() {
                // Another task may have found out in the meantime, which is as good.
                let _ = self.prefixed.set(false);
                return second;
            }
            return first;
        }
        if first.is_ok() {
            let _ = self.prefixed.set(prefixed);
        }
        first
    }

    async fn send_below(&self, prefixed: bool, read: &Read<'_>) -> Result<Response, Error> {
        let mut segments: Vec<&str> = prefixed.then_some("new").into_iter().collect();
        segments.extend(read.path);
        self.get(&segments, read, None).await
    }

    /// A GET below the base, repeated as [`Waits`] say.
    pub(crate) async fn get(
        &self,
        segments: &[&str],
        read: &Read<'_>,
        max_body: Option<usize>,
    ) -> Result<Response, Error> {
        let mut url = below(&self.place.base, segments);
        if !read.query.is_empty() {
            url.query_pairs_mut().extend_pairs(read.query);
        }
        let mut repeated = 0;
        loop {
            let mut call = self
                .client
                .call(Method::GET, url.clone())
                .label(read.label)
                .secret_header(KEY, &self.key)
                .accept_json();
            for (name, value) in read.headers {
                call = call.header(name, value);
            }
            if read.record == Record::Length {
                call = call.keep_no_body();
            }
            if let Some(most) = max_body {
                call = call.max_body(most);
            }
            let response = call.send().await?;
            if (200..=299).contains(&response.status) {
                return Ok(response);
            }
            match self
                .waits
                .before_repeating(response.status, repeated, response.retry_after())
            {
                Some(wait) => {
                    repeated += 1;
                    tokio::time::sleep(wait).await;
                }
                None => return Err(Error::refused(&response, self.client.redactor())),
            }
        }
    }

    /// The JSON of one read.
    pub(crate) async fn json(&self, read: Read<'_>) -> Result<(Value, Response), Error> {
        let response = self.send(&read).await?;
        Ok((parsed(&response)?, response))
    }

    /// All pages of a list. Items that `read` makes nothing of are left out.
    pub(crate) async fn list<T>(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
        label: &'static str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Result<Listed<T>, Error> {
        let limit = LIMIT.to_string();
        let (mut items, mut seen) = (Vec::new(), HashSet::new());
        let (mut cursor, mut skip): (Option<String>, Option<String>) = (None, None);
        for _ in 0..MAX_PAGES {
            let mut query = query.to_vec();
            query.push(("limit", &limit));
            query.extend(cursor.as_deref().map(|cursor| ("next", cursor)));
            query.extend(skip.as_deref().map(|skip| ("skip", skip)));
            let (page, response) = self.json(Read::of(path, &query, label)).await?;
            let rows = match &page {
                Value::Array(rows) => rows.as_slice(),
                page if page.get("items").is_some_and(Value::is_array) => value::items(page, "items"),
                _ => return Err(Error::shape("list", "it has no items", &response)),
            };
            let before = seen.len();
            for row in rows {
                // A server that ignores cursor and skip sends the first page again.
                if seen.insert(value::text(row, "_id").unwrap_or_else(|| format!("{}", seen.len()))) {
                    items.extend(read(row));
                }
            }
            cursor = value::text(&page, "nextCursor");
            let total = page.get("total").and_then(Value::as_u64);
            let more = cursor.is_some() || total.is_some_and(|total| total > seen.len() as u64);
            if !more || seen.len() == before {
                return Ok(Listed {
                    items,
                    is_complete: !more,
                });
            }
            skip = cursor.is_none().then(|| seen.len().to_string());
        }
        Ok(Listed {
            items,
            is_complete: false,
        })
    }
}

/// A thing that the search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// `_id`.
    pub id: String,
    /// `referenceId`, a UUID.
    pub reference_id: Option<String>,
    /// `name`.
    pub name: Option<String>,
}

fn project_of(value: &Value) -> Option<Project> {
    Some(Project {
        id: value::text(value, "_id")?,
        name: value::text(value, "name"),
    })
}

/// The JSON of a success.
pub(crate) fn parsed(response: &Response) -> Result<Value, Error> {
    serde_json::from_slice(&response.body).map_err(|_| Error::NotJson {
        html: response.looks_html(),
        status: response.status,
        exchange: response.exchange.clone(),
    })
}
