//! The business unit and what it is licensed for.

use serde_json::Value;

use crate::field::{Row, items, rows};
use crate::session::{Session, json};
use crate::{Error, Misshape};

/// Product number of Digital Engagement among a unit's features (seen in the vendor's SDK).
pub const DIGITAL_ENGAGEMENT: i64 = 122;

/// A business unit.
#[derive(Debug, Clone, PartialEq)]
pub struct BusinessUnit {
    /// `businessUnitId`, the number that the administrator enters.
    pub id: i64,
    /// `businessUnitName`.
    pub name: Option<String>,
    /// `tenantId`; compare without case.
    pub tenant_id: Option<String>,
    /// `isActive`.
    pub is_active: Option<bool>,
    /// `features`.
    pub features: Vec<Feature>,
    /// The whole row.
    pub raw: Value,
}

/// A licensed product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feature {
    /// `productId`.
    pub product_id: i64,
    /// `isEnabled`; absent reads as false.
    pub is_enabled: bool,
    /// `productDescription`.
    pub description: Option<String>,
}

/// Reads the units that the token may see; trusted units may come along, so select by id, not by place.
///
/// # Errors
/// As [`Session::acd`], and [`Error::Shape`].
pub async fn read(session: &Session) -> Result<Vec<BusinessUnit>, Error> {
    let response = session.acd(&["business-unit"], &[], "business-unit").await?;
    if response.status == 204 {
        return Ok(Vec::new());
    }
    let value = json(session.client(), &response)?;
    units(&value).map_err(|error| error.seen_in(&response.exchange))
}

fn units(value: &Value) -> Result<Vec<BusinessUnit>, Misshape> {
    let wrong = || Misshape {
        what: "business unit",
        detail: "no list `businessUnits`".to_owned(),
    };
    let top = Row::new(value).ok_or_else(wrong)?;
    let row = if top.get("businessUnits").is_some() {
        top
    } else {
        top.row("resultSet").ok_or_else(wrong)?
    };
    let list = row.get("businessUnits").map(items).ok_or_else(wrong)?;
    rows("business unit", &list, |row, raw| {
        Some(BusinessUnit {
            id: row.number("businessUnitId")?,
            name: row.text("businessUnitName"),
            tenant_id: row.text("tenantId"),
            is_active: row.flag("isActive"),
            features: row.list("features").into_iter().filter_map(feature).collect(),
            raw: raw.clone(),
        })
    })
}

/// A feature without a number identifies nothing and is left out.
fn feature(value: &Value) -> Option<Feature> {
    let row = Row::new(value)?;
    Some(Feature {
        product_id: row.number("productId")?,
        is_enabled: row.flag("isEnabled").unwrap_or(false),
        description: row.text("productDescription"),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn units_and_features_are_read() {
        let value = json!({ "businessUnits": [
            { "businessUnitId": 4_599_999, "businessUnitName": "Demo", "tenantId": "11EE", "isActive": true,
              "features": [{ "productId": 122, "productDescription": "Digital Engagement", "isEnabled": true },
                           { "productId": "7", "isEnabled": "False" }, { "isEnabled": true }] },
            { "businessUnitId": "4600000", "features": [] },
        ] });
        let found = units(&value).unwrap();
        assert_eq!((found[0].id, found[1].id), (4_599_999, 4_600_000));
        let features: Vec<_> = found[0]
            .features
            .iter()
            .map(|f| (f.product_id, f.is_enabled))
            .collect();
        assert_eq!(features, [(DIGITAL_ENGAGEMENT, true), (7, false)]);
        assert!(found[1].features.is_empty());
    }

    #[test]
    fn answers_without_units_are_no_units() {
        assert_eq!(units(&json!({ "businessUnits": [] })), Ok(Vec::new()));
        assert!(units(&json!({})).is_err());
        assert!(units(&json!([])).is_err());
        assert!(units(&json!({ "businessUnits": [{ "businessUnitName": "no number" }] })).is_err());
    }
}
