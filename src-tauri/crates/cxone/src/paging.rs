//! Lists of the ACD API: `skip` and `top`, ended by `totalRecords`; 204 without a body is an empty list.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;
use transport::Exchange;

use crate::field::Row;
use crate::session::{Record, Session, json};
use crate::{Error, Misshape};

/// Rows asked for at once; clients of this API report 100 as the practical maximum.
const TOP: usize = 100;
/// Pages read at most: an end against a server that never ends its list.
pub(crate) const MAX_PAGES: usize = 200;

/// Whether nothing can follow a page of `length` rows when `size` were asked for. A server may have a maximum of its own,
/// which nobody documents; such numbers are round.
pub(crate) fn is_last(length: usize, size: usize) -> bool {
    length < size && (length == 0 || !length.is_multiple_of(5))
}

/// Which list is read.
pub(crate) struct List<'a> {
    /// Path below the version.
    pub(crate) path: &'a [&'a str],
    /// Filters, without paging.
    pub(crate) query: &'a [(&'a str, &'a str)],
    /// Key of the rows in the answer, at the top or in `resultSet`.
    pub(crate) key: &'static str,
    /// Name of the exchange in the evidence.
    pub(crate) label: &'static str,
    /// What the records of its pages keep.
    pub(crate) record: Record,
}

impl List<'_> {
    /// Reads all pages; the exchange is the last one, as evidence for what is found wrong with the rows.
    ///
    /// # Errors
    /// As [`Session::acd`], and [`Error::Shape`] when an answer lacks the list.
    pub(crate) async fn read(&self, session: &Session) -> Result<(Vec<Value>, Arc<Exchange>), Error> {
        let mut rows: Vec<Value> = Vec::new();
        let mut seen = HashSet::new();
        let mut pages = 0;
        loop {
            pages += 1;
            let (skip, top) = (rows.len().to_string(), TOP.to_string());
            let mut query = self.query.to_vec();
            query.extend([("skip", skip.as_str()), ("top", top.as_str())]);
            let response = session
                .acd_read(self.path, &query, self.label, self.record)
                .await?;
            if response.status == 204 {
                return Ok((rows, response.exchange));
            }
            let value = json(session.client(), &response)?;
            let page = self
                .page(&value)
                .map_err(|error| error.seen_in(&response.exchange))?;
            let length = page.rows.len();
            // A server that ignores `skip` sends the first page again.
            let new: Vec<Value> = page
                .rows
                .into_iter()
                .filter(|row| seen.insert(row.to_string()))
                .collect();
            let none_new = new.is_empty();
            rows.extend(new);
            let complete = match page.total {
                Some(total) => rows.len() >= total,
                None => is_last(length, TOP),
            };
            if none_new || complete || pages == MAX_PAGES {
                return Ok((rows, response.exchange));
            }
        }
    }

    fn page(&self, value: &Value) -> Result<Page, Misshape> {
        let wrong = || Misshape {
            what: self.key,
            detail: "the answer has no such list".to_owned(),
        };
        let top = Row::new(value).ok_or_else(wrong)?;
        let row = if top.get(self.key).is_some() {
            top
        } else {
            top.row("resultSet").ok_or_else(wrong)?
        };
        let list = row.get(self.key).ok_or_else(wrong)?;
        // The list itself may be null when there is nothing in it.
        let rows = row.list(self.key);
        if rows.is_empty() && !matches!(list, Value::Array(_) | Value::Null | Value::Object(_)) {
            return Err(wrong());
        }
        let total = row.number("totalRecords").or_else(|| top.number("totalRecords"));
        Ok(Page {
            rows: rows.into_iter().cloned().collect(),
            total: total.and_then(|total| usize::try_from(total).ok()),
        })
    }
}

struct Page {
    rows: Vec<Value>,
    total: Option<usize>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn page(value: Value) -> Result<(usize, Option<usize>), Misshape> {
        let list = List {
            path: &[],
            query: &[],
            key: "campaigns",
            label: "campaigns",
            record: Record::Whole,
        };
        list.page(&value).map(|page| (page.rows.len(), page.total))
    }

    #[test]
    fn a_round_number_of_rows_may_be_a_servers_maximum() {
        let told = [0, 1, 9, 10, 25, 50, 99, 100].map(|length| is_last(length, 100));
        assert_eq!(told, [true, true, true, false, false, false, true, false]);
    }

    #[test]
    fn a_list_is_found_at_the_top_and_in_the_result_set() {
        assert_eq!(
            page(json!({ "totalRecords": 1, "campaigns": [{}] })),
            Ok((1, Some(1)))
        );
        assert_eq!(
            page(json!({ "resultSet": { "totalRecords": "1", "campaigns": [{}] } })),
            Ok((1, Some(1)))
        );
        assert_eq!(
            page(json!({ "totalRecords": 2, "resultSet": { "campaigns": [{}, {}] } })),
            Ok((2, Some(2)))
        );
        assert_eq!(page(json!({ "campaigns": null })), Ok((0, None)));
        assert_eq!(page(json!({ "campaigns": {} })), Ok((0, None)));
        assert_eq!(page(json!({ "Campaigns": [] })), Ok((0, None)));
        for wrong in [
            json!([]),
            json!({}),
            json!({ "campaigns": "x" }),
            json!({ "resultSet": {} }),
        ] {
            assert!(page(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
