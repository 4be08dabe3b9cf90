//! Reading JSON rows of servers that are loose with types and with the case of names.

use serde_json::{Map, Value};

use crate::Misshape;

/// A field whose absence means something else than its being null: a list that leaves `defaultSkillId` out says
/// nothing, one that sends null says that none is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Field<T> {
    /// The answer does not have the field.
    #[default]
    Absent,
    /// The field is there and null (or an empty PHP array, which stands for the same).
    Null,
    /// The field has a value.
    Value(T),
}

impl<T> Field<T> {
    /// The value, if there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// Whether the answer lacks the field.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

/// One JSON object, read by name. Exact names win; otherwise case does not count, because the vendor's own
/// documents spell the same field differently from call to call (`userID` and `userId`,
/// `DigitalEngagementEnabled` and `digitalEngagementEnabled`).
#[derive(Clone, Copy)]
pub(crate) struct Row<'a>(&'a Map<String, Value>);

impl<'a> Row<'a> {
    /// The row, if the value is an object.
    pub(crate) fn new(value: &'a Value) -> Option<Self> {
        value.as_object().map(Self)
    }

    /// All of it.
    pub(crate) fn fields(self) -> &'a Map<String, Value> {
        self.0
    }

    /// The value as it stands.
    pub(crate) fn get(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).or_else(|| {
            self.0
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(name))
                .map(|(_, value)| value)
        })
    }

    /// Text; a number is read as its digits.
    pub(crate) fn text(self, name: &str) -> Option<String> {
        self.get(name).and_then(text)
    }

    /// A whole number; digits in a string count.
    pub(crate) fn number(self, name: &str) -> Option<i64> {
        self.get(name).and_then(number)
    }

    /// A truth value; 0, 1 and the words in a string count.
    pub(crate) fn flag(self, name: &str) -> Option<bool> {
        self.get(name).and_then(flag)
    }

    /// Text that may be null or absent.
    pub(crate) fn text_field(self, name: &str) -> Field<String> {
        self.field(name, text)
    }

    /// A whole number that may be null or absent.
    pub(crate) fn number_field(self, name: &str) -> Field<i64> {
        self.field(name, number)
    }

    /// An object; PHP writes an empty one as `[]`.
    pub(crate) fn row(self, name: &str) -> Option<Row<'a>> {
        self.get(name).and_then(Row::new)
    }

    /// The items of a list; empty where it is absent, null or an empty object.
    pub(crate) fn list(self, name: &str) -> Vec<&'a Value> {
        self.get(name).map(items).unwrap_or_default()
    }

    /// A value that reads as neither text nor number counts as null: the field is there and holds nothing usable.
    fn field<T>(self, name: &str, read: impl Fn(&Value) -> Option<T>) -> Field<T> {
        match self.get(name) {
            None => Field::Absent,
            Some(value) => read(value).map_or(Field::Null, Field::Value),
        }
    }
}

/// The items of an array, or the values of an object: PHP writes a list with gaps as an object of numbered keys.
pub(crate) fn items(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(map) if map.keys().all(|key| key.bytes().all(|b| b.is_ascii_digit())) => {
            map.values().collect()
        }
        _ => Vec::new(),
    }
}

/// Reads every item of a list with `read`, which answers `None` for an item that lacks what identifies it.
///
/// # Errors
/// [`Misshape`] names the first item that is no object or lacks its identity: a list that is half understood would
/// make something look missing.
pub(crate) fn rows<T>(
    what: &'static str,
    list: &[&Value],
    read: impl Fn(Row<'_>, &Value) -> Option<T>,
) -> Result<Vec<T>, Misshape> {
    list.iter()
        .enumerate()
        .map(|(index, value)| {
            Row::new(value)
                .and_then(|row| read(row, value))
                .ok_or_else(|| Misshape {
                    what,
                    detail: format!("item {index} has no identity"),
                })
        })
        .collect()
}

pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

pub(crate) fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| {
            // 4711.0 is what some serialisers make of 4711; anything else with a fraction is no id.
            number
                .as_f64()
                .filter(|n| n.fract() == 0.0 && n.abs() < 9e15)
                .map(|n| n as i64)
        }),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

pub(crate) fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => match number.as_i64() {
            Some(0) => Some(false),
            Some(1) => Some(true),
            _ => None,
        },
        Value::String(text) => match text.trim() {
            "0" => Some(false),
            "1" => Some(true),
            word if word.eq_ignore_ascii_case("true") => Some(true),
            word if word.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_text_and_flags_are_read_in_every_spelling() {
        let cases = json!({ "a": 4711, "b": "4711", "c": 4711.0, "d": " 4711 ", "e": 1.5, "f": null, "g": "x", "h": [] });
        let row = Row::new(&cases).unwrap();
        let found: Vec<_> = ["a", "b", "c", "d", "e", "f", "g", "h", "absent"]
            .map(|k| row.number(k))
            .into();
        assert_eq!(
            found,
            [
                Some(4711),
                Some(4711),
                Some(4711),
                Some(4711),
                None,
                None,
                None,
                None,
                None
            ]
        );

        let cases = json!({ "a": true, "b": "True", "c": 1, "d": "0", "e": "false", "f": 2, "g": null });
        let row = Row::new(&cases).unwrap();
        let found: Vec<_> = ["a", "b", "c", "d", "e", "f", "g"].map(|k| row.flag(k)).into();
        assert_eq!(
            found,
            [
                Some(true),
                Some(true),
                Some(true),
                Some(false),
                Some(false),
                None,
                None
            ]
        );

        let cases = json!({ "a": "x", "b": 7, "c": {} });
        let row = Row::new(&cases).unwrap();
        assert_eq!(
            ["a", "b", "c"].map(|k| row.text(k)),
            [Some("x".to_owned()), Some("7".to_owned()), None]
        );
    }

    #[test]
    fn case_of_a_name_counts_only_where_both_spellings_are_there() {
        let both = json!({ "UserID": "wrong", "userId": "right" });
        assert_eq!(Row::new(&both).unwrap().text("userId").as_deref(), Some("right"));
        let other = json!({ "DigitalEngagementEnabled": "True" });
        assert_eq!(
            Row::new(&other).unwrap().flag("digitalEngagementEnabled"),
            Some(true)
        );
    }

    #[test]
    fn absent_null_and_value_stay_apart() {
        let row = json!({ "null": null, "php": [], "value": "987654", "empty": "" });
        let row = Row::new(&row).unwrap();
        assert_eq!(row.number_field("absent"), Field::Absent);
        assert_eq!(row.number_field("null"), Field::Null);
        assert_eq!(row.number_field("php"), Field::Null);
        assert_eq!(row.number_field("value"), Field::Value(987_654));
        assert_eq!(row.text_field("empty"), Field::Value(String::new()));
    }

    #[test]
    fn php_lists_are_lists() {
        assert_eq!(items(&json!([])).len(), 0);
        assert_eq!(items(&json!({})).len(), 0);
        assert_eq!(items(&json!({ "1": "a", "4": "b" })), [&json!("a"), &json!("b")]);
        assert_eq!(items(&json!({ "error": "a" })).len(), 0);
        assert_eq!(items(&json!(null)).len(), 0);
    }

    #[test]
    fn an_item_without_identity_is_named() {
        let list = [json!({ "id": 1 }), json!({ "name": "x" })];
        let found = rows("thing", &list.iter().collect::<Vec<_>>(), |row, _| {
            row.number("id")
        });
        assert_eq!(
            found,
            Err(Misshape {
                what: "thing",
                detail: "item 1 has no identity".to_owned()
            })
        );
    }
}
