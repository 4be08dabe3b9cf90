//! Campaigns, in both shapes: `{campaigns: [{id, name}]}` since version 33 of the API, `campaignId` and
//! `campaignName`, possibly within `resultSet`, before.

use crate::Error;
use crate::field::rows;
use crate::paging::List;
use crate::session::{Record, Session};

/// A campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    /// `id` or `campaignId`.
    pub id: i64,
    /// `name` or `campaignName`.
    pub name: Option<String>,
    /// `isActive`.
    pub is_active: Option<bool>,
}

/// Reads all campaigns.
///
/// # Errors
/// As [`Session::acd`], and [`Error::Shape`].
pub async fn list(session: &Session) -> Result<Vec<Campaign>, Error> {
    let list = List {
        path: &["campaigns"],
        query: &[],
        key: "campaigns",
        label: "campaigns",
        record: Record::Whole,
    };
    let (values, exchange) = list.read(session).await?;
    rows("campaign", &values.iter().collect::<Vec<_>>(), |row, _| {
        Some(Campaign {
            id: row.number("id").or_else(|| row.number("campaignId"))?,
            name: row.text("name").or_else(|| row.text("campaignName")),
            is_active: row.flag("isActive"),
        })
    })
    .map_err(|error| error.seen_in(&exchange))
}
