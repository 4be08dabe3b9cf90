//! What looks wrong in an exchange and is as it should be: a first 401, a 204 in place of a list, a key that is missing.
//!
//! A row recognises by method, path, status and shape, never by a server's words, and sees the exchanges of one result only.
//! It explains; it changes no outcome and counts nowhere.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use transport::Exchange;
use ts_rs::TS;
use url::Url;

use crate::outcome::Mark;
use crate::outcome::Mark::{Documented, Inferred, SeenInCode};

/// How long a list may lack what was just made.
const LAG: SignedDuration = SignedDuration::from_secs(60);
/// How long a skill that was just given may not count.
const SKILL_DELAY: SignedDuration = SignedDuration::from_mins(5);

/// One thing that is normal.
pub struct NormalRow {
    /// Stable word, never reused.
    pub id: &'static str,
    /// What is seen.
    pub text: &'static str,
    /// Why it is normal.
    pub why: &'static str,
    /// How well that is founded.
    pub mark: Mark,
    /// Where it is known from, in own words.
    pub source: &'static str,
    /// Whether an exchange shows it. The second argument is all exchanges of the result, the first among them.
    pub seen: fn(&Exchange, &[Exchange]) -> bool,
}

impl std::fmt::Debug for NormalRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NormalRow")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// Something normal that was seen in the evidence of a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Normal {
    /// Such as `box-first-401`; stable and never reused.
    pub id: String,
    /// What is seen.
    pub text: String,
    /// Why it is normal.
    pub why: String,
    /// How well that is founded.
    pub mark: Mark,
    /// Ids of the exchanges that show it.
    #[ts(type = "Array<number>")]
    pub exchanges: Vec<u64>,
}

/// What is normal among these exchanges, in the order of the table.
pub fn seen_in(exchanges: &[Exchange]) -> Vec<Normal> {
    NORMAL
        .iter()
        .filter_map(|row| {
            let shown: Vec<u64> = exchanges
                .iter()
                .filter(|exchange| (row.seen)(exchange, exchanges))
                .map(|exchange| exchange.id)
                .collect();
            (!shown.is_empty()).then(|| Normal {
                id: row.id.to_owned(),
                text: row.text.to_owned(),
                why: row.why.to_owned(),
                mark: row.mark,
                exchanges: shown,
            })
        })
        .collect()
}

/// Every row.
pub const NORMAL: &[NormalRow] = &[
    NormalRow {
        id: "box-first-401",
        text: "The box answers 401 to a message without a token.",
        why: "CXone sends the first message without a token on purpose, and fetches one when it is asked for it.",
        mark: SeenInCode,
        source: "Public integration boxes answer so, and CXone then calls their Authorization URL.",
        seen: |it, _| is_message(it) && it.status == Some(401) && header(it, "authorization").is_none(),
    },
    NormalRow {
        id: "wrong-pair-on-purpose",
        text: "A token is refused for the made-up provider.",
        why: "A random secret is offered for a provider that does not exist, to compare the answer with that for yours.",
        mark: Inferred,
        source: "The comparison is this program's own; the provider of zeros exists nowhere.",
        seen: |it, _| {
            it.label == "box token"
                && path(it).ends_with("/000000000000000000000000/auth/token")
                && matches!(it.status, Some(400..=499))
        },
    },
    NormalRow {
        id: "nonsense-path-404",
        text: "A path that does not exist is answered 404.",
        why: "It is asked for on purpose: the answer shows that the host is reached, and what its unknown paths look like.",
        mark: Inferred,
        source: "The comparison is this program's own.",
        seen: |it, _| it.label == "nonsense path" && it.status == Some(404),
    },
    NormalRow {
        id: "action-without-token",
        text: "An action URL refuses, or sends the browser back.",
        why: "It was opened without the one-time token that CXone's button adds.",
        mark: SeenInCode,
        source: "Public integration boxes look the token up before they do anything.",
        seen: |it, _| {
            let action = ["/niceCxOne/add", "/niceCxOne/reconnect", "/niceCxOne/remove"];
            it.method == "GET"
                && action.iter().any(|end| path(it).ends_with(end))
                && matches!(it.status, Some(300..=499))
        },
    },
    NormalRow {
        id: "basic-then-body",
        text: "The client is refused with Basic and accepted in the body.",
        why: "The application is registered for client_secret_post. Cognigy.AI tries both as well.",
        mark: Documented,
        source: "CXone registers applications for one of the two ways of sending the client.",
        seen: |it, all| {
            let basic = header(it, "authorization").is_some_and(|value| value.starts_with("Basic"));
            is_sign_in(it)
                && basic
                && matches!(it.status, Some(400 | 401))
                && later(it, all).any(|next| {
                    is_sign_in(next) && header(next, "authorization").is_none() && is_success(next)
                })
        },
    },
    NormalRow {
        id: "token-renewed",
        text: "A call is answered 401, and works after a new sign-in.",
        why: "The token had run out. The call was made once more with a new one.",
        mark: Documented,
        source: "Tokens end, and a password grant is simply made anew.",
        seen: |it, all| {
            it.status == Some(401)
                && header(it, "authorization").is_some_and(|value| value.starts_with("Bearer"))
                && again(it, all).any(is_success)
        },
    },
    NormalRow {
        id: "put-off-and-repeated",
        text: "A call is put off, and works when it is made again.",
        why: "CXone throttles now and then, or a server of it is not ready. Reads are repeated after a moment.",
        mark: SeenInCode,
        source: "The vendor's own client takes 429 and 503 for a passing state and repeats.",
        seen: |it, all| {
            it.method == "GET"
                && matches!(it.status, Some(429 | 502 | 503 | 504))
                && again(it, all).any(is_success)
        },
    },
    NormalRow {
        id: "older-api-version",
        text: "A version of the ACD API is answered 404, and an older one works.",
        why: "Tenants differ in the versions they have. Older ones keep working side by side.",
        mark: Documented,
        source: "The API is versioned in its path, and versions are added without taking older ones away.",
        seen: |it, all| {
            let Some((version, rest)) = acd(it) else {
                return false;
            };
            it.status == Some(404)
                && later(it, all).any(|next| {
                    is_success(next)
                        && acd(next).is_some_and(|(other, same)| same == rest && other != version)
                })
        },
    },
    NormalRow {
        id: "empty-list-204",
        text: "204 without a body, where a list was asked for.",
        why: "The ACD API answers so when the list is empty.",
        mark: Documented,
        source: "The operations of the ACD API name 204 beside 200 for their lists.",
        seen: |it, _| it.method == "GET" && it.status == Some(204) && acd(it).is_some(),
    },
    NormalRow {
        id: "done-204",
        text: "204 without a body, where something was changed.",
        why: "The change was made; there is nothing to show.",
        mark: Documented,
        source: "The operations that change contacts of Digital answer 204.",
        seen: |it, _| {
            matches!(it.method.as_str(), "PUT" | "DELETE" | "POST" | "PATCH") && it.status == Some(204)
        },
    },
    NormalRow {
        id: "empty-page-ends-list",
        text: "A further page of the channels is empty.",
        why: "The list has no count. A round number of rows may be a page's end or the list's, so one more page is asked for.",
        mark: Inferred,
        source: "The documented answer is a bare array.",
        seen: |it, _| {
            it.method == "GET"
                && path(it).ends_with("/dfo/3.0/channels")
                && is_success(it)
                && query(it, "page")
                    .and_then(|page| page.parse::<u32>().ok())
                    .is_some_and(|page| page > 1)
                && body(it).is_some_and(|body| body.as_array().is_some_and(Vec::is_empty))
        },
    },
    NormalRow {
        id: "no-default-skill-in-list",
        text: "The list of channels leaves defaultSkillId out.",
        why: "The documented list has no such field. Whether a skill is set is seen on Points of Contact Digital.",
        mark: Documented,
        source: "The schema of the channel list; embedded channels have the field.",
        seen: |it, _| channel_lacks(it, "defaultSkillId"),
    },
    NormalRow {
        id: "no-script-in-list",
        text: "The list of channels leaves studioScript out.",
        why: "The field is optional. Whether a script is attached is seen on Points of Contact Digital.",
        mark: Documented,
        source: "The schema of the channel list does not require it.",
        seen: |it, _| channel_lacks(it, "studioScript"),
    },
    NormalRow {
        id: "no-jwks-uri",
        text: "Discovery does not say where the keys of tokens are.",
        why: "They are at /auth/jwks of the issuer then.",
        mark: SeenInCode,
        source: "Discovery documents seen in public code lack the field.",
        seen: |it, _| {
            it.method == "GET"
                && path(it).ends_with("/.well-known/openid-configuration")
                && is_success(it)
                && body(it).is_some_and(|body| {
                    body.get("token_endpoint").is_some() && body.get("jwks_uri").is_none()
                })
        },
    },
    NormalRow {
        id: "empty-object-as-list",
        text: "An empty list stands where an object belongs.",
        why: "The service writes an empty object so. It means that there is nothing in it.",
        mark: Documented,
        source: "The schema of messages allows both forms for the parameters of their content.",
        seen: |it, _| is_success(it) && body(it).is_some_and(|body| has_empty_object(&body)),
    },
    NormalRow {
        id: "list-lag",
        text: "A list does not show yet what was just made.",
        why: "Lists of CXone follow after some seconds. The answer to the creation is what counts.",
        mark: SeenInCode,
        source: "Clients of the API wait before they look for a new skill.",
        seen: |it, all| {
            it.method == "GET"
                && matches!(it.status, Some(200 | 204))
                && all.iter().any(|made| {
                    made.method == "POST"
                        && is_success(made)
                        && path(made) == path(it)
                        && within(made, it, LAG)
                        && made_id(made).is_some_and(|id| is_missing(it, &id))
                })
        },
    },
    NormalRow {
        id: "five-minute-skill-delay",
        text: "A skill that was just given to an agent does not count yet.",
        why: "It takes up to five minutes until a change of skills reaches the routing.",
        mark: Documented,
        source: "The vendor's page on skills of employees.",
        seen: |it, all| {
            it.method == "GET"
                && path(it).to_ascii_lowercase().contains("/skills/")
                && path(it).to_ascii_lowercase().ends_with("/agents")
                && matches!(it.status, Some(200 | 204))
                && all.iter().any(|given| {
                    matches!(given.method.as_str(), "POST" | "PUT")
                        && is_success(given)
                        && path(given).eq_ignore_ascii_case(&path(it))
                        && within(given, it, SKILL_DELAY)
                })
        },
    },
];

fn url(it: &Exchange) -> Option<Url> {
    Url::parse(&it.url).ok()
}

fn path(it: &Exchange) -> String {
    url(it).map(|url| url.path().to_owned()).unwrap_or_default()
}

fn query(it: &Exchange, name: &str) -> Option<String> {
    let url = url(it)?;
    let found = url.query_pairs().find(|(key, _)| key == name)?;
    Some(found.1.into_owned())
}

fn header<'a>(it: &'a Exchange, name: &str) -> Option<&'a str> {
    let found = it
        .request_headers
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))?;
    Some(&found.1)
}

/// The whole JSON of an answer; none where it was cut or not kept.
fn body(it: &Exchange) -> Option<Value> {
    serde_json::from_str(it.response_body.as_deref()?).ok()
}

fn is_success(it: &Exchange) -> bool {
    matches!(it.status, Some(200..=299))
}

fn later<'a>(it: &Exchange, all: &'a [Exchange]) -> impl Iterator<Item = &'a Exchange> {
    let id = it.id;
    all.iter().filter(move |next| next.id > id)
}

/// The same request once more.
fn again<'a>(it: &'a Exchange, all: &'a [Exchange]) -> impl Iterator<Item = &'a Exchange> {
    later(it, all).filter(|next| next.method == it.method && next.url == it.url)
}

/// Whether `next` was made after `before` and no longer than that.
fn within(before: &Exchange, next: &Exchange, time: SignedDuration) -> bool {
    let passed = next.started_at.duration_since(before.started_at);
    next.id > before.id && !passed.is_negative() && passed <= time
}

fn is_message(it: &Exchange) -> bool {
    let path = path(it);
    let segments: Vec<&str> = path.split('/').collect();
    it.method == "POST"
        && matches!(
            segments.as_slice(),
            ["", "handover", _, "2.0", "channel", _, "outbound"]
                | ["", "handover", _, "1.0", "posts", _, "messages"]
        )
}

fn is_sign_in(it: &Exchange) -> bool {
    it.method == "POST" && path(it).ends_with("/auth/token") && !path(it).contains("/handover/")
}

/// Version and rest of a path of the ACD API.
fn acd(it: &Exchange) -> Option<(String, String)> {
    let path = path(it).to_ascii_lowercase();
    let (_, rest) = path.split_once("/incontactapi/services/")?;
    let (version, rest) = rest.split_once('/')?;
    Some((version.to_owned(), rest.to_owned()))
}

fn channel_lacks(it: &Exchange, field: &str) -> bool {
    let lacks = |row: &Value| row.get("id").is_some() && row.get(field).is_none();
    it.method == "GET"
        && path(it).ends_with("/dfo/3.0/channels")
        && is_success(it)
        && body(it).is_some_and(|body| body.as_array().is_some_and(|rows| rows.iter().any(lacks)))
}

/// Fields that are objects by their documents.
const OBJECTS: [&str; 3] = ["parameters", "_context", "customAttributes"];

fn has_empty_object(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.iter().any(|(key, value)| {
            (OBJECTS.contains(&key.as_str()) && value.as_array().is_some_and(Vec::is_empty))
                || has_empty_object(value)
        }),
        Value::Array(items) => items.iter().any(has_empty_object),
        _ => false,
    }
}

/// The id of what a creation made: digits or text, in the vendors' names for it.
fn made_id(it: &Exchange) -> Option<String> {
    let body = body(it)?;
    let text = |value: &Value| match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    ["id", "skillId"]
        .iter()
        .find_map(|name| body.get(*name).and_then(text))
}

/// Whether a whole list does not have the id anywhere.
fn is_missing(it: &Exchange, id: &str) -> bool {
    if it.status == Some(204) {
        return true;
    }
    fn holds(value: &Value, id: &str) -> bool {
        match value {
            Value::Object(map) => map.values().any(|value| holds(value, id)),
            Value::Array(items) => items.iter().any(|value| holds(value, id)),
            Value::String(text) => text == id,
            Value::Number(number) => number.to_string() == id,
            Value::Bool(_) | Value::Null => false,
        }
    }
    !it.body_truncated && body(it).is_some_and(|body| !holds(&body, id))
}

/// Which rows an exchange shows, for the line of a report.
pub(crate) fn by_exchange(normal: &[Normal]) -> BTreeMap<u64, Vec<&Normal>> {
    let mut found: BTreeMap<u64, Vec<&Normal>> = BTreeMap::new();
    for row in normal {
        for id in &row.exchanges {
            found.entry(*id).or_default().push(row);
        }
    }
    found
}
