//! Two people change one profile: what each of them changed is kept.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// `typed`, as far as it differs from what its author had seen, on top of what is stored by now. `None` when the result
/// is no value of the type, which values of the same type cannot lead to.
pub(super) fn three_way<T: Serialize + DeserializeOwned>(seen: &T, typed: &T, stored: &T) -> Option<T> {
    let value = |of: &T| serde_json::to_value(of).ok();
    serde_json::from_value(merge(&value(seen)?, value(typed)?, value(stored)?)).ok()
}

fn merge(seen: &Value, typed: Value, stored: Value) -> Value {
    match (typed, stored) {
        (Value::Object(mut typed), Value::Object(stored)) => {
            let mut merged = serde_json::Map::new();
            for (name, stored) in stored {
                let typed = typed.remove(&name).unwrap_or_default();
                merged.insert(name.clone(), merge(&seen[&name], typed, stored));
            }
            for (name, typed) in typed {
                let merged_value = merge(&seen[&name], typed, Value::Null);
                merged.insert(name, merged_value);
            }
            merged.retain(|_, value| !value.is_null());
            Value::Object(merged)
        }
        (typed, stored) => {
            if typed == *seen {
                stored
            } else {
                typed
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_each_of_two_changed_is_kept() {
        let seen = json!({ "name": "A", "cxone": { "tenant_id": "1", "business_unit": "2" }, "gone": "x" });
        let typed = json!({ "name": "A", "cxone": { "tenant_id": "1", "business_unit": "3" }, "new": "y", "gone": "x" });
        let stored = json!({ "name": "B", "cxone": { "tenant_id": "1", "business_unit": "2", "hosts": { "api": "h" } } });
        let merged = three_way(&seen, &typed, &stored).unwrap();
        assert_eq!(
            merged,
            json!({ "name": "B", "cxone": { "tenant_id": "1", "business_unit": "3", "hosts": { "api": "h" } }, "new": "y" })
        );
    }

    #[test]
    fn what_was_cleared_is_cleared_and_the_last_one_wins() {
        let seen = json!({ "domain": "trial", "name": "A" });
        let merged = three_way(
            &seen,
            &json!({ "name": "C" }),
            &json!({ "domain": "trial", "name": "B" }),
        )
        .unwrap();
        assert_eq!(merged, json!({ "name": "C" }));
    }
}
