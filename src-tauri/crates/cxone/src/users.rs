//! Employees as UserHub keeps them: their status, and whether they are enabled for Digital Engagement.
//!
//! The search is a POST that only reads. That its filter names fields of a row is inferred, so rows that were not asked
//! for are tolerated, and whoever asks looks for its own among them.

use serde_json::{Value, json};

use crate::field::{Row, items, rows};
use crate::paging::MAX_PAGES;
use crate::session::{Session, json as read_json};
use crate::{Error, Host, Misshape};

/// Rows asked for at once, and ids named in one filter.
const TOP: usize = 100;

/// What UserHub says of an employee's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Not invited yet.
    Unregistered,
    /// Invited; the invitation is not accepted.
    Pending,
    /// Works. Only these are known to Digital.
    Active,
    /// Locked out.
    Blocked,
    /// Gone.
    Deleted,
    /// A word that is not documented.
    Other,
}

impl Status {
    fn read(word: &str) -> Status {
        match word.trim().to_ascii_uppercase().as_str() {
            "UNREGISTERED" => Status::Unregistered,
            "PENDING" => Status::Pending,
            "ACTIVE" => Status::Active,
            "BLOCKED" => Status::Blocked,
            "DELETED" => Status::Deleted,
            _ => Status::Other,
        }
    }
}

/// An employee.
#[derive(Debug, Clone, PartialEq)]
pub struct User {
    /// `id`, a UUID; compare without case.
    pub id: String,
    /// `fullName`, else first and last name.
    pub name: Option<String>,
    /// `role`, the name of the primary role, the only one that counts for Digital.
    pub role: Option<String>,
    /// `status`; `None` where it is not shown.
    pub status: Option<Status>,
    /// Agent ids in ACD, from `acdInfos`.
    pub agent_ids: Vec<i64>,
    /// `customAttributes.digitalEngagement`: whether the employee may take digital contacts; `None` where it is not shown.
    pub digital: Option<bool>,
}

/// The users of a tenant as far as one call shows them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FirstPage {
    /// In the service's order.
    pub users: Vec<User>,
    /// Whether these are all there are.
    pub is_all: bool,
}

/// Reads the first page of all employees: for most tenants with a handover that is all of them, and nothing has to be known
/// before. Of the answer nothing but its length is recorded.
///
/// # Errors
/// As [`Session::get`], and [`Error::Shape`].
pub async fn first_page(session: &Session) -> Result<FirstPage, Error> {
    let (users, total) = page(session, &json!({}), 0).await?;
    let is_all = total.is_some_and(|total| users.len() >= total);
    Ok(FirstPage { users, is_all })
}

/// Reads the employees with these ids.
///
/// # Errors
/// As [`first_page`].
pub async fn with_ids(session: &Session, ids: &[String]) -> Result<Vec<User>, Error> {
    let mut found = Vec::new();
    for some in ids.chunks(TOP) {
        let wanted = |user: &User| some.iter().any(|id| id.eq_ignore_ascii_case(&user.id));
        let (mut read, mut matched) = (0, 0);
        for _ in 0..MAX_PAGES {
            let (users, total) = page(session, &json!({ "id": some }), read).await?;
            let length = users.len();
            read += length;
            let own: Vec<User> = users.into_iter().filter(&wanted).collect();
            matched += own.len();
            found.extend(own);
            let over = total.map_or(length < TOP, |total| read >= total);
            if length == 0 || over || matched >= some.len() {
                break;
            }
        }
    }
    Ok(found)
}

async fn page(session: &Session, filter: &Value, skip: usize) -> Result<(Vec<User>, Option<usize>), Error> {
    let path = ["user-management", "v2", "users", "search"];
    let body = json!({ "filter": filter, "skip": skip, "top": TOP });
    let response = session.search(Host::Facade, &path, &body, "users").await?;
    if response.status == 204 {
        return Ok((Vec::new(), Some(skip)));
    }
    let value = read_json(session.client(), &response)?;
    read(&value).map_err(|error| error.seen_in(&response.exchange))
}

fn read(value: &Value) -> Result<(Vec<User>, Option<usize>), Misshape> {
    let wrong = || Misshape {
        what: "list of users",
        detail: "the answer has no such list".to_owned(),
    };
    let row = Row::new(value).ok_or_else(wrong)?;
    row.get("users").ok_or_else(wrong)?;
    let users = rows("user", &row.list("users"), |row, _| user(row))?;
    let total = row
        .number("totalRecords")
        .and_then(|total| usize::try_from(total).ok());
    Ok((users, total))
}

fn user(row: Row<'_>) -> Option<User> {
    let full = row.text("fullName").or_else(|| {
        let parts = [row.text("firstName"), row.text("lastName")];
        let joined = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        (!joined.is_empty()).then_some(joined)
    });
    let agents = row.list("acdInfos").into_iter().filter_map(Row::new);
    Some(User {
        id: row.text("id")?,
        name: full,
        role: row.text("role"),
        status: row.text("status").map(|word| Status::read(&word)),
        agent_ids: agents.filter_map(|info| info.number("agentId")).collect(),
        digital: digital(row),
    })
}

/// `customAttributes.digitalEngagement.values[0].value`.
fn digital(row: Row<'_>) -> Option<bool> {
    let attribute = row.row("customAttributes")?.row("digitalEngagement")?;
    let first = attribute.get("values").map(items)?.into_iter().next()?;
    Row::new(first)?.flag("value")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_read_as_far_as_they_are_shown() {
        let answer = json!({ "totalRecords": "2", "users": [
            { "id": "11EE", "fullName": "A B", "role": "Agent", "status": "active",
              "acdInfos": [{ "agentId": "4711", "billingId": 1 }],
              "customAttributes": { "digitalEngagement": { "values": [{ "value": "true" }] } } },
            { "id": "22EE", "firstName": "C", "customAttributes": [], "acdInfos": {} },
        ] });
        let (users, total) = read(&answer).unwrap();
        assert_eq!(total, Some(2));
        let told = |user: &User| {
            (
                user.name.clone(),
                user.status,
                user.digital,
                user.agent_ids.clone(),
            )
        };
        assert_eq!(
            told(&users[0]),
            (Some("A B".into()), Some(Status::Active), Some(true), vec![4711])
        );
        assert_eq!(told(&users[1]), (Some("C".into()), None, None, vec![]));
    }

    #[test]
    fn words_of_a_status_nobody_documents_are_told_from_those_that_mean_something() {
        for (word, status) in [
            ("PENDING", Status::Pending),
            ("Blocked", Status::Blocked),
            ("UNREGISTERED", Status::Unregistered),
            ("DELETED", Status::Deleted),
            ("ON_LEAVE", Status::Other),
        ] {
            assert_eq!(Status::read(word), status, "{word}");
        }
    }

    #[test]
    fn an_answer_without_the_list_is_no_empty_list() {
        assert!(
            read(&json!({ "totalRecords": 0, "users": [] }))
                .unwrap()
                .0
                .is_empty()
        );
        assert!(read(&json!({ "totalRecords": 0 })).is_err());
        assert!(read(&json!([])).is_err());
        assert!(read(&json!({ "users": [{ "status": "ACTIVE" }] })).is_err());
    }
}
