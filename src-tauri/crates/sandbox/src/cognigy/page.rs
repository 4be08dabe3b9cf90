//! Lists of the REST API: `filter`, `sort`, and pages by `limit` with `skip` or a cursor (documented for logs, seen in code
//! for the rest).

use serde_json::{Value, json};

use crate::cognigy::problem::Wrong;
use crate::params::Params;

const LIMIT: usize = 25;
const MOST: usize = 100;

/// The page of these items that the query asks for.
pub(crate) fn page(params: &Params, mut items: Vec<Value>) -> Result<Value, Wrong> {
    let limit = params.number("limit", 1).map_or(LIMIT, |limit| limit as usize);
    let limit = if limit > MOST { LIMIT } else { limit };
    let skip = params.number("skip", 0).map(|skip| skip as usize);
    let (next, previous) = (params.get("next"), params.get("previous"));
    if next.is_some() && previous.is_some() || skip.is_some() && (next.is_some() || previous.is_some()) {
        return Err(Wrong::argument(
            "Only one of skip, next and previous can be given.",
        ));
    }
    if let Some(sort) = params.get("sort") {
        sort_by(&mut items, sort)?;
    }
    let total = items.len();
    let start = match (next, previous) {
        (Some(cursor), _) => position(&items, cursor)? + 1,
        (_, Some(cursor)) => position(&items, cursor)?.saturating_sub(limit),
        _ => skip.unwrap_or(0).min(total),
    };
    let end = match previous {
        Some(cursor) => position(&items, cursor)?,
        None => start.saturating_add(limit).min(total),
    };
    let page: Vec<Value> = items.drain(start..end).collect();
    let at = |item: Option<&Value>| item.map(|item| item["_id"].clone()).unwrap_or_default();
    let next_cursor = if end < total { at(page.last()) } else { Value::Null };
    let previous_cursor = if start > 0 { at(page.first()) } else { Value::Null };
    Ok(json!({
        "items": page,
        "total": total,
        "nextCursor": next_cursor,
        "previousCursor": previous_cursor,
    }))
}

/// Keeps the items whose `field` holds the text of `filter`, case aside.
pub(crate) fn filtered(params: &Params, mut items: Vec<Value>, fields: &[&str]) -> Vec<Value> {
    items.retain(|item| {
        params.get("filter").is_none()
            || fields.iter().any(|field| {
                item[*field]
                    .as_str()
                    .is_some_and(|text| params.matches("filter", text))
            })
    });
    items
}

fn position(items: &[Value], cursor: &str) -> Result<usize, Wrong> {
    items
        .iter()
        .position(|item| item["_id"] == cursor)
        .ok_or_else(|| Wrong::argument("The cursor leads nowhere."))
}

/// `^[a-z0-9]{24}$` (documented).
pub(crate) fn is_object_id(text: &str) -> bool {
    text.len() == 24
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase())
}

fn sort_by(items: &mut [Value], sort: &str) -> Result<(), Wrong> {
    let (field, order) = sort.split_once(':').unwrap_or((sort, "asc"));
    if items.iter().any(|item| item.get(field).is_none()) {
        return Err(Wrong::argument(format!("There is no field {field} to sort by.")));
    }
    items.sort_by(|a, b| match (&a[field], &b[field]) {
        (Value::Number(a), Value::Number(b)) => a.as_i64().cmp(&b.as_i64()),
        (a, b) => a.to_string().cmp(&b.to_string()),
    });
    if order == "desc" {
        items.reverse();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(count: usize) -> Vec<Value> {
        (0..count)
            .map(|at| json!({ "_id": format!("{at:024}"), "name": format!("n{}", count - at), "at": at }))
            .collect()
    }

    fn ask(query: &str, count: usize) -> Result<Value, Wrong> {
        let uri = format!("/x?{query}").parse().unwrap();
        page(&Params::of(&uri), items(count))
    }

    fn ats(page: &Value) -> Vec<u64> {
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["at"].as_u64().unwrap())
            .collect()
    }

    #[test]
    fn cursors_walk_forth_and_back_over_everything_once() {
        let mut seen = Vec::new();
        let mut current = ask("limit=3", 8).unwrap();
        assert_eq!(
            (&current["total"], &current["previousCursor"]),
            (&json!(8), &Value::Null)
        );
        loop {
            seen.extend(ats(&current));
            let Some(next) = current["nextCursor"].as_str() else {
                break;
            };
            current = ask(&format!("limit=3&next={next}"), 8).unwrap();
        }
        assert_eq!(seen, (0..8).collect::<Vec<_>>());
        let back = current["previousCursor"].as_str().unwrap();
        let back = ask(&format!("limit=3&previous={back}"), 8).unwrap();
        assert_eq!(ats(&back), [3, 4, 5]);
        assert_eq!(ats(&ask("limit=2&skip=6", 8).unwrap()), [6, 7]);
        assert_eq!(ats(&ask("", 60).unwrap()).len(), 25);
        assert!(ats(&ask("skip=99", 8).unwrap()).is_empty());
        assert_eq!(ats(&ask("sort=at:desc&limit=2", 12).unwrap()), [11, 10]);
        assert_eq!(ats(&ask("sort=name", 3).unwrap()), [2, 1, 0]);
    }

    #[test]
    fn wrong_pages_are_refused() {
        for query in [
            "next=short",
            "next=999999999999999999999999",
            "skip=1&next=000000000000000000000001",
            "next=000000000000000000000001&previous=000000000000000000000001",
            "sort=nothing",
        ] {
            assert!(ask(query, 5).is_err(), "{query}");
        }
    }

    #[test]
    fn what_the_documents_refuse_is_as_if_it_was_not_asked() {
        for query in ["limit=0", "limit=101", "limit=x", "skip=-1"] {
            assert_eq!(ats(&ask(query, 60).unwrap()).len(), LIMIT, "{query}");
        }
        assert_eq!(ats(&ask("sort=at:sideways", 3).unwrap()), [0, 1, 2]);
    }
}
