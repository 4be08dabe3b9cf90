//! Lists of Cognigy.AI's REST API over the wire: pages by skip and by cursor, sorting, filters, search, and their refusals.

use reqwest::Method;
use serde_json::{Value, json};

use crate::play::Play;

/// Endpoints beside the sample's three.
const MORE: usize = 30;

async fn list(play: &Play, query: &str) -> Value {
    let path = format!("/v2.0/endpoints?projectId={}{query}", play.project_id());
    let answer = play.api(Method::GET, &path, None).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

fn names(list: &Value) -> Vec<String> {
    let items = list["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["name"].as_str().unwrap().to_owned())
        .collect()
}

async fn full() -> Play {
    let play = Play::start().await;
    let flows = format!("/v2.0/flows?projectId={}", play.project_id());
    let flow = play.api(Method::GET, &flows, None).await.json()["items"][0]["referenceId"].clone();
    for number in 1..=MORE {
        let body = json!({
            "projectId": play.project_id(), "name": format!("Chat {number:02}"), "channel": "socket", "flowId": flow,
        });
        assert_eq!(
            play.api(Method::POST, "/v2.0/endpoints", Some(body)).await.status,
            201
        );
    }
    play
}

#[tokio::test]
async fn cursors_lead_through_everything_and_back() {
    let play = full().await;
    let first = list(&play, "").await;
    assert_eq!(names(&first).len(), 25, "the default");
    assert_eq!(
        (&first["total"], &first["previousCursor"]),
        (&json!(MORE + 3), &Value::Null)
    );
    let mut seen = Vec::new();
    let mut page = list(&play, "&limit=8&sort=name:asc").await;
    let mut cursors = Vec::new();
    loop {
        seen.extend(names(&page));
        let Some(next) = page["nextCursor"].as_str() else {
            break;
        };
        cursors.push(next.to_owned());
        page = list(&play, &format!("&limit=8&sort=name:asc&next={next}")).await;
    }
    let mut sorted = seen.clone();
    sorted.sort();
    assert_eq!((seen.len(), &seen), (MORE + 3, &sorted));
    let back = page["previousCursor"].as_str().unwrap();
    let before = list(&play, &format!("&limit=8&sort=name:asc&previous={back}")).await;
    assert_eq!(before["nextCursor"].as_str(), cursors.last().map(String::as_str));
    assert_eq!(
        names(&list(&play, "&limit=2&skip=3&sort=name:asc").await),
        seen[3..5]
    );
    seen.reverse();
    assert_eq!(names(&list(&play, "&limit=100&sort=name:desc").await), seen);
}

#[tokio::test]
async fn filters_and_search_find_by_a_part_of_the_name() {
    let play = full().await;
    assert_eq!(names(&list(&play, "&filter=CHAT%200").await).len(), 9);
    assert_eq!(
        names(&list(&play, "&filter=webchat3").await),
        ["Sandbox web chat"],
        "by channel too"
    );
    assert_eq!(list(&play, "&filter=nothing").await["total"], 0);
    let search = async |query: &str| {
        let path = format!("/v2.0/search?projectId={}{query}", play.project_id());
        play.api(Method::GET, &path, None).await
    };
    let found = search("&filter=chat&type=endpoint&limit=100").await.json();
    assert_eq!(found["total"], MORE + 1);
    let kinds = search("&type[]=flow&type[]=handoverProvider").await.json();
    let kinds: Vec<&str> = kinds["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["handoverProvider", "flow"]);
    let unknown = search("&type=spaceship").await;
    assert_eq!(
        (unknown.status.as_u16(), &unknown.json()["code"]),
        (400, &json!(40_001))
    );
}

#[tokio::test]
async fn wrong_pages_are_problems() {
    let play = Play::start().await;
    let cursor = "0123456789abcdef01234567";
    for (query, code) in [
        ("&limit=0", 40_001),
        ("&limit=101", 40_001),
        ("&limit=many", 40_001),
        ("&skip=-1", 40_001),
        ("&sort=name:sideways", 40_001),
        ("&sort=nothing", 40_001),
        ("&next=short", 40_001),
        (&format!("&next={cursor}"), 40_001),
        (&format!("&skip=1&next={cursor}"), 40_001),
        (&format!("&next={cursor}&previous={cursor}"), 40_001),
    ] {
        let path = format!("/v2.0/endpoints?projectId={}{query}", play.project_id());
        let answer = play.api(Method::GET, &path, None).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["code"]),
            (400, &json!(code)),
            "{query}"
        );
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
}

/// The tail gives the newest hundred of the newest two hundred, and cursors to the rest of them.
#[tokio::test]
async fn the_tail_of_a_long_log_ends() {
    let play = Play::start().await;
    let customer = play.sandbox.customer("sim_user", "sim_session_1");
    for _ in 0..210 {
        customer.say("hello").await.unwrap();
    }
    let tail = async |query: &str| {
        let path = format!("/v2.1/projects/{}/logs/tail{query}", play.project_id());
        play.api(Method::GET, &path, None).await.json()
    };
    let newest = tail("").await;
    assert_eq!(
        (newest["items"].as_array().unwrap().len(), &newest["total"]),
        (100, &json!(-1))
    );
    let next = newest["nextCursor"].as_str().unwrap();
    let older = tail(&format!("?next={next}")).await;
    assert_eq!(
        (older["items"].as_array().unwrap().len(), &older["nextCursor"]),
        (100, &Value::Null)
    );
    let back = older["previousCursor"].as_str().unwrap();
    assert_eq!(tail(&format!("?previous={back}")).await["items"], newest["items"]);
    assert_eq!(tail("?sessionId=sim_other").await["items"], json!([]));
    // A day later nothing is left.
    play.sandbox
        .advance(std::time::Duration::from_secs(24 * 3600 + 1));
    assert_eq!(tail("").await["items"], json!([]));
}
