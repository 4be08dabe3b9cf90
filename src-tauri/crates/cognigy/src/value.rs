//! Reading JSON of which only parts are documented.

use jiff::Timestamp;
use serde_json::Value;

/// Seconds from which a number can only be milliseconds: the year 5138.
const MILLISECONDS: i64 = 100_000_000_000;

/// Text; a number is read as its digits. Empty text is none.
pub(crate) fn text(value: &Value, name: &str) -> Option<String> {
    plain(value.get(name)?)
}

/// Text of a value itself.
pub(crate) fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A truth value.
pub(crate) fn flag(value: &Value, name: &str) -> Option<bool> {
    value.get(name)?.as_bool()
}

/// The items of a list; none where it is absent or something else.
pub(crate) fn items<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value
        .get(name)
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default()
}

/// A time: a date in words, or a number of seconds or, as providers have them, of milliseconds.
pub(crate) fn time(value: &Value, name: &str) -> Option<Timestamp> {
    match value.get(name)? {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => match number.as_i64()? {
            seconds @ 0..MILLISECONDS => Timestamp::from_second(seconds).ok(),
            millis => Timestamp::from_millisecond(millis).ok(),
        },
        _ => None,
    }
}

/// A name without regard to case and to what stands between its words.
pub(crate) fn folded(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_are_read_in_every_form_they_are_seen_in() {
        let value = json!({ "s": 1_767_603_600, "ms": 1_767_603_600_000_i64, "text": "2026-01-05T09:00:00.000Z", "no": [] });
        for name in ["s", "ms", "text"] {
            assert_eq!(time(&value, name).unwrap().as_second(), 1_767_603_600, "{name}");
        }
        assert_eq!((time(&value, "no"), time(&value, "absent")), (None, None));
    }
}
