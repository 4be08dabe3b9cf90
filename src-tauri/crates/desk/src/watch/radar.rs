//! What runs out next, and what was not used for long: certificates, credentials, the wait for NiCE.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::civil::Weekday;
use jiff::{Timestamp, ToSpan};
use profile::{Checklist, Profile, SecretField, SecretNote, StepId, StepState};
use schemars::JsonSchema;
use serde::Serialize;
use transport::{Method, Settings, Url, probe};
use ts_rs::TS;
use verify::{CheckResult, Outcome, Report};

/// Days below which an end is worth a plan.
pub const SOON_DAYS: i64 = 30;
/// Days below which it is urgent.
pub const URGENT_DAYS: i64 = 7;
/// Days after which an access key that nobody used is worth a look, as HD-309 has it.
const UNUSED_DAYS: i64 = 90;
/// Working days within which NiCE says it answers.
const ANSWER_DAYS: u8 = 3;
/// Hosts whose certificates are looked at, at most.
const HOSTS: usize = 12;
/// How long one of them may take.
const LIMIT: Duration = Duration::from_secs(10);

/// How near an end is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "RadarLevel")]
pub enum Level {
    /// In less than a week, or over.
    Urgent,
    /// In less than a month, or worth a look.
    Soon,
    /// Far away.
    Well,
    /// Good to know; it has no end.
    Note,
}

/// What kind of thing it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "RadarKind")]
pub enum Kind {
    /// A certificate of a host.
    Certificate,
    /// The access key, and whose it is.
    Key,
    /// The tokens of the tenant.
    Token,
    /// A secret that is stored here.
    Secret,
    /// The wait for NiCE.
    Wait,
}

/// One thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(rename = "RadarItem")]
pub struct Item {
    /// What kind of thing it is.
    pub kind: Kind,
    /// How near its end is.
    pub level: Level,
    /// What it is, such as `Certificate of endpoint-trial.cognigy.ai`.
    pub what: String,
    /// What is known of it, such as `ends in 23 days`.
    pub text: String,
    /// When it ends, where it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    #[ts(optional, as = "Option<String>")]
    pub at: Option<Timestamp>,
    /// Whole days until then; negative when it is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub days: Option<i32>,
}

/// All that is known, the nearest end first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
pub struct Radar {
    /// The things.
    pub items: Vec<Item>,
}

/// The certificate that a host showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostCertificate {
    /// The host, with its port where that is not 443.
    pub host: String,
    /// When the first certificate of its chain that ends does so; absent when none was shown.
    pub ends: Option<Timestamp>,
}

/// What CXone says of the access key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFacts {
    /// When it was made.
    pub created: Option<Timestamp>,
    /// When it was last used.
    pub last_used: Option<Timestamp>,
}

/// Everything that is known.
pub struct Facts<'a> {
    /// Now.
    pub now: Timestamp,
    /// Certificates that were looked at.
    pub certificates: &'a [HostCertificate],
    /// The last report.
    pub report: Option<&'a Report>,
    /// Notes about the stored secrets.
    pub secrets: &'a BTreeMap<SecretField, SecretNote>,
    /// How far the set-up is.
    pub checklist: Option<&'a Checklist>,
    /// What CXone says of the access key, where it was read.
    pub key: Option<&'a KeyFacts>,
}

/// Lists what ends, the nearest first, and then what has no end.
pub fn list(facts: &Facts<'_>) -> Radar {
    let mut items: Vec<Item> = certificate_items(facts)
        .chain(key_items(facts))
        .chain(checked(facts, "HD-309", Kind::Key, "Access key"))
        .chain(checked(facts, "HD-307", Kind::Token, "Tokens"))
        .chain(secret_items(facts))
        .chain(wait_item(facts))
        .collect();
    items.sort_by(|a, b| {
        let key = |item: &Item| (item.level, item.at.is_none(), item.at, item.kind);
        key(a).cmp(&key(b)).then_with(|| a.what.cmp(&b.what))
    });
    Radar { items }
}

fn certificate_items<'a>(facts: &'a Facts<'_>) -> impl Iterator<Item = Item> + 'a {
    facts.certificates.iter().filter_map(|certificate| {
        let ends = certificate.ends?;
        let what = format!("Certificate of {}", certificate.host);
        Some(ending(Kind::Certificate, what, "ends", "ended", ends, facts.now))
    })
}

fn key_items<'a>(facts: &'a Facts<'_>) -> impl Iterator<Item = Item> + 'a {
    facts.key.into_iter().filter_map(|key| {
        let (used, verb) = match (key.last_used, key.created) {
            (Some(used), _) => (used, "last used"),
            (None, Some(created)) => (created, "never used, made"),
            (None, None) => return None,
        };
        let idle = days(facts.now, used).saturating_neg();
        Some(Item {
            kind: Kind::Key,
            level: if idle >= UNUSED_DAYS {
                Level::Soon
            } else {
                Level::Note
            },
            what: "Access key".to_owned(),
            text: format!("{verb} {}", past(idle)),
            at: None,
            days: None,
        })
    })
}

/// What a check of the last report has to say.
fn checked(facts: &Facts<'_>, id: &str, kind: Kind, what: &str) -> Option<Item> {
    let check: &CheckResult = facts.report?.check(id)?;
    let level = match check.outcome {
        Outcome::Fail => Level::Urgent,
        Outcome::Warn => Level::Soon,
        Outcome::Pass => Level::Note,
        _ => return None,
    };
    // What came back says more than that all is well.
    let found = check.compared.iter().find_map(|row| {
        let found = row.found.as_ref()?;
        Some(format!("{}: {found}", row.what))
    });
    Some(Item {
        kind,
        level,
        what: what.to_owned(),
        text: match level {
            Level::Note => found.unwrap_or_else(|| check.message.clone()),
            _ => check.message.clone(),
        },
        at: None,
        days: None,
    })
}

fn secret_items<'a>(facts: &'a Facts<'_>) -> impl Iterator<Item = Item> + 'a {
    facts
        .secrets
        .iter()
        .filter(|(field, _)| **field != SecretField::IntegrationClientSecretPrevious)
        .map(|(field, note)| Item {
            kind: Kind::Secret,
            level: Level::Note,
            what: field.field().label().to_owned(),
            text: format!("entered {}", past(days(facts.now, note.set_at).saturating_neg())),
            at: None,
            days: None,
        })
}

fn wait_item(facts: &Facts<'_>) -> Option<Item> {
    let mark = facts.checklist?.steps.get(&StepId::WaitForCredentials)?;
    if mark.state != StepState::Waiting {
        return None;
    }
    let due = working_days_after(mark.since, ANSWER_DAYS);
    let left = days(facts.now, due);
    let over = due <= facts.now;
    Some(Item {
        kind: Kind::Wait,
        // An answer that is late is a reason to ask, and nothing breaks by it.
        level: if over { Level::Soon } else { Level::Note },
        what: "Client ID and Client Secret from NiCE".to_owned(),
        text: match over {
            true => format!("were due {}: ask NiCE", past(left.saturating_neg())),
            false => format!("are due {}", future(left)),
        },
        at: Some(due),
        days: i32::try_from(left).ok(),
    })
}

fn ending(kind: Kind, what: String, ends: &str, ended: &str, at: Timestamp, now: Timestamp) -> Item {
    let left = days(now, at);
    let level = match left {
        _ if at <= now => Level::Urgent,
        left if left < URGENT_DAYS => Level::Urgent,
        left if left < SOON_DAYS => Level::Soon,
        _ => Level::Well,
    };
    let text = match at <= now {
        true => format!("{ended} {}", past(left.saturating_neg())),
        false => format!("{ends} {}", future(left)),
    };
    Item {
        kind,
        level,
        what,
        text,
        at: Some(at),
        days: i32::try_from(left).ok(),
    }
}

/// Whole days from `now` to `then`, towards nought.
fn days(now: Timestamp, then: Timestamp) -> i64 {
    then.duration_since(now).as_hours() / 24
}

fn future(days: i64) -> String {
    match days {
        0 => "within a day".to_owned(),
        1 => "in 1 day".to_owned(),
        n => format!("in {n} days"),
    }
}

fn past(days: i64) -> String {
    match days {
        ..=0 => "today".to_owned(),
        1 => "1 day ago".to_owned(),
        n => format!("{n} days ago"),
    }
}

fn working_days_after(since: Timestamp, count: u8) -> Timestamp {
    let zone = jiff::tz::TimeZone::UTC;
    let mut at = since.to_zoned(zone);
    let mut left = count;
    while left > 0 {
        let Ok(next) = at.checked_add(1.day()) else { break };
        at = next;
        if !matches!(at.weekday(), Weekday::Saturday | Weekday::Sunday) {
            left -= 1;
        }
    }
    at.timestamp()
}

/// The hosts of a profile that speak TLS: its endpoint, its issuer, and those that answered in the last run. A run only
/// calls hosts it may.
pub fn hosts(profile: &Profile, report: Option<&Report>) -> Vec<String> {
    let own = [
        profile
            .endpoint()
            .ok()
            .and_then(|endpoint| Url::parse(&endpoint.as_base()).ok()),
        profile.issuer().ok(),
    ];
    let called = report.into_iter().flat_map(|report| {
        let exchanges = report.checks.iter().flat_map(|check| &check.evidence);
        exchanges
            .filter(|exchange| exchange.status.is_some())
            .filter_map(|exchange| Url::parse(&exchange.url).ok())
    });
    let mut seen = BTreeSet::new();
    own.into_iter()
        .flatten()
        .chain(called)
        .filter(|url| url.scheme() == "https")
        .map(|url| without_port(transport::host::authority(&url)))
        .filter(|host| seen.insert(host.clone()))
        .take(HOSTS)
        .collect()
}

/// Looks at the certificates of these hosts, side by side, without credentials. A host that shows none within its time
/// has no end.
pub async fn certificates(hosts: &[String]) -> Vec<HostCertificate> {
    let looks = hosts.iter().map(|host| async move {
        HostCertificate {
            host: host.clone(),
            ends: end_of(host).await,
        }
    });
    futures_util::future::join_all(looks).await
}

/// The port that a reader expects anyway is left out.
fn without_port(host: String) -> String {
    host.strip_suffix(":443")
        .map_or_else(|| host.clone(), str::to_owned)
}

async fn end_of(host: &str) -> Option<Timestamp> {
    let url = Url::parse(&format!("https://{host}/")).ok()?;
    let settings = Settings::default();
    let look = probe::probe(&settings, &url, Method::HEAD, true);
    let report = tokio::time::timeout(LIMIT, Box::pin(look)).await.ok()?;
    report
        .chain
        .iter()
        .filter_map(|certificate| certificate.not_after)
        .min()
}

#[cfg(test)]
mod tests;
