//! Values made from the schemas of the contract documents: right ones, and every way to be wrong that can be told from a
//! schema. Seeded, so a failure comes back.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// SplitMix64.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % sides.max(1) as u64) as usize
    }
}

/// Makes values of one document's schemas.
pub struct Sampler<'a> {
    pub document: &'a Value,
    pub dice: Dice,
    /// Values that mean something to the sandbox, by the name of the field.
    pub known: &'a BTreeMap<String, Value>,
    /// Only what must be there, and known values where there are any.
    pub plain: bool,
}

impl Sampler<'_> {
    fn resolved(&self, schema: &Value) -> Value {
        match schema["$ref"].as_str() {
            Some(at) => {
                let found = self.document.pointer(at.trim_start_matches('#')).unwrap();
                self.resolved(found)
            }
            None => schema.clone(),
        }
    }

    fn coin(&mut self) -> bool {
        !self.plain && self.dice.below(2) == 0
    }

    /// A value that fits. `name` is the field it is for.
    pub fn value(&mut self, name: &str, schema: &Value) -> Value {
        let schema = self.resolved(schema);
        if let Some(known) = self.known.get(name).filter(|_| self.plain) {
            let wanted = schema["type"].as_str();
            return match (wanted, known) {
                (Some("string"), Value::Number(number)) => number.to_string().into(),
                _ => known.clone(),
            };
        }
        if let Some(choices) = schema["enum"].as_array() {
            let at = if self.plain {
                0
            } else {
                self.dice.below(choices.len())
            };
            return choices[at].clone();
        }
        if let Some(constant) = schema.get("const") {
            return constant.clone();
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) => kinds[0].as_str().unwrap().to_owned(),
            kind => kind.as_str().unwrap_or("object").to_owned(),
        };
        match kind.as_str() {
            "string" => self.text(&schema).into(),
            "integer" | "number" => {
                let least = schema["minimum"].as_i64().unwrap_or(1);
                let most = schema["maximum"].as_i64().unwrap_or(least + 50).min(least + 50);
                (least + self.dice.below((most - least + 1) as usize) as i64).into()
            }
            "boolean" => (self.dice.below(2) == 0).into(),
            "array" => {
                let least = schema["minItems"].as_u64().unwrap_or(0) as usize;
                let more = usize::from(self.coin());
                (0..least + more)
                    .map(|_| self.value("", &schema["items"]))
                    .collect()
            }
            _ => self.object(&schema),
        }
    }

    fn text(&mut self, schema: &Value) -> String {
        match (schema["format"].as_str(), schema["pattern"].as_str()) {
            (Some("uuid"), _) => {
                let tail: String = (0..12)
                    .map(|_| char::from(b"0123456789abcdef"[self.dice.below(16)]))
                    .collect();
                format!("51b00000-0000-4000-8000-{tail}")
            }
            (Some("date-time"), _) => "2026-03-02T09:15:30.120+00:00".to_owned(),
            (_, Some(r"^\w+/[-+.\w]+$")) => "text/plain".to_owned(),
            (_, Some(r"^\d+$")) => (1 + self.dice.below(900)).to_string(),
            _ => {
                let least = schema["minLength"].as_u64().unwrap_or(1).max(1) as usize;
                let most = schema["maxLength"].as_u64().unwrap_or(12).min(12) as usize;
                let length = least + self.dice.below(most - least + 1);
                (0..length)
                    .map(|_| char::from(b"simtext_abc"[self.dice.below(11)]))
                    .collect()
            }
        }
    }

    fn object(&mut self, schema: &Value) -> Value {
        let mut properties = schema["properties"].as_object().cloned().unwrap_or_default();
        let names = |value: &Value| -> Vec<String> {
            let list = value.as_array().into_iter().flatten();
            list.map(|name| name.as_str().unwrap().to_owned()).collect()
        };
        let mut required = names(&schema["required"]);
        let mut barred = Vec::new();
        for key in ["oneOf", "anyOf"] {
            let Some(forms) = schema[key].as_array() else {
                continue;
            };
            let forms: Vec<Value> = forms.iter().map(|form| self.resolved(form)).collect();
            let chosen = if self.plain {
                0
            } else {
                self.dice.below(forms.len())
            };
            for (at, form) in forms.iter().enumerate() {
                if at == chosen {
                    required.extend(names(&form["required"]));
                    extend(&mut properties, &form["properties"]);
                } else if key == "oneOf" {
                    barred.extend(names(&form["required"]));
                }
            }
        }
        let mut made = Map::new();
        // What other fields hang on comes first.
        for rule in schema["allOf"].as_array().into_iter().flatten() {
            for (name, _) in rule["if"]["properties"].as_object().into_iter().flatten() {
                if !made.contains_key(name) {
                    let value = self.value(name, &properties[name].clone());
                    made.insert(name.clone(), value);
                }
            }
            let holds = rule["if"]["properties"]
                .as_object()
                .into_iter()
                .flatten()
                .all(|(name, of)| made.get(name) == of.get("const"));
            if holds && rule.get("then").is_some() {
                let then = &rule["then"];
                extend(&mut properties, &then["properties"]);
                required.extend(names(&then["required"]));
            }
            // A rule without a condition always holds.
            if rule.get("if").is_none() {
                let rule = self.resolved(rule);
                extend(&mut properties, &rule["properties"]);
                required.extend(names(&rule["required"]));
            }
        }
        for (name, of) in &properties {
            let must = required.contains(name);
            // What is left out is left out by chance, but what means something is worth saying.
            let may =
                !barred.contains(name) && (self.coin() || (self.plain && self.known.contains_key(name)));
            if made.contains_key(name) || !(must || may) {
                continue;
            }
            let value = self.value(name, of);
            made.insert(name.clone(), value);
        }
        made.into()
    }
}

/// Adds rules to those that are there: of two lists of what must be there both hold, of other rules the later.
fn extend(properties: &mut Map<String, Value>, more: &Value) {
    for (name, of) in more.as_object().into_iter().flatten() {
        match (properties.get_mut(name), of) {
            (Some(Value::Object(known)), Value::Object(_)) => extend(known, of),
            (Some(Value::Array(known)), Value::Array(others)) => known.extend(others.iter().cloned()),
            _ => {
                properties.insert(name.clone(), of.clone());
            }
        }
    }
}

/// Every way to make a value wrong at one place: with a word for it.
pub fn spoilt(value: &Value) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    spoil(value, "", &mut |at, change| {
        let word = format!("{at} {change:?}");
        let mut whole = value.clone();
        let place = whole.pointer_mut(at).unwrap();
        match change {
            Change::Set(other) => *place = other,
            Change::Remove(name) => {
                place.as_object_mut().unwrap().remove(name);
            }
            Change::Add => {
                place
                    .as_object_mut()
                    .unwrap()
                    .insert("sim_unexpected".to_owned(), json!(1));
            }
        }
        found.push((word, whole));
    });
    found
}

#[derive(Debug)]
enum Change<'a> {
    Set(Value),
    Remove(&'a str),
    Add,
}

fn spoil(value: &Value, at: &str, tell: &mut dyn FnMut(&str, Change<'_>)) {
    let others = match value {
        Value::String(_) => vec![
            json!(7),
            json!(""),
            json!("sim no choice "),
            json!("x".repeat(2001)),
            json!({}),
        ],
        Value::Number(_) => vec![
            json!("sim_x"),
            json!(-1),
            json!(0),
            json!(1_000_000_007),
            json!(1.5),
        ],
        Value::Bool(_) => vec![json!("maybe"), json!(1)],
        Value::Array(_) => vec![json!({}), json!("sim_x"), json!([])],
        Value::Object(_) => vec![json!([]), json!("sim_x")],
        Value::Null => vec![json!({})],
    };
    for other in others {
        tell(at, Change::Set(other));
    }
    if let Value::Object(fields) = value {
        tell(at, Change::Add);
        for (name, inner) in fields {
            tell(at, Change::Remove(name));
            spoil(
                inner,
                &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")),
                tell,
            );
        }
    }
    if let Value::Array(items) = value
        && let Some(first) = items.first()
    {
        spoil(first, &format!("{at}/0"), tell);
    }
}
