//! From older formats of the profile file to the present one.
//!
//! A migration works on JSON, not on today's types, so that it stays right when the types change. Every format
//! change, a new field included, gets a new version: a file of the present version has no unknown fields.

use serde_json::{Map, Value};

use crate::profiles::SCHEMA_VERSION;

type Document = Map<String, Value>;

/// The migration away from each version, by index.
const STEPS: [fn(Document) -> Document; 2] = [nest_profile, with_answers];

/// Brings a document to [`SCHEMA_VERSION`]. What does not have the expected form is passed through unchanged;
/// reading it then says what is wrong with it.
pub(crate) fn migrate(mut document: Document, from: u64) -> Document {
    for step in STEPS.iter().skip(usize::try_from(from).unwrap_or(usize::MAX)) {
        document = step(document);
    }
    document.insert("version".to_owned(), Value::from(SCHEMA_VERSION));
    document
}

/// Version 0 had no version field, and the profile's fields stood beside its id and date.
fn nest_profile(mut document: Document) -> Document {
    if let Some(Value::Array(profiles)) = document.get_mut("profiles") {
        for entry in profiles {
            let Value::Object(flat) = entry else { continue };
            let mut record = Map::new();
            for key in ["id", "created_at"] {
                if let Some(value) = flat.shift_remove(key) {
                    record.insert(key.to_owned(), value);
                }
            }
            let created_at = record.get("created_at").cloned().unwrap_or(Value::Null);
            record.insert("changed_at".to_owned(), created_at);
            record.insert("profile".to_owned(), Value::Object(std::mem::take(flat)));
            *flat = record;
        }
    }
    document
}

/// Version 1 had no answers of people; a record without them has none.
fn with_answers(document: Document) -> Document {
    document
}
