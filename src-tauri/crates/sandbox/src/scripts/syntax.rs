//! The check of a script that is saved: what keeps it from being saved, and what it is saved with all the same.
//!
//! The vendor's own rules are not public but for the key of an action that is not licensed. Ours are few and named by their
//! keys: errors are `action-not-available`, `event-action-repeated`, `begin-missing-or-repeated` and `branch-leads-nowhere`,
//! warnings `caption-empty` and, where the switch `script-warnings` wants one for every save, `warned-by-switch`.

use serde_json::{Map, Value, json};

use crate::switch::{ScriptLicence, ScriptWarnings, Switches};

/// Actions that a unit with digital channels has. Which ones a tenant has is by its licences; this choice is ours.
const LICENSED: [&str; 22] = [
    "ANNOTATION",
    "ASSIGN",
    "BEGIN",
    "CASE",
    "END",
    "EMAIL",
    "FORMATDATE",
    "HOURS",
    "IF",
    "LOG",
    "LOOP",
    "ONRELEASE",
    "ONSIGNAL",
    "REQAGENT",
    "RESTAPI",
    "RETURN",
    "RUNSCRIPT",
    "RUNSUB",
    "SIGNAL",
    "SNIPPET",
    "SPAWN",
    "WAIT",
];

/// What is found, each with the action it is about.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) errors: Vec<(String, &'static str)>,
    pub(super) warnings: Vec<(String, &'static str)>,
}

impl Findings {
    /// What is to be said of a script, as the switches stand.
    pub(super) fn of(content: &Value, switches: Switches) -> Findings {
        let mut findings = Findings::default();
        let actions = content["actions"].as_object().cloned().unwrap_or_default();
        let mut begins = 0;
        for (id, action) in &actions {
            let name = action["name"].as_str().unwrap_or_default();
            begins += usize::from(name == "BEGIN");
            let licensed = LICENSED.iter().any(|known| known.eq_ignore_ascii_case(name));
            if name.is_empty() || !licensed && switches.script_licence == ScriptLicence::Known {
                findings.errors.push((id.clone(), "action-not-available"));
            }
            let captioned = !action["label"].as_str().unwrap_or_default().trim().is_empty();
            if !captioned && switches.script_warnings == ScriptWarnings::Captions {
                findings.warnings.push((id.clone(), "caption-empty"));
            }
            let single = ["ONRELEASE", "ONSIGNAL"].contains(&name);
            let same = actions
                .values()
                .filter(|other| other["name"] == action["name"])
                .count();
            if single && same > 1 {
                findings.errors.push((id.clone(), "event-action-repeated"));
            }
        }
        if begins != 1 {
            findings
                .errors
                .push(("0".to_owned(), "begin-missing-or-repeated"));
        }
        for (from, branches) in content["branches"].as_object().into_iter().flatten() {
            for branch in branches.as_array().into_iter().flatten() {
                let to = branch["to"].as_u64().map(|to| to.to_string()).unwrap_or_default();
                if !actions.contains_key(&to) {
                    findings.errors.push((from.clone(), "branch-leads-nowhere"));
                }
            }
        }
        if switches.script_warnings == ScriptWarnings::Always {
            findings.warnings.push(("0".to_owned(), "warned-by-switch"));
        }
        findings
    }

    /// Key of the first error; empty where there is none.
    pub(super) fn first(&self) -> &'static str {
        self.errors.first().map_or("", |(_, key)| key)
    }

    /// The `error_code` of the answer.
    pub(super) fn shown(&self) -> Value {
        let mut actions = Map::new();
        let lists = [("errors", &self.errors), ("warnings", &self.warnings)];
        for (list, found) in lists {
            for (id, key) in found {
                let row = actions
                    .entry(id.clone())
                    .or_insert_with(|| json!({ "actionType": null, "errors": [], "warnings": [] }));
                if let Some(keys) = row[list].as_array_mut() {
                    keys.push(json!({ "key": key }));
                }
            }
        }
        json!({ "details": {
            "totalErrors": self.errors.len(), "totalWarnings": self.warnings.len(), "actions": actions,
        } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(content: &Value) -> Findings {
        Findings::of(content, Switches::default())
    }

    fn script(actions: Value, branches: Value) -> Value {
        json!({ "header": {}, "actions": actions, "properties": {}, "branches": branches })
    }

    #[test]
    fn the_syntax_check_tells_errors_from_warnings() {
        let begin = json!({ "actionId": 1, "name": "BEGIN", "label": "Begin" });
        let clean = checked(&script(json!({ "1": begin }), json!({})));
        assert!(clean.errors.is_empty() && clean.warnings.is_empty());
        let bare = json!({ "actionId": 2, "name": "END", "label": " " });
        let warned = checked(&script(json!({ "1": begin, "2": bare }), json!({})));
        assert_eq!(warned.warnings, [("2".to_owned(), "caption-empty")]);
        assert!(warned.errors.is_empty());
        let none = checked(&script(json!({}), json!({})));
        assert_eq!(none.errors, [("0".to_owned(), "begin-missing-or-repeated")]);
        let lost = checked(&script(json!({ "1": begin }), json!({ "1": [{ "to": 9 }] })));
        assert_eq!(lost.errors, [("1".to_owned(), "branch-leads-nowhere")]);
        let release = |id: u64| json!({ "actionId": id, "name": "ONRELEASE", "label": "OnRelease" });
        let twice = checked(&script(
            json!({ "1": begin, "2": release(2), "3": release(3) }),
            json!({}),
        ));
        assert_eq!(twice.errors.len(), 2);
    }

    #[test]
    fn an_action_that_is_not_licensed_is_named_unless_all_are() {
        let begin = json!({ "actionId": 1, "name": "BEGIN", "label": "Begin" });
        let other = json!({ "actionId": 2, "name": "NOSUCHACTION", "label": "Other" });
        let content = script(json!({ "1": begin, "2": other }), json!({}));
        assert_eq!(
            checked(&content).errors,
            [("2".to_owned(), "action-not-available")]
        );
        let all = Switches {
            script_licence: ScriptLicence::All,
            ..Switches::default()
        };
        assert!(Findings::of(&content, all).errors.is_empty());
    }

    #[test]
    fn a_switch_warns_of_every_save_or_of_none() {
        let bare = json!({ "actionId": 1, "name": "BEGIN", "label": "" });
        let warned = |script_warnings| {
            let switches = Switches {
                script_warnings,
                ..Switches::default()
            };
            let content = script(json!({ "1": bare }), json!({}));
            Findings::of(&content, switches).warnings
        };
        assert_eq!(
            warned(ScriptWarnings::Always),
            [("0".to_owned(), "warned-by-switch")]
        );
        assert!(warned(ScriptWarnings::Never).is_empty());
        assert_eq!(
            warned(ScriptWarnings::Captions),
            [("1".to_owned(), "caption-empty")]
        );
    }
}
