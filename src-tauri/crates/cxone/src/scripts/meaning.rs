//! What a script does, apart from how it is drawn and numbered, and the fingerprint of that.
//!
//! Counts: type, label and every other field of an action, its properties by name, where its branches lead and under
//! which label and in which order, and the settings of the script. Does not count: where boxes and lines are drawn (`x`,
//! `y`, `xws`, `yws`, `ports`, `lineType`, `elbows`), what follows from the rest (`dependencyOrder`, `nextActionId`,
//! `mediaTypeName`), what identifies the script and its version (`masterId`, `libraryId`, `scriptName`, `busNo`,
//! `status`, an action's `version`), and who saved or holds it (`lockInfo`, `lastSavedIn`, dates). The layout of the
//! content is seen in code and not documented; a field nobody knows counts, because a change that goes unseen is worse
//! than one too many.
//!
//! Numbers and truth values count as their text, and null, `{}` and `[]` as absent: the same server writes them either
//! way. A property `Caption` that repeats the label is left out.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use transport::Redactor;

use crate::field::{Row, items};

/// Hashed first, so that another way of reading scripts never gives an equal fingerprint.
const FORM: &[u8] = b"handover-desk script 1\n";

const NO_SETTING: &[&str] = &[
    "masterid",
    "scriptname",
    "busno",
    "nextactionid",
    "status",
    "lockinfo",
    "lastsavedin",
    "libraryid",
    "mediatypename",
    "createdate",
    "modifydate",
    "modifiedby",
    "muser",
];
const NO_FIELD: &[&str] = &[
    "actionid",
    "version",
    "x",
    "y",
    "xws",
    "yws",
    "dependencyorder",
    "name",
    "label",
];
const NO_BRANCH: &[&str] = &["ports", "linetype", "elbows", "label"];
const PARTS: &[&str] = &["header", "actions", "properties", "branches"];

/// What a script does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Meaning {
    /// Settings of the whole script, by name.
    pub settings: BTreeMap<String, Value>,
    /// Its actions, by their numbers.
    pub actions: BTreeMap<StepId, Step>,
}

/// What one action does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Step {
    /// `name`: its type, such as `ONRELEASE`.
    pub kind: String,
    /// `label`: what its author called it.
    pub label: String,
    /// Other fields of the action, such as `libraryId`.
    pub fields: BTreeMap<String, Value>,
    /// Its properties by name.
    pub properties: BTreeMap<String, Value>,
    /// Where its branches lead, by their label; without one by their type.
    pub branches: BTreeMap<String, Value>,
}

/// The number of an action within its script; sorts as a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepId(pub String);

impl Ord for StepId {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |id: &Self| id.0.parse::<u64>().unwrap_or(u64::MAX);
        key(self).cmp(&key(other)).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for StepId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// SHA-256 of what a script does, as 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// One that was stored before.
    pub fn stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Meaning {
    /// What a `scriptContent` does.
    pub fn of(content: &Value) -> Self {
        let mut meaning = Self::default();
        let Some(content) = Row::new(content) else {
            return meaning;
        };
        let header = content.get("header").map(|header| named(header, NO_SETTING));
        meaning.settings = header.unwrap_or_default();
        let others = content
            .fields()
            .iter()
            .filter(|(name, _)| !is_one_of(name, PARTS));
        meaning
            .settings
            .extend(others.filter_map(|(name, value)| Some((name.clone(), normal(value)?))));
        for (id, action) in numbered(content.get("actions")) {
            let step = meaning.actions.entry(id).or_default();
            let row = Row::new(action);
            let text = |name| row.and_then(|row| row.text(name)).unwrap_or_default();
            (step.kind, step.label) = (text("name"), text("label"));
            step.fields = named(action, NO_FIELD);
        }
        for (id, properties) in numbered(content.get("properties")) {
            let step = meaning.actions.entry(id).or_default();
            let label = step.label.clone();
            let mut read = listed(properties, property);
            read.retain(|(name, value)| name != "Caption" || *value != label);
            step.properties = unique(read);
        }
        for (id, branches) in numbered(content.get("branches")) {
            let step = meaning.actions.entry(id).or_default();
            step.branches = unique(listed(branches, branch));
        }
        // A list of nothing for an action that is not there says nothing.
        meaning
            .actions
            .retain(|_, step| !step.kind.is_empty() || *step != Step::default());
        meaning
    }

    /// As JSON, names and numbers in order.
    pub fn to_json(&self) -> Value {
        let actions: Map<_, _> = self
            .actions
            .iter()
            .map(|(id, step)| (id.0.clone(), step.to_json()))
            .collect();
        let mut whole = Map::new();
        whole.insert("settings".to_owned(), object(&self.settings));
        whole.insert("actions".to_owned(), Value::Object(actions));
        Value::Object(whole)
    }

    /// The inverse of [`Meaning::to_json`]; what is not of its form is left out.
    fn from_json(value: &Value) -> Self {
        let actions = numbered(value.get("actions"));
        Self {
            settings: map(value.get("settings")),
            actions: actions.map(|(id, step)| (id, Step::from_json(step))).collect(),
        }
    }

    /// Identifies it.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut hash = Sha256::new();
        hash.update(FORM);
        hash.update(self.to_json().to_string().as_bytes());
        Fingerprint(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The same with every secret replaced that is known or stands under the name of one. Equal secrets stay equal and
    /// different ones different, so two of these can be compared.
    pub fn redacted(&self, redactor: &Redactor) -> Self {
        let text = redactor.text(&self.to_json().to_string());
        serde_json::from_str(&text).map_or_else(|_| Self::default(), |value| Self::from_json(&value))
    }
}

impl Step {
    /// As JSON, names in order.
    pub fn to_json(&self) -> Value {
        let mut whole = Map::new();
        whole.insert("type".to_owned(), self.kind.clone().into());
        whole.insert("label".to_owned(), self.label.clone().into());
        for (name, part) in [
            ("fields", &self.fields),
            ("properties", &self.properties),
            ("branches", &self.branches),
        ] {
            if !part.is_empty() {
                whole.insert(name.to_owned(), object(part));
            }
        }
        Value::Object(whole)
    }

    pub(super) fn from_json(value: &Value) -> Self {
        let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        Self {
            kind: text("type"),
            label: text("label"),
            fields: map(value.get("fields")),
            properties: map(value.get("properties")),
            branches: map(value.get("branches")),
        }
    }
}

fn object(part: &BTreeMap<String, Value>) -> Value {
    Value::Object(
        part.iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
    )
}

fn map(value: Option<&Value>) -> BTreeMap<String, Value> {
    let fields = value.and_then(Value::as_object).into_iter().flatten();
    fields
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn is_one_of(name: &str, list: &[&str]) -> bool {
    list.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// The fields of an object but for those in `without`.
fn named(value: &Value, without: &[&str]) -> BTreeMap<String, Value> {
    let fields = value.as_object().into_iter().flatten();
    fields
        .filter(|(name, _)| !is_one_of(name, without))
        .filter_map(|(name, value)| Some((name.clone(), normal(value)?)))
        .collect()
}

/// What is kept by the number of an action; a list counts from 0.
fn numbered(value: Option<&Value>) -> impl Iterator<Item = (StepId, &Value)> {
    let (fields, list) = match value {
        Some(Value::Object(fields)) => (Some(fields), None),
        Some(Value::Array(list)) => (None, Some(list)),
        _ => (None, None),
    };
    let fields = fields.into_iter().flatten();
    let list = list.into_iter().flatten().enumerate();
    fields
        .map(|(id, value)| (StepId(id.clone()), value))
        .chain(list.map(|(index, value)| (StepId(index.to_string()), value)))
}

/// A value as it counts; `None` where it counts as absent.
fn normal(value: &Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Bool(_) | Value::Number(_) => Some(Value::String(value.to_string())),
        Value::String(_) => Some(value.clone()),
        Value::Array(list) if list.is_empty() => None,
        Value::Array(list) => {
            let items = list.iter().map(|item| normal(item).unwrap_or(Value::Null));
            Some(Value::Array(items.collect()))
        }
        Value::Object(_) => {
            Some(object(&named(value, &[]))).filter(|whole| *whole != Value::Object(Map::new()))
        }
    }
}

/// The items of a list, read by `read`; what is no list of objects counts as it stands, so that nothing goes unseen.
fn listed(value: &Value, read: fn(Row<'_>, &Value) -> Option<(String, Value)>) -> Vec<(String, Value)> {
    let item = |value: &Value| match Row::new(value) {
        Some(row) => read(row, value),
        None => normal(value).map(|value| (String::new(), value)),
    };
    match value {
        Value::Array(_) => items(value).into_iter().filter_map(item).collect(),
        Value::Object(map) => match items(value) {
            list if list.is_empty() => named(&Value::Object(map.clone()), &[]).into_iter().collect(),
            list => list.into_iter().filter_map(item).collect(),
        },
        other => item(other).into_iter().collect(),
    }
}

/// Name and value; the whole of it where there is more than these.
fn property(row: Row<'_>, value: &Value) -> Option<(String, Value)> {
    let mut rest = named(value, &["name"]);
    let name = row.text("name").unwrap_or_default();
    match (rest.len(), rest.remove("value")) {
        (0, _) => None,
        (1, Some(value)) => Some((name, value)),
        (_, value) => {
            rest.extend(value.map(|value| ("value".to_owned(), value)));
            Some((name, object(&rest)))
        }
    }
}

/// Its label, without one its type; and all but the drawing.
fn branch(row: Row<'_>, value: &Value) -> Option<(String, Value)> {
    let text = |name| row.text(name).filter(|text| !text.is_empty());
    let name = text("label").or_else(|| text("type")).unwrap_or_default();
    Some((name, object(&named(value, NO_BRANCH))))
}

/// By name; a name that comes again is numbered, in the order of the values, so that the order of the list is none.
fn unique(mut list: Vec<(String, Value)>) -> BTreeMap<String, Value> {
    list.sort_by_cached_key(|(name, value)| (name.clone(), value.to_string()));
    let mut found: BTreeMap<String, Value> = BTreeMap::new();
    for (name, value) in list {
        let free = (1..)
            .map(|number| match number {
                1 => name.clone(),
                number => format!("{name} ({number})"),
            })
            .find(|name| !found.contains_key(name));
        found.insert(free.unwrap_or(name), value);
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn script() -> Value {
        json!({
            "header": { "masterId": 7, "scriptName": "Cognigy\\A", "busNo": 1, "mediaType": 9, "nextActionId": 4, "status": "CURR",
                "lockInfo": { "lockedName": null } },
            "actions": {
                "1": { "actionId": 1, "libraryId": "l1", "name": "BEGIN", "label": "Begin", "version": 1, "x": 0, "y": 0, "xws": 0, "yws": 0 },
                "2": { "actionId": 2, "libraryId": "l2", "name": "REQAGENT", "label": "ESCALATE", "version": 3, "x": 9, "y": 9 },
            },
            "properties": {
                "1": { "0": { "name": "Caption", "value": "Begin" } },
                "2": { "0": { "name": "Caption", "value": "ESCALATE" }, "1": { "name": "Priority", "value": 5 } },
            },
            "branches": { "1": [{ "to": 2, "label": "Default", "type": "default", "index": 0, "ports": [1], "elbows": [] }] },
        })
    }

    fn changed(pointer: &str, value: Value) -> Value {
        let mut script = script();
        *script.pointer_mut(pointer).unwrap() = value;
        script
    }

    fn print(script: &Value) -> Fingerprint {
        Meaning::of(script).fingerprint()
    }

    #[test]
    fn the_fingerprint_is_the_same_on_every_computer_and_day() {
        assert_eq!(
            print(&script()).as_str(),
            "6d4443123f5866f1acc8004cd878ebcf98de7713eb466b995185bd252391daff"
        );
    }

    #[test]
    fn drawing_numbers_and_people_do_not_count() {
        let same = [
            ("/header/masterId", json!(8)),
            ("/header/scriptName", json!("Cognigy\\B")),
            ("/header/nextActionId", json!(40)),
            ("/header/lockInfo/lockedName", json!("sim_agent")),
            ("/actions/1/x", json!(400)),
            ("/actions/1/yws", json!(400)),
            ("/actions/2/version", json!(4)),
            ("/branches/1/0/ports", json!([3, 4])),
            ("/branches/1/0/to", json!("2")),
            ("/properties/2/1/value", json!("5")),
        ];
        for (pointer, value) in same {
            assert_eq!(print(&changed(pointer, value)), print(&script()), "{pointer}");
        }
        let mut listed = script();
        listed["properties"]["2"] =
            json!([{ "name": "Priority", "value": "5" }, { "name": "Caption", "value": "ESCALATE" }]);
        assert_eq!(print(&listed), print(&script()), "order and kind of list");
        listed["branches"]["2"] = json!([]);
        listed["properties"]["9"] = json!({});
        assert_eq!(print(&listed), print(&script()), "nothing written as something");
    }

    #[test]
    fn everything_it_does_counts() {
        let other = [
            ("/header/mediaType", json!(4)),
            ("/actions/2/label", json!("Escalate")),
            ("/actions/2/name", json!("END")),
            ("/actions/2/libraryId", json!("l3")),
            ("/properties/2/0/value", json!("Other")),
            ("/properties/2/1/value", json!(6)),
            ("/branches/1/0/to", json!(1)),
            ("/branches/1/0/label", json!("Else")),
            ("/branches/1/0/index", json!(1)),
        ];
        for (pointer, value) in other {
            assert_ne!(print(&changed(pointer, value)), print(&script()), "{pointer}");
        }
        let mut more = script();
        more["variables"] = json!({ "a": 1 });
        assert_ne!(print(&more), print(&script()), "what nobody knows counts");
        let mut otherwise = script();
        otherwise["properties"]["2"] = json!({ "Priority": 5 });
        let named = print(&otherwise);
        otherwise["properties"]["2"] = json!({ "Priority": 6 });
        assert_ne!(print(&otherwise), named, "properties of another form");
    }

    #[test]
    fn secrets_are_replaced_and_still_told_apart() {
        let with = |token: &str| {
            let mut script = script();
            script["properties"]["2"]["2"] = json!({ "name": "Authorization", "value": token });
            script["properties"]["2"]["3"] = json!({ "name": "Body", "value": "a sim_known_secret b" });
            Meaning::of(&script)
        };
        let redactor = Redactor::new();
        redactor.add_token("sim_known_secret");
        let (one, other) = (
            with("sim_token_one").redacted(&redactor),
            with("sim_token_two").redacted(&redactor),
        );
        assert!(!format!("{one:?}{other:?}").contains("sim_"), "{one:?}");
        assert_ne!(one, other);
        assert_eq!(one, with("sim_token_one").redacted(&redactor));
        assert_eq!(Meaning::of(&script()).redacted(&redactor), Meaning::of(&script()));
    }
}
