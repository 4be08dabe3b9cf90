//! What differs between two scripts, one change at a time.
//!
//! Every change has a place of its own - a setting, an action as a whole, or one part of an action that both have - so
//! applying the changes in any order makes the one script of the other.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use super::meaning::{Meaning, Step, StepId};

/// Lines shown around a changed one.
const AROUND: usize = 3;
/// Longest value within a sentence, in characters.
const LONGEST: usize = 80;

/// What differs, in the order of the actions.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Difference {
    /// The changes that make the second script of the first.
    pub changes: Vec<Change>,
    /// The same as lines of JSON, with a few equal ones around each change.
    pub lines: Vec<Line>,
}

/// One change.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What kind of thing changed.
    pub part: Part,
    /// The action it belongs to; none for a setting of the whole script.
    pub action: Option<ActionName>,
    /// Name of the setting, field, property or branch.
    pub name: Option<String>,
    /// What the first script has; none where it was added.
    pub before: Option<Value>,
    /// What the second script has; none where it was removed.
    pub after: Option<Value>,
}

/// How something changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only the second script has it.
    Added,
    /// Only the first script has it.
    Removed,
    /// Both have it, and not alike.
    Changed,
}

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// A setting of the whole script.
    Setting,
    /// An action as a whole, with all that belongs to it.
    Action,
    /// The type of an action.
    Type,
    /// The label of an action.
    Label,
    /// Another field of an action.
    Field,
    /// A property of an action.
    Property,
    /// Where a branch of an action leads.
    Branch,
}

/// Names an action for people: as the second script calls it, where it has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionName {
    /// Its number.
    pub id: StepId,
    /// Its label.
    pub label: String,
    /// Its type.
    pub kind: String,
}

/// A line of JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which script has it.
    pub sign: Sign,
    /// The line without its end.
    pub text: String,
}

/// Which script has a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// Both.
    Same,
    /// The second.
    Added,
    /// The first.
    Removed,
    /// Equal lines were left out here.
    Gap,
}

impl Difference {
    /// What makes `to` of `from`. Redact both first where it is shown or written ([`Meaning::redacted`]).
    pub fn between(from: &Meaning, to: &Meaning) -> Self {
        Self {
            changes: changes(from, to),
            lines: lines(from, to),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

impl Change {
    /// How it changed.
    pub fn kind(&self) -> Kind {
        match (&self.before, &self.after) {
            (None, _) => Kind::Added,
            (_, None) => Kind::Removed,
            _ => Kind::Changed,
        }
    }

    /// Makes this change to a script.
    pub fn apply(&self, to: &mut Meaning) {
        let Some(action) = &self.action else {
            return put(&mut to.settings, &self.name, &self.after);
        };
        if self.part == Part::Action {
            match &self.after {
                Some(step) => to.actions.insert(action.id.clone(), Step::from_json(step)),
                None => to.actions.remove(&action.id),
            };
            return;
        }
        let Some(step) = to.actions.get_mut(&action.id) else {
            return;
        };
        let text = || self.after.as_ref().and_then(Value::as_str).unwrap_or_default();
        match self.part {
            Part::Type => step.kind = text().to_owned(),
            Part::Label => step.label = text().to_owned(),
            Part::Field => put(&mut step.fields, &self.name, &self.after),
            Part::Property => put(&mut step.properties, &self.name, &self.after),
            Part::Branch => put(&mut step.branches, &self.name, &self.after),
            Part::Setting | Part::Action => {}
        }
    }

    /// What is changed, without how: `Action 3 "ESCALATE" (REQAGENT), property Skill`.
    pub fn place(&self) -> String {
        let name = self
            .name
            .as_deref()
            .filter(|name| !name.is_empty())
            .unwrap_or("without a name");
        let action = self.action.as_ref().map(ToString::to_string).unwrap_or_default();
        match self.part {
            Part::Setting => format!("Setting {name}"),
            Part::Action => action,
            Part::Type => format!("{action}, type"),
            Part::Label => format!("{action}, label"),
            Part::Field => format!("{action}, field {name}"),
            Part::Property => format!("{action}, property {name}"),
            Part::Branch => format!("{action}, branch {name}"),
        }
    }

    /// The first script's value in a few words.
    pub fn was(&self) -> Option<String> {
        self.before.as_ref().map(|value| self.told(value))
    }

    /// The second script's value in a few words.
    pub fn is(&self) -> Option<String> {
        self.after.as_ref().map(|value| self.told(value))
    }

    fn told(&self, value: &Value) -> String {
        match (self.part, value) {
            (Part::Action, step) => {
                let parts =
                    ["properties", "branches"].map(|part| step[part].as_object().map_or(0, |map| map.len()));
                let counted = |number, one: &str, more: &str| match number {
                    1 => format!("1 {one}"),
                    number => format!("{number} {more}"),
                };
                format!(
                    "with {} and {}",
                    counted(parts[0], "property", "properties"),
                    counted(parts[1], "branch", "branches")
                )
            }
            (Part::Branch, branch) => match branch["to"].as_str() {
                Some(to) => format!("to action {to}{}", order(branch)),
                None => short(branch),
            },
            (_, value) => short(value),
        }
    }
}

impl fmt::Display for ActionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Action {}", self.id.0)?;
        if !self.label.is_empty() {
            write!(f, " {}", quoted(&self.label))?;
        }
        match self.kind.as_str() {
            "" => Ok(()),
            kind => write!(f, " ({kind})"),
        }
    }
}

/// In a sentence, such as `Action 3 "ESCALATE" (REQAGENT), property Skill: was "1", is "2".`
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.place();
        match (self.was(), self.is()) {
            (Some(was), Some(is)) => write!(f, "{place}: was {was}, is {is}."),
            (None, Some(is)) if self.part == Part::Action => write!(f, "{place} was added, {is}."),
            (None, Some(is)) => write!(f, "{place} was added: {is}."),
            (Some(was), None) if self.part == Part::Action => write!(f, "{place} was removed, {was}."),
            (Some(was), None) => write!(f, "{place} was removed: {was}."),
            (None, None) => f.write_str(&place),
        }
    }
}

/// The order of a branch, where there is one to tell.
fn order(branch: &Value) -> String {
    let index = branch["index"]
        .as_str()
        .and_then(|index| index.parse::<u32>().ok());
    index.map_or_else(String::new, |index| {
        format!(", number {}", index.saturating_add(1))
    })
}

fn quoted(text: &str) -> String {
    let mut shown: String = text.chars().take(LONGEST).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    format!("\"{shown}\"")
}

fn short(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        other => {
            let text = other.to_string();
            match text.chars().nth(LONGEST) {
                Some(_) => text.chars().take(LONGEST).chain(['…']).collect(),
                None => text,
            }
        }
    }
}

fn put(map: &mut BTreeMap<String, Value>, name: &Option<String>, value: &Option<Value>) {
    let name = name.clone().unwrap_or_default();
    match value {
        Some(value) => map.insert(name, value.clone()),
        None => map.remove(&name),
    };
}

fn changes(from: &Meaning, to: &Meaning) -> Vec<Change> {
    let mut found = Vec::new();
    maps(Part::Setting, None, &from.settings, &to.settings, &mut found);
    let ids: BTreeSet<&StepId> = from.actions.keys().chain(to.actions.keys()).collect();
    for id in ids {
        let (before, after) = (from.actions.get(id), to.actions.get(id));
        let Some(shown) = after.or(before) else { continue };
        let action = ActionName {
            id: id.clone(),
            label: shown.label.clone(),
            kind: shown.kind.clone(),
        };
        let (Some(before), Some(after)) = (before, after) else {
            found.push(Change {
                part: Part::Action,
                action: Some(action),
                name: None,
                before: before.map(Step::to_json),
                after: after.map(Step::to_json),
            });
            continue;
        };
        for (part, was, is) in [
            (Part::Type, &before.kind, &after.kind),
            (Part::Label, &before.label, &after.label),
        ] {
            if was != is {
                found.push(Change {
                    part,
                    action: Some(action.clone()),
                    name: None,
                    before: Some(Value::String(was.clone())),
                    after: Some(Value::String(is.clone())),
                });
            }
        }
        for (part, was, is) in [
            (Part::Field, &before.fields, &after.fields),
            (Part::Property, &before.properties, &after.properties),
            (Part::Branch, &before.branches, &after.branches),
        ] {
            maps(part, Some(&action), was, is, &mut found);
        }
    }
    found
}

fn maps(
    part: Part,
    action: Option<&ActionName>,
    from: &BTreeMap<String, Value>,
    to: &BTreeMap<String, Value>,
    found: &mut Vec<Change>,
) {
    let names: BTreeSet<&String> = from.keys().chain(to.keys()).collect();
    for name in names {
        let (before, after) = (from.get(name), to.get(name));
        if before != after {
            found.push(Change {
                part,
                action: action.cloned(),
                name: Some(name.clone()),
                before: before.cloned(),
                after: after.cloned(),
            });
        }
    }
}

fn lines(from: &Meaning, to: &Meaning) -> Vec<Line> {
    let text = |meaning: &Meaning| format!("{:#}\n", meaning.to_json());
    let (from, to) = (text(from), text(to));
    let diff = TextDiff::from_lines(&from, &to);
    let mut lines = Vec::new();
    let gap = || Line {
        sign: Sign::Gap,
        text: String::new(),
    };
    let (mut shown, total) = (0, from.lines().count());
    for group in diff.grouped_ops(AROUND) {
        if group.first().is_some_and(|op| op.old_range().start > shown) {
            lines.push(gap());
        }
        for op in &group {
            shown = op.old_range().end;
            lines.extend(diff.iter_changes(op).map(|change| Line {
                sign: match change.tag() {
                    ChangeTag::Equal => Sign::Same,
                    ChangeTag::Insert => Sign::Added,
                    ChangeTag::Delete => Sign::Removed,
                },
                text: change.value().trim_end_matches('\n').to_owned(),
            }));
        }
    }
    if !lines.is_empty() && shown < total {
        lines.push(gap());
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::collection::{btree_map, vec};
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn map() -> impl Strategy<Value = BTreeMap<String, Value>> {
        let value = prop_oneof![
            "[a-c]{0,3}".prop_map(Value::from),
            vec("[a-b]{0,2}", 1..3).prop_map(|list| json!(list)),
            btree_map("[a-b]", "[a-b]{1,2}", 1..3).prop_map(|map| json!(map)),
        ];
        btree_map("[a-c]{0,2}", value, 0..4)
    }

    fn step() -> impl Strategy<Value = Step> {
        ("[A-B]{0,2}", "[a-b]{0,2}", map(), map(), map()).prop_map(
            |(kind, label, fields, properties, branches)| Step {
                kind,
                label,
                fields,
                properties,
                branches,
            },
        )
    }

    fn meaning() -> impl Strategy<Value = Meaning> {
        let actions = btree_map((1u8..12).prop_map(|id| StepId(id.to_string())), step(), 0..5)
            .prop_map(|actions| actions.into_iter().collect());
        (map(), actions).prop_map(|(settings, actions)| Meaning { settings, actions })
    }

    proptest! {
        #[test]
        fn between_equal_scripts_there_is_none(script in meaning()) {
            prop_assert_eq!(Difference::between(&script, &script), Difference::default());
        }

        #[test]
        fn its_changes_make_one_of_the_other_in_any_order(
            (from, to, order) in (meaning(), meaning()).prop_flat_map(|(from, to)| {
                let changes = Difference::between(&from, &to).changes;
                (Just(from), Just(to), Just(changes).prop_shuffle())
            })
        ) {
            let mut made = from.clone();
            for change in &order {
                change.apply(&mut made);
            }
            prop_assert_eq!(&made, &to);
            prop_assert_eq!(order.is_empty(), from.fingerprint() == to.fingerprint());
        }

        #[test]
        fn backwards_the_same_places_differ(from in meaning(), to in meaning()) {
            let (there, back) = (Difference::between(&from, &to).changes, Difference::between(&to, &from).changes);
            prop_assert_eq!(there.len(), back.len());
            for (there, back) in there.iter().zip(&back) {
                prop_assert_eq!((&there.before, &there.after), (&back.after, &back.before));
            }
        }

        #[test]
        fn its_lines_are_those_of_both(from in meaning(), to in meaning()) {
            let difference = Difference::between(&from, &to);
            let added = difference.lines.iter().filter(|line| line.sign == Sign::Added);
            let text = format!("{:#}", to.to_json());
            for line in added {
                prop_assert!(text.lines().any(|each| each == line.text));
            }
            prop_assert_eq!(difference.lines.is_empty(), difference.changes.is_empty());
        }
    }

    #[test]
    fn changes_are_told_in_words() {
        let script = |escalate: Value, to: u8| {
            Meaning::of(&json!({
                "header": { "mediaType": 9 },
                "actions": { "3": { "name": "REQAGENT", "label": "ESCALATE" }, "10": escalate },
                "properties": { "3": { "0": { "name": "Skill", "value": to } } },
                "branches": { "3": [{ "to": to, "label": "Default", "index": 0 }] },
            }))
        };
        let from = script(json!({ "name": "END", "label": "END ESCALATION" }), 4);
        let mut to = script(json!({ "name": "END", "label": "Finish" }), 5);
        to.actions.insert(
            StepId("11".to_owned()),
            Step {
                kind: "ANNOTATION".to_owned(),
                label: "Note".to_owned(),
                ..Step::default()
            },
        );
        to.settings.remove("mediaType");
        let told: Vec<String> = Difference::between(&from, &to)
            .changes
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            told,
            [
                "Setting mediaType was removed: \"9\".",
                "Action 3 \"ESCALATE\" (REQAGENT), property Skill: was \"4\", is \"5\".",
                "Action 3 \"ESCALATE\" (REQAGENT), branch Default: was to action 4, number 1, is to action 5, number 1.",
                "Action 10 \"Finish\" (END), label: was \"END ESCALATION\", is \"Finish\".",
                "Action 11 \"Note\" (ANNOTATION) was added, with 0 properties and 0 branches.",
            ]
        );
    }
}
